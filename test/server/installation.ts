import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { parsePlainDate } from '../../mappings/values.js';
import type { Environment } from '../../server/config.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { makeErp } from '../demo/databases.js';
import { startFakeExchange } from '../simulators/ews-server.js';
import type { FakeExchange } from '../simulators/ews-server.js';
import { typed } from './cli/typed.js';
import type { Answered } from './cli/typed.js';

export const ANNA = 'anna.becker@muster-maschinenbau.example';
export const BERND = 'bernd.vogel@muster-maschinenbau.example';

/** A whole installation: our database, an ERP with staff and without appointments, and an Exchange, all real but the last. */
export interface Installation {
  readonly env: Environment;
  readonly exchange: FakeExchange;
  readonly erp: pg.Client;
  /** After a crash of the database server: waits until it is back. */
  reconnect(): Promise<void>;
  /** Runs a command line in this process. */
  run(args: readonly string[], stdin?: string): Promise<Answered>;
  /** The environment of another installation with the same ERP. */
  another(): Promise<Environment>;
  /** Adds the connection `firma` to the Exchange. */
  connect(): Promise<void>;
  /** What a person sees in a calendar. */
  subjects(mailbox: string): Promise<readonly string[]>;
  titles(): Promise<readonly string[]>;
  addRecord(ownerId: string, title: string): Promise<void>;
  addItem(mailbox: string, subject: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything on databases of its own, empty but for the staff. */
export async function openInstallation(server: ScratchServer): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'abgleich-whole-'));
  const erpUrl = await server.createDatabase();
  await makeErp(erpUrl, { today: parsePlainDate('2026-03-02'), seed: 1, withAppointments: false });
  const exchange = await startFakeExchange();
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client(erpUrl);
    client.on('error', () => undefined); // a server that crashes on purpose; the next statement says so
    await client.connect();
    return client;
  };
  let erp = await open();
  const environment = async (name: string): Promise<Environment> => ({
    DATABASE_URL: await server.createDatabase(),
    ERP_DATABASE_URL: erpUrl,
    ABGLEICH_DATA: join(folder, name),
    ABGLEICH_HTTP_PORT: '0',
  });
  const env = await environment('first');
  const run = (args: readonly string[], stdin = ''): Promise<Answered> =>
    typed(args, { env, stdin });
  const control = async (path: string, body?: object): Promise<unknown> => {
    const post = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${exchange.control}/${path}`, body === undefined ? {} : post);
    return response.json();
  };

  return {
    ...{ env, exchange, run },
    get erp() {
      return erp;
    },
    async reconnect() {
      for (;;) {
        const opened = await open().catch(() => null);
        if (opened === null) continue; // it is still coming up
        erp = opened;
        return;
      }
    },
    another: () => environment('second'),
    async connect() {
      const args = ['connections', 'add', 'firma', '--url', exchange.url, '--auth', 'basic'];
      const account = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
      await run([...args, ...account, '--write-timeout', '3'], 'abgleich-demo\n');
    },
    async subjects(mailbox) {
      const items = (await control(`items?mailbox=${mailbox}`)) as { Subject: string }[];
      return items.map(({ Subject }) => Subject).sort();
    },
    async titles() {
      const { rows } = await erp.query<{ title: string }>(
        'select title from erp.appointments order by title',
      );
      return rows.map(({ title }) => title);
    },
    async addRecord(ownerId, title) {
      await erp.query(
        `insert into erp.appointments (owner_id, title, starts_at, ends_at, time_zone)
         values ($1, $2, now() + interval '1 day', now() + interval '25 hours', 'Europe/Berlin')`,
        [ownerId, title],
      );
    },
    async addItem(mailbox, subject) {
      const start = new Date(Date.now() + 86_400_000).toISOString();
      const end = new Date(Date.now() + 90_000_000).toISOString();
      await control('items', {
        mailbox,
        do: 'create',
        item: { Subject: subject, Start: start, End: end },
      });
    },
    async close() {
      await erp.end().catch(() => undefined);
      await exchange.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
