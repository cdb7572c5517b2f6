import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { openKeyFile, secretsFrom } from '../../db/secrets.js';
import { failsAs } from './fails-as.js';

const PASSWORD = 'Pässwörter & 🔑 "quoted"';
const PLACE = 'connection:12:password';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abgleich-test-'));
  path = join(folder, 'new', 'key');
});
afterEach(async () => await rm(folder, { recursive: true }));

describe('a sealed text', () => {
  test('is read back for the place it was sealed for', async () => {
    const secrets = await openKeyFile(path);
    const sealed = secrets.seal(PASSWORD, PLACE);
    assert.match(sealed, /^v1\.k[0-9a-f]{8}\.[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(secrets.unseal(sealed, PLACE), PASSWORD);
  });

  test('may be empty', async () => {
    const secrets = await openKeyFile(path);
    assert.equal(secrets.unseal(secrets.seal('', PLACE), PLACE), '');
  });

  test('looks different each time', async () => {
    const secrets = await openKeyFile(path);
    assert.notEqual(secrets.seal(PASSWORD, PLACE), secrets.seal(PASSWORD, PLACE));
  });

  test('cannot be moved to another row', async () => {
    const secrets = await openKeyFile(path);
    const sealed = secrets.seal(PASSWORD, PLACE);
    assert.throws(() => secrets.unseal(sealed, 'connection:13:password'), failsAs('forbidden'));
  });

  test('cannot be altered in any character, cut or lengthened', async () => {
    const secrets = await openKeyFile(path);
    const sealed = secrets.seal(PASSWORD, PLACE);
    for (let at = 0; at < sealed.length - 1; at++) {
      const other = sealed[at] === 'A' ? 'Q' : 'A';
      const altered = sealed.slice(0, at) + other + sealed.slice(at + 1);
      assert.throws(() => secrets.unseal(altered, PLACE), failsAs('forbidden'), `at ${String(at)}`);
    }
    for (const altered of ['', 'v1', sealed.slice(0, -4), `${sealed}AAAA`, `${sealed}.AAAA`]) {
      assert.throws(() => secrets.unseal(altered, PLACE), failsAs('forbidden'), altered);
    }
  });

  test('of another key file names the key that is missing', async () => {
    const sealed = (await openKeyFile(path)).seal(PASSWORD, PLACE);
    const other = await openKeyFile(join(folder, 'other'));
    const id = sealed.split('.')[1] ?? '';
    assert.throws(() => other.unseal(sealed, PLACE), new RegExp(`key "${id}"`));
  });
});

describe('the key file', () => {
  test('is made once, closed to others, and read again', async () => {
    const sealed = (await openKeyFile(path)).seal(PASSWORD, PLACE);
    assert.equal((await openKeyFile(path)).unseal(sealed, PLACE), PASSWORD);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(folder, 'new')), ['key']);
  });

  test('is the same for twenty that make it at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => openKeyFile(path)));
    const marks = new Set(all.map((secrets) => secrets.fingerprintKeyMark()));
    assert.equal(marks.size, 1);
  });

  test('is refused when others can read it', async () => {
    await openKeyFile(path);
    await chmod(path, 0o604);
    await assert.rejects(openKeyFile(path), failsAs('forbidden'));
    await chmod(path, 0o640); // a service's group
    await openKeyFile(path);
  });

  test('after a rotation opens the old and seals with the new', async () => {
    const before = await openKeyFile(path);
    const old = before.seal(PASSWORD, PLACE);
    const fresh = `fresh:${Buffer.alloc(32, 7).toString('base64')}`;
    await writeFile(path, `${fresh}\r\n${await readFile(path, 'utf8')}`);

    const after = await openKeyFile(path);
    assert.equal(after.unseal(old, PLACE), PASSWORD);
    assert.match(after.seal(PASSWORD, PLACE), /^v1\.fresh\./);
    assert.deepEqual(after.fingerprintKey(), before.fingerprintKey());
    assert.equal(after.fingerprintKeyMark(), before.fingerprintKeyMark());
  });

  const key = (id: string, byte: number, size = 32): string =>
    `${id}:${Buffer.alloc(size, byte).toString('base64')}`;
  // prettier-ignore
  const unusable = [
    { name: 'an empty one',                    lines: [] },
    { name: 'one without a fingerprint key',   lines: [key('a', 1)] },
    { name: 'one with only a fingerprint key', lines: [key('fp', 1)] },
    { name: 'one with a short key',            lines: [key('a', 1, 16), key('fp', 2)] },
    { name: 'one with the same name twice',    lines: [key('a', 1), key('a', 2), key('fp', 3)] },
    { name: 'one with garbage in a line',      lines: [key('a', 1), key('fp', 2), 'garbage'] },
  ];
  for (const { name, lines } of unusable) {
    test(`is refused: ${name}`, () => {
      assert.throws(() => secretsFrom(lines.join('\n'), 'the key file'), failsAs('forbidden'));
    });
  }
});

test('the fingerprint key is not the bytes of the file', async () => {
  const secrets = await openKeyFile(path);
  const text = await readFile(path, 'utf8');
  assert.equal(secrets.fingerprintKey().length, 32);
  assert.ok(!text.includes(secrets.fingerprintKey().toString('base64')));
});
