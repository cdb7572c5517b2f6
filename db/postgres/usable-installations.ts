import { join } from 'node:path';
import type { Home } from './home.js';
import { OLDEST_MAJOR, machineFolders, majorVersion } from './installation.js';
import type { Installation, PostgresKind } from './installation.js';
import type { Owner } from './owner.js';
import { completeLinks, copyPackage, packageFolder, packageVersion } from './package-binaries.js';

export interface Wanted {
  readonly home: Home;
  readonly owner: Owner | null;
  readonly mode: PostgresKind | null;
  /** The version that made the data; null where there are none and every supported version will do. */
  readonly major: number | null;
}

/** Installations that the owner can run and that fit the data: the machine's first, then the npm package's. */
export async function* usableInstallations(wanted: Wanted): AsyncGenerator<Installation> {
  if (wanted.mode !== 'embedded') yield* ofTheMachine(wanted);
  if (wanted.mode !== 'machine') yield* ofThePackage(wanted);
}

async function* ofTheMachine(wanted: Wanted): AsyncGenerator<Installation> {
  for (const folder of await machineFolders()) {
    const installation = await probe('machine', folder, wanted);
    if (installation !== null) yield installation;
  }
}

/** In place where that works; else from a copy that the owner can reach and that has its library links. */
async function* ofThePackage(wanted: Wanted): AsyncGenerator<Installation> {
  const native = packageFolder();
  if (native === null) return;
  await completeLinks(native);
  const inPlace = await probe('embedded', join(native, 'bin'), wanted);
  if (inPlace !== null) {
    yield inPlace;
    return;
  }
  const copy = join(wanted.home.folder, `programs-${await packageVersion(native)}`);
  await copyPackage(native, copy);
  const copied = await probe('embedded', join(copy, 'bin'), wanted);
  if (copied !== null) yield copied;
}

async function probe(
  kind: PostgresKind,
  folder: string,
  { home, owner, major: wanted }: Wanted,
): Promise<Installation | null> {
  const major = await majorVersion(folder, { owner, folder: home.folder });
  if (major === null || (wanted === null ? major < OLDEST_MAJOR : major !== wanted)) return null;
  return { kind, folder, major };
}
