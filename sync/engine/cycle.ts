import { applyWrites } from './apply.js';
import { commitBatch, commitCycle } from './commit.js';
import { readFeed } from './feed.js';
import type { Feed } from './feed.js';
import { whyHeld } from './guard.js';
import { openLedger } from './ledger.js';
import type { CycleReport, Ledger } from './ledger.js';
import { observe } from './observe.js';
import type { PairWork, Shapes } from './pair-work.js';
import { planActions } from './plan.js';
import { finishInterrupted } from './recover.js';
import type { Interrupted } from './recover.js';
import type { Reason } from './reasons.js';
import { settleOutcome } from './settle.js';
import { translate } from './translate.js';
import type { Step } from './step.js';
import { unitsOf } from './units.js';
import type { Unit } from './units.js';
import { waitingByLink } from './verdict.js';

/**
 * One cycle of one pair: finish interrupted writes → read feed → plan → translate → guard → apply → commit.
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
  const destructive: Step<S>[] = [];
  for await (const units of unitsOf(work, feed, interrupted)) {
    const steps = await planBatch(work, units, { feed, interrupted, ledger });
    destructive.push(...steps.filter((step) => step.destroys > 0));
    await carryOut(
      work,
      steps.filter((step) => step.destroys === 0),
      ledger,
    );
  }
  // what takes something away comes last, when it is known how much it is
  await carryOutGuarded(work, destructive, ledger);
  return commitCycle(work, feed, ledger);
}

/** Reads both sides of a batch, plans, and says it in the words of the sides; what cannot be said is parked. */
async function planBatch<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  { feed, interrupted, ledger }: { feed: Feed; interrupted: Interrupted; ledger: Ledger },
): Promise<readonly Step<S>[]> {
  const observed = await observe(
    work,
    units.filter((unit) => !mayStillLand(unit, interrupted, ledger)),
  );
  return planActions(work, observed, waitingByLink(feed.since.waiting)).flatMap((action) => {
    const translation = translate(work, action, interrupted);
    if (translation.ok) return [translation.step];
    const { unit } = action.observed;
    const id = translation.side === 'erp' ? unit.recordId : unit.itemId;
    ledger.park(translation.side, id ?? '', 'untranslatable', translation.reason);
    return [];
  });
}

/**
 * A record whose create may still land is left for the next cycle (rule 8); so is an item that carries the key of an
 * unconfirmed create: it landed after we had looked for it, and is no stranger.
 */
function mayStillLand(unit: Unit, interrupted: Interrupted, ledger: Ledger): boolean {
  const { recordId, itemId, mark, link } = unit;
  if (recordId !== null && interrupted.waiting.has(recordId)) {
    ledger.owe('erp', recordId);
    return true;
  }
  const isOpen = interrupted.open.some(({ what, key }) => what === 'create' && key === mark?.key);
  if (link !== null || itemId === null || !isOpen) return false;
  ledger.owe('exchange', itemId);
  return true;
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
