import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly sizes: readonly number[];
  readonly json: boolean;
}

export const HELP = `What syncing costs: CPU, memory and requests of the server process, against a fake Exchange over http.

npm run bench -- [options]
  --quick    mailboxes of 200 and 1,000 appointments instead of 1,000 and 10,000
  --json     the last line is a JSON object
  --size N   one mailbox of N appointments

DATABASE_URL names a PostgreSQL to use; databases abgleich_demo_... are made there and dropped at the end.
Exit code 1: something was wrong on one of the sides after a case, so its figures count for nothing.
`;

/** Reads the command line; null = help was asked for. Throws with a sentence for people. */
export function readArguments(args: readonly string[]): BenchOptions | null {
  const flag = { type: 'boolean' } as const;
  const options = { quick: flag, json: flag, help: flag, size: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) return null;
  const sizes = values.quick === true ? [200, 1000] : [1000, 10_000];
  if (values.size === undefined) return { sizes, json: values.json === true };
  const size = /^\d{1,6}$/.test(values.size) ? Number(values.size) : 0;
  if (size < 100) throw new Error('--size takes a number from 100 on');
  return { sizes: [size], json: values.json === true };
}
