import { DAY_OF_WEEK_INDEXES, DAYS_OF_WEEK, MONTHS } from '../mailbox/properties.js';
import type {
  DayOfWeek,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
  RegenerationPattern,
  TaskRecurrence,
} from '../mailbox/properties.js';
import { offsetMinutes } from '../mailbox/zones.js';
import {
  checkOrder,
  element,
  integerOf,
  requiredChild,
  schemaError,
  textOf,
  wordOf,
} from './xml.js';
import type { XmlNode } from './xml.js';

const DAY_NAMES: readonly DayOfWeek[] = [...DAYS_OF_WEEK, 'Day', 'Weekday', 'WeekendDay'];

/** Reads a Recurrence: one pattern, then one range. */
export function readRecurrence(node: XmlNode): Recurrence {
  const [pattern, range, ...more] = node.children;
  if (!pattern || !range || more.length > 0)
    throw schemaError('Recurrence: one pattern, one range.');
  return { pattern: readPattern(pattern), range: readRange(range) };
}

/** Reads a task's Recurrence, which may also come again some time after it was completed. */
export function readTaskRecurrence(node: XmlNode): TaskRecurrence {
  const [pattern, range] = node.children;
  const kind = REGENERATIONS.find((name) => name === pattern?.name);
  if (!pattern || !range || kind === undefined) return readRecurrence(node);
  checkOrder(pattern, ['Interval']);
  const Interval = integerOf(requiredChild(pattern, 'Interval').text);
  return { pattern: { kind, Interval }, range: readRange(range) };
}

const REGENERATIONS: readonly RegenerationPattern['kind'][] = [
  'DailyRegeneration',
  'WeeklyRegeneration',
  'MonthlyRegeneration',
  'YearlyRegeneration',
];

const PATTERN_PARTS: Record<RecurrencePattern['kind'], readonly string[]> = {
  RelativeYearlyRecurrence: ['DaysOfWeek', 'DayOfWeekIndex', 'Month'],
  AbsoluteYearlyRecurrence: ['DayOfMonth', 'Month'],
  RelativeMonthlyRecurrence: ['Interval', 'DaysOfWeek', 'DayOfWeekIndex'],
  AbsoluteMonthlyRecurrence: ['Interval', 'DayOfMonth'],
  WeeklyRecurrence: ['Interval', 'DaysOfWeek', 'FirstDayOfWeek'],
  DailyRecurrence: ['Interval'],
};

const RANGE_PARTS: Record<RecurrenceRange['kind'], readonly string[]> = {
  NoEndRecurrence: ['StartDate'],
  EndDateRecurrence: ['StartDate', 'EndDate'],
  NumberedRecurrence: ['StartDate', 'NumberOfOccurrences'],
};

function readPattern(node: XmlNode): RecurrencePattern {
  const kind = wordOf(node.name, Object.keys(PATTERN_PARTS) as RecurrencePattern['kind'][]);
  checkOrder(node, PATTERN_PARTS[kind]);
  const number = (name: string): number => integerOf(requiredChild(node, name).text);
  const day = (): DayOfWeek => wordOf(requiredChild(node, 'DaysOfWeek').text, DAY_NAMES);
  const index = (): (typeof DAY_OF_WEEK_INDEXES)[number] =>
    wordOf(requiredChild(node, 'DayOfWeekIndex').text, DAY_OF_WEEK_INDEXES);
  const month = (): (typeof MONTHS)[number] => wordOf(requiredChild(node, 'Month').text, MONTHS);
  switch (kind) {
    case 'DailyRecurrence':
      return { kind, Interval: number('Interval') };
    case 'WeeklyRecurrence':
      return readWeekly(node);
    case 'AbsoluteMonthlyRecurrence':
      return { kind, Interval: number('Interval'), DayOfMonth: number('DayOfMonth') };
    case 'RelativeMonthlyRecurrence':
      return { kind, Interval: number('Interval'), DaysOfWeek: day(), DayOfWeekIndex: index() };
    case 'AbsoluteYearlyRecurrence':
      return { kind, DayOfMonth: number('DayOfMonth'), Month: month() };
    case 'RelativeYearlyRecurrence':
      return { kind, DaysOfWeek: day(), DayOfWeekIndex: index(), Month: month() };
  }
}

function readWeekly(node: XmlNode): RecurrencePattern {
  const days = requiredChild(node, 'DaysOfWeek').text.trim().split(/\s+/);
  const first = textOf(node, 'FirstDayOfWeek');
  return {
    kind: 'WeeklyRecurrence',
    Interval: integerOf(requiredChild(node, 'Interval').text),
    DaysOfWeek: days.map((day) => wordOf(day, DAY_NAMES)),
    ...(first === null ? {} : { FirstDayOfWeek: wordOf(first, DAY_NAMES) }),
  };
}

function readRange(node: XmlNode): RecurrenceRange {
  const kind = wordOf(node.name, Object.keys(RANGE_PARTS) as RecurrenceRange['kind'][]);
  checkOrder(node, RANGE_PARTS[kind]);
  const StartDate = dateOf(requiredChild(node, 'StartDate').text);
  if (kind === 'EndDateRecurrence') {
    return { kind, StartDate, EndDate: dateOf(requiredChild(node, 'EndDate').text) };
  }
  if (kind === 'NoEndRecurrence') return { kind, StartDate };
  const count = integerOf(requiredChild(node, 'NumberOfOccurrences').text);
  return { kind, StartDate, NumberOfOccurrences: count };
}

/** xs:date may carry a zone; the date counts, not the instant (fact 9). */
function dateOf(text: string): string {
  const [, date] = /^\s*(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?\s*$/.exec(text) ?? [];
  if (date === undefined) throw schemaError(`'${text}' is not a valid Date value.`);
  return date;
}

/** Writes a Recurrence. Dates carry the offset of the request's zone, `Z` without one (fact 9). */
export function writeRecurrence(
  { pattern, range }: Recurrence | TaskRecurrence,
  headerZone: string | null,
): string {
  return element(
    't:Recurrence',
    writeParts(pattern, partsOf(pattern), headerZone) +
      writeParts(range, RANGE_PARTS[range.kind], headerZone),
  );
}

function partsOf(pattern: TaskRecurrence['pattern']): readonly string[] {
  const parts = Object.entries(PATTERN_PARTS).find(([kind]) => kind === pattern.kind);
  return parts?.[1] ?? ['Interval'];
}

function writeParts(
  value: TaskRecurrence['pattern'] | RecurrenceRange,
  parts: readonly string[],
  headerZone: string | null,
): string {
  const values = new Map<string, string | number | readonly string[]>(Object.entries(value));
  const written = parts.map((part) => {
    const one = values.get(part);
    if (one === undefined) return '';
    const text = typeof one === 'object' ? one.join(' ') : String(one);
    return element(`t:${part}`, part.endsWith('Date') ? withOffset(text, headerZone) : text);
  });
  return element(`t:${value.kind}`, written.join(''));
}

function withOffset(date: string, zone: string | null): string {
  if (zone === null) return `${date}Z`;
  const minutes = offsetMinutes(zone, Date.parse(`${date}T00:00:00Z`));
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, '0');
  const rest = String(Math.abs(minutes) % 60).padStart(2, '0');
  return `${date}${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}
