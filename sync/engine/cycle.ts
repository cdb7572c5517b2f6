import { applyWrites } from './apply.js';
import { commitBatch, commitCycle } from './commit.js';
import { readFeed } from './feed.js';
import type { Feed } from './feed.js';
import { whyHeld } from './guard.js';
import { openLedger } from './ledger.js';
import type { CycleReport, Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';
import { pairAnew } from './pairing/pairing.js';
import { planBatch } from './plan-batch.js';
import { finishInterrupted } from './recover.js';
import type { Reason } from './reasons.js';
import { settleOutcome } from './settle.js';
import type { Step } from './step.js';
import { carrySuccessions } from './succession/succession.js';
import { fulfilWishes } from './undo/undo.js';
import { unitsOf } from './units.js';

/**
 * One cycle of one pair: finish interrupted writes → read feed → pair anew → plan → translate → guard → apply → commit.
 *
 * Safe to run twice and safe to kill anywhere: until `commitCycle` moves the watermarks, the next cycle reads the same
 * changes again, and writes already made read back as "nothing to do". Not safe to run twice at once: the caller holds
 * the pair's lease, and every commit checks its fence. Throws `ConnectorFailure` where a whole side does not answer;
 * what was done until then is remembered.
 */
export async function runCycle<S extends Shapes>(work: PairWork<S>): Promise<CycleReport> {
  const interrupted = await finishInterrupted(work);
  const feed = await readFeed(work, interrupted);
  const ledger = openLedger(work, feed, interrupted);
  // both sides make more of what comes again once it is ticked off: nothing of that is made a second time
  await carrySuccessions(work, { feed, interrupted, ledger });
  // what was never linked, or is not any more, finds its other half before it is made a second time
  await pairAnew(work, feed, interrupted);
  // before anything else: what is taken back on one side must not pass for a person's edit of it
  await fulfilWishes(work, { feed, interrupted, ledger });
  const destructive = new Map<string, Step<S>>();
  for await (const units of unitsOf(work, feed, interrupted)) {
    const steps = await planBatch(work, units, { feed, interrupted, ledger });
    // a moved item comes up twice: with its record, and by its new id
    for (const step of steps) if (step.destroys > 0) destructive.set(step.linkId, step);
    await carryOut(
      work,
      steps.filter((step) => step.destroys === 0),
      ledger,
    );
  }
  // what takes something away comes last, when it is known how much it is
  await carryOutGuarded(work, [...destructive.values()], ledger);
  return commitCycle(work, feed, ledger);
}

async function carryOut<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
  ledger: Ledger,
): Promise<void> {
  const outcomes = await applyWrites(work, steps);
  for (const outcome of outcomes) settleOutcome(work, outcome, ledger);
  await commitBatch(work, ledger);
}

const DESTRUCTIVE_PER_BATCH = 200;

async function carryOutGuarded<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
  ledger: Ledger,
): Promise<void> {
  const asked = steps.filter(({ action }) => action.standing === 'free');
  const count = asked.reduce((sum, step) => sum + step.destroys, 0);
  const reason = await whyHeld(work, count);
  const isHeld = ({ action: { standing } }: Step<S>): boolean =>
    standing === 'heldAgain' || (standing === 'free' && reason !== null);
  await holdAll(work, steps.filter(isHeld), reason ?? 'changedSinceVerdict', ledger);
  const goOn = steps.filter((step) => !isHeld(step));
  for (let at = 0; at < goOn.length; at += DESTRUCTIVE_PER_BATCH) {
    await carryOut(work, goOn.slice(at, at + DESTRUCTIVE_PER_BATCH), ledger);
  }
}

/** Held actions are rows of their own, so the watermarks move on (rule 6). */
async function holdAll<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
  reason: Reason,
  ledger: Ledger,
): Promise<void> {
  for (const step of steps) {
    const { observed } = step.action;
    ledger.hold(observed, step.erp === null ? 'exchange' : 'erp', reason);
  }
  await commitBatch(work, ledger);
}

export type { CycleReport, Feed };
