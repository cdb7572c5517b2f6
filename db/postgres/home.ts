import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf, databaseProblem } from '../problem.js';
import type { PostgresKind } from './installation.js';
import { canEnter, temporaryRoot } from './owner.js';
import type { Owner } from './owner.js';

/**
 * The folder that holds one cluster and what belongs to it: `cluster` (PostgreSQL's data), `postgres.log`,
 * `holder.json` (who looks after it), and, where needed, a copy of the programs.
 */
export interface Home {
  readonly folder: string;
  readonly cluster: string;
  /** A temporary one disappears with its holder, so it need not survive a power cut. */
  readonly temporary: boolean;
}

/** Who looks after a cluster: the process `pid` stops it as soon as the process `parent` is gone. */
export interface Holder {
  readonly pid: number;
  readonly parent: number;
  readonly host: string;
  readonly kind: PostgresKind;
}

/** All temporary homes begin like this; by it the next start finds those whose holder was killed. */
export const TEMPORARY_PREFIX = 'abgleich-postgres-';

/** Makes a fresh folder that disappears with the process that holds it. */
export async function temporaryHome(owner: Owner | null): Promise<Home> {
  const folder = await mkdtemp(join(await temporaryRoot(owner), TEMPORARY_PREFIX));
  await writeHolder(folder, process.pid, 'machine'); // the supervisor will know better
  if (owner !== null) await chmod(folder, 0o711); // the folder stays ours; its owner only passes through
  return homeIn(folder, true);
}

/** Opens (or makes) the folder of a cluster that stays. Refuses one that the owner cannot enter. */
export async function lastingHome(owner: Owner | null, folder: string): Promise<Home> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw unusable(folder, error);
  });
  if (owner !== null) await chmod(folder, (await stat(folder)).mode | 0o011);
  if (!(await canEnter(owner, folder))) throw closedToOthers(folder);
  return homeIn(folder, false);
}

/** Throws a temporary home away; a lasting one is never touched. */
export async function discardHome(home: Home): Promise<void> {
  if (home.temporary) await rm(home.folder, { recursive: true, force: true, maxRetries: 10 });
}

/** Says that this process looks after the cluster from now on, for `parent`. */
export async function writeHolder(
  folder: string,
  parent: number,
  kind: PostgresKind,
): Promise<void> {
  const holder: Holder = { pid: process.pid, parent, host: hostname(), kind };
  await writeFile(holderFile(folder), JSON.stringify(holder));
}

/** Says that the cluster is about to be stopped, before it is: who comes now must not rely on it. */
export async function withdrawHolder(folder: string): Promise<void> {
  await rm(holderFile(folder), { force: true });
}

/** Who looks after the cluster, or null when nobody does or the one who did has withdrawn. */
export async function readHolder(folder: string): Promise<Holder | null> {
  try {
    return readHolderText(await readFile(holderFile(folder), 'utf8'));
  } catch {
    return null; // none, or half written by a process that was killed
  }
}

/** Which of a holder's two processes lives. Those of another machine or container cannot be asked and count as living. */
export async function livesOn(
  holder: Holder,
): Promise<{ readonly pid: boolean; readonly parent: boolean }> {
  if (holder.host !== hostname()) return { pid: true, parent: true };
  return { pid: await isAlive(holder.pid), parent: await isAlive(holder.parent) };
}

/** A name or password that nobody can guess. Chance comes from the system: it guards data, and no test repeats it. */
export function randomName(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

function holderFile(folder: string): string {
  return join(folder, 'holder.json');
}

function readHolderText(text: string): Holder | null {
  const { pid, parent, host, kind } = JSON.parse(text) as Partial<Record<keyof Holder, unknown>>;
  if (typeof pid !== 'number' || typeof parent !== 'number' || typeof host !== 'string')
    return null;
  return { pid, parent, host, kind: kind === 'embedded' ? 'embedded' : 'machine' };
}

function homeIn(folder: string, temporary: boolean): Home {
  return { folder, cluster: join(folder, 'cluster'), temporary };
}

async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it lives, and belongs to somebody else
  }
  // A killed process keeps its number until its parent takes notice, in some containers for ever.
  const status = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '');
  return !/^\d+ \(.*\) [ZX]/s.test(status);
}

function unusable(folder: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return databaseProblem(
    'unreachable',
    {
      de: `Der Datenordner ${folder} kann nicht angelegt werden (${why}). Wählen Sie einen anderen Ordner oder geben Sie Schreibrechte.`,
      en: `The data folder ${folder} cannot be made (${why}). Choose another folder, or grant the right to write there.`,
    },
    cause,
  );
}

function closedToOthers(folder: string): Error {
  return databaseProblem('unreachable', {
    de: `PostgreSQL läuft nicht als root, sondern als Benutzer „nobody“, und dieser kann den Datenordner ${folder} nicht betreten. Wählen Sie einen Ordner, der nicht unter einem geschlossenen liegt, etwa /var/lib/abgleich, oder starten Sie Abgleich als gewöhnlicher Benutzer.`,
    en: `PostgreSQL does not run as root but as the user "nobody", who cannot enter the data folder ${folder}. Choose a folder that does not lie below a closed one, such as /var/lib/abgleich, or start Abgleich as an ordinary user.`,
  });
}
