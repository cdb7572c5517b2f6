import { expect, test } from 'vitest';
import {
  checkRecurrence,
  dateOfDay,
  dayOfDate,
  Expansion,
  settledRecurrence,
} from './mailbox/recurrence.js';
import type { Recurrence, RecurrencePattern, RecurrenceRange } from './mailbox/properties.js';

function times(StartDate: string, NumberOfOccurrences: number): RecurrenceRange {
  return { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences };
}

function until(StartDate: string, EndDate: string): RecurrenceRange {
  return { kind: 'EndDateRecurrence', StartDate, EndDate };
}

function datesOf(pattern: RecurrencePattern, range: RecurrenceRange, most = 8): string[] {
  const expansion = new Expansion({ pattern, range });
  const dates: string[] = [];
  for (let index = 1; index <= most; index++) {
    const day = expansion.dayAt(index);
    if (day === null) break;
    dates.push(dateOfDay(day));
  }
  return dates;
}

const DAILY_3: RecurrencePattern = { kind: 'DailyRecurrence', Interval: 3 };
const LAST_DAY_OF_MONTH: RecurrencePattern = {
  kind: 'AbsoluteMonthlyRecurrence',
  Interval: 1,
  DayOfMonth: 31,
};

function weekly(Interval: number, first: 'Sunday' | 'Monday'): RecurrencePattern {
  return {
    kind: 'WeeklyRecurrence',
    Interval,
    DaysOfWeek: ['Sunday', 'Tuesday'],
    FirstDayOfWeek: first,
  };
}

function relativeMonthly(
  DaysOfWeek: 'Friday' | 'Day' | 'Weekday' | 'WeekendDay',
  DayOfWeekIndex: 'First' | 'Fourth' | 'Last',
): RecurrencePattern {
  return { kind: 'RelativeMonthlyRecurrence', Interval: 1, DaysOfWeek, DayOfWeekIndex };
}

// prettier-ignore
const ROWS: readonly { name: string; pattern: RecurrencePattern; range: RecurrenceRange; dates: string[] }[] = [
  { name: 'every third day, across the end of a year', pattern: DAILY_3, range: times('2026-12-28', 4),
    dates: ['2026-12-28', '2026-12-31', '2027-01-03', '2027-01-06'] },
  { name: 'the last occurrence may lie on the end date', pattern: DAILY_3, range: until('2026-03-01', '2026-03-07'),
    dates: ['2026-03-01', '2026-03-04', '2026-03-07'] },
  { name: 'no occurrence lies after the end date', pattern: DAILY_3, range: until('2026-03-01', '2026-03-06'),
    dates: ['2026-03-01', '2026-03-04'] },
  // 2026-03-03 is a Tuesday; the Sunday after it is in the same week only where weeks begin on Monday.
  { name: 'every second week, weeks beginning on Monday', pattern: weekly(2, 'Monday'), range: times('2026-03-03', 4),
    dates: ['2026-03-03', '2026-03-08', '2026-03-17', '2026-03-22'] },
  { name: 'every second week, weeks beginning on Sunday', pattern: weekly(2, 'Sunday'), range: times('2026-03-03', 4),
    dates: ['2026-03-03', '2026-03-15', '2026-03-17', '2026-03-29'] },
  { name: 'the 31st is the last day in short months', pattern: LAST_DAY_OF_MONTH, range: times('2028-01-31', 4),
    dates: ['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30'] },
  { name: 'every third month on the 15th', pattern: { kind: 'AbsoluteMonthlyRecurrence', Interval: 3, DayOfMonth: 15 },
    range: times('2026-11-15', 3), dates: ['2026-11-15', '2027-02-15', '2027-05-15'] },
  { name: 'the fourth Friday of each month', pattern: relativeMonthly('Friday', 'Fourth'), range: times('2026-01-01', 3),
    dates: ['2026-01-23', '2026-02-27', '2026-03-27'] },
  { name: 'the last Friday of each month', pattern: relativeMonthly('Friday', 'Last'), range: times('2026-01-01', 3),
    dates: ['2026-01-30', '2026-02-27', '2026-03-27'] },
  { name: 'the first weekday of each month', pattern: relativeMonthly('Weekday', 'First'), range: times('2026-08-01', 3),
    dates: ['2026-08-03', '2026-09-01', '2026-10-01'] },
  { name: 'the last weekend day of each month', pattern: relativeMonthly('WeekendDay', 'Last'), range: times('2026-02-01', 2),
    dates: ['2026-02-28', '2026-03-29'] },
  { name: 'the last day of each month', pattern: relativeMonthly('Day', 'Last'), range: times('2027-02-01', 2),
    dates: ['2027-02-28', '2027-03-31'] },
  { name: '29 February every year', pattern: { kind: 'AbsoluteYearlyRecurrence', DayOfMonth: 29, Month: 'February' },
    range: times('2027-01-01', 3), dates: ['2027-02-28', '2028-02-29', '2029-02-28'] },
  { name: 'the second Sunday of May every year', pattern: { kind: 'RelativeYearlyRecurrence', DaysOfWeek: 'Sunday', DayOfWeekIndex: 'Second', Month: 'May' },
    range: times('2026-06-01', 2), dates: ['2027-05-09', '2028-05-14'] },
];

for (const { name, pattern, range, dates } of ROWS) {
  test(name, () => expect(datesOf(pattern, range)).toEqual(dates));
}

test('instances are found by day and by number alike', () => {
  const expansion = new Expansion({
    pattern: DAILY_3,
    range: { kind: 'NoEndRecurrence', StartDate: '2026-01-01' },
  });
  const thousandth = expansion.dayAt(1000) ?? 0;
  expect(dateOfDay(thousandth)).toBe('2034-03-17');
  expect(expansion.indexOf(thousandth)).toBe(1000);
  expect(expansion.indexOf(thousandth + 1)).toBeNull();
  expect(expansion.firstIndexFrom(thousandth - 1)).toBe(1000);
  expect(expansion.count).toBeNull();
});

test('a series starts on its first match, with weekdays from Sunday on', () => {
  const pattern: RecurrencePattern = {
    kind: 'WeeklyRecurrence',
    Interval: 1,
    DaysOfWeek: ['Friday', 'Monday', 'Sunday'],
  };
  expect(settledRecurrence({ pattern, range: times('2026-03-03', 2) })).toEqual({
    pattern: { ...pattern, DaysOfWeek: ['Sunday', 'Monday', 'Friday'], FirstDayOfWeek: 'Sunday' },
    range: times('2026-03-06', 2),
  });
});

const REFUSED: readonly { name: string; recurrence: Recurrence; code: string }[] = [
  {
    name: 'an end before the first match',
    recurrence: { pattern: LAST_DAY_OF_MONTH, range: until('2026-03-01', '2026-03-30') },
    code: 'ErrorRecurrenceHasNoOccurrence',
  },
  {
    name: 'a thousand occurrences',
    recurrence: { pattern: DAILY_3, range: times('2026-03-01', 1000) },
    code: 'ErrorCalendarInvalidRecurrence',
  },
  {
    name: 'no weekday',
    recurrence: {
      pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: [] },
      range: times('2026-03-01', 3),
    },
    code: 'ErrorCalendarInvalidDayForWeeklyRecurrence',
  },
  {
    name: 'an interval of 0',
    recurrence: {
      pattern: { kind: 'DailyRecurrence', Interval: 0 },
      range: times('2026-03-01', 3),
    },
    code: 'ErrorCalendarInvalidRecurrence',
  },
  {
    name: 'an end after the year 4500',
    recurrence: { pattern: DAILY_3, range: until('2026-03-01', '4500-09-02') },
    code: 'ErrorRecurrenceEndDateTooBig',
  },
  {
    name: 'a date that does not exist',
    recurrence: { pattern: DAILY_3, range: times('2026-02-30', 3) },
    code: 'ErrorCalendarInvalidRecurrence',
  },
];

for (const { name, recurrence, code } of REFUSED) {
  test(`refused: ${name}`, () => {
    expect(() => checkRecurrence(recurrence)).toThrow(expect.objectContaining({ code }) as Error);
  });
}

test('days before 1970 have their weekdays too', () => {
  const pattern: RecurrencePattern = {
    kind: 'WeeklyRecurrence',
    Interval: 1,
    DaysOfWeek: ['Monday'],
  };
  expect(datesOf(pattern, times('1969-12-25', 1))).toEqual(['1969-12-29']);
  expect(dayOfDate('1969-12-31')).toBe(-1);
});
