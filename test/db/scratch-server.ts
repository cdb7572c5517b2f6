import { randomBytes } from 'node:crypto';
import { createDatabase, dropDatabase } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';

/** A server for one test file, and databases on it that nobody else uses. */
export interface ScratchServer {
  readonly adminUrl: string;
  /** A new, empty database `abgleich_test_…`; answers its address. */
  createDatabase(): Promise<string>;
  /** Drops what was created here, and stops the server if it was started here. */
  close(): Promise<void>;
}

/** The server of DATABASE_URL, of which only databases `abgleich_test_…` are touched; else a temporary one. */
export async function openScratchServer(): Promise<ScratchServer> {
  const given = process.env['DATABASE_URL'];
  const started =
    given === undefined ? await startPostgres({ mode: null, log: () => undefined }) : null;
  const adminUrl = given ?? started?.url ?? '';
  const names: string[] = [];
  return {
    adminUrl,
    async createDatabase() {
      const name = `abgleich_test_${randomBytes(6).toString('hex')}`;
      names.push(name);
      return await createDatabase(adminUrl, name);
    },
    async close() {
      for (const name of names) await dropDatabase(adminUrl, name);
      await started?.stop();
    },
  };
}
