import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import type { Answered } from './cli/typed.js';
import { ANNA, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

const UPN = 'a.becker@muster.local';

let server: ScratchServer;
let it: Installation;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  const account = ['--auth', 'basic', '--user', 'abgleich@muster-maschinenbau.example'];
  const where = ['--url', it.exchange.url, '--password-file', '-', '--mailbox-from', 'login'];
  await it.run(['connections', 'add', 'firma', ...where, ...account], 'abgleich-demo');
  await it.erp.query("update erp.employees set login = $1 where id = 'E01'", [UPN.toUpperCase()]);
});

afterEach(async () => {
  await it.close();
});

async function inDirectory(change: object): Promise<void> {
  const body = JSON.stringify({ address: ANNA, ...change });
  await fetch(`${it.exchange.control}/accounts`, { method: 'POST', body });
}

const enable = (...more: string[]): Promise<Answered> =>
  it.run(['employees', 'enable', 'E01', '--json', ...more]);

test('a mailbox that is named by a login is synced under it', async () => {
  await inDirectory({ userPrincipalName: UPN });
  const enabled = await enable();
  expect(JSON.parse(enabled.stdout)).toMatchObject({ mailbox: UPN, problem: null });
  await it.addRecord('E01', 'aus dem ERP');
  await it.addItem(ANNA, 'aus Outlook');
  expect((await it.run(['sync', '--once'])).exit).toBe(0);
  expect(await it.subjects(ANNA)).toEqual(['aus Outlook', 'aus dem ERP']);
  expect((await it.run(['connections', 'check', 'firma'])).exit).toBe(0);
});

test('a login that Exchange does not know is told so', async () => {
  const { exit, stdout } = await enable();
  expect(exit).toBe(1);
  expect(stdout).toContain('Exchange knows nobody who signs in like this (UPN)');
});

test('another address of a mailbox is refused, and the main one is asked for', async () => {
  await inDirectory({ aliases: ['becker@muster-maschinenbau.example'] });
  const { exit, stdout } = await enable('--mailbox', 'becker@muster-maschinenbau.example');
  expect(exit).toBe(1);
  expect(stdout).toContain('Enter the main address');
});
