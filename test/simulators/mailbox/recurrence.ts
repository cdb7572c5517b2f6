import { ExchangeError } from './failure.js';
import { DAYS_OF_WEEK, MONTHS } from './properties.js';
import type { DayOfWeek, DayOfWeekIndex, Recurrence, RecurrencePattern } from './properties.js';

/**
 * Expands EWS patterns on calendar dates, without any zone. Days are whole days since 1970. Written from the
 * EWS words alone, not through RRULE, so that it can judge a translation that goes through RRULE.
 */

/** The dates of a series in order, found as far as they are asked for. Instance 1 is the first match. */
export class Expansion {
  private readonly found: number[] = [];
  private readonly source: Iterator<number, undefined>;
  private readonly recurrence: Recurrence;
  private isComplete = false;

  constructor(recurrence: Recurrence) {
    this.recurrence = recurrence;
    this.source = daysOf(recurrence.pattern, dayOfDate(recurrence.range.StartDate));
  }

  /** The day of an instance (counted from 1), or null past the end. */
  dayAt(index: number): number | null {
    while (this.found.length < index && this.findNext()) continue;
    return this.found[index - 1] ?? null;
  }

  /** Which instance lies on a day, or null when the pattern has none there. */
  indexOf(day: number): number | null {
    while ((this.found.at(-1) ?? -Infinity) < day && this.findNext()) continue;
    const position = lowerBound(this.found, day);
    return this.found[position] === day ? position + 1 : null;
  }

  /** The number of the first instance on or after a day; one past the last when there is none. */
  firstIndexFrom(day: number): number {
    while ((this.found.at(-1) ?? -Infinity) < day && this.findNext()) continue;
    return lowerBound(this.found, day) + 1;
  }

  /** How many instances there are; null without an end. */
  get count(): number | null {
    if (this.recurrence.range.kind === 'NoEndRecurrence') return null;
    while (this.findNext()) continue;
    return this.found.length;
  }

  private findNext(): boolean {
    if (this.isComplete) return false;
    const { range } = this.recurrence;
    const full =
      range.kind === 'NumberedRecurrence' && this.found.length >= range.NumberOfOccurrences;
    const next = full ? undefined : this.source.next().value;
    const last = range.kind === 'EndDateRecurrence' ? dayOfDate(range.EndDate) : LAST_DAY;
    if (next === undefined || next > last) {
      this.isComplete = true;
      return false;
    }
    this.found.push(next);
    return true;
  }
}

/** Refuses a recurrence that no Exchange accepts (facts 47, 48, 52; evidence B 12). */
export function checkRecurrence({ pattern, range }: Recurrence): void {
  if ('Interval' in pattern && !isWithin(pattern.Interval, 1, 999)) {
    throw new ExchangeError('ErrorCalendarInvalidRecurrence', 'Interval must be 1 to 999.');
  }
  if ('DayOfMonth' in pattern && !isWithin(pattern.DayOfMonth, 1, 31)) {
    throw new ExchangeError('ErrorCalendarInvalidRecurrence', 'DayOfMonth must be 1 to 31.');
  }
  if (pattern.kind === 'WeeklyRecurrence') checkWeekly(pattern.DaysOfWeek);
  if (range.kind === 'NumberedRecurrence' && !isWithin(range.NumberOfOccurrences, 1, 999)) {
    throw new ExchangeError('ErrorCalendarInvalidRecurrence', 'NumberOfOccurrences: 1 to 999.');
  }
  if (range.kind === 'EndDateRecurrence' && dayOfDate(range.EndDate) > LAST_DAY) {
    throw new ExchangeError('ErrorRecurrenceEndDateTooBig', 'The end date is too far away.');
  }
  if (new Expansion({ pattern, range }).dayAt(1) === null) {
    throw new ExchangeError('ErrorRecurrenceHasNoOccurrence', 'The series has no occurrence.');
  }
}

/** As Exchange keeps it: StartDate on the first match, weekdays from Sunday on, the week's first day named. */
export function settledRecurrence(recurrence: Recurrence): Recurrence {
  const { pattern, range } = recurrence;
  const first = new Expansion(recurrence).dayAt(1);
  const StartDate = first === null ? range.StartDate : dateOfDay(first);
  return { pattern: settledPattern(pattern), range: { ...range, StartDate } };
}

function settledPattern(pattern: RecurrencePattern): RecurrencePattern {
  if (pattern.kind !== 'WeeklyRecurrence') return pattern;
  const { DaysOfWeek: named, FirstDayOfWeek = 'Sunday' } = pattern;
  const strange = named.filter((day) => !DAYS_OF_WEEK.includes(day)); // refused later, with the right code
  const days = [...DAYS_OF_WEEK.filter((day) => named.includes(day)), ...strange];
  return { ...pattern, DaysOfWeek: days, FirstDayOfWeek };
}

/** Days since 1970 of `2026-03-01`. */
export function dayOfDate(date: string): number {
  const day = Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
  const exists = /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(day) && dateOfDay(day) === date;
  if (exists) return day; // Date.parse takes 30 February for 2 March
  throw new ExchangeError('ErrorCalendarInvalidRecurrence', `Not a date: ${date}`);
}

export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;

/** No recurrence ends after 1 September 4500 (evidence B 12). */
const LAST_DAY = Math.floor(Date.UTC(4500, 8, 1) / DAY_MS);

function* daysOf(pattern: RecurrencePattern, start: number): Generator<number, undefined> {
  if (pattern.kind === 'DailyRecurrence') yield* every(start, pattern.Interval);
  else if (pattern.kind === 'WeeklyRecurrence') yield* weekly(pattern, start);
  else yield* monthly(pattern, start);
  return undefined;
}

function* every(start: number, interval: number): Generator<number> {
  for (let day = start; ; day += interval) yield day;
}

type Weekly = Extract<RecurrencePattern, { kind: 'WeeklyRecurrence' }>;

/** FirstDayOfWeek says where one week ends and the next begins; it matters for intervals above 1 (fact 48). */
function* weekly(pattern: Weekly, start: number): Generator<number> {
  const firstDay = DAYS_OF_WEEK.indexOf(pattern.FirstDayOfWeek ?? 'Sunday');
  const wanted = pattern.DaysOfWeek.map((name) => (DAYS_OF_WEEK.indexOf(name) - firstDay + 7) % 7);
  const offsets = [...new Set(wanted)].sort((a, b) => a - b);
  const week = start - ((weekdayOf(start) - firstDay + 7) % 7);
  for (let monday = week; ; monday += 7 * pattern.Interval) {
    for (const offset of offsets) if (monday + offset >= start) yield monday + offset;
  }
}

type Monthly = Exclude<RecurrencePattern, { kind: 'WeeklyRecurrence' | 'DailyRecurrence' }>;

function* monthly(pattern: Monthly, start: number): Generator<number> {
  const date = new Date(start * DAY_MS);
  const fixedMonth = 'Month' in pattern ? MONTHS.indexOf(pattern.Month) : date.getUTCMonth();
  const step = 'Interval' in pattern ? pattern.Interval : 12;
  const firstMonth = date.getUTCFullYear() * 12 + fixedMonth;
  for (let month = firstMonth; month < 4501 * 12; month += step) {
    const day = dayInMonth(pattern, Math.floor(month / 12), month % 12);
    if (day >= start) yield day;
  }
}

function dayInMonth(pattern: Monthly, year: number, month: number): number {
  const first = Math.floor(Date.UTC(year, month, 1) / DAY_MS);
  const length = Math.floor(Date.UTC(year, month + 1, 1) / DAY_MS) - first;
  if ('DayOfMonth' in pattern) return first + Math.min(pattern.DayOfMonth, length) - 1;
  const matches: number[] = [];
  for (let day = first; day < first + length; day++) {
    if (isOfClass(day, pattern.DaysOfWeek)) matches.push(day);
  }
  const position = NTH[pattern.DayOfWeekIndex];
  return matches.at(position) ?? first + length - 1;
}

const NTH: Record<DayOfWeekIndex, number> = { First: 0, Second: 1, Third: 2, Fourth: 3, Last: -1 };

function isOfClass(day: number, wanted: DayOfWeek): boolean {
  const weekday = weekdayOf(day);
  if (wanted === 'Day') return true;
  if (wanted === 'Weekday') return weekday >= 1 && weekday <= 5;
  if (wanted === 'WeekendDay') return weekday === 0 || weekday === 6;
  return DAYS_OF_WEEK[weekday] === wanted;
}

/** 0 = Sunday; 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function checkWeekly(days: readonly DayOfWeek[]): void {
  if (days.length === 0 || days.some((day) => !DAYS_OF_WEEK.includes(day))) {
    throw new ExchangeError(
      'ErrorCalendarInvalidDayForWeeklyRecurrence',
      'A weekly series names its weekdays.',
    );
  }
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
