import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typed } from './typed.js';

/** A database that nobody has, so that no test starts one. */
const NOWHERE = { DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:1/none' };

const ADD = ['connections', 'add', 'cloud', '--url', 'https://outlook.office365.com/EWS/E.asmx'];
const OAUTH = [...ADD, '--auth', 'oauth', '--user', 'the-app'];
const BASIC = [...ADD, '--auth', 'basic', '--user', 'dienst@firma.de', '--password-file', '-'];
const SECRET = ['--password-file', '-'];
const TENANT = ['--tenant', 'firma.example'];

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const LOCKED = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
const FILES = {
  'key.pem': fixture('application-key.pem'),
  'certificate.pem': fixture('application.pem'),
  'other.pem': fixture('application-key.pem') + fixture('trusted.pem'),
  'short.pem': fixture('server-key.pem') + fixture('trusted.pem'),
  'locked.pem': privateKey.export(LOCKED).toString() + fixture('application.pem'),
  'nothing.pem': 'geheim',
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abgleich-oauth-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('an application that cannot be used ends with 2', () => {
  // prettier-ignore
  const rows = [
    { name: 'no tenant', args: [...OAUTH, ...SECRET], says: ['--tenant is missing.'] },
    { name: 'the tenant of everybody', args: [...OAUTH, ...SECRET, '--tenant', 'common'], says: ['The tenant is missing.'] },
    { name: 'that tenant beside an address', args: [...OAUTH, ...SECRET, '--tenant', 'common', '--authority', 'https://login.microsoftonline.us'], says: ['The tenant is missing.'] },
    { name: 'no secret', args: [...OAUTH, ...TENANT], says: ['--password-file (with the client secret) or --certificate-file is missing.'] },
    { name: 'a secret and a certificate', args: [...OAUTH, ...TENANT, ...SECRET, '--certificate-file', 'x'], says: ['do not go together'] },
    { name: 'an authority that is no address', args: [...OAUTH, ...TENANT, ...SECRET, '--authority', 'login'], says: ['sign-in server cannot be used'] },
    { name: 'an authority without encryption', args: [...OAUTH, ...TENANT, ...SECRET, '--authority', 'http://login.firma.de'], says: ['sign-in server cannot be used'] },
    { name: 'an authority of another tenant', args: [...OAUTH, ...TENANT, ...SECRET, '--authority', 'https://login.microsoftonline.com/andere.example'], says: ['name different tenants'] },
    { name: 'an empty scope', args: [...OAUTH, ...TENANT, ...SECRET, '--scope', ''], says: ['--scope is empty'] },
    { name: 'two scopes', args: [...OAUTH, ...TENANT, ...SECRET, '--scope', 'https://a https://b'], says: ['more than one word'] },
    { name: 'options of oauth for another sign-in', args: [...BASIC, ...TENANT, '--scope', 'x'], says: ['--tenant is for --auth oauth only.', '--scope is for --auth oauth only.'] },
    { name: 'all of it', args: ['connections', 'add', ' ', '--auth', 'oauth', '--authority', 'x', '--scope', '', '--zone', 'Mars', '--conflict', 'me'],
      says: ['The name is empty.', '--url is missing.', '--user is missing.', '--tenant is missing.', 'sign-in server cannot', '--scope is empty', 'or --certificate-file is missing', '--conflict is "me"', 'a time zone like'] },
  ] as const;

  for (const { name, args, says } of rows) {
    test(`for ${name}, a sentence each`, async () => {
      const { exit, stdout, stderr } = await typed(args, { env: NOWHERE, stdin: 'ge~heim' });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      const lines = stderr.trim().split('\n');
      expect(lines).toHaveLength(says.length);
      for (const [at, text] of says.entries()) expect(lines[at]).toContain(text);
      expect(stderr).not.toContain('ge~heim');
    });
  }

  // prettier-ignore
  const files = [
    { name: 'key.pem', says: ['holds no certificate in PEM format'] },
    { name: 'certificate.pem', says: ['holds no private key in PEM format'] },
    { name: 'other.pem', says: ['does not belong to this private key'] },
    { name: 'short.pem', says: ['Needed is an RSA key'] },
    { name: 'locked.pem', says: ['without a password'] },
    { name: 'nothing.pem', says: ['no private key', 'no certificate'] },
    { name: 'not-there.pem', says: ['--certificate-file names cannot be read (ENOENT)'] },
  ] as const;

  for (const { name, says } of files) {
    test(`for ${name} as its certificate, in both languages`, async () => {
      const args = [...OAUTH, ...TENANT, '--certificate-file', join(folder, name)];
      const { exit, stderr } = await typed(args, { env: NOWHERE });
      expect(exit).toBe(2);
      const lines = stderr.trim().split('\n');
      expect(lines).toHaveLength(says.length);
      for (const [at, text] of says.entries()) expect(lines[at]).toContain(text);
      expect(stderr).not.toMatch(/geheim|MII/);
      const german = await typed([...args, '--language', 'de'], { env: NOWHERE });
      expect(german.stderr.trim().split('\n')).toHaveLength(says.length);
      expect(german.stderr).not.toBe(stderr);
    });
  }
});

describe('a secret that was typed in the wrong place is not repeated', () => {
  // prettier-ignore
  const rows = [
    { name: 'as the client secret', args: ['--client-secret', 'ge~heim'], says: 'do not belong on the command line' },
    { name: 'as the name of its file', args: [...TENANT, '--password-file', 'ge~heim'], says: 'cannot be read' },
    { name: 'as the name of the certificate', args: [...TENANT, `--certificate-file=ge~heim\n${FILES['key.pem']}`], says: 'cannot be read' },
    { name: 'in the address of the sign-in server', args: [...TENANT, ...SECRET, '--authority', 'https://me:ge~heim@login.firma.de'], says: 'sign-in server cannot be used' },
  ] as const;

  for (const { name, args, says } of rows) {
    test(name, async () => {
      const { exit, stdout, stderr } = await typed([...OAUTH, ...args, '--json'], {
        env: NOWHERE,
        stdin: 'ge~heim',
      });
      expect(exit).toBe(2);
      expect(stderr).toContain(says);
      expect(stdout + stderr).not.toMatch(/ge~heim|MII/);
    });
  }
});

test('with --json all of it is one JSON value', async () => {
  const { stdout } = await typed([...OAUTH, '--scope', '', '--json'], { env: NOWHERE });
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      kind: 'badInput',
      message: expect.stringMatching(/^--tenant .*\n--scope .*\n--password-file .*$/) as string,
    },
  });
});
