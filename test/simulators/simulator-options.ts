import { parseArgs } from 'node:util';
import { SERVER_RELEASES } from './ews/server-release.js';
import type { ServerRelease } from './ews/server-release.js';
import type { User } from './mailbox/organisation.js';
import { DEMO_USERS, mailboxUser, SERVICE_USER } from './sample-firm.js';
import { AUTH_SCHEMES } from './sign-in/sign-in.js';
import type { AuthScheme } from './sign-in/sign-in.js';

/** What `--help` prints. */
export const HELP = `The fake Exchange, for tests and the demo: EWS on 127.0.0.1. It never sends a mail.

npm run simulator -- [options]
  --port P               0 or absent = any free port
  --data empty|demo|N    empty: the 12 mailboxes of the demo firm without items (the default)
                         demo: the same with appointments of every sort
                         N: one mailbox with N appointments
  --mailboxes A,B        these addresses instead of the demo firm's
  --tls                  https; the first line then names the authority to trust as caFile
  --auth A,B             how to sign in: ${AUTH_SCHEMES.join(', ')}; basic unless given
  --server R             which Exchange it is: ${SERVER_RELEASES.join(', ')}; se unless given
  --state FILE           continue from this file if it is there, and keep it up to date
  --seed N               another seed for the generated data
  --until-stdin-ends     stop when standard input ends (for a parent that may be killed)

The first line of output is one JSON object: url, control, users, mailboxes, pid, caFile.
Exit codes: 0 stopped, 2 options that make no sense.
`;

/** What the command line asks for. */
export interface Options {
  readonly port: number;
  readonly data: 'empty' | 'demo' | number;
  readonly users: readonly User[];
  readonly state: string | null;
  readonly seed: number;
  readonly untilStdinEnds: boolean;
  readonly tls: boolean;
  readonly auth: readonly AuthScheme[];
  readonly release: ServerRelease;
}

/** Options that make no sense; the text says which and why. */
export class BadOptions extends Error {
  override readonly name = 'BadOptions';
}

/** Reads the command line; throws BadOptions with a sentence for people. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseOptions(args);
  const data = readData(values.data ?? 'empty');
  const all = values.mailboxes?.split(',').map((address) => address.trim());
  const named = all?.map((address) => mailboxUser(address, address.split('@')[0] ?? address));
  if (all?.some((address) => !/^[^\s@]+@[^\s@]+$/.test(address))) {
    throw new BadOptions('--mailboxes takes mail addresses, separated by commas');
  }
  const users = named ? [SERVICE_USER, ...named] : DEMO_USERS;
  return {
    port: readNumber('--port', values.port ?? '0', 65_535),
    data,
    users: typeof data === 'number' ? users.slice(0, 2) : users,
    state: values.state ?? null,
    seed: readNumber('--seed', values.seed ?? '1', 0xffff_ffff),
    untilStdinEnds: values['until-stdin-ends'] ?? false,
    tls: values.tls ?? false,
    auth: (values.auth ?? 'basic').split(',').map((word) => oneOf('--auth', word, AUTH_SCHEMES)),
    release: oneOf('--server', values.server ?? 'se', SERVER_RELEASES),
  };
}

function parseOptions(args: readonly string[]): {
  values: {
    port?: string | undefined;
    data?: string | undefined;
    mailboxes?: string | undefined;
    state?: string | undefined;
    seed?: string | undefined;
    tls?: boolean | undefined;
    auth?: string | undefined;
    server?: string | undefined;
    'until-stdin-ends'?: boolean | undefined;
  };
} {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: text,
        data: text,
        mailboxes: text,
        state: text,
        seed: text,
        tls: { type: 'boolean' },
        auth: text,
        server: text,
        'until-stdin-ends': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new BadOptions(error instanceof Error ? error.message : String(error));
  }
}

function readData(text: string): Options['data'] {
  if (text === 'empty' || text === 'demo') return text;
  if (/^\d+$/.test(text)) return readNumber('--data', text, 1_000_000);
  throw new BadOptions('--data takes empty, demo or a number');
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new BadOptions(`${option} takes ${words.join(', ')}`);
}

function readNumber(option: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number <= max)) throw new BadOptions(`${option} takes a number from 0 to ${max}`);
  return number;
}
