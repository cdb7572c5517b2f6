import { describe, expect, test } from 'vitest';
import { BadArguments } from '../demo/arguments.js';
import { readArguments } from './arguments.js';

describe('the options of the chaos run', () => {
  test('are three workers for five minutes unless said otherwise', () => {
    expect(readArguments([])).toMatchObject({ minutes: 5, workers: 3, seed: 1, limitMs: 300_000 });
    expect(readArguments(['--minutes', '0.5', '--seed', '7'])).toMatchObject({
      minutes: 0.5,
      seed: 7,
    });
    expect(readArguments(['--help'])).toBeNull();
  });

  test.each([
    ['--minutes', '0'],
    ['--minutes', 'long'],
    ['--workers', '17'],
    ['--kill', '1'],
  ])('%s %s is refused with a sentence', (option, value) => {
    expect(() => readArguments([option, value])).toThrow(BadArguments);
  });
});
