import { parseArgs } from 'node:util';

export interface LatencyOptions {
  readonly changes: number;
  /** A second. */
  readonly rate: number;
  readonly mailboxes: number;
  /** Whether the fake Exchange is stopped and started again half-way. */
  readonly restart: boolean;
  readonly seed: number;
  readonly logFile: string | null;
}

/** Options that make no sense; the text says which. */
export class BadArguments extends Error {
  override readonly name = 'BadArguments';
}

export const HELP = `How long a change in Exchange takes to the ERP: databases, the fake Exchange and the server, each in a
process of its own, and people who change appointments at a steady rate.

npm run latency -- [options]
  --changes N    how many changes (1000)
  --rate N       how many a second (20)
  --mailboxes N  of how many employees (20)
  --restart      stops the fake Exchange half-way and starts it again; no change may be lost
  --seed N       other changes; the same number gives the same ones (1)
  --log FILE     where the lines of the server and the fake Exchange go

Polls come once a minute, so what is faster was heard. The last line is a JSON object. Exit codes: 0 all changes arrived, and without
--restart 95 of 100 within a second; 1 not so; 2 options that make no sense.
`;

/** Reads the command line; null = help was asked for. Throws `BadArguments`. */
export function readArguments(args: readonly string[]): LatencyOptions | null {
  const values = parse(args);
  if (values.help === true) return null;
  return {
    changes: wholeNumber('--changes', values.changes ?? '1000', 100_000),
    rate: wholeNumber('--rate', values.rate ?? '20', 1_000),
    mailboxes: wholeNumber('--mailboxes', values.mailboxes ?? '20', 500),
    restart: values.restart === true,
    seed: wholeNumber('--seed', values.seed ?? '1', 0xffff_ffff),
    logFile: values.log ?? null,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { changes: text, rate: text, mailboxes: text, seed: text, log: text };
  try {
    return parseArgs({ args: [...args], options: { ...options, restart: flag, help: flag } })
      .values;
  } catch (error) {
    throw new BadArguments(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(option: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (number >= 1 && number <= max) return number;
  throw new BadArguments(`${option} takes a whole number from 1 to ${max}`);
}
