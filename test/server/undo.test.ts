import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { ANNA, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

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
  await it.connect();
  await it.run(['employees', 'enable', 'E01']);
  await it.addRecord('E01', 'Montage Halle 3');
  await it.run(['sync', '--once']);
});

afterEach(async () => {
  await it.close();
});

const json = async (...args: string[]): Promise<unknown> => {
  const { stdout } = await it.run([...args, '--json']);
  return JSON.parse(stdout);
};

const writes = async () =>
  (await json('undo', 'list')) as { id: number; cycle: string; what: string; state: string }[];

const rename = (title: string) => it.erp.query('update erp.appointments set title = $1', [title]);

/** A person renames it in Outlook. */
const renameItem = async (from: string, to: string): Promise<void> => {
  const list = `${it.exchange.control}/items?mailbox=${ANNA}`;
  const items = (await (await fetch(list)).json()) as { id: string; Subject: string }[];
  const id = items.find(({ Subject }) => Subject === from)?.id;
  const body = JSON.stringify({ mailbox: ANNA, do: 'update', id, item: { Subject: to } });
  await fetch(`${it.exchange.control}/items`, { method: 'POST', body });
};

describe('what the sync has written', () => {
  test('is listed with its cause, and a write is taken back on both sides', async () => {
    await rename('Kündigung Müller');
    await it.run(['sync', '--once']);
    const [update] = await writes();
    expect(update).toMatchObject({
      what: 'update',
      side: 'exchange',
      fields: ['subject'],
      cause: { kind: 'change', side: 'erp' },
      state: 'kept',
    });
    const { stdout } = await it.run(['undo', 'list', '--language', 'de', '--record', 'T1']);
    expect(stdout).not.toContain('Kündigung');
    const asked = await it.run(['undo', String(update?.id)]);
    expect([asked.exit, asked.stdout]).toEqual([
      0,
      expect.stringContaining('1 will be taken back'),
    ]);
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual(['Montage Halle 3']);
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3']);
    const after = await writes();
    expect(after.find(({ id }) => id === update?.id)).toMatchObject({ state: 'takenBack' });
    expect((await it.run(['undo', String(update?.id)])).exit).toBe(1);
    expect(await json('sync', '--once')).toMatchObject({ pairs: [{ updated: 0 }] });
    expect(it.exchange.organisation.mails).toEqual([]);
  });

  test('in a whole cycle is taken back: what it made goes there, and only there', async () => {
    for (let number = 1; number <= 30; number += 1) await it.addRecord('E01', `Nr. ${number}`);
    await it.run(['sync', '--once']);
    const [newest] = await writes();
    const cycle = newest?.cycle ?? '';
    const { stdout } = await it.run(['undo', '--cycle', cycle, '--language', 'de']);
    expect(stdout).toContain('30 werden zurückgenommen');
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3']);
    expect(await it.titles()).toHaveLength(31);
    expect(await json('sync', '--once')).toMatchObject({ pairs: [{ created: 0, removed: 0 }] });
    expect((await it.run(['undo', '--cycle', `${cycle}9`])).exit).toBe(1);
  });

  test('and was removed is there again on both sides', async () => {
    await it.erp.query('delete from erp.appointments');
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual([]);
    const [removal] = await writes();
    expect(removal).toMatchObject({ what: 'remove' });
    await it.run(['undo', String(removal?.id)]);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3']);
    expect(await it.titles()).toEqual(['Montage Halle 3']);
  });

  test('stays where somebody has changed it since, and the reason is told', async () => {
    await rename('neu');
    await it.run(['sync', '--once']);
    const [update] = await writes();
    await rename('noch neuer');
    await it.run(['undo', String(update?.id)]);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['noch neuer']);
    const { stdout } = await it.run(['undo', 'list']);
    expect(stdout).toContain('not taken back: somebody has changed it since');
  });

  test('is not taken back by leaving out what', async () => {
    expect((await it.run(['undo'])).exit).toBe(2);
    expect((await it.run(['undo', '1', '--cycle', 'p.1'])).exit).toBe(2);
    const { exit, stdout } = await it.run(['undo', '999999']);
    expect([exit, stdout]).toEqual([1, expect.stringContaining('Not known: 999999')]);
  });

  test('is encrypted in the database', async () => {
    await rename('Kündigung Müller');
    await it.run(['sync', '--once']);
    await rename('harmlos');
    await it.run(['sync', '--once']);
    const own = new pg.Client(it.env['DATABASE_URL']);
    await own.connect();
    const { rows } = await own.query<{ text: string }>(
      'select writes::text as text from abgleich.writes where before is not null',
    );
    await own.end();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/Kündigung|Montage|harmlos/);
  });
});

describe('a conflict', () => {
  beforeEach(async () => {
    await rename('vom ERP');
    await renameItem('Montage Halle 3', 'Kündigung Müller');
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['vom ERP']);
  });

  test('is listed without its values, shown on request with an audit row, and restored', async () => {
    const list = await it.run(['conflicts', 'list', '--language', 'de']);
    expect(list.stdout).toMatch(/Anna Becker +T?\S+ +subject +ERP/);
    expect(list.stdout).not.toContain('Kündigung');
    const [{ id }] = (await json('conflicts', 'list')) as [{ id: number }];
    expect((await it.run(['conflicts', 'show', String(id)])).stdout).toBe('Kündigung Müller\n');
    expect((await it.run(['conflicts', 'restore', String(id)])).exit).toBe(0);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['Kündigung Müller']);
    expect(await it.titles()).toEqual(['Kündigung Müller']);
    expect((await it.run(['conflicts', 'restore', String(id)])).exit).toBe(1);
    const own = new pg.Client(it.env['DATABASE_URL']);
    await own.connect();
    const { rows } = await own.query<{ change: string }>('select change from abgleich.audit');
    await own.end();
    const changes = rows.map(({ change }) => change);
    expect(changes).toEqual(expect.arrayContaining(['lostValueShown', 'restoreAsked']));
  });

  test('that nobody knows, or that is no number, is told as such', async () => {
    expect((await it.run(['conflicts', 'show', '999999'])).exit).toBe(1);
    expect((await it.run(['conflicts', 'restore', '999999'])).exit).toBe(1);
    expect((await it.run(['conflicts', 'show', 'x'])).exit).toBe(2);
  });
});
