import { isDeepStrictEqual } from 'node:util';
import { localDay, occurrenceTimes, seriesClock } from './calendar.js';
import type { SeriesClock } from './calendar.js';
import { ExchangeError } from './failure.js';
import { Expansion } from './recurrence.js';
import type { ItemProperties, Recurrence } from './properties.js';
import type { OccurrenceException, StoredItem } from './stored-item.js';
import { DAY } from './zones.js';

/** One occurrence of a series as it stands now, its exception applied. */
export interface Occurrence {
  /** Counted from 1; deleted ones keep their number (fact 50). */
  readonly index: number;
  /** The local day on which the pattern has it; days since 1970. */
  readonly day: number;
  readonly originalStart: number;
  readonly start: number;
  readonly end: number;
  readonly exception: OccurrenceException | null;
}

export function isMaster(item: StoredItem): boolean {
  return item.properties.Recurrence !== undefined && item.kind === 'CalendarItem';
}

/** The occurrence that the pattern has on a local day, deleted ones included; null when it has none there. */
export function occurrenceOn(master: StoredItem, day: number): Occurrence | null {
  const index = expansionOf(master).indexOf(day);
  return index === null ? null : occurrenceAt(master, day, index);
}

/** The occurrence of that number. Throws for numbers past the end and for deleted ones (fact 50). */
export function occurrenceNumber(master: StoredItem, index: number): Occurrence {
  const day = index < 1 ? null : expansionOf(master).dayAt(index);
  if (day === null) {
    throw new ExchangeError(
      'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
      'Occurrence index is out of recurrence range.',
    );
  }
  return assertNotDeleted(occurrenceAt(master, day, index));
}

export function assertNotDeleted(occurrence: Occurrence): Occurrence {
  if (occurrence.exception?.kind === 'deleted') {
    throw new ExchangeError(
      'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
      'Occurrence is deleted from the recurrence.',
    );
  }
  return occurrence;
}

/** Occurrences that are there, from a number on, in the order of the pattern; forwards or backwards. */
export function* liveOccurrences(
  master: StoredItem,
  from: number,
  step: 1 | -1 = 1,
): Generator<Occurrence> {
  const expansion = expansionOf(master);
  for (let index = from; index >= 1; index += step) {
    const day = expansion.dayAt(index);
    if (day === null) return;
    const occurrence = occurrenceAt(master, day, index);
    if (occurrence.exception?.kind !== 'deleted') yield occurrence;
  }
}

/**
 * Occurrences that overlap a time, wherever an exception has moved them; an occurrence that ends exactly at
 * `from` counts (fact 30).
 */
export function occurrencesBetween(master: StoredItem, from: number, to: number): Occurrence[] {
  const clock = seriesClock(master.properties);
  const firstDay = Math.floor((from - clock.endOffset) / DAY) - 1;
  const found: Occurrence[] = [];
  for (const occurrence of liveOccurrences(master, expansionOf(master).firstIndexFrom(firstDay))) {
    if (occurrence.originalStart >= to + DAY) break;
    if (occurrence.exception === null && overlaps(occurrence, from, to)) found.push(occurrence);
  }
  const moved = modifiedOccurrences(master).filter((occurrence) => overlaps(occurrence, from, to));
  return [...found, ...moved].sort((left, right) => left.start - right.start);
}

export function overlaps(
  { start, end }: { start: number; end: number },
  from: number,
  to: number,
): boolean {
  return start < to && end >= from;
}

export function firstOccurrence(master: StoredItem): Occurrence | null {
  const [first] = liveOccurrences(master, 1);
  return first ?? null;
}

/** null for a series without an end. */
export function lastOccurrence(master: StoredItem): Occurrence | null {
  const { count } = expansionOf(master);
  if (count === null) return null;
  const [last] = liveOccurrences(master, count, -1);
  return last ?? null;
}

export function modifiedOccurrences(master: StoredItem): Occurrence[] {
  return exceptionsOf(master, 'changed');
}

/** Their original starts are the key that lasts (fact 51). */
export function deletedOccurrences(master: StoredItem): Occurrence[] {
  return exceptionsOf(master, 'deleted');
}

/** Refuses an exception whose times collide with its neighbours (fact 52; evidence B 1e). */
export function checkAgainstNeighbours(
  master: StoredItem,
  { index, start, end }: { index: number; start: number; end: number },
): void {
  const { zone } = seriesClock(master.properties);
  const [previous] = liveOccurrences(master, index - 1, -1);
  const [next] = liveOccurrences(master, index + 1);
  const day = localDay(zone, start);
  const reachesBack = previous !== undefined && day <= localDay(zone, previous.start);
  const reachesOn = next !== undefined && day >= localDay(zone, next.start);
  if (reachesBack || reachesOn) {
    throw new ExchangeError(
      'ErrorOccurrenceCrossingBoundary',
      'Modified occurrence is crossing or overlapping adjacent occurrence.',
    );
  }
  if ((previous && start < previous.end) || (next && end > next.start)) {
    throw new ExchangeError(
      'ErrorOccurrenceTimeSpanTooBig',
      'The occurrence overlaps its neighbour.',
    );
  }
}

/** How a write to the master changed its pattern, and so what becomes of the exceptions (evidence B 1a, 1b). */
export type SeriesChange = 'none' | 'rangeOnly' | 'zoneOnly' | 'whole';

export function seriesChange(before: ItemProperties, after: ItemProperties): SeriesChange {
  if (!before.Recurrence || !after.Recurrence) return before.Recurrence ? 'whole' : 'none';
  const old = seriesClock(before);
  const now = seriesClock(after);
  const sameClock = old.startOffset === now.startOffset && old.endOffset === now.endOffset;
  const samePattern = isDeepStrictEqual(before.Recurrence.pattern, after.Recurrence.pattern);
  const sameStart = before.Recurrence.range.StartDate === after.Recurrence.range.StartDate;
  if (!sameClock || !samePattern || !sameStart) return 'whole';
  if (before.IsAllDayEvent !== after.IsAllDayEvent) return 'whole';
  if (old.zone !== now.zone) return 'zoneOnly';
  return isDeepStrictEqual(before.Recurrence.range, after.Recurrence.range) ? 'none' : 'rangeOnly';
}

const expansions = new WeakMap<Recurrence, Expansion>();

/** The days of a recurrence; worked out once. */
export function expansionFor(recurrence: Recurrence): Expansion {
  const known = expansions.get(recurrence);
  if (known) return known;
  const expansion = new Expansion(recurrence);
  expansions.set(recurrence, expansion);
  return expansion;
}

function expansionOf(master: StoredItem): Expansion {
  const { Recurrence } = master.properties;
  if (!Recurrence) throw new Error('only a series has occurrences');
  return expansionFor(Recurrence);
}

/** Everything of the master but the recurrence, with the occurrence's own on top (fact 54). */
export function occurrenceProperties(
  master: StoredItem,
  { start, end, exception }: Occurrence,
): ItemProperties {
  const shared = { ...master.properties };
  delete shared.Recurrence;
  const own = exception?.kind === 'changed' ? exception.properties : {};
  return { ...shared, ...own, Start: start, End: end };
}

function occurrenceAt(master: StoredItem, day: number, index: number): Occurrence {
  const times = occurrenceTimes(clockOf(master), day);
  const exception = master.exceptions.get(day) ?? null;
  const own = exception?.kind === 'changed' ? exception.properties : null;
  return {
    index,
    day,
    originalStart: times.start,
    start: own?.Start ?? times.start,
    end: own?.End ?? times.end,
    exception,
  };
}

const clocks = new WeakMap<ItemProperties, SeriesClock>();

function clockOf(master: StoredItem): SeriesClock {
  const known = clocks.get(master.properties);
  if (known) return known;
  const clock = seriesClock(master.properties);
  clocks.set(master.properties, clock);
  return clock;
}

function exceptionsOf(master: StoredItem, kind: OccurrenceException['kind']): Occurrence[] {
  const days = [...master.exceptions].filter(([, exception]) => exception.kind === kind);
  return days
    .map(([day]) => occurrenceOn(master, day))
    .filter((occurrence) => occurrence !== null)
    .sort((left, right) => left.originalStart - right.originalStart);
}
