import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './owner.js';
import { run } from './run.js';

/** Where a PostgreSQL comes from: the machine's own, or the one in the npm package. */
export type PostgresKind = 'machine' | 'embedded';

/** The programs of one PostgreSQL. An empty `folder` means that they are found by the search path. */
export interface Installation {
  readonly kind: PostgresKind;
  readonly folder: string;
  readonly major: number;
}

/** The oldest version whose snapshots and `drop database … with (force)` we rely on. */
export const OLDEST_MAJOR = 14;

/** The path of one of an installation's programs. */
export function program(installation: Pick<Installation, 'folder'>, name: ProgramName): string {
  return installation.folder === '' ? name : join(installation.folder, name);
}

export type ProgramName = 'postgres' | 'initdb' | 'pg_ctl';

/** Folders where PostgreSQL's programs may lie on this machine, the search path ('') first, then newest first. */
export async function machineFolders(): Promise<readonly string[]> {
  const found = await Promise.all(
    PLACES[process.platform === 'win32' ? 'windows' : 'posix'].map(look),
  );
  return ['', ...found.flat().sort((a, b) => versionIn(b) - versionIn(a))];
}

/**
 * Asks the programs in a folder for their version, as the user who will run them. Null when that user cannot run
 * them: they are not there, cannot be reached, or lack a library.
 */
export async function majorVersion(
  folder: string,
  as: { readonly owner: Owner | null; readonly folder: string },
): Promise<number | null> {
  const names = ['postgres', 'initdb', 'pg_ctl'] as const;
  const answers = await Promise.all(
    names.map((name) => run(program({ folder }, name), ['--version'], as)),
  );
  if (answers.some(({ code }) => code !== 0)) return null;
  const major = /\(PostgreSQL\) (\d+)/.exec(answers[0]?.output ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

interface Place {
  readonly above: string;
  readonly name: RegExp;
}

const PLACES: Record<'posix' | 'windows', readonly Place[]> = {
  posix: [
    { above: '/usr/lib/postgresql', name: /^\d+$/ }, // Debian
    { above: '/usr', name: /^pgsql-\d+$/ }, // Red Hat
    { above: '/opt/homebrew/opt', name: /^postgresql@\d+$/ },
  ],
  windows: [{ above: 'C:\\Program Files\\PostgreSQL', name: /^\d+$/ }],
};

async function look({ above, name }: Place): Promise<string[]> {
  const entries = await readdir(above).catch(() => []);
  return entries.filter((entry) => name.test(entry)).map((entry) => join(above, entry, 'bin'));
}

function versionIn(folder: string): number {
  return Number(/(\d+)\D*$/.exec(folder)?.[1] ?? 0);
}
