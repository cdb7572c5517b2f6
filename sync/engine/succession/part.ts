import { formatMark, parseMark } from '../../ports/mark.js';
import type { ItemUpdate } from '../../ports/exchange.js';
import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { inBatches } from './born.js';
import type { BornItem, BornRecord, Nursery } from './born.js';
import type { SuccessionsOf } from './intent.js';
import { finishedLink, nextKeyFor, nextLink } from './links.js';
import { withBornItem, withBornRecord } from './links.js';
import { familiesOf, pickItem, pickRecord } from './pick.js';
import { rememberBirths } from './remember.js';
import { nurseryOf, withhold, withholdItems } from './sight.js';
import type { Around, Ticking } from './sight.js';
import { itemElsewhere } from './stand.js';

/** Which is which, once both sides are ticked; null = it is not there yet. */
interface Halves<S extends Shapes> {
  readonly one: Ticking<S>;
  readonly bornItem: BornItem<S> | null;
  readonly bornRecord: BornRecord<S> | null;
  /** The item that goes on. */
  readonly itemId: string;
  readonly nextKey: string;
  readonly marks: readonly ItemUpdate<S['itemPatch']>[];
}

/**
 * One link becomes two, in one commit: of what is finished, and of what goes on. Their items are marked before, with keys that
 * the promise knows, so that each is found again whatever people do with it. What is not born yet is waited for: one cycle
 * with both links, then without it; its half is connected when it comes. Answers with the links of what goes on.
 */
export async function part<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  landed: readonly Ticking<S>[],
  around: Around,
): Promise<readonly Link[]> {
  const nursery = await nurseryOf(work, hook, landed, around);
  const left: Nursery<S> = { records: [...nursery.records], items: [...nursery.items] };
  const halves = landed.map((one) => halvesOf(work, hook, one, left));
  const isKnown = ({ one, bornItem, bornRecord }: Halves<S>): boolean =>
    one.isOld || (bornItem !== null && bornRecord !== null);
  const unmarked = await markItems(
    work,
    halves.filter(isKnown).map(({ one, marks }) => ({ of: one, marks })),
    around,
  );
  const next: Link[] = [];
  for (const half of halves) {
    const isReady = isKnown(half) && !unmarked.has(half.one);
    const link = isReady ? await partOne(work, hook, half, around) : null;
    if (link === null) {
      around.feed.reserved.add(half.one.link.id);
      withhold(hook, half.one, nursery, around);
    } else if (link.ended === null) next.push(link);
    else withholdItems(hook, half.one, left, around);
  }
  return next;
}

function halvesOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  left: Nursery<S>,
): Halves<S> {
  const { link, observed, intent } = one;
  const { record, item } = observed;
  const families = familiesOf(hook, observed);
  const bornItem = take(left.items, pickItem(work, hook, one, left));
  const elsewhere = item.kind === 'there' ? null : itemElsewhere(work, hook, one, left);
  const goesOn = item.kind === 'there' ? item.seen : (elsewhere?.seen ?? null);
  const before = {
    recordId: link.recordId,
    record: record.kind === 'there' ? record.shown.value : null,
    families,
  };
  const bornRecord = take(left.records, pickRecord(hook, before, left));
  const known = parseMark(goesOn?.mark ?? null)?.key;
  const isMarked = known?.startsWith(intent.births.nextKey) === true;
  const nextKey = isMarked ? known : nextKeyFor(work, intent, bornRecord);
  const owner = work.pair.id;
  const marks: ItemUpdate<S['itemPatch']>[] = [];
  if (goesOn !== null && !isMarked)
    marks.push({
      ref: goesOn.ref,
      patch: null,
      mark: formatMark({ key: nextKey, attempt: 1, owner }),
    });
  if (bornItem !== null) marks.push(...markOfBorn(work, link, bornItem));
  return { one, bornItem, bornRecord, itemId: goesOn?.ref.id ?? link.itemId, nextKey, marks };
}

/** What is finished keeps the key; a copy that Exchange made may have it already. */
export function markOfBorn<S extends Shapes>(
  { pair }: PairWork<S>,
  { key, attempt }: Link,
  born: BornItem<S>,
): readonly ItemUpdate<S['itemPatch']>[] {
  if (born.key === key) return [];
  const mark = formatMark({ key, attempt, owner: pair.id });
  return [{ ref: born.seen.ref, patch: null, mark }];
}

/** Answers with those whose items did not all take their marks. */
export async function markItems<S extends Shapes, T>(
  work: PairWork<S>,
  wanted: readonly { readonly of: T; readonly marks: readonly ItemUpdate<S['itemPatch']>[] }[],
  { ledger }: Around,
): Promise<ReadonlySet<T>> {
  const failed = new Set<T>();
  const due = wanted.flatMap(({ of, marks }) => marks.map((entry) => ({ of, entry })));
  for (const batch of inBatches(due)) {
    const entries = batch.map(({ entry }) => entry);
    const answers = await work.exchange.update(work.pair.mailbox, entries, work.signal);
    batch.forEach(({ of }, at) => {
      const answer = answers[at];
      if (answer?.ok === true) return;
      failed.add(of);
      if (answer?.failure.kind === 'busy') ledger.backOff(answer.failure.retryAfterMs);
    });
  }
  return failed;
}

/** null where the store did not take it. */
async function partOne<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  { one, bornItem, bornRecord, itemId, nextKey }: Halves<S>,
  around: Around,
): Promise<Link | null> {
  const { intent, link, observed } = one;
  const { record, item } = observed;
  const sides = {
    record: record.kind === 'there' ? record.shown : null,
    item: item.kind === 'there' ? item.shown : null,
  };
  const shown = [sides.record?.value, bornItem?.value];
  const finished = shown.find((value) => value !== undefined && hook.stageOf(value).isFinished);
  const rest = finishedLink(work, hook, link, finished ?? null);
  const done = bornItem === null ? rest : withBornItem(work, hook, rest, bornItem);
  const open = { ...nextLink(work, hook, link, { intent, sides, itemId }), key: nextKey };
  const next = bornRecord === null ? open : withBornRecord(work, hook, open, bornRecord);
  const isWhole = bornItem !== null && bornRecord !== null;
  const isTaken = await rememberBirths(work, { intent, links: [done, next], isWhole }, around);
  return isTaken ? next : null;
}

function take<T>(all: T[], one: T | null): T | null {
  const at = one === null ? -1 : all.indexOf(one);
  if (at >= 0) all.splice(at, 1);
  return one;
}
