import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  instantOf,
  millisecondsOf,
  parseInstant,
  parsePlainDate,
  parseZone,
} from '../../mappings/values.js';
import {
  clocksAgree,
  instantOfWall,
  localDateOf,
  midnightOf,
  wallTimeOf,
} from '../../mappings/wall-clock.js';
import { instants, zones } from './arbitraries.js';

// prettier-ignore
const ROWS: readonly (readonly [what: string, zone: string, date: string, time: string, instant: string])[] = [
  ['an ordinary winter day',                 'Europe/Berlin',       '2026-01-15', '09:00', '2026-01-15T08:00:00Z'],
  ['an ordinary summer day',                 'Europe/Berlin',       '2026-07-15', '09:00', '2026-07-15T07:00:00Z'],
  ['the last minute before the gap',         'Europe/Berlin',       '2026-03-29', '01:59', '2026-03-29T00:59:00Z'],
  ['inside the gap: as much later',          'Europe/Berlin',       '2026-03-29', '02:30', '2026-03-29T01:30:00Z'],
  ['the end of the gap',                     'Europe/Berlin',       '2026-03-29', '03:00', '2026-03-29T01:00:00Z'],
  ['a time that comes twice: the first',     'Europe/Berlin',       '2026-10-25', '02:30', '2026-10-25T00:30:00Z'],
  ['the first time that comes once again',   'Europe/Berlin',       '2026-10-25', '03:00', '2026-10-25T02:00:00Z'],
  ['the gap in New York',                    'America/New_York',    '2026-03-08', '02:30', '2026-03-08T07:30:00Z'],
  ['twice in New York',                      'America/New_York',    '2026-11-01', '01:30', '2026-11-01T05:30:00Z'],
  ['half an hour of summer time: the gap',   'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45:00Z'],
  ['half an hour of summer time: twice',     'Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00Z'],
  ['a midnight that does not exist',         'America/Sao_Paulo',   '2017-10-15', '00:00', '2017-10-15T03:00:00Z'],
  ['a day that does not exist',              'Pacific/Apia',        '2011-12-30', '12:00', '2011-12-30T22:00:00Z'],
  ['the earliest zone on earth',             'Pacific/Kiritimati',  '2026-01-01', '00:00', '2025-12-31T10:00:00Z'],
  ['the latest zone on earth',               'Pacific/Honolulu',    '2026-01-01', '00:00', '2026-01-01T10:00:00Z'],
];

describe('a time of the wall becomes an instant', () => {
  it.each(ROWS)('%s (%s)', (_, zone, date, time, instant) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    const seconds = hours * 3600 + minutes * 60;
    expect(instantOfWall({ date: parsePlainDate(date), seconds }, parseZone(zone))).toBe(instant);
  });

  it('midnight is the first instant of the day', () => {
    const zone = parseZone('America/Sao_Paulo');
    const midnight = midnightOf(parsePlainDate('2017-10-15'), zone);
    expect(localDateOf(midnight, zone)).toBe('2017-10-15');
    expect(localDateOf(instantOf(millisecondsOf(midnight) - 1000), zone)).toBe('2017-10-14');
  });
});

describe('an instant becomes a time of the wall', () => {
  it('as luxon has it, for any zone and time', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const known = DateTime.fromISO(instant, { zone });
        const { date, seconds } = wallTimeOf(instant, zone);
        expect(date).toBe(known.toISODate());
        expect(seconds).toBe(known.hour * 3600 + known.minute * 60 + known.second);
      }),
      { numRuns: 3000 },
    );
  });

  it('second by second around each change of the clocks', () => {
    const change = millisecondsOf(parseInstant('2026-10-25T01:00:00Z'));
    const zone = parseZone('Europe/Berlin');
    const shown = [-1000, 0].map((offset) => wallTimeOf(instantOf(change + offset), zone).seconds);
    expect(shown).toEqual([2 * 3600 + 3599, 2 * 3600]);
  });

  it('and back, unless the clock showed that time before', () => {
    fc.assert(
      fc.property(instants, zones, (instant, zone) => {
        const back = instantOfWall(wallTimeOf(instant, zone), zone);
        expect(wallTimeOf(back, zone)).toEqual(wallTimeOf(instant, zone));
        expect(back <= instant).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('two clocks', () => {
  it('agree where two names stand for one clock, and not where one has summer time', () => {
    const years = { from: 2024, to: 2027 };
    const agree = (one: string, other: string): boolean =>
      clocksAgree(parseZone(one), parseZone(other), years);
    expect(agree('Europe/Berlin', 'Europe/Vienna')).toBe(true);
    expect(agree('Europe/Berlin', 'Africa/Algiers')).toBe(false);
    expect(agree('Africa/Algiers', 'Europe/Berlin')).toBe(false);
  });
});
