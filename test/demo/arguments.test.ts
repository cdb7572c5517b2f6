import { describe, expect, it } from 'vitest';
import { BadArguments, readArguments, readMode } from './arguments.js';

describe('the command line of the demo', () => {
  it('runs live where nothing is asked for', () => {
    expect(readArguments([])).toMatchObject({ once: false, seed: 1, kills: 0, edits: 200 });
  });

  it('takes seed, kills and limit', () => {
    const options = readArguments(['--once', '--seed', '7', '--kill', '10', '--limit', '30']);
    expect(options).toMatchObject({ once: true, seed: 7, kills: 10, limitMs: 30_000 });
  });

  it('answers nothing where help is asked for', () => {
    expect(readArguments(['--help'])).toBeNull();
  });

  it.each([
    ['an unknown option', ['--twice']],
    ['a seed that is no number', ['--once', '--seed', 'x']],
    ['a negative number', ['--once', '--kill', '-1']],
    ['kills without --once', ['--kill', '3']],
    ['a word too many', ['now']],
  ])('refuses %s with a sentence', (_name, args) => {
    expect(() => readArguments(args)).toThrow(BadArguments);
  });

  it('knows two kinds of PostgreSQL', () => {
    expect([readMode(undefined), readMode(''), readMode('machine')]).toEqual([
      ...[null, null, 'machine'],
    ]);
    expect(() => readMode('sqlite')).toThrow('machine or embedded');
  });
});
