import { Untranslatable } from '../../mappings/translation.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import type { ItemFound, ItemSeen } from '../ports/exchange.js';
import type { Answer } from '../ports/failure.js';
import { parseMark } from '../ports/mark.js';
import { shownAs } from './shown.js';
import type { Shown } from './merge.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Unit } from './units.js';

/** How the ERP's side of a unit stands. */
export type RecordSight<S extends Shapes> =
  | { readonly kind: 'none' } // the unit has no record
  | {
      readonly kind: 'there';
      readonly seen: RecordSeen<S['record']>;
      readonly shown: Shown<S['value']>;
    }
  /** Proven: deleted, or the employee taken out of it. `idReused`: another record has the id now. */
  | { readonly kind: 'removed'; readonly idReused: boolean }
  | { readonly kind: 'missing' } // not there, and no proof that it was deleted
  | { readonly kind: 'outOfScope'; readonly why: 'filter' | 'private'; readonly version: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'unknown' }; // could not be read now; the next cycle asks again

/** How the mailbox's side of a unit stands. */
export type ItemSight<S extends Shapes> =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'there';
      readonly seen: ItemSeen<S['item']>;
      readonly shown: Shown<S['value']>;
    }
  | { readonly kind: 'deleted' } // proven: it lies in a deleted-items folder
  | { readonly kind: 'elsewhere' } // dragged to another folder
  | { readonly kind: 'missing' } // nowhere: archived, purged, or no rights any more
  | { readonly kind: 'outOfScope'; readonly why: 'private'; readonly version: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'unknown' };

/** A unit with both of its sides as they are now. */
export interface Observed<S extends Shapes> {
  readonly unit: Unit;
  /** The salt of all fingerprints in here; '' where there is no link, and nothing to compare with. */
  readonly linkId: string;
  readonly record: RecordSight<S>;
  readonly item: ItemSight<S>;
  /** True where the item is a person's copy of a linked one: its mark belongs to the original (rule 8). */
  readonly isCopy: boolean;
  /** True where the item is one of ours that was made twice (rule 8). */
  readonly isTwin: boolean;
}

/** Reads both sides of a batch of units, whatever it was that made us look (design: "what is true now"). */
export async function observe<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<readonly Observed<S>[]> {
  const records = await readRecordsOf(work, units);
  const gone = await placesOf(work, units.filter(isSuspect));
  const items = await readItemsOf(work, units, gone);
  const strays = units.filter((unit) => isElsewhere(work, unit, items));
  const places = new Map([...gone, ...(await placesOf(work, strays))]);
  const originals = await originalsThere(work, units);
  return units.map((unit) => observeUnit(work, unit, { records, places, items, originals }));
}

interface Readings<S extends Shapes> {
  readonly records: ReadonlyMap<string, Answer<RecordSeen<S['record']>>>;
  readonly places: ReadonlyMap<string, ItemFound | null>;
  readonly items: ReadonlyMap<string, Answer<ItemSeen<S['item']>>>;
  readonly originals: ReadonlySet<string>;
}

function observeUnit<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  readings: Readings<S>,
): Observed<S> {
  const isForeign = isOtherItemOfLink(unit);
  const isTwin = isForeign && unit.mark !== null && unit.mark.attempt !== unit.link?.attempt;
  const isCopy = isForeign && unit.link?.ended === null && readings.originals.has(unit.link.itemId);
  const linkId = (isCopy && !isTwin) || unit.link === null ? '' : unit.link.id;
  const record = isCopy ? { kind: 'none' as const } : recordSight(work, unit, linkId, readings);
  const item = itemSight(work, unit, linkId, record, readings);
  return { unit, linkId, record, item, isCopy: isCopy && !isTwin, isTwin: isCopy && isTwin };
}

function recordSight<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  linkId: string,
  readings: Readings<S>,
): RecordSight<S> {
  if (unit.recordId === null) return { kind: 'none' };
  const answer = readings.records.get(unit.recordId);
  if (!answer) return { kind: 'unknown' };
  if (!answer.ok) {
    return answer.failure.kind === 'gone' ? goneRecord(unit) : { kind: 'unknown' };
  }
  const seen = answer.value;
  // the id was given to another record: ours is gone, and the new one comes up as a unit of its own
  if (unit.link?.ended === null && seen.birth !== unit.link.recordBirth) {
    return { kind: 'removed', idReused: true };
  }
  if (!seen.isInScope) return { kind: 'outOfScope', why: 'filter', version: seen.version };
  return readable(() => {
    const value = work.kind.fromErp(seen.record, work.translation);
    if (work.pair.policy.leavePrivateOut && work.kind.isPrivate(value)) {
      return { kind: 'outOfScope', why: 'private', version: seen.version };
    }
    return { kind: 'there', seen, shown: shownAs(work, linkId, value) };
  });
}

/**
 * A record that is not there. A tombstone proves a deletion, and so does a removal of ours that was planned from one and
 * is not done yet. One that went after the feed was read will have its
 * tombstone in the next feed; one that was already owed, or that a complete enumeration left out, will not.
 */
function goneRecord<S extends Shapes>({ link, recordNews, open }: Unit): RecordSight<S> {
  const wasProven = open.some(({ what, side }) => what === 'remove' && side === 'exchange');
  if (recordNews?.kind === 'removed' || wasProven) return { kind: 'removed', idReused: false };
  if (link?.ended !== null) return { kind: 'none' };
  const isUnproven = recordNews?.kind === 'missing' || recordNews?.kind === 'ask';
  return { kind: isUnproven ? 'missing' : 'unknown' };
}

/** An item that cannot be read by its id. What moved between feed and reading shows in the next feed. */
function goneItem<S extends Shapes>({ link, itemNews }: Unit): ItemSight<S> {
  if (link?.ended !== null) return { kind: 'none' };
  return { kind: itemNews?.kind === 'ask' ? 'missing' : 'unknown' };
}

function itemSight<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  linkId: string,
  record: RecordSight<S>,
  readings: Readings<S>,
): ItemSight<S> {
  if (unit.itemId === null) return { kind: 'none' };
  if (isFilteredPrivate(work, unit)) {
    const version = unit.itemNews?.kind === 'seen' ? unit.itemNews.ref.version : '';
    return { kind: 'outOfScope', why: 'private', version };
  }
  const place = readings.places.get(unit.itemId);
  if (place === null) return { kind: 'missing' };
  if (place?.place === 'deleted') return { kind: 'deleted' };
  if (place?.place === 'elsewhere') return { kind: 'elsewhere' };
  const answer = readings.items.get(place?.ref.id ?? unit.itemId);
  if (!answer) return unit.link?.ended === null ? { kind: 'unknown' } : { kind: 'none' };
  if (!answer.ok) return answer.failure.kind === 'gone' ? goneItem(unit) : { kind: 'unknown' };
  return readable(() => {
    const seen = answer.value;
    const value = work.kind.fromExchange(seen.item, work.translation);
    if (work.pair.policy.leavePrivateOut && work.kind.isPrivate(value)) {
      return { kind: 'outOfScope', why: 'private', version: seen.ref.version };
    }
    const like = record.kind === 'there' ? record.shown : undefined;
    return { kind: 'there', seen, shown: shownAs(work, linkId, value, like) };
  });
}

/** A value that cannot be read parks its record; it never stops the rest, and never looks like an empty one. */
function readable<T>(read: () => T): T | { readonly kind: 'unreadable'; readonly reason: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Untranslatable) return { kind: 'unreadable', reason: error.message };
    if (error instanceof UnreadableValue) {
      return { kind: 'unreadable', reason: `a value is not a usable ${error.what}` };
    }
    throw error;
  }
}

function isFilteredPrivate<S extends Shapes>(work: PairWork<S>, unit: Unit): boolean {
  return (
    work.pair.policy.leavePrivateOut &&
    unit.itemNews?.kind === 'seen' &&
    unit.itemNews.isPrivate === true
  );
}

/** An item that carries the mark of a link whose item is another one: a copy, a twin, or the same one moved. */
function isOtherItemOfLink(unit: Unit): boolean {
  return unit.link !== null && unit.itemId !== null && unit.itemId !== unit.link.itemId;
}

async function readRecordsOf<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<ReadonlyMap<string, Answer<RecordSeen<S['record']>>>> {
  const ids = [
    ...new Set(units.flatMap((unit) => (unit.recordId === null ? [] : [unit.recordId]))),
  ];
  if (ids.length === 0) return new Map();
  const answers = await work.erp.read(work.pair.employeeId, ids, work.signal);
  return byId(ids, answers);
}

/**
 * Vanished from its folder, or merely owed: an owed id stays readable in Deleted Items, and must not pass for an item
 * in its place.
 */
function isSuspect({ link, itemNews }: Unit): boolean {
  return link?.ended === null && (itemNews?.kind === 'vanished' || itemNews?.kind === 'ask');
}

/** Read by its id, and not in a folder of the pair. */
function isElsewhere<S extends Shapes>(
  work: PairWork<S>,
  { link, itemId }: Unit,
  items: ReadonlyMap<string, Answer<ItemSeen<S['item']>>>,
): boolean {
  const answer = itemId === null ? undefined : items.get(itemId);
  if (link?.ended !== null || !answer?.ok) return false;
  const { folderId } = answer.value;
  return folderId !== null && !work.pair.folders.includes(folderId);
}

/** Where linked items that left their place are now (rule 5); null = nowhere. */
async function placesOf<S extends Shapes>(
  work: PairWork<S>,
  vanished: readonly Unit[],
): Promise<ReadonlyMap<string, ItemFound | null>> {
  const places = new Map<string, ItemFound | null>();
  const [folderId] = work.pair.folders;
  if (vanished.length === 0 || folderId === undefined) return places;
  const keys = vanished.flatMap((unit) => (unit.link === null ? [] : [unit.link.key]));
  const { mailbox } = work.pair;
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const owners = await ownersOf(work, found);
  for (const unit of vanished) {
    const place = nearest(work, unit, found, owners);
    const isUnmarked = place === null && unit.itemNews?.kind === 'ask';
    if (unit.itemId !== null && !isUnmarked) places.set(unit.itemId, place);
  }
  return places;
}

/** Which live link each found item belongs to: a copy that is linked already may still carry the original's mark. */
async function ownersOf<S extends Shapes>(
  work: PairWork<S>,
  found: readonly ItemFound[],
): Promise<ReadonlyMap<string, string>> {
  if (found.length === 0) return new Map();
  const itemIds = found.map(({ ref }) => ref.id);
  const links = await work.store.links(work.pair.id, { itemIds });
  return new Map(links.filter((link) => link.ended === null).map((link) => [link.itemId, link.id]));
}

const NEAREST: readonly ItemFound['place'][] = ['inFolder', 'elsewhere', 'deleted'];

/** Still in the folder beats elsewhere beats deleted: copies that people made can lie in several places. */
function nearest<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  found: readonly ItemFound[],
  owners: ReadonlyMap<string, string>,
): ItemFound | null {
  const ours = found.filter((candidate) => {
    const mark = parseMark(candidate.mark);
    const owner = owners.get(candidate.ref.id) ?? unit.link?.id;
    return owner === unit.link?.id && mark?.key === unit.link?.key && mark?.owner === work.pair.id;
  });
  const sorted = ours.sort((a, b) => NEAREST.indexOf(a.place) - NEAREST.indexOf(b.place));
  return sorted[0] ?? null;
}

async function readItemsOf<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  places: ReadonlyMap<string, ItemFound | null>,
): Promise<ReadonlyMap<string, Answer<ItemSeen<S['item']>>>> {
  const ids = new Set<string>();
  for (const unit of units) {
    if (unit.itemId === null || isFilteredPrivate(work, unit)) continue;
    const place = places.get(unit.itemId);
    if (place === undefined && unit.itemNews?.kind !== 'vanished') ids.add(unit.itemId);
    if (place?.place === 'inFolder') ids.add(place.ref.id);
  }
  if (ids.size === 0) return new Map();
  const list = [...ids];
  return byId(list, await work.exchange.read(work.pair.mailbox, list, work.signal));
}

/** Which of the originals of marked strangers are still in their place: then the stranger is a copy. */
async function originalsThere<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<ReadonlySet<string>> {
  const strangers = units.filter((unit) => isOtherItemOfLink(unit) && unit.link?.ended === null);
  const ids = [...new Set(strangers.flatMap((unit) => (unit.link ? [unit.link.itemId] : [])))];
  if (ids.length === 0) return new Set();
  const answers = await work.exchange.read(work.pair.mailbox, ids, work.signal);
  return new Set(
    ids.filter((_, index) => {
      const answer = answers[index];
      if (!answer?.ok) return false;
      const { folderId } = answer.value;
      return folderId === null || work.pair.folders.includes(folderId);
    }),
  );
}

function byId<T>(ids: readonly string[], answers: readonly Answer<T>[]): Map<string, Answer<T>> {
  const map = new Map<string, Answer<T>>();
  ids.forEach((id, index) => {
    const answer = answers[index];
    if (answer) map.set(id, answer);
  });
  return map;
}
