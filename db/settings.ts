import type { Knex } from 'knex';
import { writeAudit } from './audit.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** This installation, by which the ERP knows who syncs it (feature A10). */
export interface InstallationSettings {
  /** Made by chance when the database was set up; never changes. */
  readonly id: string;
  readonly name: string;
  /** The main switch (feature B9). */
  readonly isSyncing: boolean;
}

export interface Settings {
  installation(): Promise<InstallationSettings>;
  rename(name: string, who: string): Promise<void>;
  /** The main switch. On: all pairs run at once; off: cycles under way end, and none begins. */
  setSyncing(isSyncing: boolean, who: string): Promise<void>;
  /** Leaves an audit row: this installation has taken the ERP from another one (feature A10). */
  noteTakeOver(
    holders: { readonly before: object | null; readonly after: object },
    who: string,
  ): Promise<void>;
}

/** What is set for the installation as a whole. Every change leaves an audit row in its transaction. */
export function settings(knex: Knex): Settings {
  return {
    installation: () =>
      reportingFailures(async () => {
        const { id, name, is_syncing: isSyncing } = await rowOf(knex);
        return { id, name, isSyncing };
      }),

    rename: (name, who) => change(knex, { name }, who),

    setSyncing: (isSyncing, who) => change(knex, { is_syncing: isSyncing }, who),

    noteTakeOver: ({ before, after }, who) =>
      reportingFailures(async () => {
        const entry = { who, subject: 'installation', change: 'tookOverErp' };
        await writeAudit(knex, { ...entry, before, after });
      }),
  };
}

interface InstallationRow {
  readonly id: string;
  readonly name: string;
  readonly is_syncing: boolean;
}

async function rowOf(db: Knex): Promise<InstallationRow> {
  const row = await db<InstallationRow>('abgleich.installation').first('id', 'name', 'is_syncing');
  if (row === undefined) throw new Error('the table installation has lost its row');
  return row;
}

async function change(knex: Knex, after: Partial<InstallationRow>, who: string): Promise<void> {
  await reportingFailures(() =>
    knex.transaction(async (db) => {
      const before = await rowOf(db);
      const entry = { who, subject: 'installation', change: 'changed', before, after };
      if (!(await writeAudit(db, entry))) return;
      await db('abgleich.installation').update(after);
      if (after.is_syncing === true) await wake(db, 'everybody');
    }),
  );
}
