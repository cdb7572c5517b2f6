import { describe, expect, test } from 'vitest';
import { machineChance, machineClock } from '../../server/clock.js';

describe('the clock of the machine', () => {
  test('tells whole seconds, and spans that only grow', () => {
    expect(machineClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const before = machineClock.monotonicMs();
    expect(machineClock.monotonicMs()).toBeGreaterThanOrEqual(before);
  });

  test('wakes up after the time', async () => {
    await expect(machineClock.sleep(1)).resolves.toBeUndefined();
  });

  test('is woken by the signal, with its reason', async () => {
    const stop = new AbortController();
    const slept = machineClock.sleep(600_000, stop.signal);
    stop.abort('enough');
    await expect(slept).rejects.toBe('enough');
    await expect(machineClock.sleep(600_000, stop.signal)).rejects.toBe('enough');
  });

  test('does not wake at once from a sleep longer than a timer can wait', async () => {
    const stop = new AbortController();
    const slept = machineClock.sleep(2 ** 31 + 5, stop.signal);
    await machineClock.sleep(5);
    stop.abort('still asleep');
    await expect(slept).rejects.toBe('still asleep');
  });
});

describe('the chance of the machine', () => {
  test('makes keys of 22 characters that may stand in a mark, each another one', () => {
    const keys = Array.from({ length: 100 }, () => machineChance.key());
    expect(new Set(keys).size).toBe(100);
    expect(keys.every((key) => /^[A-Za-z0-9_-]{22}$/.test(key))).toBe(true);
  });

  test('answers fractions from 0 up to 1', () => {
    const fractions = Array.from({ length: 100 }, () => machineChance.fraction());
    expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  });
});
