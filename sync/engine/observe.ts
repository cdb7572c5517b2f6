import { Untranslatable } from '../../mappings/translation.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import type { ItemFound, ItemSeen } from '../ports/exchange.js';
import type { Answer, ConnectorFailure } from '../ports/failure.js';
import { GOING } from '../ports/mark.js';
import { copiesOfDeleted, isOtherItemOfLink, originalsThere } from './copies.js';
import { meetingSights } from './meetings/meeting-sights.js';
import type { MeetingSights } from './meetings/meeting-sights.js';
import type { ItemSight, Observed, RecordSight } from './sights.js';
import { isLeftOutUnread } from './privacy.js';
import { placesOf } from './places.js';
import { putBacksOf } from './terms/put-back.js';
import { hasLeftByCategory } from './terms/scope.js';
import { shownAs } from './shown.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Unit } from './unit.js';

/** Reads both sides of a batch of units, whatever it was that made us look (design: "what is true now"). */
export async function observe<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<readonly Observed<S>[]> {
  const records = await readRecordsOf(work, units);
  const gone = await placesOf(work, units.filter(isSuspect));
  const items = await readItemsOf(work, units, gone);
  const strays = units.filter(
    (unit) => gone.get(unit.itemId ?? '')?.place !== 'deleted' && isElsewhere(work, unit, items),
  );
  const places = new Map([...gone, ...(await placesOf(work, strays))]);
  const originals = await originalsThere(work, units);
  const copies = await copiesOfDeleted(work, units);
  const putBacks = await putBacksOf(work, units);
  const meetings = await meetingSights(work, units, { places, items });
  const readings = { records, places, items, originals, copies, putBacks, meetings };
  return units.map((unit) => observeUnit(work, unit, readings));
}

interface Readings<S extends Shapes> {
  readonly records: ReadonlyMap<string, Answer<RecordSeen<S['record']>>>;
  readonly places: ReadonlyMap<string, ItemFound | null>;
  readonly items: ReadonlyMap<string, Answer<ItemSeen<S['item']>>>;
  readonly originals: ReadonlySet<string>;
  readonly copies: ReadonlySet<string>;
  readonly putBacks: (unit: Unit) => number;
  readonly meetings: MeetingSights;
}

function observeUnit<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  readings: Readings<S>,
): Observed<S> {
  const isForeign = isOtherItemOfLink(unit);
  const isOtherAttempt = unit.mark !== null && unit.mark.attempt !== unit.link?.attempt;
  const isAlive = unit.link?.ended === null;
  const isTwin = isForeign && isAlive && isOtherAttempt && unit.mark.attempt !== GOING;
  const { originals, copies } = readings;
  const isLeft = originals.has(unit.link?.itemId ?? '') || unit.isCopyOfBuried === true;
  const isCopy = isForeign && (isLeft || copies.has(unit.itemId ?? ''));
  const linkId = (isCopy && !isTwin) || unit.link === null ? '' : unit.link.id;
  const record = isCopy ? { kind: 'none' as const } : recordSight(work, unit, linkId, readings);
  const item = itemSight(work, unit, linkId, record, readings);
  const which = { isCopy: isCopy && !isTwin, isTwin: isCopy && isTwin };
  const { meetings } = readings;
  const meeting = {
    isRecreated: meetings.isRecreated(unit),
    hasDeclined: meetings.hasDeclined(unit),
  };
  return { unit, linkId, record, item, ...which, ...meeting, putBacks: readings.putBacks(unit) };
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
    return answer.failure.kind === 'gone'
      ? goneRecord(unit)
      : unreadBecauseOf(answer.failure, work);
  }
  const seen = answer.value;
  // the id was given to another record: ours is gone, and the new one comes up as a unit of its own
  if (unit.link?.ended === null && seen.birth !== unit.link.recordBirth) {
    return { kind: 'removed', idReused: true };
  }
  if (isAnotherRecord(unit, seen)) return { kind: 'none' };
  if (!seen.isInScope) return { kind: 'outOfScope', why: 'filter', version: seen.version };
  if (isLeftOutUnread(work, work.kind.recordFacts(seen.record))) {
    return { kind: 'outOfScope', why: 'private', version: seen.version };
  }
  return readable(work.pair.policy.language, () => {
    const value = work.kind.fromErp(seen.record, work.translation);
    return { kind: 'there', seen, shown: shownAs(work, linkId, value) };
  });
}

/** The item's own record has gone, and its id lives on: that one comes up by itself. */
function isAnotherRecord<S extends Shapes>(
  { link, isByItem }: Unit,
  { birth }: RecordSeen<S['record']>,
): boolean {
  return isByItem === true && link !== null && link.recordBirth !== birth;
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
  if (place?.place === 'deleted')
    return deletedItem(work, linkId, readings.items.get(place.ref.id));
  if (place?.place === 'elsewhere') return { kind: 'elsewhere' };
  const answer = readings.items.get(place?.ref.id ?? unit.itemId);
  if (!answer) return unit.link?.ended === null ? { kind: 'unknown' } : { kind: 'none' };
  if (!answer.ok) {
    if (answer.failure.kind === 'gone') return goneItem(unit);
    // set aside, the proof that its record was deleted would be lost: the log says so once
    if (unit.recordNews?.kind === 'removed') return { kind: 'unknown' };
    return unreadBecauseOf(answer.failure, work);
  }
  const seen = answer.value;
  // the end of a link may name it where it lies since: from there it does not take part
  if (isRetired(unit) && liesOutside(work, seen)) return { kind: 'elsewhere' };
  if (isLeftOutUnread(work, work.kind.itemFacts(seen.item))) {
    return { kind: 'outOfScope', why: 'private', version: seen.ref.version };
  }
  return readable(work.pair.policy.language, () => {
    if (hasLeftByCategory(work, unit, seen.item)) {
      return { kind: 'outOfScope', why: 'category', version: seen.ref.version };
    }
    const value = work.kind.fromExchange(seen.item, work.translation);
    const like = record.kind === 'there' ? record.shown : undefined;
    return { kind: 'there', seen, shown: shownAs(work, linkId, value, like) };
  });
}

function deletedItem<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  answer: Answer<ItemSeen<S['item']>> | undefined,
): ItemSight<S> {
  if (answer?.ok !== true) return { kind: 'deleted' };
  const { item } = answer.value;
  if (isLeftOutUnread(work, work.kind.itemFacts(item))) return { kind: 'deleted' };
  const shown = readable(work.pair.policy.language, () =>
    shownAs(work, linkId, work.kind.fromExchange(item, work.translation)),
  );
  return 'base' in shown ? { kind: 'deleted', last: shown.base } : { kind: 'deleted' };
}

/** Deleted while nobody knows whether a write of ours had reached it: what it shows where it lies tells. */
function isToldByRest({ open }: Unit): boolean {
  return open.some(({ side, what }) => side === 'exchange' && what === 'update');
}

const UNUSABLE = {
  de: (what: string) => `Ein Wert ist nicht brauchbar (${what}).`,
  en: (what: string) => `A value is not a usable ${what}.`,
};

/** What a side refuses to hand over is parked with its reason; anything else is asked for again in the next cycle. */
function unreadBecauseOf<S extends Shapes>(
  failure: ConnectorFailure,
  { pair }: PairWork<S>,
): { readonly kind: 'unreadable'; readonly reason: string } | { readonly kind: 'unknown' } {
  if (failure.kind !== 'rejected') return { kind: 'unknown' };
  return {
    kind: 'unreadable',
    reason: failure.sentence?.[pair.policy.language] ?? failure.message,
  };
}

/** A value that cannot be read parks its record; it never stops the rest, and never looks like an empty one. */
function readable<T>(
  language: 'de' | 'en',
  read: () => T,
): T | { readonly kind: 'unreadable'; readonly reason: string } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Untranslatable)
      return { kind: 'unreadable', reason: error.sentence[language] };
    if (error instanceof UnreadableValue) {
      return { kind: 'unreadable', reason: UNUSABLE[language](error.what) };
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
  return link?.ended === null && answer?.ok === true && liesOutside(work, answer.value);
}

function liesOutside<S extends Shapes>(
  { pair }: PairWork<S>,
  { folderId }: ItemSeen<S['item']>,
): boolean {
  return folderId !== null && !pair.folders.includes(folderId);
}

function isRetired({ link }: Unit): boolean {
  return link !== null && link.ended !== null;
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
    if (place?.place === 'deleted' && isToldByRest(unit)) ids.add(place.ref.id);
  }
  if (ids.size === 0) return new Map();
  const list = [...ids];
  return byId(list, await work.exchange.read(work.pair.mailbox, list, work.signal));
}

function byId<T>(ids: readonly string[], answers: readonly Answer<T>[]): Map<string, Answer<T>> {
  const map = new Map<string, Answer<T>>();
  ids.forEach((id, index) => {
    const answer = answers[index];
    if (answer) map.set(id, answer);
  });
  return map;
}
