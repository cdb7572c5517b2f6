import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY_PREFIX, discardHome, livesOn, readHolder } from './home.js';
import type { Home } from './home.js';
import { program } from './installation.js';
import type { Installation } from './installation.js';
import { ownerOf, temporaryRoot } from './owner.js';
import type { Owner } from './owner.js';
import { run } from './run.js';
import { findRunning } from './running.js';

/**
 * Ends temporary clusters whose holder was killed together with its supervisor, and removes their folders. Only our
 * own user's, and only those whose holder is known to be dead.
 */
export async function endOrphans(installation: Installation, owner: Owner | null): Promise<void> {
  const above = await temporaryRoot(owner);
  const names = await readdir(above).catch(() => []);
  for (const name of names.filter((entry) => entry.startsWith(TEMPORARY_PREFIX))) {
    const folder = join(above, name);
    // Two starts may clean up the same one: whatever the other was faster with is done.
    if (await isOrphan(folder)) await endOrphan(folder, installation).catch(() => undefined);
  }
}

async function isOrphan(folder: string): Promise<boolean> {
  const { uid, isFolder } = await lstat(folder).then(
    (found) => ({ uid: found.uid, isFolder: found.isDirectory() }),
    () => ({ uid: -1, isFolder: false }),
  );
  if (!isFolder || (process.getuid !== undefined && uid !== process.getuid())) return false;
  const holder = await readHolder(folder);
  return holder !== null && !(await livesOn(holder)).pid;
}

async function endOrphan(folder: string, installation: Installation): Promise<void> {
  const home: Home = { folder, cluster: join(folder, 'cluster'), temporary: true };
  // Only one that answers for this folder: the number in a stale lock file may by now be another process's.
  if ((await findRunning(home)) !== null) {
    await run(
      program(installation, 'pg_ctl'),
      ['-D', home.cluster, 'stop', '-w', '-t', '20', '-m', 'immediate'],
      { owner: await ownerOf(home.cluster), folder },
    );
  }
  await discardHome(home);
}
