import fc from 'fast-check';
import { RRuleTemporal } from 'rrule-temporal';
import { describe, expect, it } from 'vitest';
import type { Pattern, Series, SeriesEnd, When } from '../../mappings/appointment/appointment.js';
import { firstDayOf, occurrences, seriesText, settled } from '../../mappings/recurrence.js';
import { readRule, writeRule } from '../../mappings/rrule.js';
import { Untranslatable } from '../../mappings/translation.js';
import { parseInstant, parsePlainDate, parseZone } from '../../mappings/values.js';
import { repeated } from './arbitraries.js';

const BERLIN = parseZone('Europe/Berlin');

/** Nine to ten in Berlin on a day. */
function at9(day: string): When {
  const zone = new Date(`${day}T12:00:00Z`).getUTCMonth() % 11 < 2 ? '+01:00' : '+02:00';
  return {
    kind: 'timed',
    start: parseInstant(`${day}T09:00:00${zone}`),
    end: parseInstant(`${day}T10:00:00${zone}`),
    zone: BERLIN,
  };
}

function readDays(rule: string, start: string, limit: number): readonly string[] {
  const { when, series } = readRule(rule, at9(start));
  return occurrences(when, series, { from: null, limit }).map(({ date }) => date);
}

/** The days of a rule by an independent library, made for RFC 5545. */
function oracleDays(rule: string, start: string, limit: number): readonly string[] {
  const dtstart = `DTSTART;TZID=Europe/Berlin:${start.replaceAll('-', '')}T090000`;
  const oracle = new RRuleTemporal({
    rruleString: `${dtstart}\nRRULE:${rule}`,
    maxIterations: 20_000,
  });
  return oracle.all((_, at) => at < limit).map((found) => found.toString().slice(0, 10));
}

const TUESDAYS: Pattern = { kind: 'monthlyOnWeekday', interval: 1, index: 'second', on: 'tue' };
const MONTH_END: Pattern = { kind: 'monthlyOnDay', interval: 1, day: 31 };
const WORKDAYS: Pattern = {
  kind: 'weekly',
  interval: 1,
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'],
  weekStart: 'mon',
};
const LAST_WORKDAY: Pattern = {
  kind: 'monthlyOnWeekday',
  interval: 1,
  index: 'last',
  on: 'workday',
};
const FEBRUARY_END: Pattern = { kind: 'yearlyOnDay', interval: 1, month: 2, day: 29 };

// prettier-ignore
const SPELLINGS: readonly (readonly [rule: string, start: string, pattern: Pattern])[] = [
  ['FREQ=DAILY', '2026-01-14', { kind: 'daily', interval: 1 }],
  ['FREQ=DAILY;INTERVAL=3;BYHOUR=9;BYMINUTE=0', '2026-01-14', { kind: 'daily', interval: 3 }],
  ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', '2026-01-17', WORKDAYS],
  ['FREQ=DAILY;BYMONTHDAY=14', '2026-01-14', { kind: 'monthlyOnDay', interval: 1, day: 14 }],
  ['FREQ=DAILY;BYMONTH=5;BYMONTHDAY=14', '2026-01-14', { kind: 'yearlyOnDay', interval: 1, month: 5, day: 14 }],
  ['FREQ=WEEKLY', '2026-01-14', { kind: 'weekly', interval: 1, weekdays: ['wed'], weekStart: 'mon' }],
  ['FREQ=WEEKLY;BYDAY=FR,MO,WE,TU,TH', '2026-01-14', WORKDAYS],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU', '2026-01-14', { kind: 'weekly', interval: 2, weekdays: ['wed', 'sun'], weekStart: 'sun' }],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE', '2026-01-14', { kind: 'weekly', interval: 2, weekdays: ['wed', 'sun'], weekStart: 'mon' }],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU', '2026-01-14', { kind: 'weekly', interval: 2, weekdays: ['mon', 'wed'], weekStart: 'mon' }],
  ['FREQ=MONTHLY', '2026-01-14', { kind: 'monthlyOnDay', interval: 1, day: 14 }],
  ['FREQ=MONTHLY;BYDAY=TU', '2026-01-13', { kind: 'weekly', interval: 1, weekdays: ['tue'], weekStart: 'mon' }],
  ['FREQ=MONTHLY;BYDAY=2TU', '2026-01-13', TUESDAYS],
  ['FREQ=MONTHLY;BYDAY=+2TU', '2026-01-13', TUESDAYS],
  ['FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2', '2026-01-13', TUESDAYS],
  ['FREQ=MONTHLY;BYDAY=2TU;BYSETPOS=1', '2026-01-13', TUESDAYS],
  ['FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14', '2026-01-13', TUESDAYS],
  ['FREQ=DAILY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14', '2026-01-13', TUESDAYS],
  ['FREQ=MONTHLY;BYDAY=-1FR', '2026-01-30', { kind: 'monthlyOnWeekday', interval: 1, index: 'last', on: 'fri' }],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1', '2026-01-30', { kind: 'monthlyOnWeekday', interval: 1, index: 'last', on: 'fri' }],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-01-30', LAST_WORKDAY],
  ['FREQ=MONTHLY;BYDAY=-1MO,-1TU,-1WE,-1TH,-1FR;BYSETPOS=-1', '2026-01-30', LAST_WORKDAY],
  ['FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1', '2026-01-03', { kind: 'monthlyOnWeekday', interval: 1, index: 'first', on: 'weekendDay' }],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', '2026-01-31', MONTH_END],
  ['FREQ=MONTHLY;BYMONTHDAY=31,-1', '2026-01-31', MONTH_END],
  ['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1', '2026-01-31', MONTH_END],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1', '2026-01-31', MONTH_END],
  ['FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1', '2026-01-29', { kind: 'monthlyOnDay', interval: 1, day: 29 }],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=1', '2026-02-01', { kind: 'monthlyOnDay', interval: 1, day: 1 }],
  ['FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=5', '2026-02-05', { kind: 'yearlyOnDay', interval: 1, month: 2, day: 5 }],
  ['FREQ=MONTHLY;INTERVAL=24;BYDAY=1MO', '2026-02-02', { kind: 'yearlyOnWeekday', interval: 2, month: 2, index: 'first', on: 'mon' }],
  ['FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=5', '2026-02-05', { kind: 'yearlyOnDay', interval: 1, month: 2, day: 5 }],
  ['FREQ=YEARLY', '2026-02-05', { kind: 'yearlyOnDay', interval: 1, month: 2, day: 5 }],
  ['FREQ=YEARLY;BYMONTH=7', '2026-02-05', { kind: 'yearlyOnDay', interval: 1, month: 7, day: 5 }],
  ['FREQ=YEARLY;INTERVAL=3;BYMONTH=4;BYMONTHDAY=-1', '2026-04-30', { kind: 'yearlyOnDay', interval: 3, month: 4, day: 30 }],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1', '2026-02-28', FEBRUARY_END],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1', '2026-02-28', FEBRUARY_END],
  ['FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', '2026-10-25', { kind: 'yearlyOnWeekday', interval: 1, month: 10, index: 'last', on: 'sun' }],
  ['FREQ=YEARLY;BYMONTH=10;BYDAY=SU;BYSETPOS=-1', '2026-10-25', { kind: 'yearlyOnWeekday', interval: 1, month: 10, index: 'last', on: 'sun' }],
  ['FREQ=YEARLY;BYDAY=2TU', '2026-01-13', { kind: 'yearlyOnWeekday', interval: 1, month: 1, index: 'second', on: 'tue' }],
  ['FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-01-13', { kind: 'yearlyOnWeekday', interval: 1, month: 12, index: 'last', on: 'workday' }],
  ['FREQ=YEARLY;BYMONTHDAY=15', '2026-01-15', { kind: 'monthlyOnDay', interval: 1, day: 15 }],
  ['FREQ=YEARLY;BYDAY=TU', '2026-01-13', { kind: 'weekly', interval: 1, weekdays: ['tue'], weekStart: 'mon' }],
];

describe('a rule is understood in every spelling', () => {
  it.each(SPELLINGS)('%s from %s on', (rule, start, pattern) => {
    expect(readRule(rule, at9(start)).series.pattern).toEqual(pattern);
    expect(readDays(rule, start, 30)).toEqual(oracleDays(rule, start, 30));
  });

  it('also in lower case, with its name and with blanks', () => {
    const written = readRule(' rrule:freq=monthly; byday=2tu ;', at9('2026-01-13'));
    expect(written.series.pattern).toEqual(TUESDAYS);
  });

  it('with SKIP=BACKWARD (RFC 7529), which is what Exchange does with the 31st', () => {
    const rule = 'RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD';
    expect(readRule(rule, at9('2026-01-31')).series.pattern).toEqual(MONTH_END);
    expect(readDays(rule, '2026-01-31', 4)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
    ]);
  });
});

// prettier-ignore
const ENDS: readonly (readonly [rule: string, ends: SeriesEnd])[] = [
  ['FREQ=DAILY', { kind: 'never' }],
  ['FREQ=DAILY;COUNT=7', { kind: 'afterCount', count: 7 }],
  ['FREQ=DAILY;UNTIL=20260120', { kind: 'onDate', lastDay: parsePlainDate('2026-01-20') }],
  ['FREQ=DAILY;UNTIL=2026-01-20', { kind: 'onDate', lastDay: parsePlainDate('2026-01-20') }],
  ['FREQ=DAILY;UNTIL=20260120T080000Z', { kind: 'onDate', lastDay: parsePlainDate('2026-01-20') }],
  ['FREQ=DAILY;UNTIL=20260120T075959Z', { kind: 'onDate', lastDay: parsePlainDate('2026-01-19') }],
  ['FREQ=DAILY;UNTIL=20260120T233000Z', { kind: 'onDate', lastDay: parsePlainDate('2026-01-20') }],
  ['FREQ=DAILY;UNTIL=20260120T090000', { kind: 'onDate', lastDay: parsePlainDate('2026-01-20') }],
  ['FREQ=DAILY;UNTIL=20260120T085959', { kind: 'onDate', lastDay: parsePlainDate('2026-01-19') }],
];

describe('the end of a rule', () => {
  it.each(ENDS)('%s', (rule, ends) => {
    expect(readRule(rule, at9('2026-01-14')).series.ends).toEqual(ends);
  });

  it('on the first day leaves one occurrence, before it none at all', () => {
    expect(readDays('FREQ=DAILY;UNTIL=20260114', '2026-01-14', 5)).toEqual(['2026-01-14']);
    expect(() => readDays('FREQ=DAILY;UNTIL=20260113', '2026-01-14', 5)).toThrow(Untranslatable);
  });
});

// prettier-ignore
const REFUSED: readonly (readonly [rule: string, start: string, part: RegExp])[] = [
  ['FREQ=HOURLY', '2026-01-14', /FREQ/],
  ['FREQ=DAILY;BYHOUR=9,12', '2026-01-14', /BYHOUR/],
  ['FREQ=DAILY;BYHOUR=10', '2026-01-14', /BYHOUR/],
  ['FREQ=DAILY;INTERVAL=2;BYDAY=MO', '2026-01-14', /only on certain ones/],
  ['FREQ=DAILY;BYMONTH=3', '2026-01-14', /BYMONTH/],
  ['FREQ=DAILY;INTERVAL=1000', '2026-01-14', /INTERVAL/],
  ['FREQ=DAILY;INTERVAL=0', '2026-01-14', /INTERVAL/],
  ['FREQ=DAILY;COUNT=3;UNTIL=20270101', '2026-01-14', /COUNT and UNTIL/],
  ['FREQ=DAILY;COUNT=999999', '2026-01-14', /4500/],
  ['FREQ=DAILY;UNTIL=morgen', '2026-01-14', /UNTIL/],
  ['FREQ=WEEKLY;BYMONTH=3;BYDAY=MO', '2026-01-14', /BYMONTH/],
  ['FREQ=WEEKLY;BYDAY=2MO', '2026-01-14', /2TU/],
  ['FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1', '2026-01-14', /BYSETPOS/],
  ['FREQ=WEEKLY;BYDAY=XX', '2026-01-14', /weekday/],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', '2026-01-15', /BYMONTHDAY/],
  ['FREQ=MONTHLY;BYMONTHDAY=-2', '2026-01-30', /BYMONTHDAY/],
  ['FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31', /short months/],
  ['FREQ=MONTHLY', '2026-01-30', /short months/],
  ['FREQ=MONTHLY;BYDAY=5MO', '2026-03-30', /first to the fourth/],
  ['FREQ=MONTHLY;BYDAY=-2FR', '2026-01-23', /first to the fourth/],
  ['FREQ=MONTHLY;BYDAY=1MO,3MO', '2026-01-05', /BYDAY/],
  ['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1', '2026-01-05', /BYDAY/],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1', '2026-01-05', /BYSETPOS/],
  ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', '2026-02-13', /BYMONTHDAY/],
  ['FREQ=MONTHLY;INTERVAL=2;BYDAY=FR', '2026-02-13', /BYDAY/],
  ['FREQ=YEARLY', '2028-02-29', /short months/],
  ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2026-01-30', /never comes/],
  ['FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1', '2026-01-01', /BYMONTH/],
  ['FREQ=YEARLY;BYMONTH=13', '2026-01-01', /BYMONTH/],
  ['FREQ=YEARLY;BYWEEKNO=20', '2026-05-11', /BYWEEKNO/],
  ['FREQ=YEARLY;BYYEARDAY=100', '2026-04-10', /BYYEARDAY/],
  ['FREQ=YEARLY;BYDAY=20MO', '2026-05-18', /first to the fourth/],
  ['RSCALE=HEBREW;FREQ=YEARLY', '2026-05-18', /RSCALE/],
  ['FREQ=DAILY;FREQ=WEEKLY', '2026-01-14', /twice/],
  ['every day', '2026-01-14', /not a recurrence rule/],
  ['FREQ=DAILY\nEXDATE:20260115T090000', '2026-01-14', /./],
  ['', '2026-01-14', /FREQ/],
];

describe('a rule that Exchange has no pattern for is refused with its part', () => {
  it.each(REFUSED)('%s from %s on', (rule, start, part) => {
    expect(() => readRule(rule, at9(start))).toThrow(Untranslatable);
    expect(() => readRule(rule, at9(start))).toThrow(part);
  });

  it('but not the 31st where the series is over before the first short month', () => {
    expect(readDays('FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1', '2026-01-31', 5)).toEqual(['2026-01-31']);
    const quarter = 'FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31;UNTIL=20260831';
    expect(readDays(quarter, '2026-03-31', 9)).toEqual(['2026-03-31', '2026-05-31', '2026-07-31']);
  });

  it('nor every fourth 29 February while no year without one comes', () => {
    const rule = 'FREQ=YEARLY;INTERVAL=4;COUNT=10';
    expect(readDays(rule, '2028-02-29', 20)).toEqual(oracleDays(rule, '2028-02-29', 20));
  });
});

const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const parts = fc.record({
  freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'MONTHLY', 'YEARLY', 'YEARLY'),
  interval: fc.constantFrom(1, 1, 1, 2, 3, 12),
  byday: fc.option(
    fc.oneof(
      fc.subarray(codes, { minLength: 1 }),
      fc.constantFrom(codes, codes.slice(0, 5), codes.slice(5)),
      fc
        .tuple(fc.constantFrom(1, 2, 4, 5, -1, -2), fc.constantFrom(...codes))
        .map(([n, code]) => [`${n}${code}`]),
    ),
  ),
  bymonthday: fc.option(
    fc.oneof(
      fc
        .integer({ min: -3, max: 31 })
        .filter((day) => day !== 0)
        .map((day) => [day]),
      fc.constantFrom(
        [28, 29, 30, 31],
        [28, 29, 30],
        [30, 31],
        [1, 2, 3, 4, 5, 6, 7],
        [22, 23, 24, 25, 26, 27, 28],
        [-1, 31],
      ),
    ),
    { freq: 1 },
  ),
  bymonth: fc.option(
    fc.oneof(
      fc.integer({ min: 1, max: 12 }).map((month) => [month]),
      fc.constant([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      fc.constant([2, 8]),
    ),
    { freq: 1 },
  ),
  bysetpos: fc.option(fc.constantFrom(1, 2, 4, -1, -2), { freq: 1 }),
  wkst: fc.option(fc.constantFrom(...codes), { freq: 1 }),
  end: fc.constantFrom('', 'COUNT=5', 'COUNT=1', 'UNTIL=20271231'),
  start: fc
    .integer({ min: 0, max: 900 })
    .map((days) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10)),
});

describe('whatever is understood takes place on the days of RFC 5545', () => {
  it('for rules put together at random', () => {
    let understood = 0;
    fc.assert(
      fc.property(
        parts,
        ({ freq, interval, byday, bymonthday, bymonth, bysetpos, wkst, end, start }) => {
          const rule = [
            `FREQ=${freq}`,
            interval === 1 ? '' : `INTERVAL=${interval}`,
            byday === null ? '' : `BYDAY=${byday.join(',')}`,
            bymonthday === null ? '' : `BYMONTHDAY=${bymonthday.join(',')}`,
            bymonth === null ? '' : `BYMONTH=${bymonth.join(',')}`,
            bysetpos === null ? '' : `BYSETPOS=${bysetpos}`,
            wkst === null ? '' : `WKST=${wkst}`,
            end,
          ]
            .filter((part) => part !== '')
            .join(';');
          let days: readonly string[];
          try {
            days = readDays(rule, start, 20);
          } catch (error) {
            expect(error).toBeInstanceOf(Untranslatable);
            return;
          }
          understood++;
          expect(days).toEqual(oracleDays(rule, start, 20));
        },
      ),
      { numRuns: 1500 },
    );
    expect(understood).toBeGreaterThan(300);
  });
});

describe('a rule that we write', () => {
  it('means the series to us and to the independent library', () => {
    fc.assert(
      fc.property(repeated, ({ when, series }) => {
        const rule = writeRule(series);
        const read = readRule(rule, when);
        expect(seriesText(read)).toBe(seriesText({ when, series }));
        const start = firstDayOf(when);
        const days = occurrences(when, series, { from: null, limit: 12 }).map(({ date }) => date);
        expect(days).toEqual(oracleDays(rule, start, 12));
      }),
      { numRuns: 300 },
    );
  });

  it('has one spelling for equal series', () => {
    const spell = (pattern: Pattern): string => {
      const series: Series = { pattern, ends: { kind: 'never' } };
      return writeRule(settled({ when: at9('2026-01-31'), series }).series);
    };
    expect(spell(MONTH_END)).toBe('FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1');
    expect(spell({ kind: 'monthlyOnWeekday', interval: 1, index: 'last', on: 'day' })).toBe(
      spell(MONTH_END),
    );
    expect(spell({ kind: 'monthlyOnDay', interval: 12, day: 31 })).toBe(
      'FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31',
    );
    expect(spell(TUESDAYS)).toBe('FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2');
    expect(spell({ kind: 'weekly', interval: 2, weekdays: ['sat', 'mon'], weekStart: 'mon' })).toBe(
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SA;WKST=MO',
    );
  });
});
