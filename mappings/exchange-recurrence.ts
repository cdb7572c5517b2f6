import type {
  Pattern,
  Series,
  SeriesEnd,
  Weekday,
  WeekdayClass,
  WeekIndex,
} from './appointment/appointment.js';
import type {
  ExchangeDayOfWeek,
  ExchangeDayOfWeekIndex,
  ExchangeMonth,
  ExchangePattern,
  ExchangeRange,
  ExchangeRecurrence,
} from './exchange-item.js';
import { keysOf } from './keys.js';
import { LAST_DAY_OF_SERIES, WEEKDAYS, lastOccurrenceDate } from './occurrences.js';
import { Untranslatable } from './translation.js';
import { UnreadableValue, dateOfDayNumber, parsePlainDate } from './values.js';
import type { PlainDate } from './values.js';

/** Exchange's recurrence ↔ ours (protocol facts 47 and 48). */

/** Reads a recurrence as it stands. Its start date is not part of our series: that is the appointment's own start. */
export function seriesFromExchange({ pattern, range }: ExchangeRecurrence): Series {
  return { pattern: patternFromExchange(pattern), ends: endFromExchange(range) };
}

/**
 * The recurrence for a series whose first occurrence is on `startDate`. Throws `Untranslatable` where Exchange has
 * no room for it: intervals of more than 999 days, 99 weeks or 99 months, thus of more than 8 years.
 */
export function seriesToExchange(series: Series, startDate: PlainDate): ExchangeRecurrence {
  const ends = endExchangeHolds(series, startDate);
  return { pattern: patternToExchange(series.pattern), range: rangeToExchange(ends, startDate) };
}

/**
 * How Exchange ends a series: it counts to 999 and ends in the year 4500 (evidence B 12). A longer count, and an end
 * after that, become the day of the last occurrence: the same series.
 */
export function endExchangeHolds(series: Series, startDate: PlainDate): SeriesEnd {
  const { ends } = series;
  const fits =
    ends.kind === 'never' ||
    (ends.kind === 'afterCount' ? ends.count <= MOST_COUNTED : ends.lastDay <= LAST_DAY);
  if (fits) return ends;
  const lastDay = lastOccurrenceDate(series, startDate);
  return lastDay === null ? ends : { kind: 'onDate', lastDay };
}

const LAST_DAY = dateOfDayNumber(LAST_DAY_OF_SERIES);

const MOST_COUNTED = 999;

function patternFromExchange(pattern: ExchangePattern): Pattern {
  switch (pattern.kind) {
    case 'Daily':
      return { kind: 'daily', interval: intervalOf(pattern) };
    case 'Weekly':
      return {
        kind: 'weekly',
        interval: intervalOf(pattern),
        weekdays: weekdaysOf(pattern.daysOfWeek),
        weekStart: singleDay(pattern.firstDayOfWeek ?? 'Sunday'), // what Outlook takes when none is given
      };
    case 'AbsoluteMonthly':
      return {
        kind: 'monthlyOnDay',
        interval: intervalOf(pattern),
        day: dayOf(pattern.dayOfMonth),
      };
    case 'RelativeMonthly':
      return {
        kind: 'monthlyOnWeekday',
        interval: intervalOf(pattern),
        index: INDEX[pattern.index],
        on: CLASS[pattern.dayOfWeek],
      };
    case 'AbsoluteYearly':
      return {
        kind: 'yearlyOnDay',
        interval: 1,
        month: monthOf(pattern.month),
        day: dayOf(pattern.dayOfMonth),
      };
    case 'RelativeYearly':
      return {
        kind: 'yearlyOnWeekday',
        interval: 1,
        month: monthOf(pattern.month),
        index: INDEX[pattern.index],
        on: CLASS[pattern.dayOfWeek],
      };
  }
}

const CLASS: Record<ExchangeDayOfWeek, WeekdayClass> = {
  Monday: 'mon',
  Tuesday: 'tue',
  Wednesday: 'wed',
  Thursday: 'thu',
  Friday: 'fri',
  Saturday: 'sat',
  Sunday: 'sun',
  Day: 'day',
  Weekday: 'workday',
  WeekendDay: 'weekendDay',
};

const INDEX: Record<ExchangeDayOfWeekIndex, WeekIndex> = {
  First: 'first',
  Second: 'second',
  Third: 'third',
  Fourth: 'fourth',
  Last: 'last',
};

const MONTHS: readonly ExchangeMonth[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The schema lets a weekly series name `Weekday` as well. */
const MEMBERS: Record<'day' | 'workday' | 'weekendDay', readonly Weekday[]> = {
  day: WEEKDAYS,
  workday: WEEKDAYS.slice(0, 5),
  weekendDay: WEEKDAYS.slice(5),
};

function membersOf(day: ExchangeDayOfWeek): readonly Weekday[] {
  const found = CLASS[day];
  return found === 'day' || found === 'workday' || found === 'weekendDay'
    ? MEMBERS[found]
    : [found];
}

function weekdaysOf(days: readonly ExchangeDayOfWeek[]): readonly Weekday[] {
  const named = new Set(days.flatMap(membersOf));
  if (named.size === 0) unusable('a weekly series without a weekday');
  return WEEKDAYS.filter((weekday) => named.has(weekday));
}

function singleDay(day: ExchangeDayOfWeek): Weekday {
  return membersOf(day)[0] ?? 'mon';
}

function intervalOf({ interval }: { readonly interval: number }): number {
  return isWithin(interval, MOST_DAYS) ? interval : unusable('an interval that is not 1 to 999');
}

function dayOf(day: number): number {
  return isWithin(day, 31) ? day : unusable('a day of the month that is not 1 to 31');
}

function monthOf(month: ExchangeMonth): number {
  return MONTHS.indexOf(month) + 1;
}

function endFromExchange(range: ExchangeRange): SeriesEnd {
  if (range.kind === 'NoEnd') return { kind: 'never' };
  if (range.kind === 'EndDate') return { kind: 'onDate', lastDay: readDate(range.endDate) };
  const count = range.numberOfOccurrences;
  return isWithin(count, MOST_COUNTED)
    ? { kind: 'afterCount', count }
    : unusable('a number of occurrences that is not 1 to 999');
}

function readDate(text: string): PlainDate {
  try {
    return parsePlainDate(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return unusable('an end that is not a date');
    throw error;
  }
}

function unusable(what: string): never {
  throw new Untranslatable('series', {
    de: `Die Wiederholung im Postfach ist nicht brauchbar: ${what}.`,
    en: `The repetition in the mailbox has ${what}.`,
  });
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

/** Microsoft's page on AbsoluteMonthlyRecurrence allows 1 to 99 months; Outlook's dialog 999 days and 99 weeks. */
const MOST_DAYS = 999;
const MOST_WEEKS_OR_MONTHS = 99;

function patternToExchange(pattern: Pattern): ExchangePattern {
  switch (pattern.kind) {
    case 'daily':
      return { kind: 'Daily', interval: fitting(pattern.interval, MOST_DAYS, 'days') };
    case 'weekly':
      return {
        kind: 'Weekly',
        interval: fitting(pattern.interval, MOST_WEEKS_OR_MONTHS, 'weeks'),
        daysOfWeek: pattern.weekdays.map(dayName),
        firstDayOfWeek: dayName(pattern.weekStart),
      };
    case 'monthlyOnDay':
    case 'monthlyOnWeekday':
      return inMonths(pattern, pattern.interval);
    case 'yearlyOnDay':
      return pattern.interval === 1
        ? { kind: 'AbsoluteYearly', dayOfMonth: pattern.day, month: monthName(pattern.month) }
        : inMonths(pattern, pattern.interval * 12); // yearly patterns have no interval (fact 47)
    case 'yearlyOnWeekday':
      return pattern.interval === 1
        ? { kind: 'RelativeYearly', ...relative(pattern), month: monthName(pattern.month) }
        : inMonths(pattern, pattern.interval * 12);
  }
}

type ByMonth = Exclude<Pattern, { kind: 'daily' | 'weekly' }>;

function inMonths(pattern: ByMonth, months: number): ExchangePattern {
  const interval = fitting(months, MOST_WEEKS_OR_MONTHS, 'months');
  return 'day' in pattern
    ? { kind: 'AbsoluteMonthly', interval, dayOfMonth: pattern.day }
    : { kind: 'RelativeMonthly', interval, ...relative(pattern) };
}

function relative({ on, index }: { readonly on: WeekdayClass; readonly index: WeekIndex }): {
  readonly dayOfWeek: ExchangeDayOfWeek;
  readonly index: ExchangeDayOfWeekIndex;
} {
  return { dayOfWeek: dayName(on), index: INDEX_NAME[index] };
}

const INDEX_NAME: Record<WeekIndex, ExchangeDayOfWeekIndex> = {
  first: 'First',
  second: 'Second',
  third: 'Third',
  fourth: 'Fourth',
  last: 'Last',
};

const DAY_NAMES: ReadonlyMap<WeekdayClass, ExchangeDayOfWeek> = new Map(
  keysOf(CLASS).map((name) => [CLASS[name], name]),
);

function dayName(on: WeekdayClass): ExchangeDayOfWeek {
  return DAY_NAMES.get(on) ?? 'Day';
}

function monthName(month: number): ExchangeMonth {
  return MONTHS[month - 1] ?? unusable('a month that is not 1 to 12');
}

function fitting(interval: number, most: number, unit: string): number {
  if (interval <= most) return interval;
  throw new Untranslatable('series', {
    de: `Exchange wiederholt höchstens im Abstand von ${most} (${unit}), nicht ${interval}.`,
    en: `Exchange repeats after ${most} ${unit} at most, not after ${interval}.`,
  });
}

function rangeToExchange(ends: SeriesEnd, startDate: PlainDate): ExchangeRange {
  if (ends.kind === 'never') return { kind: 'NoEnd', startDate };
  if (ends.kind === 'onDate') return { kind: 'EndDate', startDate, endDate: ends.lastDay };
  return { kind: 'Numbered', startDate, numberOfOccurrences: ends.count };
}
