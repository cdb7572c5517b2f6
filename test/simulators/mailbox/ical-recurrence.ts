import { invalid } from './ical-text.js';
import { DAY_OF_WEEK_INDEXES, DAYS_OF_WEEK, MONTHS } from './properties.js';
import type {
  DayOfWeek,
  DayOfWeekIndex,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
} from './properties.js';
import { dayOfDate } from './recurrence.js';

/** When a series begins, on its own clock, and how an instant reads there. */
export interface SeriesStart {
  /** `2026-03-02`. */
  readonly date: string;
  /** The local date of an UNTIL. */
  dateOf(until: string): string;
  /** The UNTIL of the last day on which there may be an occurrence. */
  untilOf(date: string): string;
}

/** The RRULE of a pattern, in the order Exchange writes its parts (MS-OXCICAL 2.1.3.2.2). */
export function writeRule({ pattern, range }: Recurrence, start: SeriesStart): string {
  const [frequency, ...parts] = writePattern(pattern);
  const ends = writeRange(range, start);
  return [frequency, ...ends, ...parts].join(';');
}

function writeRange(range: RecurrenceRange, start: SeriesStart): string[] {
  if (range.kind === 'NumberedRecurrence') return [`COUNT=${range.NumberOfOccurrences}`];
  return range.kind === 'EndDateRecurrence' ? [`UNTIL=${start.untilOf(range.EndDate)}`] : [];
}

function writePattern(pattern: RecurrencePattern): string[] {
  switch (pattern.kind) {
    case 'DailyRecurrence':
      return ['FREQ=DAILY', `INTERVAL=${pattern.Interval}`];
    case 'WeeklyRecurrence':
      return [
        'FREQ=WEEKLY',
        `INTERVAL=${pattern.Interval}`,
        `BYDAY=${pattern.DaysOfWeek.map(shortDay).join(',')}`,
        `WKST=${shortDay(pattern.FirstDayOfWeek ?? 'Sunday')}`,
      ];
    case 'AbsoluteMonthlyRecurrence':
      return ['FREQ=MONTHLY', `INTERVAL=${pattern.Interval}`, monthDay(pattern.DayOfMonth)];
    case 'RelativeMonthlyRecurrence':
      return ['FREQ=MONTHLY', `INTERVAL=${pattern.Interval}`, ...nthDay(pattern)];
    case 'AbsoluteYearlyRecurrence':
      return ['FREQ=YEARLY', 'INTERVAL=1', monthDay(pattern.DayOfMonth), month(pattern.Month)];
    case 'RelativeYearlyRecurrence':
      return ['FREQ=YEARLY', 'INTERVAL=1', ...nthDay(pattern), month(pattern.Month)];
  }
}

/** The 31st is the last day of every month (fact 48). */
function monthDay(day: number): string {
  return `BYMONTHDAY=${day >= 31 ? -1 : day}`;
}

function month(name: (typeof MONTHS)[number]): string {
  return `BYMONTH=${MONTHS.indexOf(name) + 1}`;
}

function nthDay({
  DaysOfWeek,
  DayOfWeekIndex,
}: {
  readonly DaysOfWeek: DayOfWeek;
  readonly DayOfWeekIndex: DayOfWeekIndex;
}): string[] {
  const position = DayOfWeekIndex === 'Last' ? -1 : DAY_OF_WEEK_INDEXES.indexOf(DayOfWeekIndex) + 1;
  const group = GROUPS.find(([name]) => name === DaysOfWeek);
  return group
    ? [`BYDAY=${group[1].join(',')}`, `BYSETPOS=${position}`]
    : [`BYDAY=${position}${shortDay(DaysOfWeek)}`];
}

const SHORT_DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

const GROUPS: readonly (readonly [DayOfWeek, readonly string[]])[] = [
  ['Day', SHORT_DAYS],
  ['Weekday', ['MO', 'TU', 'WE', 'TH', 'FR']],
  ['WeekendDay', ['SU', 'SA']],
];

function shortDay(name: DayOfWeek): string {
  return SHORT_DAYS[DAYS_OF_WEEK.indexOf(name)] ?? 'SU';
}

/** Reads an RRULE; what has no pattern in Exchange is refused. */
export function readRule(rule: string, start: SeriesStart): Recurrence {
  const parts = new Map(
    rule.split(';').map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name.trim().toUpperCase(), value.trim().toUpperCase()];
    }),
  );
  const strange = [...parts.keys()].find((name) => name !== '' && !KNOWN_PARTS.includes(name));
  if (strange !== undefined) throw invalid(`No pattern has ${strange}.`);
  return { pattern: readPattern(parts, start), range: readRange(parts, start) };
}

const KNOWN_PARTS = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
];

type Parts = ReadonlyMap<string, string>;

function readRange(parts: Parts, start: SeriesStart): RecurrenceRange {
  const count = parts.get('COUNT');
  const until = parts.get('UNTIL');
  const StartDate = start.date;
  if (count !== undefined) {
    return { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences: Number(count) };
  }
  if (until === undefined) return { kind: 'NoEndRecurrence', StartDate };
  return { kind: 'EndDateRecurrence', StartDate, EndDate: start.dateOf(until) };
}

function readPattern(parts: Parts, start: SeriesStart): RecurrencePattern {
  const Interval = Number(parts.get('INTERVAL') ?? '1');
  const days = (parts.get('BYDAY') ?? '').split(',').filter((day) => day !== '');
  switch (parts.get('FREQ')) {
    case 'DAILY':
      if (days.length > 0 && Interval === 1) return weekly(days, { Interval, parts });
      return { kind: 'DailyRecurrence', Interval };
    case 'WEEKLY':
      return weekly(days.length > 0 ? days : [weekdayOf(start.date)], { Interval, parts });
    case 'MONTHLY':
      return monthly(parts, { days, Interval, start });
    case 'YEARLY':
      return yearly(parts, { days, Interval, start });
    default:
      throw invalid(`No pattern is ${parts.get('FREQ') ?? 'without FREQ'}.`);
  }
}

function weekly(
  days: readonly string[],
  { Interval, parts }: { readonly Interval: number; readonly parts: Parts },
): RecurrencePattern {
  const FirstDayOfWeek = longDay(parts.get('WKST') ?? 'MO');
  return { kind: 'WeeklyRecurrence', Interval, DaysOfWeek: days.map(longDay), FirstDayOfWeek };
}

interface Rest {
  readonly days: readonly string[];
  readonly Interval: number;
  readonly start: SeriesStart;
}

function monthly(parts: Parts, { days, Interval, start }: Rest): RecurrencePattern {
  if (days.length > 0) {
    return { kind: 'RelativeMonthlyRecurrence', Interval, ...readNth(days, parts) };
  }
  return {
    kind: 'AbsoluteMonthlyRecurrence',
    Interval,
    DayOfMonth: readMonthDay(parts, start),
  };
}

/** Yearly patterns have no interval: every n years is every 12·n months. */
function yearly(parts: Parts, { days, Interval, start }: Rest): RecurrencePattern {
  if (Interval > 1) return monthly(parts, { days, Interval: Interval * 12, start });
  const number = Number(parts.get('BYMONTH') ?? start.date.slice(5, 7));
  const Month = MONTHS[number - 1];
  if (Month === undefined) throw invalid(`Not a month: ${number}`);
  if (days.length > 0) {
    return { kind: 'RelativeYearlyRecurrence', ...readNth(days, parts), Month };
  }
  return { kind: 'AbsoluteYearlyRecurrence', DayOfMonth: readMonthDay(parts, start), Month };
}

function readMonthDay(parts: Parts, start: SeriesStart): number {
  const day = Number(parts.get('BYMONTHDAY') ?? start.date.slice(8, 10));
  if (day === -1) return 31;
  if (!Number.isInteger(day) || day < 1) throw invalid('No pattern has that BYMONTHDAY.');
  return day;
}

function readNth(
  days: readonly string[],
  parts: Parts,
): { readonly DaysOfWeek: DayOfWeek; readonly DayOfWeekIndex: DayOfWeekIndex } {
  const [, sign, name = ''] = /^([+-]?\d+)?([A-Z]{2})$/.exec(days[0] ?? '') ?? [];
  const position = Number(sign ?? parts.get('BYSETPOS') ?? '1');
  const sorted = [...days].sort().join(',');
  const group = GROUPS.find(([, short]) => [...short].sort().join(',') === sorted);
  if (days.length > 1 && !group) throw invalid('No pattern has that BYDAY.');
  const DayOfWeekIndex = position === -1 ? 'Last' : DAY_OF_WEEK_INDEXES[position - 1];
  if (DayOfWeekIndex === undefined) throw invalid(`No pattern has position ${position}.`);
  return { DaysOfWeek: group && days.length > 1 ? group[0] : longDay(name), DayOfWeekIndex };
}

function longDay(short: string): DayOfWeek {
  const at = SHORT_DAYS.findIndex((one) => one === short);
  const found = DAYS_OF_WEEK[at];
  if (found === undefined) throw invalid(`Not a day: ${short}`);
  return found;
}

/** 1 January 1970 was a Thursday. */
function weekdayOf(date: string): string {
  return SHORT_DAYS[(((dayOfDate(date) + 4) % 7) + 7) % 7] ?? 'SU';
}
