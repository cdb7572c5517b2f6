import type pg from 'pg';
import { onServer, quoted } from './connect.js';
import { readMigrations } from './migration-files.js';
import type { Migration } from './migration-files.js';
import { codeOf, databaseProblem } from './problem.js';

export interface MigrateOptions {
  /** Where the files `0001_name.sql` lie. */
  readonly folder: string;
  /** The schema that the files' unqualified names live in, made when absent; as is `migrations`, the list of what was done. */
  readonly schema: string;
}

/**
 * Brings a schema up to the newest file, each file in one transaction, and answers the names of those it ran. Of
 * several processes at once one works and the others wait. It refuses, and changes nothing, where the database was
 * migrated by a newer version, or where a file that it has seen is not the same any more.
 */
export async function migrate(url: string, options: MigrateOptions): Promise<readonly string[]> {
  const known = await readMigrations(options.folder);
  return await onServer(url, async (client) => {
    await checkServer(client);
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [
      `abgleich migrations ${options.schema}`, // ends with the connection, whatever happens to us
    ]);
    await prepareSchema(client, options.schema);
    const done = await readDone(client);
    refuseForeign(known, done);

    const missing = known.slice(done.length);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  });
}

interface DoneMigration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

const MIGRATION_TABLE = `
  create table if not exists migrations (
    number     integer primary key,
    name       text not null,
    sha256     text not null,
    applied_at timestamptz not null default now()
  )`;

/** Version 14 is what our statements need; text that is not UTF-8 would lose umlauts. */
async function checkServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number; encoding: string }>(
    `select current_setting('server_version_num')::int / 10000 as version,
            current_setting('server_encoding') as encoding`,
  );
  const { version = 0, encoding = '' } = rows[0] ?? {};
  if (version < 14) {
    throw databaseProblem('rejected', {
      de: `Der Datenbankserver ist PostgreSQL ${String(version)}; gebraucht wird 14 oder neuer.`,
      en: `The database server is PostgreSQL ${String(version)}; 14 or later is needed.`,
    });
  }
  if (encoding !== 'UTF8') {
    throw databaseProblem('rejected', {
      de: `Die Datenbank speichert Text als ${encoding}; gebraucht wird UTF8, sonst gehen Zeichen verloren. Legen Sie sie mit „encoding 'UTF8'“ neu an.`,
      en: `The database keeps text as ${encoding}; UTF8 is needed, or characters are lost. Create it anew with "encoding 'UTF8'".`,
    });
  }
}

async function prepareSchema(client: pg.Client, schema: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  // Not "if not exists": that needs the right to create even where there is nothing to do.
  if (rowCount === 0) await client.query(`create schema ${quoted(schema)}`);
  await client.query(`set search_path to ${quoted(schema)}`);
  if (!(await hasMigrationTable(client))) await client.query(MIGRATION_TABLE);
}

async function hasMigrationTable(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('migrations') is not null as exists`,
  );
  return rows[0]?.exists === true;
}

async function readDone(client: pg.Client): Promise<readonly DoneMigration[]> {
  const { rows } = await client.query<DoneMigration>(
    'select number, name, sha256 from migrations order by number',
  );
  return rows;
}

function refuseForeign(known: readonly Migration[], done: readonly DoneMigration[]): void {
  for (const [index, { name, sha256 }] of done.entries()) {
    const file = known[index];
    if (file === undefined) throw fromNewerVersion(name);
    if (file.name !== name || file.sha256 !== sha256) throw changedFile(file.name, name);
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into migrations (number, name, sha256) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined); // a broken connection has rolled back already
    throw failedMigration(migration, error);
  }
}

function fromNewerVersion(name: string): Error {
  return databaseProblem('rejected', {
    de: `Diese Datenbank wurde von einer neueren Version von Abgleich eingerichtet (${name}). Starten Sie diese neuere Version, oder spielen Sie eine Sicherung von davor zurück.`,
    en: `This database was migrated by a newer version of Abgleich (${name}). Start that newer version, or restore a backup from before it.`,
  });
}

function changedFile(file: string, applied: string): Error {
  return databaseProblem('rejected', {
    de: `Die Datei ${file} ist nicht mehr die, mit der diese Datenbank eingerichtet wurde (${applied}). Stellen Sie die ausgelieferte Datei wieder her.`,
    en: `The file ${file} is no longer the one that this database was migrated with (${applied}). Restore the file as it was delivered.`,
  });
}

function failedMigration({ name, sql }: Migration, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  const line = lineOf(sql, error);
  return databaseProblem(
    codeOf(error) === '42501' ? 'forbidden' : 'rejected',
    {
      de: `Der Schritt ${name} ist in Zeile ${line} gescheitert und wurde ganz zurückgenommen: ${why}`,
      en: `The step ${name} failed in line ${line} and was undone as a whole: ${why}`,
    },
    error,
  );
}

function lineOf(sql: string, error: unknown): string {
  const position =
    error instanceof Error && 'position' in error ? Number(error.position) : Number.NaN;
  return Number.isNaN(position) ? '?' : String(sql.slice(0, position).split('\n').length);
}
