import assert from 'node:assert/strict';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { majorVersion } from '../../../db/postgres/installation.js';
import {
  completeLinks,
  copyPackage,
  packageFolder,
  packageVersion,
} from '../../../db/postgres/package-binaries.js';

const LINKS = [
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
  { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
];

let folder = '';
let native = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abgleich-test-'));
  native = join(folder, 'closed', 'native');
  for (const part of ['bin', 'lib']) await mkdir(join(native, part), { recursive: true });
  await writeFile(join(native, 'bin', 'postgres'), 'program', { mode: 0o700 });
  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library', { mode: 0o600 });
  await writeFile(join(native, 'lib', 'libpq.a'), 'only for builders');
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(LINKS));
  await chmod(join(folder, 'closed'), 0o700);
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

test('links that no install script made are made, and making them again changes nothing', async () => {
  await completeLinks(native);
  await completeLinks(native);
  assert.equal(await readFile(join(native, 'lib', 'libpq.so.5'), 'utf8'), 'library');
  assert.ok((await lstat(join(native, 'lib', 'libpq.so'))).isSymbolicLink());
});

test('a copy from a closed folder is open to all, complete, and needs the original no more', async () => {
  const copy = join(folder, 'programs-1');
  await copyPackage(native, copy);
  await rm(native, { recursive: true });
  for (const path of ['.', 'bin', 'bin/postgres', 'lib', 'lib/libpq.so.5.18']) {
    assert.equal((await stat(join(copy, path))).mode & 0o777, 0o755, path);
  }
  assert.equal(await readFile(join(copy, 'lib', 'libpq.so.5'), 'utf8'), 'library');
  assert.deepEqual((await readdir(join(copy, 'lib'))).sort(), [
    'libpq.so',
    'libpq.so.5',
    'libpq.so.5.18',
  ]);
});

test('a copy that is there is used as it is; of three at once one appears', async () => {
  const copy = join(folder, 'programs-1');
  await Promise.all([1, 2, 3].map(() => copyPackage(native, copy)));
  await writeFile(join(native, 'bin', 'postgres'), 'newer');
  await copyPackage(native, copy);
  assert.equal(await readFile(join(copy, 'bin', 'postgres'), 'utf8'), 'program');
  assert.deepEqual((await readdir(folder)).sort(), ['closed', 'programs-1']);
});

test('the package of this platform runs from a copy', async () => {
  const real = packageFolder();
  assert.ok(real !== null);
  const copy = join(folder, 'programs-real');
  await copyPackage(real, copy);
  const major = await majorVersion(join(copy, 'bin'), { owner: null, folder });
  assert.equal(major, Number((await packageVersion(real)).split('.')[0]));
});

test('programs that are not there have no version', async () => {
  assert.equal(await majorVersion(dirname(native), { owner: null, folder }), null);
});
