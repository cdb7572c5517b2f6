import { expect, test } from 'vitest';
import { parseZone } from '../../../mappings/values.js';
import { auditFor } from '../../../server/jobs/audit.js';
import { VirtualClock } from '../../simulators/clock.js';
import { World } from '../../scenarios/world.js';

const pair = new World().pair('anna');

/** `isDue` answers what it is told to. */
function book(isDue: boolean) {
  return { isDue: async () => isDue, done: async () => undefined };
}

test.each([
  ['2026-03-02T00:30:00Z', true], // half past one in Berlin
  ['2026-03-02T03:59:00Z', true],
  ['2026-03-02T04:00:00Z', false],
  ['2026-03-01T23:59:00Z', false],
  ['2026-07-02T23:10:00Z', true], // ten past one in summer
  ['2026-03-02T12:00:00Z', false],
])('at %s everything is compared: %s', async (at, isNight) => {
  const notes = await auditFor(pair, book(true), new VirtualClock(at));
  expect(notes !== null).toBe(isNight);
});

test('the mailbox’s own night counts', async () => {
  const away = { ...pair, policy: { ...pair.policy, zone: parseZone('Pacific/Auckland') } };
  const clock = new VirtualClock('2026-03-02T13:00:00Z');
  expect(await auditFor(away, book(true), clock)).not.toBeNull();
  expect(await auditFor(pair, book(true), clock)).toBeNull();
});

test('nothing is compared before a week is over', async () => {
  expect(await auditFor(pair, book(false), new VirtualClock('2026-03-02T01:00:00Z'))).toBeNull();
});
