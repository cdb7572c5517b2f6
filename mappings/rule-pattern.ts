import type { Pattern, SeriesEnd, WeekdayClass, WeekIndex } from './appointment/appointment.js';
import { WEEKDAYS, monthLength, weekdayNumber } from './occurrences.js';
import { refuse } from './rule-parts.js';
import type { RuleParts } from './rule-parts.js';
import { dayNumberOf } from './values.js';
import type { PlainDate } from './values.js';

/** Where a series begins and ends: what a rule leaves out comes from the start, and an end can make a rule expressible. */
export interface RuleSpan {
  readonly start: PlainDate;
  readonly ends: SeriesEnd;
}

/**
 * The pattern that a rule means, among the six that Exchange has. Throws `Untranslatable`, naming the part, for all
 * others; the result takes place on exactly the days of the rule.
 */
export function patternOfRule(parts: RuleParts, span: RuleSpan): Pattern {
  if (parts.interval > MOST_INTERVAL) refuse(`INTERVAL is more than ${MOST_INTERVAL}`);
  switch (parts.frequency) {
    case 'DAILY':
      return daily(parts, span);
    case 'WEEKLY':
      return weekly(parts, span);
    case 'MONTHLY':
      return monthly(parts, span);
    case 'YEARLY':
      return yearly(parts, span);
    default:
      return refuse('Exchange repeats by days, weeks, months or years only (FREQ)');
  }
}

const MOST_INTERVAL = 999;

function daily(parts: RuleParts, span: RuleSpan): Pattern {
  const { interval, weekdays, monthDays, months, positions } = parts;
  if (positions.length > 0) refuse('BYSETPOS makes no sense with FREQ=DAILY');
  if (weekdays.some(({ nth }) => nth !== null)) refuse(NUMBERED);
  if (weekdays.length + monthDays.length + months.length === 0) return { kind: 'daily', interval };
  if (interval > 1) refuse('every few days, but only on certain ones, cannot be kept in Exchange');
  if (monthDays.length > 0) return yearly(parts, span); // each BY part only narrows: the same days
  if (months.length > 0) refuse('every day of some months (BYMONTH) cannot be kept in Exchange');
  return onWeekdays(parts, 1);
}

function weekly(parts: RuleParts, { start }: RuleSpan): Pattern {
  const { interval, weekdays, monthDays, months, positions } = parts;
  if (months.length > 0) refuse('weeks of some months only (BYMONTH) cannot be kept in Exchange');
  if (monthDays.length > 0) refuse('BYMONTHDAY makes no sense with FREQ=WEEKLY');
  if (positions.length > 0) refuse('BYSETPOS with FREQ=WEEKLY cannot be kept in Exchange');
  if (weekdays.length > 0) return onWeekdays(parts, interval);
  const own = WEEKDAYS[weekdayNumber(dayNumberOf(start))] ?? 'mon';
  return { kind: 'weekly', interval, weekdays: [own], weekStart: parts.weekStart };
}

const NUMBERED = 'a numbered weekday (BYDAY=2TU) needs FREQ=MONTHLY or YEARLY';

function onWeekdays(parts: RuleParts, interval: number): Pattern {
  if (parts.weekdays.some(({ nth }) => nth !== null)) refuse(NUMBERED);
  const weekdays = WEEKDAYS.filter((day) => parts.weekdays.some(({ weekday }) => weekday === day));
  return { kind: 'weekly', interval, weekdays, weekStart: parts.weekStart };
}

function monthly(parts: RuleParts, span: RuleSpan): Pattern {
  const { interval, months } = parts;
  const startMonth = monthOf(span.start);
  if (months.length === 0 || months.length === 12) return everyMonths(parts, span);
  const [month] = months;
  const isYearly =
    months.length === 1 && (interval === 1 || (interval % 12 === 0 && month === startMonth));
  if (month === undefined || !isYearly)
    refuse('a choice of months (BYMONTH) cannot be kept in Exchange');
  return inMonth({ ...parts, interval: Math.max(1, interval / 12) }, span, month);
}

function yearly(parts: RuleParts, span: RuleSpan): Pattern {
  const { interval, months, weekdays, monthDays, positions } = parts;
  const [month] = months;
  if (months.length === 1 && month !== undefined) return inMonth(parts, span, month);
  if (months.length > 1 && months.length < 12) {
    refuse('several months (BYMONTH) cannot be kept in Exchange');
  }
  if (months.length === 0 && weekdays.length + monthDays.length === 0) {
    return inMonth(parts, span, monthOf(span.start));
  }
  const countsByYear = positions.length > 0 || weekdays.some(({ nth }) => nth !== null);
  if (countsByYear && months.length === 0) return ofTheYear(parts);
  if (interval > 1) refuse('several times in every few years cannot be kept in Exchange');
  if (countsByYear && positions.length > 0)
    refuse('BYSETPOS over several months cannot be kept in Exchange');
  return everyMonths(parts, span);
}

/** The second Tuesday of the year is the second Tuesday of January, the last workday that of December. */
function ofTheYear(parts: RuleParts): Pattern {
  if (parts.monthDays.length > 0) refuse('BYMONTHDAY together with BYSETPOS or a numbered weekday');
  const { index, on } = weekdayRule(parts);
  const month = index === 'last' ? 12 : 1;
  return { kind: 'yearlyOnWeekday', interval: parts.interval, month, index, on };
}

function everyMonths(parts: RuleParts, span: RuleSpan): Pattern {
  const { interval, weekdays, monthDays, positions } = parts;
  if (weekdays.length === 0 || isEveryDay(parts)) {
    const first = monthNumberOf(span.start);
    return { kind: 'monthlyOnDay', interval, day: dayRule(parts, span, { first, step: interval }) };
  }
  const isEachWeekday =
    monthDays.length + positions.length === 0 && weekdays.every(({ nth }) => nth === null);
  if (isEachWeekday && interval === 1) return onWeekdays(parts, 1);
  return { kind: 'monthlyOnWeekday', interval, ...weekdayRule(parts) };
}

function inMonth(parts: RuleParts, span: RuleSpan, month: number): Pattern {
  const { interval, weekdays } = parts;
  if (month < 1 || month > 12) refuse('BYMONTH must be 1 to 12');
  if (weekdays.length === 0 || isEveryDay(parts)) {
    const first = monthNumberOf(span.start) - monthOf(span.start) + month;
    const day = dayRule(parts, span, { first, step: interval * 12 });
    return { kind: 'yearlyOnDay', interval, month, day };
  }
  return { kind: 'yearlyOnWeekday', interval, month, ...weekdayRule(parts) };
}

/** All seven, so that BYDAY says nothing. */
function isEveryDay({ weekdays }: RuleParts): boolean {
  return weekdays.length === 7 && weekdays.every(({ nth }) => nth === null);
}

/** The months that are looked at: every `step` months from `first` on, counted from the year 0, January = 1. */
interface Months {
  readonly first: number;
  readonly step: number;
}

/**
 * The day d of the month for which the rule always says d, and the last day of months that have no d: that is how
 * Exchange understands a day (protocol fact 48). RFC 5545 skips a short month instead; such a rule is the same only
 * where the series meets no short month.
 */
function dayRule(parts: RuleParts, span: RuleSpan, months: Months): number {
  const lengths = lengthsOf(months);
  const picked = lengths.map((length) => pickDay(parts, span, length));
  const day = picked[0] ?? refuse('BYMONTHDAY or BYSETPOS names a day that never comes');
  if (lengths.every((length, at) => picked[at] === Math.min(day, length))) return day;
  const skips = lengths.every((length, at) => picked[at] === (length < day ? null : day));
  if (!skips) refuse('BYMONTHDAY names a day that Exchange cannot count to');
  const isBackward = parts.skipsBackward && parts.positions.length === 0;
  if (!isBackward && meetsShortMonth(day, span, months)) {
    refuse(`day ${day} skips short months here, and Exchange takes their last day`);
  }
  return day;
}

/** The lengths of the months that are looked at, each once, the longest first. */
function lengthsOf({ first, step }: Months): readonly number[] {
  const lengths = new Set<number>();
  for (let at = 0; at < 12; at++) {
    const month = (first - 1 + at * step) % 12;
    lengths.add(monthLength(COMMON_YEAR, month)).add(monthLength(LEAP_YEAR, month));
  }
  return [...lengths].sort((a, b) => b - a);
}

const COMMON_YEAR = 2001;
const LEAP_YEAR = 2000;

/** Which day the rule picks in a month of a length; null where it picks none. */
function pickDay(
  { monthDays, weekdays, positions }: RuleParts,
  { start }: RuleSpan,
  length: number,
): number | null {
  const all = Array.from({ length: 31 }, (_, at) => at + 1);
  const own = weekdays.length > 0 ? all : [Number(start.slice(8))];
  const days = (monthDays.length > 0 ? monthDays : own)
    .map((day) => (day < 0 ? length + 1 + day : day))
    .filter((day) => day >= 1 && day <= length);
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (positions.length > 1) refuse('several BYSETPOS cannot be kept in Exchange');
  const [position] = positions;
  if (position !== undefined) return sorted.at(position > 0 ? position - 1 : position) ?? null;
  if (sorted.length > 1)
    refuse('several days of the month (BYMONTHDAY) cannot be kept in Exchange');
  return sorted[0] ?? null;
}

function meetsShortMonth(day: number, { start, ends }: RuleSpan, { first, step }: Months): boolean {
  const last = ends.kind === 'onDate' ? ends.lastDay : null;
  const most = ends.kind === 'afterCount' ? ends.count : Infinity;
  let found = 0;
  for (let month = first - 1; month < LAST_MONTH && found < most; month += step) {
    const year = Math.floor(month / 12);
    const length = monthLength(year, month % 12);
    const date = isoDate(year, (month % 12) + 1, Math.min(day, length));
    if (date < start) continue;
    if (last !== null && date > last) return false;
    if (length < day) return true;
    found++;
  }
  return false;
}

const LAST_MONTH = 4501 * 12;

interface WeekdayRule {
  readonly index: WeekIndex;
  readonly on: WeekdayClass;
}

function weekdayRule(parts: RuleParts): WeekdayRule {
  const [first] = parts.weekdays;
  if (first?.nth !== null && first?.nth !== undefined) return numberedWeekday(parts, first.nth);
  if (parts.weekdays.some(({ nth }) => nth !== null)) refuse(MIXED);
  const on = classOf(parts) ?? refuse('this choice of weekdays (BYDAY) cannot be kept in Exchange');
  const [position, ...others] = parts.positions;
  if (position === undefined) return { index: weekOfMonth(parts), on };
  if (others.length > 0) refuse('several BYSETPOS cannot be kept in Exchange');
  if (parts.monthDays.length > 0) refuse('BYDAY, BYMONTHDAY and BYSETPOS together');
  return { index: indexOf(position), on };
}

const MIXED = 'several numbered weekdays (BYDAY) cannot be kept in Exchange';

/** `2TU`; also `1MO,1TU,1WE,1TH,1FR` of which the first counts, which is the first workday. */
function numberedWeekday(parts: RuleParts, nth: number): WeekdayRule {
  if (parts.monthDays.length > 0) refuse('a numbered weekday (BYDAY=2TU) together with BYMONTHDAY');
  if (parts.weekdays.some((other) => other.nth !== nth)) refuse(MIXED);
  const [position, ...others] = parts.positions;
  const isAlone =
    parts.weekdays.length === 1 && (position === undefined || Math.abs(position) === 1);
  const isEdge = Math.abs(nth) === 1 && position === nth;
  const on = others.length === 0 && (isAlone || isEdge) ? classOf(parts) : null;
  return { index: indexOf(nth), on: on ?? refuse(MIXED) };
}

function classOf({ weekdays }: RuleParts): WeekdayClass | null {
  const days = WEEKDAYS.filter((day) => weekdays.some(({ weekday }) => weekday === day));
  if (days.length === 1) return days[0] ?? null;
  return CLASSES.get(days.join(' ')) ?? null;
}

const CLASSES: ReadonlyMap<string, WeekdayClass> = new Map([
  ['mon tue wed thu fri', 'workday'],
  ['sat sun', 'weekendDay'],
  ['mon tue wed thu fri sat sun', 'day'],
]);

/** Tuesday on one of the days 8 to 14 is the second Tuesday. */
function weekOfMonth({ weekdays, monthDays }: RuleParts): WeekIndex {
  const days = [...monthDays].sort((a, b) => a - b);
  const [first = 0] = days;
  const isWeek = days.length === 7 && days.every((day, at) => day === first + at);
  if (weekdays.length !== 1 || !isWeek) {
    refuse(
      'only some of the weekdays in a month (BYDAY with BYMONTHDAY) cannot be kept in Exchange',
    );
  }
  if (first === -7) return 'last';
  if (first < 1 || first % 7 !== 1) refuse('BYDAY with BYMONTHDAY names no week of the month');
  return indexOf((first + 6) / 7);
}

function indexOf(position: number): WeekIndex {
  return (
    INDEX.get(position) ??
    refuse('only the first to the fourth and the last can be kept in Exchange')
  );
}

const INDEX: ReadonlyMap<number, WeekIndex> = new Map([
  [1, 'first'],
  [2, 'second'],
  [3, 'third'],
  [4, 'fourth'],
  [-1, 'last'],
]);

function monthOf(date: PlainDate): number {
  return Number(date.slice(5, 7));
}

/** Months since the year 0, January of the year 0 = 1. */
function monthNumberOf(date: PlainDate): number {
  return Number(date.slice(0, 4)) * 12 + monthOf(date);
}

function isoDate(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
