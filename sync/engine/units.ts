import { parseMark } from '../ports/mark.js';
import type { Mark } from '../ports/mark.js';
import type { Link } from '../ports/store.js';
import { isAside } from './aside.js';
import { copiesOfBuried } from './copies.js';
import type { Interrupted } from './recover.js';
import type { Feed } from './feed.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { ItemNews, Unit } from './unit.js';

const UNITS_PER_BATCH = 200;

/**
 * The feed as units, in batches: first all records with their items, then the items that are left. A cycle never
 * holds more than one batch of read records and items, so memory does not grow with the mailbox.
 */
export async function* unitsOf<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
): AsyncGenerator<readonly Unit[]> {
  const taken = new Set<string>();
  for (const ids of chunks([...feed.records.keys()])) {
    const units = await withoutOthers(
      work,
      await unitsOfRecords(work, feed, ids, interrupted),
      'item',
    );
    for (const unit of units) if (unit.itemId !== null) taken.add(unit.itemId);
    const touched = units.filter((unit) => work.anew !== undefined || isTouched(unit, feed));
    if (touched.length > 0) yield touched;
  }
  for (const ids of chunks(itemsInOrder(feed))) {
    const left = ids.filter((id) => !taken.has(id));
    const units = await withoutOthers(
      work,
      await unitsOfItems(work, feed, left, interrupted),
      'record',
    );
    const touched = units.filter((unit) => isTouched(unit, feed));
    if (touched.length > 0) yield touched;
  }
}

/** What interrupted writes to a link mean for its unit. */
export function openOf(
  link: Link | null,
  interrupted: Interrupted,
): Pick<Unit, 'open' | 'cameToNothing' | 'ledTo' | 'made' | 'landedVersion'> {
  if (link === null) return { open: [], landedVersion: null };
  return {
    open: interrupted.openOf.get(link.id) ?? [],
    cameToNothing: interrupted.cameToNothing,
    ledTo: interrupted.ledTo,
    made: interrupted.made.get(link.id),
    landedVersion: interrupted.landed.get(link.id) ?? null,
  };
}

/** Vanished ones first: the new place of a moved item is then known before the item itself comes up. */
function itemsInOrder(feed: Feed): string[] {
  const isVanished = (id: string): boolean => feed.items.get(id)?.kind === 'vanished';
  const ids = [...feed.items.keys()];
  return [...ids.filter(isVanished), ...ids.filter((id) => !isVanished(id))];
}

function chunks(ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let at = 0; at < ids.length; at += UNITS_PER_BATCH)
    parts.push(ids.slice(at, at + UNITS_PER_BATCH));
  return parts;
}

async function unitsOfRecords<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  recordIds: readonly string[],
  interrupted: Interrupted,
): Promise<Unit[]> {
  const found = await work.store.links(work.pair.id, { recordIds });
  const links = preferAlive(await withRightBirth(work, found), (l) => l.recordId);
  return recordIds.map((recordId) => {
    const link = links.get(recordId) ?? null;
    const itemId = link === null || link.itemId === '' ? null : link.itemId;
    const itemNews = itemId === null ? null : (feed.items.get(itemId) ?? null);
    const recordNews = feed.records.get(recordId) ?? null;
    const mark = markOf(work, itemNews);
    return { link, recordId, recordNews, itemId, itemNews, mark, ...openOf(link, interrupted) };
  });
}

async function unitsOfItems<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  itemIds: readonly string[],
  interrupted: Interrupted,
): Promise<Unit[]> {
  if (itemIds.length === 0) return [];
  await identify(work, feed, itemIds);
  const marks = new Map(itemIds.map((id) => [id, markOf(work, feed.items.get(id) ?? null)]));
  const keys = [...marks.values()].flatMap((mark) => (mark === null ? [] : [mark.key]));
  const found = await work.store.links(work.pair.id, { itemIds, keys });
  const byItem = preferAlive(found, (link) => link.itemId);
  const byKey = preferAlive(found, (link) => link.key);
  const units = itemIds.map((itemId) => {
    const mark = marks.get(itemId) ?? null;
    const link = byItem.get(itemId) ?? (mark === null ? undefined : byKey.get(mark.key)) ?? null;
    const recordId = link === null || link.recordId === '' ? null : link.recordId;
    const recordNews = recordId === null ? null : (feed.records.get(recordId) ?? null);
    const itemNews = feed.items.get(itemId) ?? null;
    const both = { recordId, recordNews, itemId, itemNews, isByItem: true } as const;
    return { link, ...both, mark, ...openOf(link, interrupted) };
  });
  const copies = await copiesOfBuried(work, units);
  return onePerLink(
    units.map((unit) => (copies.has(unit.itemId) ? { ...unit, isCopyOfBuried: true } : unit)),
    feed,
  );
}

/**
 * An ended link remembers what it led to, but that may be in another, live link by now: then it is none of this
 * unit's business.
 */
async function withoutOthers<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  side: 'record' | 'item',
): Promise<readonly Unit[]> {
  const ended = units.map(endedLink).filter((link) => link !== null);
  if (ended.length === 0) return units;
  const idOf = (link: Link): string => (side === 'record' ? link.recordId : link.itemId);
  const ids = ended.map(idOf);
  const others = await work.store.links(
    work.pair.id,
    side === 'record' ? { recordIds: ids } : { itemIds: ids },
  );
  const taken = new Set(others.filter((link) => link.ended === null).map(idOf));
  return units.map((unit) => {
    const link = endedLink(unit);
    if (link === null || !taken.has(idOf(link))) return unit;
    return side === 'record'
      ? { ...unit, recordId: null, recordNews: null }
      : { ...unit, itemId: null, itemNews: null };
  });
}

function endedLink({ link }: Unit): Link | null {
  return link?.ended === null ? null : link;
}

/** Items that are merely owed have no mark yet; without it a moved item would pass for a stranger and be doubled. */
export async function identify<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  itemIds: readonly string[],
): Promise<void> {
  const asked = itemIds.filter((id) => feed.items.get(id)?.kind === 'ask');
  if (asked.length === 0) return;
  const answers = await work.exchange.read(work.pair.mailbox, asked, work.signal);
  answers.forEach((answer, index) => {
    const id = asked[index];
    if (id === undefined || !answer.ok) return;
    const { ref, mark, folderId } = answer.value;
    // ids stay readable in Deleted Items: such an item is not in its place any more
    const isInPlace = folderId === null || work.pair.folders.includes(folderId);
    feed.items.set(
      id,
      isInPlace
        ? { kind: 'seen', ref, mark, isPrivate: null, wasAsked: true }
        : { kind: 'vanished' },
    );
  });
}

/**
 * A link is worked on once in a batch. An item in its own place comes before the same one in a new place, and that
 * before the news that it left; what else carries the link's mark, copies for instance, is for the next cycle.
 */
function onePerLink(units: readonly Unit[], feed: Feed): Unit[] {
  const best = new Map<string, Unit>();
  for (const unit of units) {
    if (!isForOne(unit)) continue;
    const other = best.get(unit.link.id);
    if (!other || nearness(unit) < nearness(other)) best.set(unit.link.id, unit);
  }
  return units.filter((unit) => {
    if (!isForOne(unit) || best.get(unit.link.id) === unit) return true;
    if (unit.itemNews?.kind === 'seen')
      feed.later.push({ side: 'exchange', id: unit.itemNews.ref.id });
    return false;
  });
}

function isForOne(unit: Unit): unit is Unit & { readonly link: Link } {
  if (unit.isCopyOfBuried === true) return false;
  return unit.link !== null && (unit.link.ended === null || isAside(unit.link));
}

function nearness({ link, itemId, itemNews, mark }: Unit): number {
  if (itemNews?.kind !== 'seen') return 3;
  if (itemId === link?.itemId) return 0;
  return mark?.attempt === link?.attempt ? 1 : 2;
}

/** A mark of another pair leaked here with a meeting: not ours (rule 14). */
function markOf<S extends Shapes>(work: PairWork<S>, news: ItemNews | null): Mark | null {
  const mark = news?.kind === 'seen' ? parseMark(news.mark) : null;
  return mark?.owner === work.pair.id ? mark : null;
}

/** Of several ended links to one id the one that led to the record that has it now comes first (rule 14). */
async function withRightBirth<S extends Shapes>(
  work: PairWork<S>,
  links: readonly Link[],
): Promise<readonly Link[]> {
  const counts = new Map<string, number>();
  for (const { recordId } of links) counts.set(recordId, (counts.get(recordId) ?? 0) + 1);
  const isEnded = ({ recordId }: Link): boolean =>
    !links.some((other) => other.recordId === recordId && other.ended === null);
  const unsure = links.filter((link) => (counts.get(link.recordId) ?? 0) > 1 && isEnded(link));
  const ids = [...new Set(unsure.map(({ recordId }) => recordId))];
  if (ids.length === 0) return links;
  const answers = await work.erp.read(work.pair.employeeId, ids, work.signal);
  const births = new Set(answers.flatMap((one) => (one.ok ? [one.value.birth] : [])));
  const isRight = ({ recordBirth }: Link): boolean => births.has(recordBirth);
  return [...links.filter(isRight), ...links.filter((link) => !isRight(link))];
}

/**
 * Of several links the live one; of several that ended the last one, in whatever order the store tells them: only what was
 * deleted, or taken back, ever gives way to another link.
 */
function preferAlive(links: readonly Link[], by: (link: Link) => string): Map<string, Link> {
  const best = new Map<string, Link>();
  for (const link of links) {
    const other = best.get(by(link));
    if (!other || lateness(link) > lateness(other)) best.set(by(link), link);
  }
  return best;
}

function lateness({ ended }: Link): number {
  if (ended === null) return 3;
  if (ended === 'putBack') return 0;
  return ended === 'deletedEverywhere' ? 1 : 2;
}

/** All that is new of what was refused is the state in which the refused write itself has left the item. */
function isEchoOfRefused(
  { link, recordId, recordNews, itemId, itemNews }: Unit,
  { resting }: Feed,
): boolean {
  if (!resting.has(recordId ?? '') && !resting.has(itemId ?? '')) return false;
  if (recordNews !== null || itemNews?.kind !== 'seen' || itemNews.wasAsked === true) return false;
  return itemNews.ref.id === link?.itemId && itemNews.ref.version === link.itemVersion;
}

/** An echo of our own write, and a link of which neither side moved, need not be read again (protocol fact 16). */
function isTouched(unit: Unit, feed: Feed): boolean {
  const { link, recordNews, itemNews, open } = unit;
  const { since } = feed;
  if (link === null) return itemNews?.kind !== 'vanished' || recordNews !== null;
  if (isEchoOfRefused(unit, feed)) return false;
  if (open.length > 0 || link.recordVersion === '' || link.itemVersion === '') return true;
  if (
    recordNews !== null &&
    !(recordNews.kind === 'seen' && recordNews.version === link.recordVersion)
  ) {
    return true;
  }
  // made and deleted again after a cycle that died: the feed tells net changes, and says nothing of such an item
  if (itemNews === null) return since.isUnfinished && recordNews !== null;
  if (itemNews.kind !== 'seen' || itemNews.wasAsked === true) return true;
  return itemNews.ref.id !== link.itemId || itemNews.ref.version !== link.itemVersion;
}
