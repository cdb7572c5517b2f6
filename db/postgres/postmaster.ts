import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What PostgreSQL's own lock file says about the server that uses a cluster. */
export interface Postmaster {
  readonly pid: number;
  /** Null until the server has opened it. */
  readonly port: number | null;
  readonly isReady: boolean;
}

/**
 * Reads `postmaster.pid`, or null where there is none. It may be stale: a power cut leaves it behind.
 * https://www.postgresql.org/docs/current/storage-file-layout.html; the lines are those of miscadmin.h:
 * 1 pid, 2 data folder, 3 start time, 4 port, 5 socket folder, 6 address, 7 shared memory, 8 status.
 */
export async function readPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n').map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid === 0) return null;
  return { pid: Math.abs(pid), port: port > 0 ? port : null, isReady: lines[7] === 'ready' };
}

/**
 * After a restart of the machine another program of the same user can have the number in a stale `postmaster.pid`;
 * PostgreSQL would then refuse to start for ever. Our own number (its parent's) is the one it ignores. The file
 * itself must stay: PostgreSQL finds in it the shared memory of old server processes that still write.
 */
export async function disownStaleLock(cluster: string): Promise<void> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === null || !(await isForeignProgram(postmaster.pid, cluster))) return;
  const path = join(cluster, 'postmaster.pid');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/^-?\d+/, String(process.pid)));
}

/** Every server process stands in its data folder. Where there is no /proc we cannot know, and say no. */
async function isForeignProgram(pid: number, cluster: string): Promise<boolean> {
  const standsIn = await readlink(`/proc/${String(pid)}/cwd`).catch(() => null);
  return standsIn !== null && standsIn !== (await realpath(cluster));
}
