import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { refusal, startAuthority } from '../sync/exchange/ews/fake-authority.js';
import type { FakeAuthority } from '../sync/exchange/ews/fake-authority.js';
import { startBearerGate } from './bearer-gate.js';
import type { BearerGate } from './bearer-gate.js';
import type { Answered } from './cli/typed.js';
import { ANNA, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

const SECRET = 'ge~heim/+=&?';
const ACCOUNT = { user: 'abgleich@muster-maschinenbau.example', password: 'abgleich-demo' };
const TLS = new URL('../fixtures/tls/', import.meta.url);

let server: ScratchServer;
let it: Installation;
let authority: FakeAuthority;
let gate: BearerGate;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  authority = await startAuthority();
  gate = await startBearerGate(it.exchange.url, ACCOUNT);
});

afterEach(async () => {
  await gate.stop();
  await authority.stop();
  await it.close();
});

const add = (...more: string[]): Promise<Answered> => addAs('cloud', ...more);

const addAs = (name: string, ...more: string[]): Promise<Answered> => {
  const oauth = ['--auth', 'oauth', '--tenant', 'firma.example', '--user', 'the-app'];
  const where = ['--url', gate.url, '--authority', authority.url];
  return it.run(['connections', 'add', name, ...where, ...oauth, ...more], `${SECRET}\n`);
};

const check = (...more: string[]): Promise<Answered> => checkOf('cloud', ...more);

const checkOf = (name: string, ...more: string[]): Promise<Answered> =>
  it.run(['connections', 'check', name, '--mailbox', ANNA, ...more]);

/** All that our database says about connections, as text. */
async function tablesOf({ env }: Installation): Promise<string> {
  const own = new pg.Client(env['DATABASE_URL']);
  await own.connect();
  const { rows } = await own.query(
    'select to_jsonb(c) as row from abgleich.connections c union all select to_jsonb(a) from abgleich.audit a',
  );
  await own.end();
  expect(rows).toHaveLength(2);
  return JSON.stringify(rows);
}

const rowsOf = ({ stdout }: Answered): readonly string[] => {
  const { checks } = JSON.parse(stdout) as {
    checks: { name: string; ok: boolean; state: string }[];
  };
  return checks
    .filter(({ state }) => state !== 'notReached')
    .map(({ name, ok }) => `${ok ? '✓' : '✗'} ${name}`);
};

describe('an application with a secret', () => {
  test('is kept with tenant and server, and listed without its secret', async () => {
    const added = await add('--password-file', '-', '--scope', 'https://mail.firma.de', '--json');
    expect(added.exit).toBe(0);
    const kept = {
      ...{ name: 'cloud', auth: 'oauth', userName: 'the-app', tenant: 'firma.example' },
      ...{ hasSecret: true, options: { authority: authority.url, scope: 'https://mail.firma.de' } },
    };
    expect(JSON.parse(added.stdout)).toMatchObject(kept);
    const listed = await it.run(['connections', 'list', '--json']);
    expect(JSON.parse(listed.stdout)).toMatchObject([kept]);
    const { stdout } = await it.run(['connections', 'list']);
    expect(stdout).toMatch(/oauth +the-app +firma\.example +erp/);
    expect(added.stdout + added.stderr + listed.stdout + stdout).not.toContain('ge~heim');
    expect(await tablesOf(it)).not.toContain('ge~heim');
    await check();
    expect(authority.asked[0]?.form['scope']).toBe('https://mail.firma.de/.default');
  });

  test('is checked step by step, the sign-in server before Exchange is asked', async () => {
    await add('--password-file', '-');
    const checked = await check('--json');
    expect(checked.exit).toBe(0);
    expect(rowsOf(checked)).toEqual([
      '✓ name',
      '✓ address',
      '✓ tls',
      '✓ signInServer',
      '✓ service',
      '✓ signIn',
      '✓ version',
      '✓ ownMailbox',
      '✓ role',
      '✓ impersonation',
      '✓ folders',
      '✓ rights',
      '✓ clock',
    ]);
    expect(authority.asked[0]?.form).toMatchObject({ client_id: 'the-app', client_secret: SECRET });
    expect(gate.tokens).toEqual(['token-2']); // the first one was for the check itself
  });

  test('syncs both ways', async () => {
    await add('--password-file', '-');
    await it.run(['employees', 'enable', ANNA]);
    await it.addRecord('E01', 'aus dem ERP');
    await it.addItem(ANNA, 'aus Outlook');
    expect((await it.run(['sync', '--once'])).exit).toBe(0);
    expect(await it.subjects(ANNA)).toEqual(['aus Outlook', 'aus dem ERP']);
    expect(await it.titles()).toEqual(expect.arrayContaining(['aus Outlook', 'aus dem ERP']));
    expect(new Set(authority.asked.map(({ path }) => path.split('?')[0]))).toEqual(
      new Set(['/firma.example/oauth2/v2.0/token']),
    );
  });
});

test('an application with a certificate signs in with it; its key is sealed like a secret', async () => {
  const pem = ['application.pem', 'application-key.pem'].map((name) =>
    readFileSync(new URL(name, TLS), 'utf8'),
  );
  const file = `${it.env['ABGLEICH_DATA'] ?? ''}.pem`;
  await writeFile(file, pem.join(''));
  const added = await add('--certificate-file', file);
  expect(added.exit).toBe(0);
  const listed = await it.run(['connections', 'list', '--json']);
  expect(added.stdout + listed.stdout).not.toMatch(/BEGIN|MII/);
  expect(await tablesOf(it)).not.toMatch(/BEGIN|MII/);
  expect((await check()).exit).toBe(0);
  const form = authority.asked[0]?.form ?? {};
  expect(form['client_secret']).toBeUndefined();
  const [header = ''] = (form['client_assertion'] ?? '').split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))).toMatchObject({
    'x5t#S256': expect.stringMatching(/^[\w-]{43}$/) as string,
    x5c: [expect.stringMatching(/^MII/) as string],
  });
});

test('the sign-in server may have a certificate of an authority of one’s own, where it is trusted', async () => {
  await authority.stop();
  const [cert = '', key = ''] = ['trusted.pem', 'server-key.pem'].map((name) =>
    readFileSync(new URL(name, TLS), 'utf8'),
  );
  authority = await startAuthority({ tls: { cert, key } });
  await add('--password-file', '-');
  expect((await check()).stdout).toMatch(
    /✗ Sign-in server: Issued by "authority", an authority that/,
  );
  const ca = fileURLToPath(new URL('authority.pem', TLS));
  await addAs('trusting', '--password-file', '-', '--ca-file', ca);
  expect((await checkOf('trusting')).exit).toBe(0);
});

describe('a check that fails names the server where the trouble is', () => {
  beforeEach(async () => {
    await add('--password-file', '-');
  });

  test('a wrong secret: the sign-in server; nothing is claimed about Exchange', async () => {
    authority.say(refusal('invalid_client', 7000215, `secret ${SECRET} for app`));
    const { exit, stdout, stderr } = await check();
    expect(exit).toBe(1);
    expect(stdout).toContain(
      '✗ Sign-in server: AADSTS7000215\n  → The client secret is wrong. Please enter its value, not its id; Entra ID shows the value only when it is made, otherwise make a new one.\n· Service: not reached\n',
    );
    expect(stdout + stderr).not.toContain('ge~heim');
  });

  test('a sign-in server that is away ends with 3, as any side that cannot be reached', async () => {
    await authority.stop();
    const { exit, stdout } = await check('--language', 'de');
    expect(exit).toBe(3);
    expect(stdout).toMatch(/✗ Anmeldeserver: ECONNREFUSED\n {2}→ .*Anmeldeserver/);
  });

  test('an Exchange that is away is found at its address, before a token is asked for', async () => {
    await gate.stop();
    const { exit, stdout } = await check();
    expect(exit).toBe(3);
    expect(stdout).toMatch(/✗ Address: Nobody listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\n/);
  });

  test.each([401, 403] as const)('HTTP %i of Exchange is found at its sign-in', async (status) => {
    gate.refuseWith(status);
    const checked = await check('--json');
    expect(checked.exit).toBe(1);
    expect(rowsOf(checked)).toEqual([
      '✓ name',
      '✓ address',
      '✓ tls',
      '✓ signInServer',
      '✓ service',
      '✗ signIn',
    ]);
    expect(checked.stdout).toContain('full_access_as_app');
  });
});
