import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Environment } from '../../server/config.js';
import { dropDatabase } from '../../db/connect.js';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { ANNA, BERND, openInstallation } from './installation.js';
import type { Installation } from './installation.js';
import { typed } from './cli/typed.js';
import { age, ask, commandsOf, copyOf } from './repair-world.js';

let server: ScratchServer;
let it: Installation;
const copies: string[] = [];

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  for (const url of copies) await dropDatabase(server.adminUrl, new URL(url).pathname.slice(1));
  await server.close();
});

/** Two employees with three appointments each, in step since a while. */
beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  await it.run(['employees', 'enable', 'E01']);
  await it.run(['employees', 'enable', 'E02']);
  for (const number of [1, 2, 3]) {
    await it.addRecord('E01', `Anna ${number}`);
    await it.addRecord('E02', `Bernd ${number}`);
  }
  await it.run(['sync', '--once']);
  await age(it.env);
  await it.erp.end(); // a database is copied while nobody is connected to it
});

afterEach(async () => {
  await it.close();
});

const OURS = 'DATABASE_URL';
const ERPS = 'ERP_DATABASE_URL';

const copied = async (name: typeof OURS | typeof ERPS): Promise<Environment> => {
  const url = await copyOf(server.adminUrl, it.env[name] ?? '');
  copies.push(url);
  return { [name]: url };
};

const erp = (sql: string, values: readonly unknown[] = []) =>
  ask<{ title: string }>(it.env[ERPS] ?? '', sql, values);

const titles = async (url = it.env[ERPS] ?? ''): Promise<readonly string[]> =>
  (await ask<{ title: string }>(url, 'select title from erp.appointments order by title')).map(
    ({ title }) => title,
  );

const addRecord = (ownerId: string, title: string) =>
  erp(
    `insert into erp.appointments (owner_id, title, starts_at, ends_at, time_zone)
     values ($1, $2, now() + interval '1 day', now() + interval '25 hours', 'Europe/Berlin')`,
    [ownerId, title],
  );

const everything = async (url?: string) => ({
  erp: await titles(url),
  anna: await it.subjects(ANNA),
  bernd: await it.subjects(BERND),
});

const NONE = { erp: 0, exchange: 0 };
const AUDITED = `select who from abgleich.audit where change = 'repairConfirmed'`;
const REPAIR = { problem: { en: expect.stringContaining('Repair mode') as string } };
const IN_STEP = { created: 0, updated: 0, removed: 0, problem: null };

describe('our database from a backup', () => {
  test('is recognised by the ERP and the mailboxes, writes nothing, and pairs anew once confirmed', async () => {
    const backup = { ...it.env, ...(await copied(OURS)) };
    await erp(`update erp.appointments set title = 'Anna 1 neu' where title = 'Anna 1'`);
    await erp(`delete from erp.appointments where title = 'Anna 2'`);
    await it.addItem(BERND, 'Bernd aus Outlook');
    await it.run(['sync', '--once']);
    const { run, json } = commandsOf(backup);
    const moved = await run('sync', '--once');
    expect([moved.exit, moved.stderr]).toEqual([
      1,
      expect.stringContaining('the same installation'),
    ]);
    await run('erp', 'claim', '--take-over');
    const before = await everything();
    expect(await json('sync', '--once')).toMatchObject({ pairs: [REPAIR, REPAIR] });
    expect(await everything()).toEqual(before);
    const status = await run('repair', 'status');
    expect(status.exit).toBe(1);
    expect(status.stdout).toContain('most likely it was restored from a backup');
    expect(status.stdout).toContain('✗ ERP database: shows another token');
    const preview = await json('repair', 'status', '--preview');
    const nothing = { create: NONE, update: NONE, remove: NONE, held: 0, parked: 0 };
    expect(preview).toMatchObject({ pairs: [nothing, nothing] });
    await erp('update erp.fences set fence = 100000'); // a week of cycles is ahead of the backup
    await run('repair', 'confirm', '--all');
    expect((await run('repair', 'status')).stdout).toContain('No connection is in repair mode.');
    expect(await json('sync', '--once')).toMatchObject({ pairs: [IN_STEP, IN_STEP] });
    expect(await everything()).toEqual(before);
    expect(await json('held', 'list')).toEqual([]);
    await it.addItem(ANNA, 'Anna aus Outlook');
    await erp(`update erp.appointments set title = 'Anna 3 neu' where title = 'Anna 3'`);
    await run('sync', '--once');
    expect(await it.subjects(ANNA)).toContain('Anna 3 neu');
    expect(await titles()).toContain('Anna aus Outlook');
    expect(await ask(backup[OURS] ?? '', AUDITED)).toMatchObject([
      { who: expect.any(String) as string },
    ]);
    expect(it.exchange.organisation.mails).toEqual([]);
  });
});

describe('our database lost for good', () => {
  test('is begun anew: whoever takes over finds tokens that he does not know, and doubles nothing', async () => {
    const env = await it.another();
    const { run, json } = commandsOf(env);
    const args = ['connections', 'add', 'firma', '--url', it.exchange.url, '--auth', 'basic'];
    const account = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
    await typed([...args, ...account], { env, stdin: 'abgleich-demo\n' });
    await run('employees', 'enable', 'E01', '--stock-from', '2020-01-01');
    await run('erp', 'claim', '--take-over');
    const before = await everything();
    expect(await json('sync', '--once')).toMatchObject({ pairs: [REPAIR] });
    expect(await json('repair', 'status')).toMatchObject([
      {
        stores: [
          { store: 'erp', finding: 'unknown' },
          { store: 'mailbox:E01', finding: 'unknown' },
        ],
      },
    ]);
    await run('repair', 'confirm', '--all');
    await run('sync', '--once');
    expect(await everything()).toEqual(before);
    expect(it.exchange.organisation.mails).toEqual([]);
  });
});

describe('the ERP and our database', () => {
  /** A copy of both, lock and all, as it would be on a server that does not tell its identity. */
  const clone = async (): Promise<Environment> => {
    const env = { ...it.env, ...(await copied(OURS)), ...(await copied(ERPS)) };
    await ask(env[ERPS] ?? '', 'update erp.holder set home = null');
    return env;
  };

  test('both from one backup are recognised by the mailboxes', async () => {
    const backup = await clone();
    await erp(`update erp.appointments set title = 'Anna 1 neu' where title = 'Anna 1'`);
    await erp(`update erp.appointments set title = 'Bernd 1 neu' where title = 'Bernd 1'`);
    await it.run(['sync', '--once']);
    const before = await it.subjects(ANNA);
    const { run, json } = commandsOf(backup);
    expect(await json('sync', '--once')).toMatchObject({ pairs: [REPAIR, REPAIR] });
    const status = await run('repair', 'status', '--language', 'de');
    expect(status.stdout).toContain('ERP und Abgleich zusammen');
    expect(status.stdout).toContain('✗ Postfach Anna Becker: trägt eine andere Marke');
    await run('repair', 'confirm', '--all');
    await run('sync', '--once');
    expect(await it.subjects(ANNA)).toEqual(before);
    expect(await json('held', 'list')).toHaveLength(2);
  });

  test('copied to a test box are refused by the lock that came along', async () => {
    const env = { ...it.env, ...(await copied(OURS)), ...(await copied(ERPS)) };
    const { exit, stderr } = await commandsOf(env).run('sync', '--once', '--language', 'de');
    expect([exit, stderr]).toEqual([1, expect.stringContaining('eine von beiden ist eine Kopie')]);
  });

  test('copied while the original goes on: the copy stops when it starts later', async () => {
    const copy = await clone();
    await addRecord('E01', 'nach der Kopie');
    await it.run(['sync', '--once']);
    await ask(copy[ERPS] ?? '', `delete from erp.appointments`);
    const before = await everything();
    expect(await commandsOf(copy).json('sync', '--once')).toMatchObject({
      pairs: [REPAIR, REPAIR],
    });
    expect(await everything()).toEqual(before);
  });

  test('copied, and the copy writes first: both stop, and say so', async () => {
    const copy = await clone();
    await ask(
      copy[ERPS] ?? '',
      `update erp.appointments set title = title || ' Test' where title like '% 1'`,
    );
    await commandsOf(copy).run('sync', '--once');
    await addRecord('E01', 'echt');
    const original = commandsOf(it.env);
    expect(await original.json('sync', '--once')).toMatchObject({ pairs: [REPAIR, REPAIR] });
    expect((await original.run('repair', 'status')).stdout).toContain('a second installation');
    expect(await commandsOf(copy).json('sync', '--once')).toMatchObject({
      pairs: [REPAIR, REPAIR],
    });
  });

  test('moved to a new server are refused once, taken over with an audit row, and go on', async () => {
    const moved = { ...it.env, ...(await copied(OURS)) };
    const { run, json } = commandsOf(moved);
    expect((await run('sync', '--once')).stderr).toContain('erp claim --take-over');
    expect(await json('erp', 'claim', '--take-over')).toMatchObject({
      former: { home: expect.any(String) as string },
    });
    expect(await json('sync', '--once')).toMatchObject({ pairs: [IN_STEP, IN_STEP] });
    const [row] = await ask(
      moved[OURS] ?? '',
      `select change, who from abgleich.audit order by id desc limit 1`,
    );
    expect(row).toMatchObject({ change: 'tookOverErp' });
    const former = await it.run(['sync', '--once']);
    expect([former.exit, former.stderr]).toEqual([
      1,
      expect.stringContaining('one of the two is a copy'),
    ]);
  });
});

describe('the ERP from a backup', () => {
  test('is recognised, old values do not reach the mailboxes, and differences wait', async () => {
    const backup = { ...it.env, ...(await copied(ERPS)) };
    await erp(`update erp.appointments set title = 'Anna 1 neu' where title = 'Anna 1'`);
    await erp(`delete from erp.appointments where title = 'Bernd 2'`);
    await it.run(['sync', '--once']);
    const before = await it.subjects(ANNA);
    const { run, json } = commandsOf(backup);
    expect(await json('sync', '--once')).toMatchObject({ pairs: [REPAIR, REPAIR] });
    expect((await run('repair', 'status')).stdout).toContain(
      'The ERP database shows another token',
    );
    await run('repair', 'confirm', '--connection', 'firma');
    await run('sync', '--once');
    expect(await it.subjects(ANNA)).toEqual(before);
    expect(await titles(backup[ERPS])).toContain('Anna 1');
    const held = await json('held', 'list');
    expect(held).toMatchObject([{ employeeId: 'E01', reason: 'pairedDiffering' }]);
  });

  test('that is a standby which took over keeps its token, and nobody is asked', async () => {
    const standby = { ...it.env, ...(await copied(ERPS)) };
    const { json } = commandsOf(standby);
    expect(await json('sync', '--once')).toMatchObject({ pairs: [IN_STEP, IN_STEP] });
    expect(await json('repair', 'status')).toEqual([]);
  });
});
