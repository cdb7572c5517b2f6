import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createDatabase, dropDatabase, openDatabase } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';
import { projectFile } from '../../db/project-files.js';
import type { PlainDate } from '../../mappings/values.js';
import type { CleanUp } from './clean-up.js';
import { withClient } from './sql-client.js';
import { fillSampleErp, fillSampleFirm } from './sample-erp.js';

export interface Databases {
  /** Ours. */
  readonly own: string;
  readonly erp: string;
}

export interface DatabaseOptions {
  /** An address of a server that databases may be made on; null = one is started for this run. */
  readonly serverUrl: string | null;
  readonly mode: 'machine' | 'embedded' | null;
  readonly log: (line: string) => void;
}

/** Two empty databases, `abgleich_demo_…`, that go at the end; nothing else on the server is touched. */
export async function makeDatabases(
  { serverUrl, mode, log }: DatabaseOptions,
  cleanUp: CleanUp,
): Promise<Databases> {
  const server = serverUrl ?? (await startOwnServer({ mode, log }, cleanUp));
  const name = `abgleich_demo_${randomBytes(6).toString('hex')}`;
  const made = await Promise.all(
    [`${name}_own`, `${name}_erp`].map(async (database) => {
      cleanUp.add(async () => await dropDatabase(server, database));
      return await createDatabase(server, database);
    }),
  );
  const [own = '', erp = ''] = made;
  return { own, erp };
}

async function startOwnServer(
  options: Omit<DatabaseOptions, 'serverUrl'>,
  cleanUp: CleanUp,
): Promise<string> {
  const postgres = await startPostgres(options);
  cleanUp.add(async () => await postgres.stop());
  return postgres.url;
}

/** Makes the reference ERP: the contract, its tables, and the sample firm. */
export async function makeErp(
  url: string,
  fill: { readonly today: PlainDate; readonly seed: number; readonly withAppointments: boolean },
): Promise<void> {
  await withClient(url, async (client) => {
    for (const file of ['db/erp/contract.sql', 'db/erp/reference.sql']) {
      await client.query(await readFile(projectFile(file), 'utf8'));
    }
  });
  const database = openDatabase(url, { poolSize: 2, onError: () => undefined });
  try {
    if (fill.withAppointments) await fillSampleErp(database.knex, fill);
    else await fillSampleFirm(database.knex, fill.today);
  } finally {
    await database.destroy();
  }
}
