import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, databaseProblem } from '../problem.js';
import { randomName } from './home.js';
import type { Home } from './home.js';
import { program } from './installation.js';
import type { Installation } from './installation.js';
import type { Owner } from './owner.js';
import { run } from './run.js';

/** The administrator of every cluster that we make. */
export const SUPERUSER = 'abgleich';

const PASSWORD_FILE = 'abgleich-password';

/** The major version whose data lies in a cluster, or null where there is no cluster yet. Refuses one that we may not read. */
export async function clusterVersion(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw notOurs(cluster, error);
  });
  return text === null ? null : Number(text.trim());
}

/** The superuser's password. It lies inside the data, so that data and password are never parted. */
export async function clusterPassword(cluster: string): Promise<string> {
  return (await readFile(join(cluster, PASSWORD_FILE), 'utf8')).trim();
}

/**
 * Makes the cluster of a home. It appears under its name in one step when it is complete: a start that is killed on
 * the way leaves no half of one, and of two starts at once the first wins and the second uses its cluster.
 */
export async function createCluster(
  home: Home,
  installation: Installation,
  owner: Owner | null,
): Promise<void> {
  try {
    await rename(await createDraft(home, installation, owner), home.cluster);
  } catch (error) {
    // The first of two removes the second's draft, whatever that is doing with it.
    if ((await clusterVersion(home.cluster)) === null) throw error;
  }
  await discardDrafts(home);
}

/**
 * Settings for every start, as PostgreSQL's own names. What stays is safe against a power cut; what is thrown away
 * need not be. The log must never show statements or values: they are customers' appointments.
 */
export function clusterSettings(home: Home, port: number): readonly string[] {
  const settings = { ...SETTINGS, port: String(port), ...(home.temporary ? THROWN_AWAY : {}) };
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`);
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // their paths may be too long, and TCP works everywhere
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  jit: 'off', // our statements are short; compiling them costs more than it saves
  logging_collector: 'off',
  log_min_messages: 'log', // above "error": those quote values
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  cluster_name: 'abgleich',
};

const THROWN_AWAY = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
};

interface Initialising {
  readonly draft: string;
  readonly passwordFile: string;
  readonly home: Home;
  readonly installation: Installation;
  readonly owner: Owner | null;
}

async function createDraft(
  home: Home,
  installation: Installation,
  owner: Owner | null,
): Promise<string> {
  const draft = `${home.cluster}.${randomName(6)}`;
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, randomName(24), { mode: 0o600 });
  await mkdir(draft, { mode: 0o700 });
  if (owner !== null) {
    await chown(passwordFile, owner.uid, owner.gid);
    await chown(draft, owner.uid, owner.gid);
  }
  await initialise({ draft, passwordFile, home, installation, owner });
  await rename(passwordFile, join(draft, PASSWORD_FILE));
  return draft;
}

async function initialise(job: Initialising): Promise<void> {
  const { draft, passwordFile, home, installation, owner } = job;
  let complaint = '';
  for (const locale of locales(installation.major)) {
    const ran = await run(
      program(installation, 'initdb'),
      [
        ...['-D', draft, '-U', SUPERUSER, '-E', 'UTF8', '--no-instructions'],
        ...['-A', 'scram-sha-256', `--pwfile=${passwordFile}`],
        ...(home.temporary ? ['--no-sync'] : ['--data-checksums']),
        ...locale,
      ],
      { owner, folder: home.folder },
    );
    if (ran.code === 0) return;
    complaint = lastLine(ran.complaint);
  }
  throw cannotCreate(home, complaint);
}

/** UTF-8 with Unicode's upper and lower case; plain C on a machine that does not know it. */
function locales(major: number): readonly (readonly string[])[] {
  return major >= 17
    ? [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']]
    : [['--locale=C.UTF-8'], ['--locale=C']];
}

async function discardDrafts(home: Home): Promise<void> {
  for (const name of await readdir(home.folder)) {
    if (!name.startsWith('cluster.')) continue;
    await rm(join(home.folder, name), { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function notOurs(cluster: string, cause: unknown): Error {
  return databaseProblem(
    'unreachable',
    {
      de: `Die Daten in ${cluster} können nicht gelesen werden: sie wurden von einem anderen Benutzer angelegt. Starten Sie Abgleich als dieser Benutzer, oder wählen Sie einen anderen Datenordner.`,
      en: `The data in ${cluster} cannot be read: another user made them. Start Abgleich as that user, or choose another data folder.`,
    },
    cause,
  );
}

function cannotCreate(home: Home, complaint: string): Error {
  return databaseProblem('unreachable', {
    de: `PostgreSQL kann in ${home.folder} keine Datenbank anlegen: ${complaint}. Prüfen Sie freien Platz und Rechte dieses Ordners, oder geben Sie mit DATABASE_URL eine vorhandene Datenbank an.`,
    en: `PostgreSQL cannot create a database in ${home.folder}: ${complaint}. Check free space and rights of this folder, or name an existing database with DATABASE_URL.`,
  });
}
