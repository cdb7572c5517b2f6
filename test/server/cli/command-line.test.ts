import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERBS } from '../../../server/cli/verbs.js';
import { typed } from './typed.js';

/** A database that nobody has, so that no test starts one. */
const NOWHERE = { DATABASE_URL: 'postgresql://nobody:geheim@127.0.0.1:1/none' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abgleich-cli-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the help', () => {
  for (const verb of VERBS) {
    for (const language of ['de', 'en'] as const) {
      test(`of ${verb.name} explains each option in ${language}`, async () => {
        const { exit, stdout, stderr } = await typed([
          ...verb.name.split(' '),
          '--help',
          '--language',
          language,
        ]);
        expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
        expect(stdout).toContain(verb.does[language]);
        for (const [name, { help }] of Object.entries(verb.options)) {
          expect(stdout).toContain(`--${name}`);
          expect(stdout).toContain(help[language]);
        }
      });
    }
  }

  test('without a verb lists all of them and the settings', async () => {
    const { exit, stdout } = await typed([]);
    expect(exit).toBe(0);
    for (const { name } of VERBS) expect(stdout).toContain(`  ${name}`);
    expect(stdout).toContain('DATABASE_URL');
  });

  test('speaks the language of the system unless told otherwise', async () => {
    const german = { env: { LANG: 'de_DE.UTF-8' } };
    expect((await typed(['migrate', '--help'], german)).stdout).toContain(
      'bringt die eigene Datenbank',
    );
    expect((await typed(['migrate', '--help', '--language', 'en'], german)).stdout).toContain(
      'brings',
    );
  });
});

describe('bad input ends with 2 and says what to type', () => {
  const add = ['connections', 'add', 'firma'];
  const https = ['--url', 'https://mail.firma.de/EWS/Exchange.asmx'];
  const account = ['--user', 'dienst@firma.de', '--password-file', '-'];
  // prettier-ignore
  const rows = [
    { name: 'a verb that does not exist', args: ['konektions'], says: 'There is no verb "konektions"' },
    { name: 'half a verb', args: ['connections'], says: 'connections add, connections list, connections show, connections set, connections check, connections token, connections commands' },
    { name: 'the wrong second half', args: ['erp', 'install'], says: 'There is no verb "erp install"' },
    { name: 'an option that does not exist', args: ['journal', '--colour'], says: 'no option --colour' },
    { name: 'an option without its value', args: ['journal', '--limit'], says: '--limit' },
    { name: 'a word too many', args: ['migrate', 'now'], says: '"now" is too much' },
    { name: 'a word too few', args: ['connections', 'check'], says: 'NAME is missing' },
    { name: 'a limit that is no number', args: ['journal', '--limit', 'all'], says: 'from 1 to 1000' },
    { name: 'a sync without --once', args: ['sync'], says: '--once is missing' },
    { name: 'an employee and all of them', args: ['employees', 'enable', 'E01', '--all'], says: 'or give --all' },
    { name: 'nobody at all', args: ['employees', 'enable'], says: 'Name one employee' },
    { name: 'a day that does not exist', args: ['employees', 'enable', 'E01', '--stock-from', '2026-02-30'], says: 'a day like' },
    { name: 'a direction that does not exist', args: ['employees', 'enable', 'E01', '--direction', 'up'], says: 'both, to-exchange, to-erp, off' },
    { name: 'a mailbox that is no address', args: ['employees', 'enable', 'E01', '--mailbox', 'anna'], says: 'an address like' },
    { name: 'a mailbox for everybody', args: ['employees', 'enable', '--all', '--mailbox', 'a@b.de'], says: 'not for --all' },
    { name: 'a language that we do not speak', args: ['migrate', '--language', 'fr'], says: 'de, en' },
    { name: 'a connection without its address', args: [...add, '--auth', 'basic', ...account], says: '--url is missing' },
    { name: 'a connection without a way to sign in', args: [...add, ...https, ...account], says: '--auth is missing' },
    { name: 'a connection without an account', args: [...add, ...https, '--auth', 'basic'], says: '--user is missing' },
    { name: 'an address without encryption', args: [...add, '--url', 'http://mail.firma.de/ews', '--auth', 'basic', ...account], says: 'https://' },
    { name: 'an address that is none', args: [...add, '--url', 'mail.firma.de', '--auth', 'basic', ...account], says: 'no address' },
    { name: 'a sign-in that does not exist', args: [...add, ...https, '--auth', 'kerberos', ...account], says: 'basic, ntlm, oauth' },
    { name: 'a zone that does not exist', args: [...add, ...https, '--auth', 'basic', ...account, '--zone', 'Mars/Base'], says: 'a time zone like' },
    { name: 'a time-out of no time', args: [...add, ...https, '--auth', 'basic', ...account, '--write-timeout', '0'], says: 'from 1 to 600' },
    { name: 'an empty password', args: [...add, ...https, '--auth', 'basic', ...account], says: 'no password in standard input' },
    { name: 'a password file that is not there', args: [...add, ...https, '--auth', 'basic', '--user', 'a', '--password-file', '/nowhere'], says: 'cannot be read (ENOENT)' },
    { name: 'certificates that are not there', args: [...add, ...https, '--auth', 'basic', ...account, '--ca-file', '/nowhere'], says: 'cannot be read (ENOENT)' },
  ] as const;

  for (const { name, args, says } of rows) {
    test(name, async () => {
      const { exit, stdout, stderr } = await typed(args, { env: NOWHERE });
      expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
      expect(stderr).toContain(says);
    });
  }

  test('a password on the command line, which is not repeated', async () => {
    for (const password of [['--password', 'geheim'], ['--password=geheim']]) {
      const { exit, stderr } = await typed([...add, ...https, ...password], { env: NOWHERE });
      expect(exit).toBe(2);
      expect(stderr).toContain('do not belong on the command line');
      expect(stderr).not.toContain('geheim');
    }
  });

  test('a password of two lines is most likely the wrong file', async () => {
    const args = [...add, ...https, '--auth', 'ntlm', ...account];
    const { exit, stderr } = await typed(args, { env: NOWHERE, stdin: 'one\ntwo\n' });
    expect(exit).toBe(2);
    expect(stderr).toContain('more than one line');
  });

  test('a file of certificates that holds none', async () => {
    const file = join(folder, 'not-a.pem');
    await writeFile(file, 'hello');
    const args = [...add, ...https, '--auth', 'basic', ...account, '--ca-file', file];
    expect((await typed(args, { env: NOWHERE })).stderr).toContain('no certificate in PEM format');
  });

  test('settings that cannot be used, all at once', async () => {
    const env = { DATABASE_URL: 'x', ABGLEICH_WORKERS: 'y' };
    const { exit, stderr } = await typed(['migrate'], { env });
    expect(exit).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(2);
  });
});

describe('a database that does not answer', () => {
  // prettier-ignore
  const verbs = [
    'migrate', 'connections list', 'connections check firma', 'connections token firma', 'connections commands firma',
    'employees list', 'employees enable --all', 'employees check a b',
    'employees disable --all', 'journal', 'sync --once', 'erp check', 'serve',
  ];

  for (const verb of verbs) {
    test(`ends ${verb} with 3 and a sentence without the password`, async () => {
      const env = { ...NOWHERE, ABGLEICH_DATA: folder };
      const { exit, stdout, stderr } = await typed(verb.split(' '), { env });
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: '' });
      expect(stderr).toContain('cannot be reached');
      expect(stderr).not.toMatch(/geheim|\n {4}at /);
    });
  }
});

describe('with --json standard output is one JSON value', () => {
  test('of what was asked for', async () => {
    const { stdout } = await typed(['erp', 'contract', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      contract: expect.stringContaining('create') as string,
    });
  });

  test('of what was wrong', async () => {
    const { exit, stdout, stderr } = await typed(['journal', '--limit', 'x', '--json'], {
      env: NOWHERE,
    });
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'badInput' } });
    expect(stderr).toContain('--limit');
  });

  test('of what could not be reached', async () => {
    const env = { ...NOWHERE, ABGLEICH_DATA: folder };
    const { stdout } = await typed(['connections', 'list', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'unreachable' } });
  });
});

test('the contract is printed without any database', async () => {
  const { exit, stdout } = await typed(['erp', 'contract'], { env: NOWHERE });
  expect(exit).toBe(0);
  expect(stdout).toContain('change_log');
});
