import { ExchangeError } from './failure.js';
import { checkRecurrence, dayOfDate, Expansion, settledRecurrence } from './recurrence.js';
import type { ItemInput, ItemProperties } from './properties.js';
import { canonicalZone, DAY, instantOfWall, MINUTE, readTime, wallClock } from './zones.js';

/** The times of a calendar item as they were sent, before anything is known about their zone. */
export type TimesInput = Pick<
  ItemInput,
  'Start' | 'End' | 'StartTimeZone' | 'EndTimeZone' | 'IsAllDayEvent' | 'Recurrence'
>;

/** What else times depend on: the item before, the zone of the request's header, and the clock. */
export interface TimesContext {
  /** null for a new item. */
  readonly before: ItemProperties | null;
  /** TimeZoneContext of the request; null when it had none. */
  readonly headerZone: string | null;
  readonly now: number;
}

export type SettledTimes = Required<
  Pick<ItemProperties, 'Start' | 'End' | 'StartTimeZone' | 'EndTimeZone' | 'IsAllDayEvent'>
> &
  Pick<ItemProperties, 'Recurrence'>;

/**
 * Start, End, zones and recurrence of a calendar item after a write (facts 37, 52, 57 to 60; evidence B 1e).
 * `recurrence` undefined in the input keeps what is there; the caller takes it away for a delete.
 */
export function settleTimes(input: TimesInput, context: TimesContext): SettledTimes {
  const zones = settleZones(input, context);
  const isAllDay = input.IsAllDayEvent ?? context.before?.IsAllDayEvent ?? false;
  const start = settleStart(input, zones.start, context);
  const end = settleEnd(input, { start, zone: zones.end }, context);
  checkLength(start, end);
  const timed = { Start: start, End: end, StartTimeZone: zones.start, EndTimeZone: zones.end };
  const days = isAllDay ? widenToDays(timed) : timed;
  return settleSeries({ ...days, IsAllDayEvent: isAllDay }, input, context);
}

/** The wall clock of a series: at what time of the local day each occurrence starts and ends (milliseconds). */
export interface SeriesClock {
  readonly zone: string;
  readonly startOffset: number;
  readonly endOffset: number;
}

/** Reads the clock off a master. */
export function seriesClock(master: ItemProperties): SeriesClock {
  const zone = master.StartTimeZone ?? 'UTC';
  const start = wallClock(zone, master.Start ?? 0);
  const day = Math.floor(start / DAY) * DAY;
  return { zone, startOffset: start - day, endOffset: wallClock(zone, master.End ?? 0) - day };
}

/** Start and end of the occurrence on a day. */
export function occurrenceTimes(clock: SeriesClock, day: number): { start: number; end: number } {
  return {
    start: instantOfWall(clock.zone, day * DAY + clock.startOffset),
    end: instantOfWall(clock.zone, day * DAY + clock.endOffset),
  };
}

/** The local day of an instant on a zone; days since 1970. */
export function localDay(zone: string, instant: number): number {
  return Math.floor(wallClock(zone, instant) / DAY);
}

function settleZones(input: TimesInput, context: TimesContext): { start: string; end: string } {
  const { before, headerZone } = context;
  const start = canonicalZone(input.StartTimeZone ?? before?.StartTimeZone ?? headerZone ?? 'UTC');
  const end = canonicalZone(input.EndTimeZone ?? before?.EndTimeZone ?? start);
  return { start, end };
}

function settleStart(input: TimesInput, zone: string, { before, now }: TimesContext): number {
  if (typeof input.Start === 'string') return readTime(input.Start, zone);
  if (before?.Start === undefined) return nextHalfHour(now);
  return keepWallClock(before.Start, before.StartTimeZone ?? zone, zone);
}

function settleEnd(
  input: TimesInput,
  { start, zone }: { start: number; zone: string },
  { before }: TimesContext,
): number {
  if (typeof input.End === 'string') return readTime(input.End, zone);
  if (before?.End === undefined) {
    const from = input.Start === undefined ? start : nextHalfHour(start); // evidence B 7e
    return from + 30 * MINUTE;
  }
  return keepWallClock(before.End, before.EndTimeZone ?? zone, zone);
}

/** Fact 59: changing only the zone keeps the wall clock and shifts UTC. */
function keepWallClock(instant: number, oldZone: string, newZone: string): number {
  return oldZone === newZone ? instant : instantOfWall(newZone, wallClock(oldZone, instant));
}

function nextHalfHour(instant: number): number {
  return (Math.floor(instant / (30 * MINUTE)) + 1) * 30 * MINUTE;
}

const FIVE_YEARS = 5 * 366 * DAY;

function checkLength(start: number, end: number): void {
  if (end < start) {
    throw new ExchangeError(
      'ErrorCalendarEndDateIsEarlierThanStartDate',
      'EndDate is earlier than StartDate',
    );
  }
  if (end - start > FIVE_YEARS) {
    throw new ExchangeError(
      'ErrorCalendarDurationIsTooLong',
      'A calendar item lasts 5 years at most.',
    );
  }
}

type TimedInZone = Required<
  Pick<ItemProperties, 'Start' | 'End' | 'StartTimeZone' | 'EndTimeZone'>
>;

/** Fact 60: other times are widened to midnights on the clock of the item. */
function widenToDays(times: TimedInZone): TimedInZone {
  const zone = times.StartTimeZone;
  const first = Math.floor(wallClock(zone, times.Start) / DAY);
  const after = Math.max(first + 1, Math.ceil(wallClock(zone, times.End) / DAY));
  return {
    ...times,
    Start: instantOfWall(zone, first * DAY),
    End: instantOfWall(zone, after * DAY),
  };
}

function settleSeries(
  times: SettledTimes,
  input: TimesInput,
  { before }: TimesContext,
): SettledTimes {
  const recurrence = input.Recurrence ?? before?.Recurrence;
  if (recurrence === undefined) return times;
  const day = localDay(times.StartTimeZone, times.Start);
  const settled = settledRecurrence(
    input.Recurrence ? recurrence : movedTo(recurrence, dateOf(day)),
  );
  checkRecurrence(settled);
  const moved = onDay(times, dayOfDate(settled.range.StartDate));
  checkNeighbours({ ...moved, Recurrence: settled });
  return { ...moved, Recurrence: settled };
}

/** A new Start without a new StartDate takes the series along, but never back (evidence B 1e). */
function movedTo(
  recurrence: NonNullable<ItemProperties['Recurrence']>,
  date: string,
): typeof recurrence {
  const { StartDate } = recurrence.range;
  if (date < StartDate) {
    throw new ExchangeError(
      'ErrorOccurrenceTimeSpanTooBig',
      'The start lies before the StartDate of the recurrence.',
    );
  }
  return date === StartDate
    ? recurrence
    : { ...recurrence, range: { ...recurrence.range, StartDate: date } };
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

function onDay(times: SettledTimes, day: number): SettledTimes {
  if (localDay(times.StartTimeZone, times.Start) === day) return times;
  const { start, end } = occurrenceTimes(seriesClock(times), day);
  return { ...times, Start: start, End: end };
}

/** Fact 52: no occurrence may reach into the next one. */
function checkNeighbours(
  master: ItemProperties & { Recurrence: NonNullable<ItemProperties['Recurrence']> },
): void {
  const clock = seriesClock(master);
  if (clock.endOffset <= DAY) return;
  const expansion = new Expansion(master.Recurrence);
  for (let index = 1; index <= 60; index++) {
    const day = expansion.dayAt(index);
    const next = expansion.dayAt(index + 1);
    if (day === null || next === null) return;
    if (day * DAY + clock.endOffset > next * DAY + clock.startOffset) {
      throw new ExchangeError('ErrorOccurrenceTimeSpanTooBig', 'Occurrences would overlap.');
    }
  }
}
