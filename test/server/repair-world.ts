import pg from 'pg';
import type { Environment } from '../../server/config.js';
import { exportItem, uploadNew } from '../simulators/mailbox/export.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { typed } from './cli/typed.js';
import type { Answered } from './cli/typed.js';
import type { Installation } from './installation.js';

/** Copies a database as it is now; nobody may be connected to it. */
export async function copyOf(adminUrl: string, url: string): Promise<string> {
  const name = `abgleich_test_copy_${Math.random().toString(16).slice(2, 10)}`;
  const source = new URL(url).pathname.slice(1);
  await ask(adminUrl, `create database ${name} template "${source}"`);
  return url.replace(source, name);
}

/** One statement on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Lets time pass for the tokens: the next write renews them. */
export async function age(env: Environment): Promise<void> {
  const url = env['DATABASE_URL'] ?? '';
  await ask(url, `update abgleich.epochs set changed_at = now() - interval '1 day'`);
}

/** The command line of one installation. */
export function commandsOf(env: Environment) {
  const run = (...args: string[]): Promise<Answered> => typed(args, { env });
  return {
    run,
    json: async (...args: string[]): Promise<unknown> =>
      JSON.parse((await run(...args, '--json')).stdout),
  };
}

/** The tokens in a mailbox, by their hidden names. */
export function tokensIn(it: Installation, address: string) {
  const mailbox: Mailbox = it.exchange.organisation.mailbox(address);
  return mailbox.folder('calendar').configurations;
}

/** Copies a calendar into another mailbox, as a migration does that gives every item a new id; the original is emptied. */
export function migrateItems(it: Installation, from: string, to: string): void {
  const [old, fresh] = [from, to].map((address) => it.exchange.organisation.mailbox(address));
  if (old === undefined || fresh === undefined) throw new Error('no such mailbox');
  for (const { id } of [...old.folder('calendar').items.values()]) {
    const data = exportItem(old, itemTarget(id));
    uploadNew(fresh, fresh.folder('calendar'), { data, by: 'migration' });
    old.remove(itemTarget(id), 'HardDelete', {
      ...{ headerZone: null, send: 'SendToNone', cause: 'migration', by: 'migration' },
    });
  }
}
