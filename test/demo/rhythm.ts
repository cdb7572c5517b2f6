import type { Random } from '../simulators/random.js';
import { dayAfter } from './calendar-entry.js';

/** How a series repeats, in words of neither side; all of it fits the day it begins on. */
export interface Rhythm {
  readonly unit: 'daily' | 'weekly' | 'monthly' | 'monthlyWeekday' | 'yearly' | 'yearlyWeekday';
  readonly interval: number;
  readonly end:
    | { readonly kind: 'count'; readonly count: number }
    | { readonly kind: 'until'; readonly day: string }
    | { readonly kind: 'never' };
}

const UNITS = ['daily', 'weekly', 'monthly', 'monthlyWeekday', 'yearly', 'yearlyWeekday'] as const;
const DAYS_PER_UNIT: Record<Rhythm['unit'], number> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  monthlyWeekday: 31,
  yearly: 366,
  yearlyWeekday: 366,
};

/** Any of the six patterns with any of the three endings. */
export function anyRhythm(random: Random, firstDay: string): Rhythm {
  const unit = random.oneOf(UNITS);
  const interval = unit.startsWith('yearly') ? 1 : random.between(1, 3); // Exchange has no "every 2 years"
  const count = random.between(3, 12);
  const lastDay = dayAfter(firstDay, count * interval * DAYS_PER_UNIT[unit]);
  const end = random.oneOf<Rhythm['end']>([
    { kind: 'count', count },
    { kind: 'until', day: lastDay },
    { kind: 'never' },
  ]);
  return { unit, interval, end };
}

/** What a series that begins on this day can repeat by: from the 29th on, months and years are left alone. */
export function fittingRhythm(rhythm: Rhythm, firstDay: string): Rhythm {
  const repeatsByDate = rhythm.unit !== 'daily' && rhythm.unit !== 'weekly';
  return repeatsByDate && partsOf(firstDay).day > 28 ? { ...rhythm, unit: 'weekly' } : rhythm;
}

/** The value of an RRULE for a series that begins on a day up to the 28th. */
export function rruleOf({ unit, interval, end }: Rhythm, firstDay: string): string {
  const { day, month, weekday, nth } = partsOf(firstDay);
  const byDay = WEEKDAYS[weekday]?.short ?? '';
  const rules: Record<Rhythm['unit'], string> = {
    daily: `FREQ=DAILY;INTERVAL=${interval}`,
    weekly: `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${byDay};WKST=MO`,
    monthly: `FREQ=MONTHLY;INTERVAL=${interval};BYMONTHDAY=${day}`,
    monthlyWeekday: `FREQ=MONTHLY;INTERVAL=${interval};BYDAY=${byDay};BYSETPOS=${nth}`,
    yearly: `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`,
    yearlyWeekday: `FREQ=YEARLY;BYMONTH=${month};BYDAY=${byDay};BYSETPOS=${nth}`,
  };
  return rules[unit] + endOf(end);
}

function endOf(end: Rhythm['end']): string {
  if (end.kind === 'count') return `;COUNT=${end.count}`;
  return end.kind === 'until' ? `;UNTIL=${end.day.replaceAll('-', '')}` : '';
}

/** The same in Exchange's words; dates are days on the wall clock of the series. */
export function recurrenceOf({ unit, interval, end }: Rhythm, firstDay: string): object {
  const { day, month, weekday, nth } = partsOf(firstDay);
  const name = WEEKDAYS[weekday]?.long ?? '';
  const monthName = MONTH_NAMES[month - 1];
  const DayOfWeekIndex = WEEK_NAMES[nth - 1];
  const patterns: Record<Rhythm['unit'], object> = {
    daily: { kind: 'DailyRecurrence', Interval: interval },
    weekly: {
      kind: 'WeeklyRecurrence',
      Interval: interval,
      DaysOfWeek: [name],
      FirstDayOfWeek: 'Monday',
    },
    monthly: { kind: 'AbsoluteMonthlyRecurrence', Interval: interval, DayOfMonth: day },
    monthlyWeekday: {
      kind: 'RelativeMonthlyRecurrence',
      Interval: interval,
      DaysOfWeek: name,
      DayOfWeekIndex,
    },
    yearly: { kind: 'AbsoluteYearlyRecurrence', DayOfMonth: day, Month: monthName },
    yearlyWeekday: {
      kind: 'RelativeYearlyRecurrence',
      DaysOfWeek: name,
      DayOfWeekIndex,
      Month: monthName,
    },
  };
  return { pattern: patterns[unit], range: rangeOf(end, firstDay) };
}

function rangeOf(end: Rhythm['end'], StartDate: string): object {
  switch (end.kind) {
    case 'never':
      return { kind: 'NoEndRecurrence', StartDate };
    case 'count':
      return { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences: end.count };
    case 'until':
      return { kind: 'EndDateRecurrence', StartDate, EndDate: end.day };
  }
}

interface DayParts {
  readonly day: number;
  readonly month: number;
  /** 0 = Sunday */
  readonly weekday: number;
  /** 1 = the first of its weekday in the month. */
  readonly nth: number;
}

function partsOf(text: string): DayParts {
  const date = new Date(`${text}T00:00:00Z`);
  const day = date.getUTCDate();
  return {
    day,
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
    nth: Math.ceil(day / 7),
  };
}

const WEEKDAYS = [
  { short: 'SU', long: 'Sunday' },
  { short: 'MO', long: 'Monday' },
  { short: 'TU', long: 'Tuesday' },
  { short: 'WE', long: 'Wednesday' },
  { short: 'TH', long: 'Thursday' },
  { short: 'FR', long: 'Friday' },
  { short: 'SA', long: 'Saturday' },
] as const;

const WEEK_NAMES = ['First', 'Second', 'Third', 'Fourth'] as const;
const MONTH_NAMES = [
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
] as const;
