import { randomBytes } from 'node:crypto';
import { createDatabase, dropDatabase, openDatabase } from '../../db/connect.js';
import type { Database } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';
import type { RunningPostgres } from '../../db/embedded.js';
import { migrate } from '../../db/migrate.js';
import { projectFile } from '../../db/project-files.js';
import { secretsFrom } from '../../db/secrets.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';

/** A server that the store is tested on. */
export interface StoreServer {
  readonly name: string;
  /** A new database with our own tables, and a pool on it. */
  open(): Promise<Database>;
  /** Closes and drops what was opened, and stops the server if it was started here. */
  close(): Promise<void>;
}

/**
 * The kinds of server there are: that of DATABASE_URL or else the machine's, and always the embedded one. A machine
 * without PostgreSQL has the embedded one only.
 */
export async function storeServers(): Promise<readonly StoreServer[]> {
  const given = process.env['DATABASE_URL'];
  const own = given === undefined ? await startMachine() : { url: given, stop: noStop };
  const embedded = await startPostgres({ mode: 'embedded', log: () => undefined });
  return [
    ...(own === null ? [] : [serverAt('PostgreSQL of the machine', own)]),
    serverAt('embedded PostgreSQL', runningFrom(embedded)),
  ];
}

/** One server, whichever there is: for tests that do not compare the two. */
export async function anyStoreServer(): Promise<StoreServer> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined) return serverAt('DATABASE_URL', { url, stop: noStop });
  return serverAt('any', runningFrom(await startPostgres({ mode: null, log: () => undefined })));
}

/** Keys for tests. */
export const TEST_SECRETS = secretsFrom(
  ['k1', 'fp'].map((id) => `${id}:${Buffer.alloc(32, id).toString('base64')}`).join('\n'),
  'the test keys',
);

interface Running {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const noStop = async (): Promise<void> => undefined;

/** null where the machine has no PostgreSQL. */
async function startMachine(): Promise<Running | null> {
  try {
    return runningFrom(await startPostgres({ mode: 'machine', log: () => undefined }));
  } catch (error) {
    if (error instanceof ConnectorFailure && error.message.startsWith('No usable')) return null;
    throw error;
  }
}

function runningFrom(postgres: RunningPostgres): Running {
  return { url: postgres.url, stop: () => postgres.stop() };
}

function serverAt(name: string, { url: adminUrl, stop }: Running): StoreServer {
  const opened: { readonly database: Database; readonly name: string }[] = [];
  return {
    name,
    async open() {
      const databaseName = `abgleich_test_${randomBytes(6).toString('hex')}`;
      const url = await createDatabase(adminUrl, databaseName);
      const database = openDatabase(url, { onError: () => undefined });
      opened.push({ database, name: databaseName });
      await migrate(url, { folder: projectFile('db/migrations'), schema: 'abgleich' });
      return database;
    },
    async close() {
      for (const one of opened) {
        await one.database.destroy();
        await dropDatabase(adminUrl, one.name);
      }
      await stop();
    },
  };
}
