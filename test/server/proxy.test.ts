import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { startProxy } from '../sync/exchange/ews/proxy-server.js';
import type { ProxyUnderTest } from '../sync/exchange/ews/proxy-server.js';
import type { Answered } from './cli/typed.js';
import { ANNA, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

const ACCOUNT = { user: 'abgleich@muster-maschinenbau.example', password: 'abgleich-demo' };
const CREDENTIALS = { user: 'größe', password: 'ge:heim ß=' };

let server: ScratchServer;
let it: Installation;
let proxy: ProxyUnderTest;
let passwordFile: string;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  proxy = await startProxy({ credentials: CREDENTIALS });
  passwordFile = `${it.env['ABGLEICH_DATA'] ?? ''}.proxy-password`;
  await writeFile(passwordFile, `${CREDENTIALS.password}\n`);
});

afterEach(async () => {
  await proxy.stop();
  await it.close();
});

function add(...more: string[]): Promise<Answered> {
  const account = ['--auth', 'basic', '--user', ACCOUNT.user, '--password-file', '-'];
  const where = ['--url', it.exchange.url];
  return it.run(['connections', 'add', 'firma', ...where, ...account, ...more], ACCOUNT.password);
}

const byProxy = (): string[] => [
  ...['--proxy', proxy.url, '--proxy-user', CREDENTIALS.user],
  ...['--proxy-password-file', passwordFile],
];

async function tablesOf({ env }: Installation): Promise<string> {
  const own = new pg.Client(env['DATABASE_URL']);
  await own.connect();
  const { rows } = await own.query(
    'select to_jsonb(c) as row from abgleich.connections c union all select to_jsonb(a) from abgleich.audit a',
  );
  await own.end();
  return JSON.stringify(rows);
}

describe('a connection by a proxy with a sign-in', () => {
  test('is kept and listed without its password', async () => {
    const added = await add(...byProxy(), '--json');
    expect(added.exit).toBe(0);
    expect(JSON.parse(added.stdout)).toMatchObject({
      proxyUrl: proxy.url,
      proxyUser: CREDENTIALS.user,
    });
    const listed = await it.run(['connections', 'list', '--json']);
    expect(added.stdout + added.stderr + listed.stdout).not.toContain('ge:heim');
    expect(await tablesOf(it)).not.toContain('ge:heim');
  });

  test('may have its password from standard input, where the other one is in a file', async () => {
    await writeFile(passwordFile, ACCOUNT.password);
    const typed = [
      ...['connections', 'add', 'firma', '--url', it.exchange.url, '--auth', 'basic'],
      ...['--user', ACCOUNT.user, '--password-file', passwordFile],
      ...[...byProxy().slice(0, 4), '--proxy-password-file', '-'],
    ];
    expect((await it.run(typed, `${CREDENTIALS.password}\n`)).exit).toBe(0);
    expect((await it.run(['employees', 'enable', ANNA])).exit).toBe(0);
  });

  test('syncs both ways, and every request goes by the proxy', async () => {
    await add(...byProxy());
    expect((await it.run(['employees', 'enable', ANNA])).exit).toBe(0);
    await it.addRecord('E01', 'aus dem ERP');
    await it.addItem(ANNA, 'aus Outlook');
    expect((await it.run(['sync', '--once'])).exit).toBe(0);
    expect(await it.subjects(ANNA)).toEqual(['aus Outlook', 'aus dem ERP']);
    const { host } = new URL(it.exchange.url);
    expect(new Set(proxy.asked.map(({ target }) => target))).toEqual(new Set([host]));
  });

  test('is told what is wrong where the proxy refuses the sign-in', async () => {
    await writeFile(passwordFile, 'falsch');
    await add(...byProxy());
    const enabled = await it.run(['employees', 'enable', ANNA]);
    expect(enabled.exit).toBe(1);
    expect(enabled.stdout + enabled.stderr).toMatch(/The proxy refuses the sign-in \(407\)/);
  });
});

const REFUSED: readonly {
  readonly name: string;
  readonly typed: () => string[];
  readonly says: RegExp;
}[] = [
  {
    name: 'a sign-in without a proxy',
    typed: () => byProxy().slice(2),
    says: /belong to --proxy, which is missing/,
  },
  {
    name: 'a user without a password',
    typed: () => byProxy().slice(0, 4),
    says: /--proxy-password-file is missing/,
  },
  {
    name: 'a password without a user',
    typed: () => ['--proxy', proxy.url, '--proxy-password-file', passwordFile],
    says: /--proxy-user is missing/,
  },
  {
    name: 'both passwords from standard input',
    typed: () => [...byProxy().slice(0, 4), '--proxy-password-file', '-'],
    says: /Only one of the two passwords/,
  },
  {
    name: 'an address without http://',
    typed: () => ['--proxy', 'proxy.firma.local:3128'],
    says: /no address of a proxy/,
  },
  {
    name: 'a user with a colon',
    typed: () => [
      '--proxy',
      proxy.url,
      '--proxy-user',
      'a:b',
      '--proxy-password-file',
      passwordFile,
    ],
    says: /holds a colon/,
  },
  {
    name: 'a file that is not there',
    typed: () => ['--proxy', proxy.url, '--proxy-user', 'a', '--proxy-password-file', '/no/such'],
    says: /--proxy-password-file names cannot be read \(ENOENT\)/,
  },
  { name: 'no request at a time', typed: () => ['--requests', '0'], says: /--requests/ },
  {
    name: 'another source of mailboxes',
    typed: () => ['--mailbox-from', 'phone'],
    says: /--mailbox-from/,
  },
];

test.each(REFUSED)('$name is refused with a sentence', async ({ typed, says }) => {
  const { exit, stdout, stderr } = await add(...typed());
  expect(exit).toBe(2);
  expect(stdout + stderr).toMatch(says);
  const listed = await it.run(['connections', 'list', '--json']);
  expect(JSON.parse(listed.stdout)).toEqual([]);
});

test('limits and the source of mailboxes are kept', async () => {
  const more = ['--requests', '8', '--mailbox-requests', '1', '--mailbox-from', 'login', '--json'];
  const { exit, stdout } = await add(...more);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    mailboxFrom: 'login',
    options: { connections: 8, connectionsPerMailbox: 1 },
  });
});

test('a user name for Exchange with a colon is refused', async () => {
  const { exit, stderr, stdout } = await it.run(
    [
      'connections',
      'add',
      'x',
      '--url',
      it.exchange.url,
      '--auth',
      'basic',
      '--user',
      'a:b',
      '--password-file',
      '-',
    ],
    'p',
  );
  expect(exit).toBe(2);
  expect(stdout + stderr).toMatch(/holds a colon/);
});
