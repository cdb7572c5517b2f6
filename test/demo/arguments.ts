import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly once: boolean;
  readonly seed: number;
  /** How often the server is killed in between. */
  readonly kills: number;
  readonly edits: number;
  /** How long each waiting for quiet may take. */
  readonly limitMs: number;
  /** Where the server's and the simulator's own lines go. */
  readonly logFile: string | null;
}

/** Options that make no sense; the text says which. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

export const HELP = `Abgleich at work: a sample ERP, a fake Exchange and the server, each in a process of its own.

npm run demo -- [options]
  (without)        takes over the stock, then edits both sides and shows what travels, until it is stopped
  --once           makes 200 random edits on both sides, waits until all is quiet, compares both sides, and ends
  --seed N         other edits; the same number gives the same ones (1)
  --kill N         kills and restarts the server N times in between (0); with --once
  --edits N        so many edits instead of 200; with --once
  --limit SECONDS  how long to wait for quiet (240)
  --log FILE       where the lines of the server and the fake Exchange go

DATABASE_URL names a PostgreSQL to use: databases abgleich_demo_... are made there and dropped at the end.
Without it one is started for the run. With --once the last line is a JSON object; exit code 1 = something differs.
`;

/** Reads the command line; null = help was asked for. */
export function readArguments(args: readonly string[]): DemoOptions | null {
  const values = parse(args);
  if (values.help === true) return null;
  const once = values.once === true;
  if (!once && (values.kill ?? values.edits) !== undefined) {
    throw new BadArguments('--kill and --edits go with --once');
  }
  return {
    once,
    seed: wholeNumber('--seed', values.seed ?? '1', 0xffff_ffff),
    kills: wholeNumber('--kill', values.kill ?? '0', 1000),
    edits: wholeNumber('--edits', values.edits ?? '200', 100_000),
    limitMs: 1000 * wholeNumber('--limit', values.limit ?? '240', 86_400),
    logFile: values.log ?? null,
  };
}

interface Values {
  readonly once?: boolean | undefined;
  readonly help?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly kill?: string | undefined;
  readonly edits?: string | undefined;
  readonly limit?: string | undefined;
  readonly log?: string | undefined;
}

function parse(args: readonly string[]): Values {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    once: flag,
    help: flag,
    seed: text,
    kill: text,
    edits: text,
    limit: text,
    log: text,
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= max) return number;
  throw new BadArguments(`${option} takes a whole number up to ${max}`);
}

/** Which PostgreSQL is started where none is given, from `ABGLEICH_POSTGRES`. */
export function readMode(text: string | undefined): 'machine' | 'embedded' | null {
  if (text === undefined || text === '') return null;
  if (text === 'machine' || text === 'embedded') return text;
  throw new BadArguments('ABGLEICH_POSTGRES is machine or embedded');
}
