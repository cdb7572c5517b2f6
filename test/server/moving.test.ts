import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { ANNA, BERND, openInstallation } from './installation.js';
import type { Installation } from './installation.js';
import { age, ask, migrateItems, tokensIn } from './repair-world.js';

let server: ScratchServer;
let it: Installation;

const CLARA = 'clara.neumann@muster-maschinenbau.example';
let other: string;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

/** Anna's appointments, from both sides, in step since a while; and a second connection. */
beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  const args = ['connections', 'add', 'neu', '--url', it.exchange.url, '--auth', 'basic'];
  const account = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
  await it.run([...args, ...account, '--write-timeout', '3'], 'abgleich-demo\n');
  other =
    it.exchange.organisation.mailboxes
      .map(({ address }) => address)
      .find((address) => address !== ANNA && address !== BERND) ?? CLARA;
  await it.run(['employees', 'enable', 'E01', '--connection', 'firma']);
  for (let number = 1; number <= 4; number += 1) await it.addRecord('E01', `ERP ${number}`);
  await it.addItem(ANNA, 'Outlook 1');
  await it.run(['sync', '--once']);
  await age(it.env);
});

afterEach(async () => {
  await it.close();
});

const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await it.run([...args, '--json'])).stdout);

const linkKeys = async () =>
  ask<{ key: string }>(
    it.env['DATABASE_URL'] ?? '',
    'select key from abgleich.links where live order by key',
  );

const ALL = ['ERP 1', 'ERP 2', 'ERP 3', 'ERP 4', 'Outlook 1'];
const IN_STEP = { pairs: [{ created: 0, updated: 0, removed: 0, problem: null }] };

describe('an employee with a new address (B13)', () => {
  test('of the same mailbox keeps all links, and nothing is written', async () => {
    const keys = await linkKeys();
    const byAddress = Reflect.get(it.exchange.organisation, 'byAddress') as Map<string, Mailbox>;
    byAddress.set(other.toLowerCase(), it.exchange.organisation.mailbox(ANNA));
    await it.run(['employees', 'enable', 'E01', '--connection', 'firma', '--mailbox', other]);
    expect(await json('sync', '--once')).toMatchObject(IN_STEP);
    expect([await linkKeys(), await it.subjects(ANNA), await it.titles()]).toEqual([
      keys,
      ALL,
      ALL,
    ]);
    expect((await it.run(['repair', 'status'])).exit).toBe(0);
  });
});

describe('an employee on another connection (B13)', () => {
  test('with the same mailbox is looked up there anew', async () => {
    const keys = await linkKeys();
    await it.run(['employees', 'enable', 'E01', '--connection', 'neu']);
    expect(await json('sync', '--once')).toMatchObject(IN_STEP);
    expect(await linkKeys()).toEqual(keys);
    await it.addRecord('E01', 'danach');
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual([...ALL, 'danach']);
  });

  test.each([
    { name: 'whose items and hidden messages were moved', hasToken: true },
    { name: 'whose items were moved without hidden messages', hasToken: false },
  ])('with a mailbox $name keeps the links by their keys', async ({ hasToken }) => {
    const keys = await linkKeys();
    migrateItems(it, ANNA, other);
    const token = [...tokensIn(it, ANNA)];
    tokensIn(it, ANNA).clear();
    if (hasToken) for (const [name, value] of token) tokensIn(it, other).set(name, value);
    await it.run(['employees', 'enable', 'E01', '--connection', 'neu', '--mailbox', other]);
    expect(await json('sync', '--once')).toMatchObject(IN_STEP);
    expect([await linkKeys(), await it.subjects(other), await it.titles()]).toEqual([
      keys,
      ALL,
      ALL,
    ]);
    expect(await json('repair', 'status')).toEqual([]);
    expect(await json('held', 'list')).toEqual([]);
  });

  test('with an empty mailbox loses nothing: it waits, and once confirmed all is created there', async () => {
    await it.run(['employees', 'enable', 'E01', '--connection', 'neu', '--mailbox', other]);
    expect(await json('sync', '--once')).toMatchObject({
      pairs: [{ problem: { de: expect.stringContaining('ein neues, leeres Postfach') as string } }],
    });
    expect([await it.subjects(other), await it.titles()]).toEqual([[], ALL]);
    await it.run(['repair', 'confirm', '--connection', 'neu']);
    expect(await json('sync', '--once')).toMatchObject({
      pairs: [{ created: 5, removed: 0, problem: null }],
    });
    expect([await it.subjects(other), await it.titles()]).toEqual([ALL, ALL]);
    expect(await it.subjects(ANNA)).toEqual(ALL);
    expect(await json('sync', '--once')).toMatchObject(IN_STEP);
    expect(it.exchange.organisation.mails).toEqual([]);
  });

  test('with an empty mailbox stops nobody else on that connection', async () => {
    await it.run(['employees', 'enable', 'E02', '--connection', 'neu']);
    await it.run(['employees', 'enable', 'E01', '--connection', 'neu', '--mailbox', other]);
    await it.addRecord('E02', 'für Bernd');
    await it.run(['sync', '--once']);
    expect(await it.subjects(BERND)).toEqual(['für Bernd']);
  });
});

describe('a mailbox from a backup', () => {
  test('is recognised, its old values do not reach the ERP, and differences wait', async () => {
    const { store } = it.exchange.organisation.mailbox(ANNA);
    const backup = store.dump();
    await it.erp.query(`update erp.appointments set title = 'ERP 1 neu' where title = 'ERP 1'`);
    await it.erp.query(`delete from erp.appointments where title = 'ERP 2'`);
    await it.addRecord('E01', 'ERP 5');
    await it.run(['sync', '--once']);
    store.load(backup, true);
    const before = await it.titles();
    const { stdout } = await it.run(['sync', '--once', '--language', 'de']);
    expect(stdout).toContain('Reparaturmodus');
    expect((await it.run(['repair', 'status'])).stdout).toContain(
      'most likely the mailbox was restored',
    );
    await it.run(['repair', 'confirm', '--connection', 'firma', '--make-anew']);
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual(before);
    const subjects = await it.subjects(ANNA);
    expect(subjects).toEqual(expect.arrayContaining(['ERP 1', 'ERP 5']));
    expect(await json('held', 'list')).toMatchObject([{ reason: 'pairedDiffering' }]);
  });
});
