import { parseMark } from '../../ports/mark.js';
import type { Mark } from '../../ports/mark.js';
import { enumerateItems } from '../feed.js';
import type { Feed } from '../feed.js';
import type { ItemNews, RecordNews } from '../unit.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Reason } from '../reasons.js';
import { tailOf } from '../record-key.js';
import type { Interrupted } from '../recover.js';
import { identify } from '../units.js';

/** What is not linked to anything, by name, on both sides. */
export interface Strangers {
  readonly records: ReadonlyMap<string, RecordNews>;
  readonly items: ReadonlyMap<string, ItemNews>;
  /** Items with a mark of this pair whose link is not known: it was lost, or the mark was never confirmed. */
  readonly marked: ReadonlyMap<string, Mark>;
  /** Births of records of the employee that are proven to be deleted. */
  readonly buried: readonly string[];
}

/** The reasons with which things are parked that are told by nothing, or whose other half is gone without a proof. */
export const AMBIGUOUS: Reason = 'ambiguousTwins';
export const LOST: Reason = 'recordMissing';
const LEFT_BY_US: ReadonlySet<string> = new Set([AMBIGUOUS, LOST]);

/**
 * Looks for what is not linked, and only where it may have another half that nobody connected: after a complete enumeration
 * of a side (first sync, expired cursor, repair), where an item carries a mark of ours that no link knows, and where
 * something was left unpaired before. null = nothing of the kind; a quiet cycle asks nobody for that.
 */
export async function findStrangers<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
): Promise<Strangers | null> {
  const isAnywhereComplete = feed.complete.erp || feed.complete.exchange;
  const isLeft = await bringUpLeft(work, feed);
  const named = isAnywhereComplete || isLeft ? feed.items : onlyMarked(work, feed);
  if (!isAnywhereComplete && named.size === 0) return null;
  if (isFirstOfOneSide(work, feed)) return null;
  const items = await unlinkedItems(work, named, interrupted);
  const marked = marksOf(work, items);
  if (!isAnywhereComplete && !isLeft && marked.size === 0) return null;
  const records = await unlinkedRecords(work, feed.records, interrupted);
  if (items.size + records.size === 0) return null;
  const some = { records, items, marked, buried: [] };
  const isSearched = [...marked.values()].some(({ key }) => tailOf(key) !== null);
  const isWhole = feed.complete.erp && feed.complete.exchange;
  if (isSearched || (isAnywhereComplete && !isWhole)) return wholeOf(work, feed, interrupted, some);
  return some;
}

function onlyMarked<S extends Shapes>(
  work: PairWork<S>,
  { items }: Feed,
): ReadonlyMap<string, ItemNews> {
  return new Map([...items].filter(([, news]) => ownMark(work, news) !== null));
}

/** The first sync with an empty mailbox, or with an empty ERP: there is no other half to be found. */
function isFirstOfOneSide<S extends Shapes>(work: PairWork<S>, feed: Feed): boolean {
  const { complete, records, items } = feed;
  if (!complete.erp || !complete.exchange) return false;
  return items.size === 0 || (records.size === 0 && onlyMarked(work, feed).size === 0);
}

/** A side that the feed named only in part may hold the other half of anything: it is enumerated by name. */
async function wholeOf<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
  some: Strangers,
): Promise<Strangers> {
  const all = await work.erp.changesSince(work.pair.employeeId, null, work.signal);
  const named = new Map<string, RecordNews>();
  const buried: string[] = [];
  for (const change of all.changes) {
    if (change.kind === 'seen') named.set(change.id, change);
    else if (change.birth !== null) buried.push(change.birth);
  }
  const records = feed.complete.erp
    ? some.records
    : await unlinkedRecords(work, named, interrupted);
  const isExchangeAsked = feed.complete.erp && !feed.complete.exchange && records.size > 0;
  if (!isExchangeAsked) return { ...some, records, buried };
  const items = await unlinkedItems(work, await enumerateItems(work), interrupted);
  return { records, items, marked: marksOf(work, items), buried };
}

/** A link that ended counts: what was kept on purpose does not come back by another way (rule 22). */
async function unlinkedRecords<S extends Shapes>(
  work: PairWork<S>,
  named: ReadonlyMap<string, RecordNews>,
  { waiting }: Interrupted,
): Promise<ReadonlyMap<string, RecordNews>> {
  const there = new Map(
    [...named].filter(([id, { kind }]) => (kind === 'seen' || kind === 'ask') && !waiting.has(id)),
  );
  const left = new Map<string, RecordNews>();
  for (const asked of inChunks([...there.keys()])) {
    const { recordIds } = await work.store.unlinked(work.pair.id, { recordIds: asked });
    for (const id of recordIds) left.set(id, there.get(id) ?? { kind: 'ask' });
  }
  return left;
}

/**
 * Neither by its id nor by its mark. Private ones that are left out take no part and are not even read, but for our own: by
 * their marks alone they find back to their records, which would else be made beside them.
 */
async function unlinkedItems<S extends Shapes>(
  work: PairWork<S>,
  named: ReadonlyMap<string, ItemNews>,
  { open }: Interrupted,
): Promise<ReadonlyMap<string, ItemNews>> {
  const { leavePrivateOut } = work.pair.policy;
  const creating = new Set(open.filter(({ what }) => what === 'create').map(({ key }) => key));
  const isOurs = ([, news]: readonly [string, ItemNews]): boolean => {
    if (news.kind === 'vanished') return false;
    const mark = ownMark(work, news);
    if (mark !== null) return !creating.has(mark.key);
    return !(news.kind === 'seen' && leavePrivateOut && news.isPrivate === true);
  };
  const left = new Map<string, ItemNews>();
  for (const some of inChunks([...named].filter(isOurs))) {
    const keyOf = new Map(some.map(([id, news]) => [id, ownMark(work, news)?.key ?? null]));
    const keys = [...new Set([...keyOf.values()].filter((key) => key !== null))];
    const names = { itemIds: some.map(([id]) => id), keys };
    const unlinked = await work.store.unlinked(work.pair.id, names);
    const unknownKeys = new Set(unlinked.keys);
    for (const id of unlinked.itemIds) {
      const key = keyOf.get(id) ?? null;
      if (key === null || unknownKeys.has(key)) left.set(id, named.get(id) ?? { kind: 'ask' });
    }
  }
  return left;
}

function marksOf<S extends Shapes>(
  work: PairWork<S>,
  items: ReadonlyMap<string, ItemNews>,
): ReadonlyMap<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const [id, news] of items) {
    const mark = ownMark(work, news);
    if (mark !== null) marks.set(id, mark);
  }
  return marks;
}

function ownMark<S extends Shapes>(work: PairWork<S>, news: ItemNews): Mark | null {
  const mark = news.kind === 'seen' ? parseMark(news.mark) : null;
  return mark?.owner === work.pair.id ? mark : null;
}

/**
 * What was left unpaired before, several things that were alike or an item whose record was not found: when one of them
 * comes up, all of them are looked at, with their marks.
 */
async function bringUpLeft<S extends Shapes>(work: PairWork<S>, feed: Feed): Promise<boolean> {
  const { since, records, items } = feed;
  const left = since.parked.filter(
    ({ reason, kind }) => kind === 'rejected' && LEFT_BY_US.has(reason),
  );
  if (!left.some(({ side, id }) => (side === 'erp' ? records : items).has(id))) return false;
  for (const { side, id } of left) {
    const news: Map<string, RecordNews | ItemNews> = side === 'erp' ? records : items;
    if (!news.has(id)) news.set(id, { kind: 'ask' });
  }
  await identify(
    work,
    feed,
    left.filter(({ side }) => side === 'exchange').map(({ id }) => id),
  );
  return true;
}

const CHUNK = 1_000;

function inChunks<T>(all: readonly T[]): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += CHUNK) chunks.push(all.slice(at, at + CHUNK));
  return chunks;
}
