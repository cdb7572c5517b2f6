import { chmod, chown, cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, withDatabase } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';
import type { RunningPostgres } from '../../db/embedded.js';
import { clusterOwner, temporaryRoot } from '../../db/postgres/owner.js';
import { migrateOwn } from '../../server/wire.js';
import { parsePlainDate } from '../../mappings/values.js';
import { makeErp } from '../demo/databases.js';
import { withClient } from '../demo/sql-client.js';
import { installClockwork, windUp } from './clockwork.js';

/** Our database and the ERP's, on one server. */
export interface TwoDatabases {
  readonly own: string;
  readonly erp: string;
  stop(): Promise<void>;
}

/** A PostgreSQL that begins at the same bytes every time, numbers of transactions included. */
export interface RewoundCluster {
  start(): Promise<TwoDatabases>;
  discard(): Promise<void>;
}

/** What the ERP holds at the beginning. */
export interface Beginning {
  /** The sample firm's six hundred appointments; else nobody has any. */
  readonly withAppointments: boolean;
}

/** Makes one with both databases, whose time is the clockwork's. */
export async function rewoundCluster(
  beginning: Beginning = { withAppointments: false },
): Promise<RewoundCluster> {
  const root = await mkdtemp(join(await temporaryRoot(await clusterOwner()), 'abgleich-twin-'));
  await chmod(root, 0o711);
  const [kept, used] = [join(root, 'kept'), join(root, 'used')];
  const server = await startPostgres({ dataFolder: kept, mode: null, log: () => undefined });
  try {
    await prepare(server.url, beginning);
  } finally {
    await server.stop();
  }
  let begin: string | null = null;
  return {
    async start() {
      await rm(used, { recursive: true, force: true });
      await copyWithOwners(kept, used);
      const running = await startPostgres({ dataFolder: used, mode: null, log: () => undefined });
      const snapshot = await snapshotOf(running.url);
      begin ??= snapshot;
      if (snapshot === begin) return databasesOn(running);
      await running.stop();
      throw new Error(`the server began at ${snapshot} and not at ${begin}`);
    },
    discard: async () => await rm(root, { recursive: true, force: true }),
  };
}

/** Which transactions have been. */
async function snapshotOf(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    return rows[0]?.snapshot ?? '';
  });
}

function databasesOn(running: RunningPostgres): TwoDatabases {
  const { url } = running;
  const stop = async (): Promise<void> => await running.stop();
  return { own: withDatabase(url, 'own'), erp: withDatabase(url, 'erp'), stop };
}

/** A server that tidies up by itself takes numbers of transactions when it pleases. */
const SETTINGS = [
  'autovacuum = off',
  'fsync = off',
  'synchronous_commit = off',
  'full_page_writes = off',
];

async function prepare(url: string, { withAppointments }: Beginning): Promise<void> {
  await withClient(url, async (client) => {
    for (const setting of SETTINGS) await client.query(`alter system set ${setting}`);
    await client.query('select pg_reload_conf()');
  });
  const [own, erp] = [await createDatabase(url, 'own'), await createDatabase(url, 'erp')];
  await installClockwork(own, 'own');
  await installClockwork(erp, 'erp');
  await migrateOwn(own);
  await makeErp(erp, { today: parsePlainDate('2026-03-02'), seed: 1, withAppointments });
  await windUp(own);
  await windUp(erp);
}

/** PostgreSQL's files belong to whom it runs as. */
async function copyWithOwners(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true });
  const names = await readdir(from, { recursive: true });
  for (const name of ['', ...names]) {
    const { uid, gid, mode } = await stat(join(from, name));
    await chown(join(to, name), uid, gid);
    await chmod(join(to, name), mode);
  }
}
