import { REACTION } from '../../ports/failure.js';
import type { Intent, Link, Wish, Write } from '../../ports/store.js';
import { applyWrites } from '../apply.js';
import type { Outcome } from '../apply.js';
import { commitBatch } from '../commit.js';
import type { Action } from '../decision.js';
import type { Feed } from '../feed.js';
import type { Ledger } from '../ledger.js';
import { observe } from '../observe.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Interrupted } from '../recover.js';
import { settleOutcome } from '../settle.js';
import { owe } from '../settle-failure.js';
import type { Step } from '../step.js';
import { translate } from '../translate.js';
import { planWish } from './undo-plan.js';
import { undoRemoval } from './undo-removal.js';
import type { Unit } from '../unit.js';
import { openOf } from '../units.js';

interface Around {
  readonly feed: Feed;
  readonly interrupted: Interrupted;
  readonly ledger: Ledger;
}

const WISHES_PER_BATCH = 100;
const SOON_MS = 1_000;

/**
 * Carries out what an administrator wants taken back or restored, before anything else is planned: what is taken back on one
 * side must not be read as a person's edit of it. Each wish is answered in the transaction of its write; one that cannot be
 * finished now waits, and its link with it.
 */
export async function fulfilWishes<S extends Shapes>(
  work: PairWork<S>,
  around: Around,
): Promise<void> {
  const { wishes = [] } = around.feed.since;
  for (let at = 0; at < wishes.length; at += WISHES_PER_BATCH) {
    await fulfilBatch(work, wishes.slice(at, at + WISHES_PER_BATCH), around);
  }
  if (wishes.length > WISHES_PER_BATCH) around.ledger.backOff(SOON_MS); // there may be more than a cycle is told
}

async function fulfilBatch<S extends Shapes>(
  work: PairWork<S>,
  wishes: readonly Wish[],
  around: Around,
): Promise<void> {
  const { interrupted, ledger } = around;
  const linkIds = [...new Set(wishes.map(({ linkId }) => linkId))];
  const found = await work.store.links(work.pair.id, { linkIds });
  const links = new Map(found.map((link) => [link.id, link]));
  const ofLive: { readonly wish: Wish; readonly link: Link }[] = [];
  const taken = new Set<string>();
  for (const wish of wishes) {
    const link = links.get(wish.linkId);
    if (link === undefined) {
      ledger.answer(wish, 'notLinked');
      continue;
    }
    if (taken.has(link.id)) {
      oweBoth(link, ledger); // one after the other: the next cycle sees what became of the first
      continue;
    }
    taken.add(link.id);
    const removal = removalIn(wish);
    if (removal === null) ofLive.push({ wish, link });
    else await undoRemoval(work, wish, removal, link, { interrupted, ledger });
  }
  await fulfilOnLinks(work, ofLive, around);
  await commitBatch(work, ledger);
}

function removalIn({ for: wanted }: Wish): Write | null {
  if (wanted.kind === 'restore') return null;
  return wanted.writes.find(({ what }) => what === 'remove') ?? null;
}

async function fulfilOnLinks<S extends Shapes>(
  work: PairWork<S>,
  wished: readonly { readonly wish: Wish; readonly link: Link }[],
  around: Around,
): Promise<void> {
  const { feed, interrupted, ledger } = around;
  const observed = await observe(
    work,
    wished.map(({ link }) => unitOf(link, feed, interrupted)),
  );
  const steps: {
    readonly step: Step<S>;
    readonly wish: Wish;
    readonly fields: readonly string[];
  }[] = [];
  wished.forEach(({ wish, link }, index) => {
    const seen = observed[index];
    if (seen === undefined) return;
    const plan = planWish(work, wish, seen, link);
    if (plan.kind === 'later') {
      if (seen.unit.open.length > 0) feed.reserved.add(link.id);
      return oweBoth(link, ledger);
    }
    if (plan.kind === 'refuse') return refuseWish(wish, link, plan.why, around);
    const action: Action<S> = { observed: seen, decision: plan.decision, standing: 'approved' };
    const translation = translate(work, action, interrupted);
    if (!translation.ok) return refuseWish(wish, link, 'notAccepted', around);
    if (isPartOnly(translation.step)) return refuseWish(wish, link, 'shared', around);
    steps.push({ step: forWish(translation.step, wish), wish, fields: plan.fields });
  });
  const outcomes = await applyWrites(
    work,
    steps.map(({ step }) => step),
  );
  outcomes.forEach((outcome, index) => {
    const of = steps[index];
    if (of !== undefined) settleWish(work, outcome, of, around);
  });
}

function unitOf(link: Link, feed: Feed, interrupted: Interrupted): Unit {
  const { recordId, itemId } = link;
  return {
    link,
    recordId,
    recordNews: feed.records.get(recordId) ?? { kind: 'ask' },
    itemId,
    itemNews: feed.items.get(itemId) ?? { kind: 'ask' },
    mark: null,
    ...openOf(link, interrupted),
  };
}

function forWish<S extends Shapes>(step: Step<S>, { id: wishId }: Wish): Step<S> {
  const intents = step.intents.map((intent): Intent => {
    const trail = intent.trail ?? { fields: [], before: null, wishId: null };
    return { ...intent, trail: { ...trail, wishId } };
  });
  return { ...step, intents };
}

/** The record would stay, and only an employee be taken out of it. */
function isPartOnly<S extends Shapes>({ erp }: Step<S>): boolean {
  return erp?.kind === 'remove' && erp.entry.what !== 'record';
}

/** A removal that was promised for it must not be taken for a proof that somebody deleted something. */
function refuseWish(
  wish: Wish,
  link: Link,
  why: Parameters<Ledger['answer']>[1],
  { feed, interrupted, ledger }: Around,
): void {
  ledger.answer(wish, why);
  const { for: wanted } = wish;
  if (wanted.kind !== 'undo') return;
  const removals = (interrupted.openOf.get(link.id) ?? []).filter(({ what }) => what === 'remove');
  if (removals.length === 0) return;
  ledger.drop(removals);
  feed.reserved.add(link.id);
  oweBoth(link, ledger);
}

function settleWish<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { wish, fields }: { readonly wish: Wish; readonly fields: readonly string[] },
  { feed, ledger }: Around,
): void {
  const { step } = outcome;
  const failure = failureOf(outcome);
  if (failure === null) {
    settleDone(work, outcome, ledger);
    return ledger.answer(wish, null, fields);
  }
  const reaction = REACTION[failure.kind];
  if (reaction === 'backOff') ledger.backOff(failure.retryAfterMs);
  // a refused removal has not happened; a refused change may have been made in part, and what it led to is ours
  else ledger.drop(step.intents.filter(({ what }) => what === 'remove'));
  if (reaction === 'parkRecord' || reaction === 'pausePair') ledger.answer(wish, 'notAccepted');
  feed.reserved.add(step.linkId);
  owe(step, ledger);
}

function failureOf<S extends Shapes>({ step, erp, exchange }: Outcome<S>) {
  for (const [side, answer] of [
    ['erp', erp],
    ['exchange', exchange],
  ] as const) {
    const isPromised = step.intents.some((intent) => intent.side === side);
    if (isPromised && answer?.ok === false) return answer.failure;
  }
  return null;
}

function settleDone<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  ledger: Ledger,
): void {
  const { decision } = outcome.step.action;
  if (decision.kind !== 'removeFromErp' && decision.kind !== 'removeFromExchange')
    return settleOutcome(work, outcome, ledger);
  const { link } = decision;
  const side = decision.kind === 'removeFromErp' ? 'erp' : 'exchange';
  ledger.link({ ...link, ended: 'takenBack' });
  ledger.close(link.id, outcome.step);
  ledger.wrote('removed', side, outcome.step, link.recordId, link.itemId);
  ledger.unlinked(link, 'takenBack');
}

function oweBoth({ recordId, itemId }: Link, ledger: Ledger): void {
  if (recordId !== '') ledger.owe('erp', recordId);
  if (itemId !== '') ledger.owe('exchange', itemId);
}
