import { expect, test } from 'vitest';
import { VirtualClock } from './clock.js';
import { Random, seededChance } from './random.js';

test('sleepers wake in the order of their time, and only when it has come', async () => {
  const clock = new VirtualClock('2026-03-02T08:00:00Z');
  const woken: string[] = [];
  const late = clock.sleep(2000).then(() => woken.push('late'));
  const early = clock.sleep(1000).then(() => woken.push('early'));
  clock.advance(999);
  await Promise.resolve();
  expect([woken, clock.waiting]).toEqual([[], 2]);
  clock.advance(1001);
  await Promise.all([late, early]);
  expect(woken).toEqual(['early', 'late']);
  expect(clock.now()).toBe('2026-03-02T08:00:02Z');
});

test('a sleeper is woken by its signal with its reason, also one that has fired before', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1000, controller.signal);
  controller.abort('genug');
  await expect(sleeping).rejects.toBe('genug');
  await expect(clock.sleep(1000, controller.signal)).rejects.toBe('genug');
  expect(clock.waiting).toBe(0);
});

test('chance repeats by its seed and differs between seeds', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.next32());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('chance spreads over its range and stays in it', () => {
  const random = new Random(5);
  const counts = [0, 0, 0, 0, 0, 0];
  for (let throws = 0; throws < 6000; throws++) {
    const face = random.between(1, 6) - 1;
    counts[face] = (counts[face] ?? 0) + 1;
  }
  expect(counts).toHaveLength(6);
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
});

test('keys have 22 letters and do not repeat', () => {
  const chance = seededChance(1);
  const keys = Array.from({ length: 500 }, () => chance.key());
  expect(new Set(keys).size).toBe(500);
  expect(keys.every((key) => /^[\w-]{22}$/.test(key))).toBe(true);
});
