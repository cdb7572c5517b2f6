import { describe, expect, test } from 'vitest';
import { WEEKDAYS } from '../../../mappings/occurrences.js';
import { parseInstant, parseZone } from '../../../mappings/values.js';
import { pausedForMs } from '../../../server/jobs/pauses.js';
import type { Pause } from '../../../sync/ports/pair.js';
import { note } from '../../sync/engine/note-kind.js';
import { CycleWorld } from './cycle-world.js';

const BERLIN = parseZone('Europe/Berlin');

function pause(from: string, to: string, more: Partial<Pause> = {}): Pause {
  return { from, to, days: WEEKDAYS, zone: BERLIN, ...more };
}

interface Row {
  readonly name: string;
  readonly pauses: readonly Pause[];
  readonly now: string;
  /** Minutes until a cycle may begin; 0 = now. */
  readonly minutes: number;
}

// 2 March 2026 is a Monday, and Berlin is an hour ahead of UTC
// prettier-ignore
const ROWS: readonly Row[] = [
  { name: 'no pause at all', pauses: [], now: '2026-03-02T21:30:00Z', minutes: 0 },
  { name: 'just before it', pauses: [pause('22:00', '23:30')], now: '2026-03-02T20:59:59Z', minutes: 0 },
  { name: 'when it begins', pauses: [pause('22:00', '23:30')], now: '2026-03-02T21:00:00Z', minutes: 90 },
  { name: 'in it', pauses: [pause('22:00', '23:30')], now: '2026-03-02T22:00:00Z', minutes: 30 },
  { name: 'when it has ended', pauses: [pause('22:00', '23:30')], now: '2026-03-02T22:30:00Z', minutes: 0 },
  { name: 'over midnight, before it', pauses: [pause('23:00', '02:00')], now: '2026-03-02T22:30:00Z', minutes: 150 },
  { name: 'over midnight, after it', pauses: [pause('23:00', '02:00')], now: '2026-03-03T00:30:00Z', minutes: 30 },
  { name: 'on other days', pauses: [pause('22:00', '23:30', { days: ['tue'] })], now: '2026-03-02T21:30:00Z', minutes: 0 },
  { name: 'over midnight it belongs to the day on which it begins', pauses: [pause('23:00', '02:00', { days: ['mon'] })], now: '2026-03-03T00:30:00Z', minutes: 30 },
  { name: 'and not to the day on which it ends', pauses: [pause('23:00', '02:00', { days: ['tue'] })], now: '2026-03-03T00:30:00Z', minutes: 0 },
  { name: 'the same time twice is a whole day', pauses: [pause('00:00', '00:00', { days: ['mon'] })], now: '2026-03-02T11:00:00Z', minutes: 720 },
  { name: 'the one that ends last counts', pauses: [pause('22:00', '23:00'), pause('22:30', '23:30')], now: '2026-03-02T21:45:00Z', minutes: 45 },
  { name: 'in its own zone', pauses: [pause('22:00', '23:30', { zone: parseZone('America/New_York') })], now: '2026-03-03T03:30:00Z', minutes: 60 },
  { name: 'through the night in which the clocks go forward', pauses: [pause('01:00', '04:00')], now: '2026-03-29T00:30:00Z', minutes: 90 },
  { name: 'beginning in the hour that is left out', pauses: [pause('02:30', '04:00')], now: '2026-03-29T01:15:00Z', minutes: 0 },
  { name: 'through the night in which the clocks go back', pauses: [pause('01:00', '04:00')], now: '2026-10-25T00:30:00Z', minutes: 150 },
];

test('a cycle that would begin in a pause writes nothing, and the pair is due when the pause ends', async () => {
  const world = new CycleWorld();
  world.mailbox('a').add(note({ title: 'Montage' }));
  world.pauses = [pause('08:30', '09:15')]; // it is nine o'clock in Berlin
  expect(await world.run('a')).toEqual({ kind: 'paused' });
  expect(world.lastRelease).toEqual({ pairId: 'a', dueInMs: 15 * 60_000, trouble: null });
  world.clock.advance(15 * 60_000);
  expect(await world.run('a')).toMatchObject({ kind: 'done', report: { created: { erp: 1 } } });
});

describe('how long no cycle may begin', () => {
  for (const { name, pauses, now, minutes } of ROWS) {
    test(name, () => {
      expect(pausedForMs(pauses, parseInstant(now)) / 60_000).toBe(minutes);
    });
  }
});
