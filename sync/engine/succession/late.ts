import { millisecondsOf } from '../../../mappings/values.js';
import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Observed } from '../sights.js';
import type { BornItem, Nursery } from './born.js';
import type { SuccessionIntent, SuccessionsOf } from './intent.js';
import { withBornItem, withBornRecord } from './links.js';
import { markItems, markOfBorn } from './part.js';
import { familiesOf, pickItem, pickRecord } from './pick.js';
import { rememberBirths } from './remember.js';
import { nurseryOf, observeLinks, withholdItems } from './sight.js';
import type { Around } from './sight.js';
import { EMPTY_SETTLEMENT } from '../settlement.js';

/** What has become two links, one of which or both still have one side only. */
export interface Late {
  readonly intent: SuccessionIntent;
  readonly link: Link;
  readonly next: Link;
}

/** So long something that is not born yet is waited for: a job of the ERP may make its rows at the weekend only. */
const PATIENCE_MS = 14 * 24 * 3_600_000;

/**
 * Connects what was born later than what it belongs to. What has not come after all is not made by us: the ERP does not go on
 * with it, or somebody has deleted it before we ever saw it, and what is left stays where it is.
 */
export async function completeLate<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  late: readonly Late[],
  around: Around,
): Promise<void> {
  if (late.length === 0) return;
  const over = late.filter((one) => isOver(work, one));
  await closeOver(work, over, around);
  const waiting = late.filter((one) => !over.includes(one));
  const asked = waiting.map(({ intent, next }) => ({
    link: null,
    recordId: intent.recordId ?? '',
    itemId: next.itemId,
  }));
  const observed = await observeLinks(work, asked, around);
  const known = waiting.flatMap((one, at) => {
    const seen = observed[at];
    return seen === undefined ? [] : [{ ...one, observed: seen, namedItemId: null }];
  });
  const nursery = await nurseryOf(work, hook, known, around);
  for (const one of known) await completeOne(work, hook, one, { nursery, around });
}

type Known<S extends Shapes> = Late & {
  readonly observed: Observed<S>;
  readonly namedItemId: null;
};

function isOver<S extends Shapes>({ clock }: PairWork<S>, one: Late): boolean {
  const until = millisecondsOf(one.intent.promisedAt) + PATIENCE_MS;
  return !(wantsItem(one) || wantsRecord(one)) || millisecondsOf(clock.now()) > until;
}

/** What has ended is not settled any more: writes to it that were never confirmed mean nothing. */
async function closeOver<S extends Shapes>(
  work: PairWork<S>,
  over: readonly Late[],
  { interrupted }: Around,
): Promise<void> {
  if (over.length === 0) return;
  const closedIntents = over.flatMap(({ intent, link }) => {
    const moot = link.ended === null ? [] : (interrupted.openOf.get(link.id) ?? []);
    return [intent, ...moot].map(({ id }) => id);
  });
  await work.store.settle(work.lease, { ...EMPTY_SETTLEMENT, closedIntents });
}

async function completeOne<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Known<S>,
  { nursery, around }: { readonly nursery: Nursery<S>; readonly around: Around },
): Promise<void> {
  const { link, next, intent } = one;
  const bornItem = wantsItem(one) ? pickItem(work, hook, one, nursery) : null;
  const bornRecord = wantsRecord(one) ? pickRecord(hook, beforeOf(hook, one), nursery) : null;
  const links: Link[] = [];
  if (bornItem !== null) {
    const marks = markOfBorn(work, link, bornItem);
    const unmarked = await markItems(work, [{ of: one, marks }], around);
    if (unmarked.size === 0) links.push(withBornItem(work, hook, link, bornItem));
    else leaveItem(bornItem, around);
    nursery.items.splice(nursery.items.indexOf(bornItem), 1);
  }
  if (bornRecord === null && wantsRecord(one)) withholdItems(hook, one, nursery, around);
  if (bornRecord !== null) {
    links.push(withBornRecord(work, hook, next, bornRecord));
    nursery.records.splice(nursery.records.indexOf(bornRecord), 1);
  }
  const isWhole = [link, next].every(
    ({ id, ended }) => ended === null || links.some((other) => other.id === id),
  );
  if (links.length > 0) await rememberBirths(work, { intent, links, isWhole }, around);
}

function beforeOf<S extends Shapes>(hook: SuccessionsOf<S>, { intent, observed }: Known<S>) {
  const { record } = observed;
  return {
    recordId: intent.recordId ?? '',
    record: record.kind === 'there' ? record.shown.value : null,
    families: familiesOf(hook, observed),
  };
}

/** Its mark was not taken: the next cycle tries again. */
function leaveItem<S extends Shapes>({ seen }: BornItem<S>, { feed, ledger }: Around): void {
  feed.items.delete(seen.ref.id);
  ledger.owe('exchange', seen.ref.id);
}

function wantsItem({ link }: Late): boolean {
  return link.ended === 'itemDeletedRecordKept' && link.itemId === '';
}

function wantsRecord({ next }: Late): boolean {
  return next.ended === 'recordDeletedItemKept' && next.recordId === '';
}
