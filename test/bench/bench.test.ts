import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';
import { calibrate } from './calibrate.js';
import { forgetPeak, peakRssMb } from './peak-memory.js';
import { tableOf } from './table.js';

describe('the command line of the bench', () => {
  it.each([
    [[], { sizes: [1000, 10_000], json: false }],
    [['--quick', '--json'], { sizes: [200, 1000], json: true }],
    [['--size', '500'], { sizes: [500], json: false }],
  ])('%j', (args, options) => {
    expect(readArguments(args)).toEqual(options);
  });

  it('answers nothing where help is asked for', () => {
    expect(readArguments(['--help'])).toBeNull();
  });

  it.each([[['--fast']], [['--size', '5']], [['--size', 'many']]])('refuses %j', (args) => {
    expect(() => readArguments(args)).toThrow();
  });
});

describe('the measuring', () => {
  it('knows what a fixed loop costs on this machine', () => {
    expect(calibrate()).toBeGreaterThan(1);
  });

  it('sees memory that was needed for a moment', () => {
    forgetPeak();
    const before = peakRssMb();
    const megabytes = 200;
    const held = Buffer.alloc(megabytes * 1024 * 1024, 1);
    expect(peakRssMb() - before).toBeGreaterThan(megabytes / 2);
    expect(held.length).toBe(megabytes * 1024 * 1024);
  });

  it('shows a row for each case, and no price of nothing', () => {
    const run = {
      case: 'quiet',
      size: 1000,
      items: 0,
      wallMs: 11.2,
      cpuMs: 6.73,
      cpuMsPerItem: 0,
      ratio: 0.184,
      peakRssMb: 133.2,
      requests: 1,
    };
    const first = { ...run, case: 'first-to-erp', items: 1000, cpuMsPerItem: 0.5, requests: 50 };
    expect(tableOf(36.42, [run, first]).split('\n')).toEqual([
      'case          size  items  CPU ms  CPU ms/item  ratio  wall ms  peak MB  requests',
      'quiet         1000      0     6.7                0.18       11      133         1',
      'first-to-erp  1000   1000     6.7        0.500   0.18       11      133        50',
      'calibration: 36.4 ms CPU; ratio = CPU ms / calibration',
      '',
    ]);
  });
});
