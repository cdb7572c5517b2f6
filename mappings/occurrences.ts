import type {
  Pattern,
  Series,
  Weekday,
  WeekdayClass,
  WeekIndex,
} from './appointment/appointment.js';
import { dateOfDayNumber, dayNumberOf } from './values.js';
import type { PlainDate } from './values.js';

/**
 * On which days a series takes place. Plain arithmetic on the calendar, without a zone and without stepping through
 * the series: the 100,000th occurrence costs what the first one costs.
 */

/** The days of a series, as the pattern has them; exceptions are not looked at. */
export interface Occurrences {
  /** How many there are; null = it never ends. Zero where the end lies before the first match. */
  readonly count: number | null;
  /** The day of an occurrence counted from 1 (as Exchange's InstanceIndex); null outside the series. */
  dateAt(index: number): PlainDate | null;
  /** Which occurrence, counted from 1, lies on a day; null where there is none. */
  indexOf(date: PlainDate): number | null;
  /** The days from `from` on (from the first one where it is null), at most `limit` of them. */
  dates(from: PlainDate | null, limit: number): readonly PlainDate[];
}

/** The occurrences of a series from its first day on; the first one is the first match on or after that day. */
export function occurrencesOf(series: Series, firstDay: PlainDate): Occurrences {
  const slots = slotsOf(series.pattern, dayNumberOf(firstDay));
  const first = slots.from(dayNumberOf(firstDay));
  const last = lastSlot(series, slots, first);
  const size = Math.max(0, last - first + 1);
  const indexOf = (day: number): number => slots.from(day) - first + 1;
  const dateAt = (index: number): PlainDate | null =>
    index < 1 || index > size ? null : dateOfDayNumber(slots.day(first + index - 1));
  return {
    count: series.ends.kind === 'never' ? null : size,
    dateAt,
    indexOf(date) {
      const index = indexOf(dayNumberOf(date));
      return dateAt(index) === date ? index : null;
    },
    dates(from, limit) {
      const start = from === null ? 1 : Math.max(1, indexOf(dayNumberOf(from)));
      const length = Math.min(limit, Math.max(0, size - start + 1));
      return Array.from({ length }, (_, at) => dateOfDayNumber(slots.day(first + start - 1 + at)));
    },
  };
}

/** The last day of a series that ends; null for one that never does. Throws nothing: an empty series has no last day. */
export function lastOccurrenceDate(series: Series, firstDay: PlainDate): PlainDate | null {
  const occurrences = occurrencesOf(series, firstDay);
  return occurrences.count === null ? null : occurrences.dateAt(occurrences.count);
}

/** Days since 1970. No series goes on after 1 September 4500, Exchange's own end of time (evidence B 12). */
export const LAST_DAY_OF_SERIES = Date.UTC(4500, 8, 1) / 86_400_000;

/** Monday to Sunday, as `Weekday` counts them. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** 0 = Monday; 1 January 1970 was a Thursday. */
export function weekdayNumber(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** How many days a month has; months count from 0 and may run past a year. */
export function monthLength(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** The days a pattern produces, numbered from the beginning of the period that the anchor lies in; ascending. */
interface Slots {
  day(slot: number): number;
  /** The first slot whose day is not before `day`. */
  from(day: number): number;
}

function slotsOf(pattern: Pattern, anchor: number): Slots {
  switch (pattern.kind) {
    case 'daily':
      return {
        day: (slot) => anchor + slot * pattern.interval,
        from: (day) => Math.max(0, Math.ceil((day - anchor) / pattern.interval)),
      };
    case 'weekly':
      return weekSlots(pattern, anchor);
    case 'monthlyOnDay':
    case 'monthlyOnWeekday':
      return monthSlots(pattern, monthOf(anchor), pattern.interval);
    case 'yearlyOnDay':
    case 'yearlyOnWeekday': {
      const year = Math.floor(monthOf(anchor) / 12);
      return monthSlots(pattern, year * 12 + pattern.month - 1, pattern.interval * 12);
    }
  }
}

function weekSlots(pattern: Extract<Pattern, { kind: 'weekly' }>, anchor: number): Slots {
  const weekStart = WEEKDAYS.indexOf(pattern.weekStart);
  const offsets = pattern.weekdays
    .map((weekday) => (WEEKDAYS.indexOf(weekday) - weekStart + 7) % 7)
    .sort((a, b) => a - b);
  const firstWeek = anchor - ((weekdayNumber(anchor) - weekStart + 7) % 7);
  const span = 7 * pattern.interval;
  const day = (slot: number): number => {
    const week = Math.floor(slot / offsets.length);
    return firstWeek + week * span + (offsets[slot - week * offsets.length] ?? 0);
  };
  return {
    day,
    from: (wanted) =>
      searchFrom(Math.floor((wanted - firstWeek) / span) * offsets.length, wanted, day),
  };
}

type Monthly = Exclude<Pattern, { kind: 'daily' | 'weekly' }>;

function monthSlots(pattern: Monthly, firstMonth: number, step: number): Slots {
  const day = (slot: number): number => dayInMonth(pattern, firstMonth + slot * step);
  return {
    day,
    from: (wanted) => searchFrom(Math.floor((monthOf(wanted) - firstMonth) / step), wanted, day),
  };
}

/** From a slot that is not too late on, the first one that is not before the wanted day. */
function searchFrom(slot: number, wanted: number, day: (slot: number) => number): number {
  let at = Math.max(0, slot);
  while (day(at) < wanted) at++;
  return at;
}

/** Months since the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function dayInMonth(pattern: Monthly, monthNumber: number): number {
  const year = Math.floor(monthNumber / 12);
  const month = monthNumber - year * 12;
  const first = Date.UTC(year, month, 1) / 86_400_000;
  const length = monthLength(year, month);
  if ('day' in pattern) return first + Math.min(pattern.day, length) - 1;
  return pattern.index === 'last'
    ? nthBackward(pattern.on, first + length - 1)
    : nthForward(pattern.on, first, NTH[pattern.index]);
}

const NTH: Record<Exclude<WeekIndex, 'last'>, number> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
};

function nthForward(on: WeekdayClass, first: number, nth: number): number {
  let left = nth;
  for (let day = first; ; day++) {
    if (belongsTo(day, on)) left--;
    if (left === 0) return day;
  }
}

function nthBackward(on: WeekdayClass, last: number): number {
  let day = last;
  while (!belongsTo(day, on)) day--;
  return day;
}

function belongsTo(day: number, on: WeekdayClass): boolean {
  const weekday = weekdayNumber(day);
  if (on === 'day') return true;
  if (on === 'workday') return weekday < 5;
  if (on === 'weekendDay') return weekday >= 5;
  return WEEKDAYS[weekday] === on;
}

function lastSlot({ ends }: Series, slots: Slots, first: number): number {
  const lastEver = slots.from(LAST_DAY_OF_SERIES + 1) - 1;
  if (ends.kind === 'never') return lastEver;
  if (ends.kind === 'afterCount') return Math.min(first + ends.count - 1, lastEver);
  return Math.min(slots.from(dayNumberOf(ends.lastDay) + 1) - 1, lastEver);
}
