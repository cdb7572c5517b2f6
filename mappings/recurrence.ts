import type {
  Pattern,
  Series,
  Weekday,
  WeekdayClass,
  WeekIndex,
  When,
} from './appointment/appointment.js';
import { WEEKDAYS, monthLength, occurrencesOf } from './occurrences.js';
import { Untranslatable } from './translation.js';
import { addDays, daysBetween, instantOf, millisecondsOf } from './values.js';
import type { PlainDate } from './values.js';
import { localDateOf, unwall, wallOf } from './wall-clock.js';

/** What a series means beside its pattern: where it begins, when each occurrence is, and when two are the same. */

/** One occurrence as the pattern has it. */
export interface Occurrence {
  readonly date: PlainDate;
  readonly when: When;
}

/** The day of the calendar on which an appointment begins, on its own wall clock. */
export function firstDayOf(when: When): PlainDate {
  return when.kind === 'allDay' ? when.firstDay : localDateOf(when.start, when.zone);
}

/**
 * The occurrence of a series on a day: the time of day and the length of `when`, both on the wall clock. It says
 * nothing about whether the pattern has that day.
 */
export function occurrenceOn(when: When, date: PlainDate): When {
  return movedBy(when, daysBetween(firstDayOf(when), date));
}

/** The occurrences from a day on (from the first one where it is null), at most `limit`; exceptions are not looked at. */
export function occurrences(
  when: When,
  series: Series,
  { from, limit }: { readonly from: PlainDate | null; readonly limit: number },
): readonly Occurrence[] {
  const dates = occurrencesOf(series, firstDayOf(when)).dates(from, limit);
  return dates.map((date) => ({ date, when: occurrenceOn(when, date) }));
}

/** A time and a series that belong together: the time is the first occurrence, the pattern is in its one form. */
export interface Repeated {
  readonly when: When;
  readonly series: Series;
}

/**
 * Moves an appointment on to the first day its pattern has, with the time of day kept, and brings the pattern into
 * the form in which equal ones look equal. Throws `Untranslatable` where the series has no occurrence at all or runs
 * past the year 4500.
 */
export function settled({ when, series }: Repeated): Repeated {
  const start = firstDayOf(when);
  const days = occurrencesOf(series, start);
  const first = days.dateAt(1);
  if (first === null) {
    throw new Untranslatable('series', {
      de: 'Die Serie endet vor ihrem ersten Termin.',
      en: 'The series ends before its first occurrence.',
    });
  }
  if (series.ends.kind === 'afterCount' && days.count !== series.ends.count) {
    throw new Untranslatable('series', {
      de: 'Die Serie reicht über das Jahr 4500 hinaus.',
      en: 'The series runs past the year 4500.',
    });
  }
  const moved = first === start ? when : occurrenceOn(when, first);
  const pattern = normalPattern(series.pattern, first);
  return { when: moved, series: pattern === series.pattern ? series : { ...series, pattern } };
}

/**
 * A text that two series share exactly when they take place on the same days and end in the same manner. An end
 * date counts as the last day on which something happens: 31 December and 28 December are one end for a Monday.
 */
export function seriesText({ when, series }: Repeated): string {
  const start = firstDayOf(when);
  const pattern = JSON.stringify(normalPattern(series.pattern, start));
  const { ends } = series;
  if (ends.kind === 'never') return pattern;
  if (ends.kind === 'afterCount') return `${pattern} ${ends.count}`;
  const days = occurrencesOf(series, start);
  return `${pattern} ${days.dateAt(days.count ?? 0) ?? 'none'}`;
}

/** Whether one occurrence reaches into the next one, which Exchange refuses (protocol fact 52). */
export function overlapsItself({ when, series }: Repeated): boolean {
  const length = wallLengthOf(when);
  if (length <= DAY) return false;
  const dates = occurrencesOf(series, firstDayOf(when)).dates(
    null,
    ENOUGH_TO_SEE_THE_NARROWEST_GAP,
  );
  return dates.some((date, at) => {
    const before = dates[at - 1];
    return before !== undefined && daysBetween(before, date) * DAY < length;
  });
}

const ENOUGH_TO_SEE_THE_NARROWEST_GAP = 100;

const DAY = 86_400_000;

function movedBy(when: When, days: number): When {
  if (days === 0) return when;
  if (when.kind === 'allDay') {
    return {
      kind: 'allDay',
      firstDay: addDays(when.firstDay, days),
      lastDay: addDays(when.lastDay, days),
    };
  }
  const { zone } = when;
  const wallStart = wallOf(millisecondsOf(when.start), zone) + days * DAY;
  const wallEnd = wallOf(millisecondsOf(when.end), zone) + days * DAY;
  const start = unwall(wallStart, zone);
  // where the clocks skip an hour, the start can land behind an end that they do not touch
  const end = Math.max(start, unwall(wallEnd, zone));
  return { kind: 'timed', start: instantOf(start), end: instantOf(end), zone };
}

function wallLengthOf(when: When): number {
  if (when.kind === 'allDay') return (daysBetween(when.firstDay, when.lastDay) + 1) * DAY;
  return (
    wallOf(millisecondsOf(when.end), when.zone) - wallOf(millisecondsOf(when.start), when.zone)
  );
}

/**
 * Every twelfth month is every year; the first of all days is day 1; the 31st of April is the 30th; a week begins on
 * Monday unless that changes which days belong together.
 */
function normalPattern(pattern: Pattern, first: PlainDate): Pattern {
  if (pattern.kind === 'daily') return pattern;
  if (pattern.kind === 'weekly') return normalWeek(pattern);
  const byDay = 'on' in pattern && pattern.on === 'day' ? onDayOfMonth(pattern) : pattern;
  const yearly =
    (byDay.kind === 'monthlyOnDay' || byDay.kind === 'monthlyOnWeekday') &&
    byDay.interval % 12 === 0
      ? inYears(byDay, first)
      : byDay;
  if (yearly.kind !== 'yearlyOnDay') return yearly;
  const day = Math.min(yearly.day, monthLength(LEAP_YEAR, yearly.month - 1));
  return day === yearly.day ? yearly : { ...yearly, day };
}

const LEAP_YEAR = 2000;

type OnWeekday = Extract<Pattern, { readonly on: WeekdayClass }>;

/** "The last of all days" is the 31st, in our sense of it. */
function onDayOfMonth({ index, ...rest }: OnWeekday): Pattern {
  const day = DAY_OF_INDEX[index];
  return rest.kind === 'monthlyOnWeekday'
    ? { kind: 'monthlyOnDay', interval: rest.interval, day }
    : { kind: 'yearlyOnDay', interval: rest.interval, month: rest.month, day };
}

const DAY_OF_INDEX: Record<WeekIndex, number> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  last: 31,
};

type Monthly = Extract<Pattern, { kind: 'monthlyOnDay' | 'monthlyOnWeekday' }>;

function inYears(pattern: Monthly, first: PlainDate): Pattern {
  const interval = pattern.interval / 12;
  const month = Number(first.slice(5, 7));
  return pattern.kind === 'monthlyOnDay'
    ? { kind: 'yearlyOnDay', interval, month, day: pattern.day }
    : { kind: 'yearlyOnWeekday', interval, month, index: pattern.index, on: pattern.on };
}

type Weekly = Extract<Pattern, { kind: 'weekly' }>;

function normalWeek(pattern: Weekly): Weekly {
  const weekdays = WEEKDAYS.filter((weekday) => pattern.weekdays.includes(weekday));
  const weekStart = pattern.interval === 1 ? 'mon' : normalWeekStart(weekdays, pattern.weekStart);
  return { kind: 'weekly', interval: pattern.interval, weekdays, weekStart };
}

/** Two week starts mean the same where the same one of the weekdays comes first in the week. */
function normalWeekStart(weekdays: readonly Weekday[], weekStart: Weekday): Weekday {
  const fromStart = [...WEEKDAYS.slice(WEEKDAYS.indexOf(weekStart)), ...WEEKDAYS];
  const first = fromStart.find((weekday) => weekdays.includes(weekday)) ?? 'mon';
  return first === weekdays[0] ? 'mon' : first;
}
