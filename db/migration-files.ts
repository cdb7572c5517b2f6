import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One step of a schema: the file `0001_name.sql`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Of the text with Unix line ends, so that a checkout on Windows is the same file. */
  readonly sha256: string;
}

/** The migrations of a folder in their order. The numbers count from 1 without a gap; anything else is a mistake of ours. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => MIGRATION_NAME.test(name)).sort();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  for (const [index, { number, name }] of migrations.entries()) {
    if (number !== index + 1) throw new Error(`${name} should have number ${String(index + 1)}`);
  }
  return migrations;
}

const MIGRATION_NAME = /^\d{4}_[a-z0-9_-]+\.sql$/;

async function readMigration(folder: string, name: string): Promise<Migration> {
  const text = await readFile(join(folder, name), 'utf8');
  const sql = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const sha256 = createHash('sha256').update(sql).digest('hex');
  return { number: Number(name.slice(0, 4)), name, sql, sha256 };
}
