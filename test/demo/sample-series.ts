import type { PlainDate } from '../../mappings/values.js';
import { addDays, dateOfDayNumber, dayNumberOf, daysBetween } from '../../mappings/values.js';
import type { Random } from '../simulators/random.js';

/** A series as a pattern that tells for every day whether it has an occurrence. */
export interface SamplePattern {
  readonly kind: PatternKind;
  /** RFC 5545 RRULE value without its end. */
  readonly rule: string;
  /** `first` is the first occurrence; the rule counts from it. */
  fits(day: PlainDate, first: PlainDate): boolean;
}

export type PatternKind =
  'daily' | 'weekly' | 'monthlyOnDay' | 'monthlyOnWeekday' | 'yearlyOnDay' | 'yearlyOnWeekday';

export const PATTERN_KINDS: readonly PatternKind[] = [
  'daily',
  'weekly',
  'monthlyOnDay',
  'monthlyOnWeekday',
  'yearlyOnDay',
  'yearlyOnWeekday',
];

/** A pattern of a kind, for a series that begins on or shortly after `from` where the kind has no month of its own. */
export function samplePattern(kind: PatternKind, random: Random): SamplePattern {
  switch (kind) {
    case 'daily':
      return daily(random.oneOf([1, 1, 2, 3, 10]));
    case 'weekly':
      return weekly(random.oneOf([1, 1, 1, 2, 4]), random.oneOf(WEEKDAY_SETS));
    case 'monthlyOnDay':
      return monthlyOnDay(random.oneOf([1, 1, 2, 3, 6]), random.oneOf([1, 7, 15, 28, 29, 30, 31]));
    case 'monthlyOnWeekday':
      return monthlyOnWeekday(
        random.oneOf([1, 1, 2, 3]),
        random.oneOf(DAY_SETS),
        random.oneOf(POSITIONS),
      );
    case 'yearlyOnDay':
      return yearlyOnDay(random.between(1, 12), random.between(1, 28));
    case 'yearlyOnWeekday':
      return yearlyOnWeekday(
        random.between(1, 12),
        random.oneOf(DAY_SETS),
        random.oneOf(POSITIONS),
      );
  }
}

/** The days of the first `count` occurrences; fewer where the pattern has fewer within twelve years. */
export function occurrenceDays(
  pattern: SamplePattern,
  first: PlainDate,
  count: number,
): readonly PlainDate[] {
  const days: PlainDate[] = [];
  const start = dayNumberOf(first);
  for (let at = 0; days.length < count && at < TWELVE_YEARS; at++) {
    const day = dateOfDayNumber(start + at);
    if (pattern.fits(day, first)) days.push(day);
  }
  return days;
}

/** The first day on or after `from` on which a series of this pattern can begin. */
export function firstDay(pattern: SamplePattern, from: PlainDate): PlainDate {
  let day = from;
  while (!pattern.fits(day, day)) day = addDays(day, 1);
  return day;
}

const TWELVE_YEARS = 12 * 366;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const WEEKDAY_SETS = [
  ['MO'],
  ['TU', 'TH'],
  ['WE'],
  ['FR'],
  ['MO', 'WE', 'FR'],
  WEEKDAYS.slice(0, 5),
];
const DAY_SETS = [
  ['MO'],
  ['TU'],
  ['TH'],
  ['FR'],
  WEEKDAYS.slice(0, 5),
  ['SA', 'SU'],
  [...WEEKDAYS],
];
const POSITIONS = [1, 2, 3, 4, -1];

function daily(interval: number): SamplePattern {
  return {
    kind: 'daily',
    rule: `FREQ=DAILY;INTERVAL=${String(interval)}`,
    fits: (day, first) => daysBetween(first, day) % interval === 0,
  };
}

function weekly(interval: number, weekdays: readonly string[]): SamplePattern {
  return {
    kind: 'weekly',
    rule: `FREQ=WEEKLY;INTERVAL=${String(interval)};BYDAY=${weekdays.join(',')};WKST=MO`,
    fits: (day, first) => {
      const weeks = daysBetween(mondayOf(first), mondayOf(day)) / 7;
      return weeks % interval === 0 && weekdays.includes(weekdayOf(day));
    },
  };
}

function monthlyOnDay(interval: number, dayOfMonth: number): SamplePattern {
  return {
    kind: 'monthlyOnDay',
    rule: `FREQ=MONTHLY;INTERVAL=${String(interval)};${byMonthDay(dayOfMonth)}`,
    fits: (day, first) =>
      monthsBetween(first, day) % interval === 0 &&
      numberOf(day, 2) === Math.min(dayOfMonth, lastDayOfMonth(day)),
  };
}

function monthlyOnWeekday(
  interval: number,
  days: readonly string[],
  position: number,
): SamplePattern {
  return {
    kind: 'monthlyOnWeekday',
    rule: `FREQ=MONTHLY;INTERVAL=${String(interval)};BYDAY=${days.join(',')};BYSETPOS=${String(position)}`,
    fits: (day, first) => monthsBetween(first, day) % interval === 0 && isNth(day, days, position),
  };
}

function yearlyOnDay(month: number, dayOfMonth: number): SamplePattern {
  return {
    kind: 'yearlyOnDay',
    rule: `FREQ=YEARLY;BYMONTH=${String(month)};BYMONTHDAY=${String(dayOfMonth)}`,
    fits: (day) => numberOf(day, 1) === month && numberOf(day, 2) === dayOfMonth,
  };
}

function yearlyOnWeekday(month: number, days: readonly string[], position: number): SamplePattern {
  return {
    kind: 'yearlyOnWeekday',
    rule: `FREQ=YEARLY;BYMONTH=${String(month)};BYDAY=${days.join(',')};BYSETPOS=${String(position)}`,
    fits: (day) => numberOf(day, 1) === month && isNth(day, days, position),
  };
}

/** A month without the day has it on its last one: the set of candidates, of which the last counts. */
function byMonthDay(dayOfMonth: number): string {
  if (dayOfMonth <= 28) return `BYMONTHDAY=${String(dayOfMonth)}`;
  const candidates = [28, 29, 30, 31].filter((day) => day <= dayOfMonth);
  return `BYMONTHDAY=${candidates.join(',')};BYSETPOS=-1`;
}

function isNth(day: PlainDate, days: readonly string[], position: number): boolean {
  if (!days.includes(weekdayOf(day))) return false;
  const first = addDays(day, 1 - numberOf(day, 2));
  const month = Array.from({ length: lastDayOfMonth(day) }, (_, at) => addDays(first, at));
  const candidates = month.filter((one) => days.includes(weekdayOf(one)));
  return candidates.at(position > 0 ? position - 1 : position) === day;
}

function weekdayOf(day: PlainDate): string {
  return WEEKDAYS[((daysBetween(MONDAY, day) % 7) + 7) % 7] ?? '';
}

function mondayOf(day: PlainDate): PlainDate {
  return addDays(day, -WEEKDAYS.findIndex((weekday) => weekday === weekdayOf(day)));
}

const MONDAY = addDays('2024-01-01' as PlainDate, 0);

function numberOf(day: PlainDate, part: 0 | 1 | 2): number {
  return Number(day.split('-')[part]);
}

function monthsBetween(from: PlainDate, to: PlainDate): number {
  return (numberOf(to, 0) - numberOf(from, 0)) * 12 + numberOf(to, 1) - numberOf(from, 1);
}

function lastDayOfMonth(day: PlainDate): number {
  return new Date(Date.UTC(numberOf(day, 0), numberOf(day, 1), 0)).getUTCDate();
}
