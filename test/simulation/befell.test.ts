import { expect, test } from 'vitest';
import { addTo, MISHAPS, nothingYet } from './befell.js';
import { play } from './run.js';
import { scriptOf } from './script.js';

const SEEDS = 300;

test('in some hundred days of the firm everything befalls it that the simulation is there for, and in each a process dies', async () => {
  const befell = nothingYet();
  const failed: number[] = [];
  const withoutDeath: number[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await play(scriptOf(seed));
    addTo(befell, outcome.befell);
    if (outcome.violations.length > 0) failed.push(seed);
    if (outcome.deaths === 0) withoutDeath.push(seed);
  }
  expect(failed).toEqual([]);
  expect(withoutDeath).toEqual([]);
  expect(MISHAPS.filter((mishap) => befell[mishap] === 0)).toEqual([]);
}, 300_000);
