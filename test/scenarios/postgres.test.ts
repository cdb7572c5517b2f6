import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { ANNA, openInstallation } from '../server/installation.js';
import type { Installation } from '../server/installation.js';
import { Random } from '../simulators/random.js';

let server: ScratchServer;
let it: Installation;
let writer: pg.Client;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  await it.run(['employees', 'enable', ANNA]);
  await it.run(['sync', '--once']);
  writer = await client();
});

afterEach(async () => {
  await writer.end().catch(() => undefined); // one test ends all connections
  await it.close();
});

async function client(): Promise<pg.Client> {
  const other = new pg.Client(it.env['ERP_DATABASE_URL'] ?? '');
  other.on('error', () => undefined);
  await other.connect();
  return other;
}

const INSERT = `
  insert into erp.appointments (owner_id, title, starts_at, ends_at, time_zone)
  values ('E01', $1, now() + interval '1 day', now() + interval '25 hours', 'Europe/Berlin')`;

async function sync(): Promise<number> {
  return (await it.run(['sync', '--once'])).exit;
}

async function bothSides(): Promise<void> {
  expect(await it.subjects(ANNA)).toEqual(await it.titles());
}

describe('the ERP’s own programs write while we read', () => {
  test('what was begun before our look and is committed after it arrives, once', async () => {
    await writer.query('begin');
    await writer.query(INSERT, ['langsam']);
    await it.addRecord('E01', 'schnell');
    await sync();
    expect(await it.subjects(ANNA)).toEqual(['schnell']);
    await writer.query('commit');
    await sync();
    await sync();
    expect(await it.subjects(ANNA)).toEqual(['langsam', 'schnell']);
  });

  test('of subtransactions that end one way and the other, what was kept arrives', async () => {
    await writer.query('begin');
    await writer.query('savepoint a');
    await writer.query(INSERT, ['verworfen']);
    await writer.query('rollback to savepoint a');
    await writer.query('savepoint b');
    await writer.query(INSERT, ['behalten']);
    await writer.query('release savepoint b');
    await sync();
    await writer.query('commit');
    await sync();
    expect(await it.subjects(ANNA)).toEqual(['behalten']);
    await bothSides();
  });

  test('a deadlock with a program of theirs costs no edit on either side', async () => {
    await it.addRecord('E01', 'A');
    await it.addRecord('E01', 'B');
    await sync();
    for (const subject of ['A', 'B']) await editItem(subject, { Location: 'Werk 2' });
    await writer.query('begin');
    await writer.query(`update erp.appointments set body = 'Text' where title = 'B'`);
    const syncing = sync();
    await somebodyWaits();
    const second = writer
      .query(`update erp.appointments set body = 'Text' where title = 'A'`)
      .then(async () => writer.query('commit'))
      .catch(async () => {
        // they were the victim: they try again, as programs do
        await writer.query('rollback');
        await writer.query(`update erp.appointments set body = 'Text'`);
      });
    await Promise.all([syncing, second]);
    for (let round = 0; round < 3; round += 1) await sync();
    const { rows } = await it.erp.query('select location, body from erp.appointments');
    expect(rows).toEqual([
      { location: 'Werk 2', body: 'Text' },
      { location: 'Werk 2', body: 'Text' },
    ]);
    await bothSides();
  });

  test('many of them at once, with rollbacks and long transactions, lose nothing and double nothing', async () => {
    const done = { isDone: false };
    const busy = Promise.all([1, 2, 3].map(async (seed) => await scribble(seed)));
    const syncing = (async () => {
      while (!done.isDone) await sync();
    })();
    await busy;
    done.isDone = true;
    await syncing;
    for (let round = 0; round < 3; round += 1) await sync();
    await bothSides();
    expect(new Set(await it.titles()).size).toBe((await it.titles()).length);
    expect(it.exchange.organisation.mails).toEqual([]);
  });
});

/** A program of the ERP that makes, changes and deletes in transactions of all kinds. */
async function scribble(seed: number): Promise<void> {
  const random = new Random(seed);
  const theirs = await client();
  for (let step = 0; step < 25; step += 1) {
    const title = `${String(seed)}.${String(step)}`;
    await theirs.query('begin');
    await theirs.query(INSERT, [title]);
    if (random.chance(0.3)) {
      await theirs.query('savepoint s');
      await theirs.query(INSERT, [`${title} verworfen`]);
      await theirs.query('rollback to savepoint s');
    }
    if (random.chance(0.5)) {
      await theirs.query(`update erp.appointments set body = $1 where title like $2`, [
        title,
        `${String(seed)}.%`,
      ]);
    }
    if (random.chance(0.1)) {
      await theirs.query(`delete from erp.appointments where title = $1`, [
        `${String(seed)}.${String(step - 3)}`,
      ]);
    }
    await theirs.query(random.chance(0.2) ? 'rollback' : 'commit');
  }
  await theirs.end();
}

describe('the ERP’s table is emptied', () => {
  test('by TRUNCATE: nothing is deleted in the mailbox before an administrator says so', async () => {
    await it.addRecord('E01', 'bleibt');
    await sync();
    await writer.query('truncate erp.appointments cascade');
    expect(await sync()).toBe(1);
    expect(await it.subjects(ANNA)).toEqual(['bleibt']);
    const { stdout } = await it.run(['held', 'list', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });
});

describe('the database has no room left', () => {
  test.each(['erp.appointments', 'erp.keys'])(
    'in %s: what could not be written is written when there is room again',
    async (table) => {
      await it.addItem(ANNA, 'aus Outlook');
      await fill(it.erp, table);
      expect(await sync()).not.toBe(0);
      await makeRoom(it.erp, table);
      await sync();
      expect(await it.titles()).toEqual(['aus Outlook']);
      await bothSides();
    },
  );

  test.each(['abgleich.intents', 'abgleich.links', 'abgleich.progress'])(
    'in %s: nothing is made twice, whatever had been written before',
    async (table) => {
      const own = new pg.Client(it.env['DATABASE_URL'] ?? '');
      await own.connect();
      try {
        await it.addItem(ANNA, 'aus Outlook');
        await it.addRecord('E01', 'aus dem ERP');
        await fill(own, table);
        expect(await sync()).not.toBe(0);
        await makeRoom(own, table);
        // a create whose end is not known may still land for twice the write time-out
        await own.query(
          `update abgleich.intents set promised_at = promised_at - interval '1 hour'`,
        );
        for (let round = 0; round < 3; round += 1) await sync();
        expect(await it.titles()).toEqual(['aus Outlook', 'aus dem ERP']);
        await bothSides();
      } finally {
        await own.end();
      }
    },
  );
});

/** PostgreSQL answers so where a table cannot grow (error code 53100, disk_full). */
async function fill(database: pg.Client, table: string): Promise<void> {
  await database.query(`
    create or replace function public.no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
    create trigger no_room before insert or update on ${table} execute function public.no_room()`);
}

async function makeRoom(database: pg.Client, table: string): Promise<void> {
  await database.query(`drop trigger no_room on ${table}`);
}

describe('the database server crashes and comes back', () => {
  // only a server that was started for these tests may be crashed
  test.runIf(process.env['DATABASE_URL'] === undefined)(
    'in the middle of a sync: what was under way is finished afterwards, once',
    async () => {
      await it.erp.query(DURABLE);
      await it.reconnect();
      for (let at = 0; at < 30; at += 1) await it.addRecord('E01', `Termin ${String(at)}`);
      for (let at = 0; at < 5; at += 1) await it.addItem(ANNA, `aus Outlook ${String(at)}`);
      const { rows } = await writer.query<{ pid: number }>('select pg_backend_pid() as pid');
      const syncing = sync();
      await writer.query('select pg_sleep(0.15)'); // the sync is somewhere in between
      process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
      await syncing;
      await it.reconnect();
      for (let round = 0; round < 3; round += 1) await sync();
      await bothSides();
      expect(await it.titles()).toHaveLength(35);
    },
  );
});

/** As servers of customers are set up: what was committed survives a crash. */
const DURABLE = `
  do $$ declare name text; begin
    for name in select datname from pg_database where datname like 'abgleich_test_%' loop
      execute format('alter database %I set synchronous_commit = on', name);
    end loop;
  end $$`;

async function editItem(subject: string, item: object): Promise<void> {
  const list = await fetch(`${it.exchange.control}/items?mailbox=${ANNA}`);
  const items = (await list.json()) as { readonly id: string; readonly Subject: string }[];
  const id = items.find(({ Subject }) => Subject === subject)?.id;
  const body = JSON.stringify({ mailbox: ANNA, do: 'update', id, item });
  await fetch(`${it.exchange.control}/items`, { method: 'POST', body });
}

/** Until a backend of the ERP's database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await it.erp.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}
