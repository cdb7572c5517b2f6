import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** The user that PostgreSQL runs as, where that is not ourselves. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: then it runs as `nobody`. Everybody else runs it as themselves: null. */
export async function clusterOwner(): Promise<Owner | null> {
  return isRoot() ? await nobody() : null;
}

/** Who must run the cluster in this folder: the user who made it, because PostgreSQL accepts no other. */
export async function ownerOf(cluster: string): Promise<Owner | null> {
  if (!isRoot()) return null;
  const { uid, gid } = await stat(cluster);
  return { uid, gid };
}

/** Whether that user can enter the folder and everything above it. Ourselves we need not ask: null is always yes. */
export async function canEnter(owner: Owner | null, folder: string): Promise<boolean> {
  if (owner === null) return true;
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid } = await stat(path);
    const needed = uid === owner.uid ? 0o100 : 0o001;
    if ((mode & needed) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** The first folder for temporary files that the owner can enter: root's own TMPDIR may be closed to others. */
export async function temporaryRoot(owner: Owner | null): Promise<string> {
  for (const folder of [tmpdir(), '/tmp', '/var/tmp']) {
    if (await canEnter(owner, folder).catch(() => false)) return folder;
  }
  return tmpdir();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function nobody(): Promise<Owner> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, , uid, gid] = /^nobody:.*$/m.exec(accounts)?.[0].split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}
