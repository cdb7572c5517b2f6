import { describe, expect, test } from 'vitest';
import { openGates } from '../../../server/jobs/gates.js';
import { VirtualClock } from '../../simulators/clock.js';

const WAIT = { firstMs: 2_000, lastMs: 600_000 };

describe('a gate', () => {
  test('stays open while only one pair fails: its mailbox may be the one that hangs', () => {
    const gates = openGates(new VirtualClock());
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: false });
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: false });
    expect(gates.closedForMs('c')).toBe(0);
  });

  test('closes when a second pair fails, and opens after the wait', () => {
    const clock = new VirtualClock();
    const gates = openGates(clock);
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: false });
    gates.failed('c', { pairId: 'b', wait: WAIT, isCertain: false });
    expect(gates.closedForMs('c')).toBe(2_000);
    clock.advance(2_000);
    expect(gates.closedForMs('c')).toBe(0);
  });

  test('closes at once for a failure that is certain to meet everybody', () => {
    const gates = openGates(new VirtualClock());
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: true });
    expect(gates.closedForMs('c')).toBe(2_000);
  });

  test('doubles its wait with each wave, not with each pair of a wave', () => {
    const clock = new VirtualClock();
    const gates = openGates(clock);
    for (const expected of [2_000, 4_000, 8_000]) {
      for (const pairId of ['a', 'b', 'c', 'd']) {
        gates.failed('c', { pairId, wait: WAIT, isCertain: true });
      }
      expect(gates.closedForMs('c')).toBe(expected);
      clock.advance(expected);
    }
  });

  test('forgets its failures after a cycle that went through', () => {
    const gates = openGates(new VirtualClock());
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: false });
    gates.passed('c');
    gates.failed('c', { pairId: 'b', wait: WAIT, isCertain: false });
    expect(gates.closedForMs('c')).toBe(0);
  });

  test('of one connection does not close the others', () => {
    const gates = openGates(new VirtualClock());
    gates.failed('c', { pairId: 'a', wait: WAIT, isCertain: true });
    expect(gates.closedForMs('other')).toBe(0);
  });
});
