import { parseArgs } from 'node:util';
import { BadArguments } from '../demo/arguments.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly workers: number;
  /** How long each waiting for quiet may take. */
  readonly limitMs: number;
  readonly logFile: string | null;
}

export const HELP = `Several workers that are killed again and again, connections that are cut, and people who go on editing both sides.

npm run test:chaos -- [options]
  --minutes N      how long edits, kills and cuts go on (5)
  --workers N      how many worker processes share the mailboxes (3)
  --seed N         other edits and other accidents; the same number gives the same ones (1)
  --limit SECONDS  how long to wait for quiet, before and after (300)
  --log FILE       where the lines of the workers and the fake Exchange go

Whoever judges in the end knows only what the people did. The last line is a JSON object; exit code 0: nothing was lost, doubled,
resurrected or mailed; 1: something was; 2: options that make no sense.
`;

/** Reads the command line; null = help was asked for. Throws `BadArguments`. */
export function readArguments(args: readonly string[]): ChaosOptions | null {
  const values = parse(args);
  if (values.help === true) return null;
  return {
    minutes: amount('--minutes', values.minutes ?? '5', 24 * 60),
    workers: wholeNumber('--workers', values.workers ?? '3', 16),
    seed: wholeNumber('--seed', values.seed ?? '1', 0xffff_ffff),
    limitMs: 1000 * wholeNumber('--limit', values.limit ?? '300', 86_400),
    logFile: values.log ?? null,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { minutes: text, workers: text, seed: text, limit: text, log: text };
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } })
      .values;
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= max) return number;
  throw new BadArguments(`${option} takes a whole number from 1 to ${max}`);
}

/** Half a minute is enough for a first look. */
function amount(option: string, text: string, max: number): number {
  const number = /^\d{1,4}(\.\d{1,2})?$/.test(text) ? Number(text) : 0;
  if (number > 0 && number <= max) return number;
  throw new BadArguments(`${option} takes a number above 0 and up to ${max}`);
}
