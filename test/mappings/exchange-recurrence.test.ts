import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../mappings/appointment/appointment.js';
import type {
  ExchangePattern,
  ExchangeRange,
  ExchangeRecurrence,
} from '../../mappings/exchange-item.js';
import { seriesFromExchange, seriesToExchange } from '../../mappings/exchange-recurrence.js';
import { occurrencesOf } from '../../mappings/occurrences.js';
import { firstDayOf, occurrences, overlapsItself, settled } from '../../mappings/recurrence.js';
import { readRule, writeRule } from '../../mappings/rrule.js';
import { Untranslatable } from '../../mappings/translation.js';
import { parsePlainDate } from '../../mappings/values.js';
import type { PlainDate } from '../../mappings/values.js';
import { dateOfDay, dayOfDate, Expansion } from '../simulators/mailbox/recurrence.js';
import type { Recurrence } from '../simulators/mailbox/properties.js';
import { repeated } from './arbitraries.js';

const START = parsePlainDate('2026-01-30');

/** The days of a recurrence as the simulated mailbox has them; it was written without our code. */
function mailboxDays(recurrence: ExchangeRecurrence, limit: number): readonly string[] {
  const expansion = new Expansion(wireForm(recurrence));
  const days: string[] = [];
  for (let index = 1; index <= limit; index++) {
    const day = expansion.dayAt(index);
    if (day !== null) days.push(dateOfDay(day));
  }
  return days;
}

function wireForm({ pattern, range }: ExchangeRecurrence): Recurrence {
  return { pattern: wirePattern(pattern), range: wireRange(range) };
}

function wirePattern(pattern: ExchangePattern): Recurrence['pattern'] {
  switch (pattern.kind) {
    case 'Daily':
      return { kind: 'DailyRecurrence', Interval: pattern.interval };
    case 'Weekly':
      return {
        kind: 'WeeklyRecurrence',
        Interval: pattern.interval,
        DaysOfWeek: pattern.daysOfWeek,
        FirstDayOfWeek: pattern.firstDayOfWeek ?? 'Sunday',
      };
    case 'AbsoluteMonthly':
      return {
        kind: 'AbsoluteMonthlyRecurrence',
        Interval: pattern.interval,
        DayOfMonth: pattern.dayOfMonth,
      };
    case 'RelativeMonthly':
      return {
        kind: 'RelativeMonthlyRecurrence',
        Interval: pattern.interval,
        DaysOfWeek: pattern.dayOfWeek,
        DayOfWeekIndex: pattern.index,
      };
    case 'AbsoluteYearly':
      return {
        kind: 'AbsoluteYearlyRecurrence',
        DayOfMonth: pattern.dayOfMonth,
        Month: pattern.month,
      };
    case 'RelativeYearly':
      return {
        kind: 'RelativeYearlyRecurrence',
        DaysOfWeek: pattern.dayOfWeek,
        DayOfWeekIndex: pattern.index,
        Month: pattern.month,
      };
  }
}

function wireRange(range: ExchangeRange): Recurrence['range'] {
  const StartDate = range.startDate;
  if (range.kind === 'NoEnd') return { kind: 'NoEndRecurrence', StartDate };
  if (range.kind === 'EndDate')
    return { kind: 'EndDateRecurrence', StartDate, EndDate: range.endDate };
  return { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences: range.numberOfOccurrences };
}

// prettier-ignore
const SIX: readonly ExchangePattern[] = [
  { kind: 'Daily', interval: 3 },
  { kind: 'Weekly', interval: 2, daysOfWeek: ['Monday', 'Friday'], firstDayOfWeek: 'Sunday' },
  { kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 30 },
  { kind: 'RelativeMonthly', interval: 2, dayOfWeek: 'Weekday', index: 'Last' },
  { kind: 'AbsoluteYearly', dayOfMonth: 29, month: 'February' },
  { kind: 'RelativeYearly', dayOfWeek: 'Sunday', index: 'Fourth', month: 'October' },
];

const THREE: readonly ExchangeRange[] = [
  { kind: 'NoEnd', startDate: START },
  { kind: 'EndDate', startDate: START, endDate: '2033-02-28' },
  { kind: 'Numbered', startDate: START, numberOfOccurrences: 7 },
];

const COMBINED = SIX.flatMap((pattern) => THREE.map((range) => ({ pattern, range })));

describe('six patterns with three endings', () => {
  it.each(COMBINED)('$pattern.kind $range.kind, through the ERP and back', (recurrence) => {
    const days = mailboxDays(recurrence, 40);
    const first = parsePlainDate(days[0] ?? '');
    const read = settled({
      when: { kind: 'allDay', firstDay: START, lastDay: START },
      series: seriesFromExchange(recurrence),
    });
    expect(firstDayOf(read.when)).toBe(first);
    const inErp = readRule(writeRule(read.series), read.when);
    const back = seriesToExchange(inErp.series, firstDayOf(inErp.when));
    expect(mailboxDays(back, 40)).toEqual(days);
    expect(
      occurrences(inErp.when, inErp.series, { from: null, limit: 40 }).map(({ date }) => date),
    ).toEqual(days);
  });

  it('take place on the days of the mailbox, whatever the series', () => {
    fc.assert(
      fc.property(repeated, ({ when, series }) => {
        const start = firstDayOf(when);
        const days = mailboxDays(seriesToExchange(series, start), 25);
        expect(
          occurrences(when, series, { from: null, limit: 25 }).map(({ date }) => date),
        ).toEqual(days);
      }),
      { numRuns: 1500 },
    );
  });
});

it('a week without a named first day begins on Sunday', () => {
  const pattern = { kind: 'Weekly', interval: 2, daysOfWeek: ['Sunday', 'Wednesday'] } as const;
  const range = { kind: 'Numbered', startDate: '2026-01-14', numberOfOccurrences: 4 } as const;
  const unnamed: ExchangeRecurrence = { pattern: { ...pattern, firstDayOfWeek: null }, range };
  const start = parsePlainDate('2026-01-14');
  const days = occurrencesOf(seriesFromExchange(unnamed), start).dates(null, 9);
  expect(days).toEqual(['2026-01-14', '2026-01-25', '2026-01-28', '2026-02-08']);
  expect(days).toEqual(mailboxDays(unnamed, 9));
});

function series(rule: string, start: PlainDate): Series {
  return readRule(rule, { kind: 'allDay', firstDay: start, lastDay: start }).series;
}

describe('what Exchange has other words for', () => {
  it('every two years is every 24 months', () => {
    const { pattern } = seriesToExchange(series('FREQ=YEARLY;INTERVAL=2', START), START);
    expect(pattern).toEqual({ kind: 'AbsoluteMonthly', interval: 24, dayOfMonth: 30 });
    expect(
      settled({
        when: { kind: 'allDay', firstDay: START, lastDay: START },
        series: {
          pattern: seriesFromExchange({ pattern, range: { kind: 'NoEnd', startDate: START } })
            .pattern,
          ends: { kind: 'never' },
        },
      }).series.pattern,
    ).toEqual({ kind: 'yearlyOnDay', interval: 2, month: 1, day: 30 });
  });

  it('more than 999 occurrences end on the day of the last one', () => {
    const { range } = seriesToExchange(series('FREQ=DAILY;COUNT=1000', START), START);
    expect(range).toEqual({ kind: 'EndDate', startDate: START, endDate: '2028-10-25' });
    const kept = seriesToExchange(series('FREQ=DAILY;COUNT=999', START), START).range;
    expect(kept).toEqual({ kind: 'Numbered', startDate: START, numberOfOccurrences: 999 });
  });

  it('an end after the year 4500 is the last occurrence before it', () => {
    const { range } = seriesToExchange(series('FREQ=WEEKLY;UNTIL=99991231', START), START);
    expect(range).toEqual({ kind: 'EndDate', startDate: START, endDate: '4500-08-27' });
  });
});

describe('what Exchange has no room for is refused', () => {
  // prettier-ignore
  it.each([
    ['FREQ=WEEKLY;INTERVAL=100', /99 weeks/],
    ['FREQ=MONTHLY;INTERVAL=100;BYMONTHDAY=3', /99 months/],
    ['FREQ=YEARLY;INTERVAL=9', /99 months/],
  ])('%s', (rule, sentence) => {
    expect(() => seriesToExchange(series(rule, START), START)).toThrow(Untranslatable);
    expect(() => seriesToExchange(series(rule, START), START)).toThrow(sentence);
  });

  it.each<ExchangeRecurrence>([
    { pattern: { kind: 'Daily', interval: 0 }, range: { kind: 'NoEnd', startDate: START } },
    {
      pattern: { kind: 'AbsoluteMonthly', interval: 1, dayOfMonth: 32 },
      range: { kind: 'NoEnd', startDate: START },
    },
    {
      pattern: { kind: 'Weekly', interval: 1, daysOfWeek: [], firstDayOfWeek: null },
      range: { kind: 'NoEnd', startDate: START },
    },
    {
      pattern: { kind: 'Daily', interval: 1 },
      range: { kind: 'EndDate', startDate: START, endDate: 'soon' },
    },
    {
      pattern: { kind: 'Daily', interval: 1 },
      range: { kind: 'Numbered', startDate: START, numberOfOccurrences: 0 },
    },
  ])('and so is what no Exchange would say: %j', (recurrence) => {
    expect(() => seriesFromExchange(recurrence)).toThrow(Untranslatable);
  });
});

describe('where an occurrence is', () => {
  it('is known without stepping through the series', () => {
    const daily = occurrencesOf(series('FREQ=DAILY', START), START);
    expect(daily.dateAt(100_000)).toBe('2299-11-14');
    expect(daily.indexOf(parsePlainDate('2299-11-14'))).toBe(100_000);
    expect(daily.count).toBeNull();
    expect(daily.dateAt(0)).toBeNull();
    expect(daily.indexOf(parsePlainDate('2026-01-29'))).toBeNull();
  });

  it('is counted as the mailbox counts it', () => {
    fc.assert(
      fc.property(repeated, fc.integer({ min: 1, max: 200 }), ({ when, series: any }, index) => {
        const start = firstDayOf(when);
        const days = occurrencesOf(any, start);
        const expansion = new Expansion(wireForm(seriesToExchange(any, start)));
        const date = days.dateAt(index);
        const day = expansion.dayAt(index);
        expect(date).toBe(day === null ? null : dateOfDay(day));
        const next = parsePlainDate(dateOfDay((day ?? dayOfDate(start)) + 1));
        expect(days.indexOf(next)).toBe(expansion.indexOf(dayOfDate(next)));
      }),
      { numRuns: 1000 },
    );
  });

  it('begins where it is asked from', () => {
    const days = occurrencesOf(series('FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5', START), START);
    expect(days.dates(parsePlainDate('2026-02-03'), 10)).toEqual([
      '2026-02-06',
      '2026-02-09',
      '2026-02-13',
    ]);
    expect(days.dates(parsePlainDate('2026-02-14'), 10)).toEqual([]);
    expect(days.dates(parsePlainDate('2020-01-01'), 2)).toEqual(['2026-01-30', '2026-02-02']);
  });

  it('may not be where the one before has not ended', () => {
    const days = (lastDay: string, rule: string): boolean => {
      const when = { kind: 'allDay', firstDay: START, lastDay: parsePlainDate(lastDay) } as const;
      return overlapsItself(readRule(rule, when));
    };
    expect(days('2026-01-31', 'FREQ=WEEKLY;BYDAY=FR,SA')).toBe(true);
    expect(days('2026-02-01', 'FREQ=WEEKLY;BYDAY=FR,SA')).toBe(true);
    expect(days('2026-01-30', 'FREQ=DAILY')).toBe(false);
    expect(days('2026-02-05', 'FREQ=WEEKLY')).toBe(false);
    expect(days('2026-02-06', 'FREQ=WEEKLY')).toBe(true);
  });
});
