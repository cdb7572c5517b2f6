import { describe, expect, test } from 'vitest';
import { BadArguments, readArguments } from './arguments.js';
import { figuresOf } from './figures.js';

describe('the options of the latency run', () => {
  test('are those of the bar unless said otherwise', () => {
    expect(readArguments([])).toMatchObject({
      changes: 1000,
      rate: 20,
      mailboxes: 20,
      restart: false,
    });
    expect(readArguments(['--restart', '--rate', '5'])).toMatchObject({ rate: 5, restart: true });
    expect(readArguments(['--help'])).toBeNull();
  });

  test.each([
    ['--changes', '0'],
    ['--rate', 'fast'],
    ['--mailboxes', '501'],
    ['--speed', '1'],
  ])('%s %s is refused with a sentence', (option, value) => {
    expect(() => readArguments([option, value])).toThrow(BadArguments);
  });
});

test.each([
  [[], { p50: 0, p95: 0, p99: 0, max: 0 }],
  [[7], { p50: 7, p95: 7, p99: 7, max: 7 }],
  [Array.from({ length: 100 }, (_, index) => 100 - index), { p50: 50, p95: 95, p99: 99, max: 100 }],
])('the figures of %j say which share took at most how long', (durations, figures) => {
  expect(figuresOf(durations)).toEqual(figures);
});
