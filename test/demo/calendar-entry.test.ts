import { describe, expect, it } from 'vitest';
import { dayAfter, lineOf, textOf } from './calendar-entry.js';
import { daysOf, instantOfWall } from './erp-calendar.js';
import { anyRhythm, fittingRhythm, recurrenceOf, rruleOf } from './rhythm.js';
import { Random } from '../simulators/random.js';

describe('what both sides can hold', () => {
  it.each([
    ['a line is one line, without blanks around it', lineOf(' Halle\t3\r\nSüd '), 'Halle 3 Süd'],
    ['a line is cut to 255 characters', lineOf('x'.repeat(300)), 'x'.repeat(255)],
    ['a character is not cut in halves', lineOf(`${'x'.repeat(254)}🚧`), 'x'.repeat(254)],
    ['control characters are no text', lineOf('a\u0007b\u001f'), 'ab'],
    ['line ends and blanks before them do not count', textOf('eins  \r\nzwei\r\n'), 'eins\nzwei'],
    ['empty lines in between count', textOf('eins\n\nzwei'), 'eins\n\nzwei'],
    ['accents may be composed or not', textOf('Gro\u0308ße'), 'Größe'],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('the expansion of series that the demo judges by', () => {
  it.each([
    ['FREQ=DAILY;INTERVAL=2;COUNT=3', ['2026-03-02', '2026-03-04', '2026-03-06']],
    ['FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260309', ['2026-03-02', '2026-03-04', '2026-03-09']],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;COUNT=2', ['2026-03-02', '2026-04-06']],
  ])('%s', (rule, days) => {
    expect(daysOf('2026-03-02', rule, '2027-01-01')).toEqual(days);
  });

  it('has the last day of short months', () => {
    const rule = 'FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3';
    expect(daysOf('2026-01-31', rule, '2027-01-01')).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
    ]);
  });

  it('ends a series without end where the window ends', () => {
    expect(daysOf('2026-03-02', 'FREQ=DAILY', '2026-03-05')).toHaveLength(3);
  });

  it.each([
    ['in winter', '2026-01-15', '09:00:00', '2026-01-15T08:00:00.000Z'],
    ['in summer', '2026-07-15', '09:00:00', '2026-07-15T07:00:00.000Z'],
    ['in the hour that does not exist', '2026-03-29', '02:30:00', '2026-03-29T01:30:00.000Z'],
    ['in the hour that comes twice', '2026-10-25', '02:30:00', '2026-10-25T00:30:00.000Z'],
  ])('knows an instant %s', (_name, day, time, expected) => {
    expect(new Date(instantOfWall(day, time, 'Europe/Berlin')).toISOString()).toBe(expected);
  });
});

describe('the rhythms of new series', () => {
  it('contain the day they begin on, in whatever month', () => {
    const random = new Random(1);
    for (let day = '2026-01-01'; day < '2026-04-01'; day = dayAfter(day, 1)) {
      const rhythm = fittingRhythm(anyRhythm(random, day), day);
      expect([rruleOf(rhythm, day), daysOf(day, rruleOf(rhythm, day), '2029-01-01')[0]]).toEqual([
        rruleOf(rhythm, day),
        day,
      ]);
    }
  });

  it('are said in the words of Exchange too', () => {
    const end = { kind: 'until', day: '2026-12-31' } as const;
    expect(recurrenceOf({ unit: 'monthlyWeekday', interval: 2, end }, '2026-03-10')).toEqual({
      pattern: {
        kind: 'RelativeMonthlyRecurrence',
        Interval: 2,
        DaysOfWeek: 'Tuesday',
        DayOfWeekIndex: 'Second',
      },
      range: { kind: 'EndDateRecurrence', StartDate: '2026-03-10', EndDate: '2026-12-31' },
    });
  });
});
