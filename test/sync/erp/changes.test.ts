import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseInstant } from '../../../mappings/values.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import type { ErpPort } from '../../../sync/ports/erp.js';
import type { ErpPersonUnderTest } from '../../contracts/erp-port.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';
import { personAt } from './erp-person.js';

let server: ErpServer;
beforeAll(async () => {
  server = await startErpServer();
});
afterAll(async () => {
  await server.stop();
});

let erp: ErpDatabase;
let db: Knex;
let port: ErpPort<unknown, never>;
let person: ErpPersonUnderTest;
let id: string;
const never = new AbortController().signal;
const at = {
  when: {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-03T09:00:00Z'),
    endsAt: parseInstant('2026-03-03T10:00:00Z'),
  },
};

beforeEach(async () => {
  erp = await server.open();
  db = erp.db;
  port = appointmentsOfErp(db, { writeTimeoutMs: 20_000, claimant: null });
  person = personAt(db);
  id = await person.create('E01', { title: 'Jour fixe', ...at });
});
afterEach(async () => {
  await Promise.all(begun.splice(0).map((trx) => trx.rollback()));
  await erp.close();
});

const begun: Knex.Transaction[] = [];

/** A transaction that is rolled back after the test unless it was ended in it. */
async function begin(handle: Knex): Promise<Knex.Transaction> {
  const trx = await handle.transaction();
  begun.push(trx);
  return trx;
}

async function since(
  position: string | null,
): Promise<{ ids: readonly string[]; position: string; isComplete: boolean }> {
  const read = await port.changesSince('E01', position, never);
  return { ...read, ids: read.changes.map((change) => change.id) };
}

const start = async (): Promise<string> => (await since(null)).position;

describe('a commit is never skipped, however late it comes', () => {
  it('a transaction that began before the position and commits after it arrives once', async () => {
    const late = await begin(db);
    await personAt(late).edit(id, { title: 'spät' });
    const other = await person.create('E01', { title: 'schnell', ...at });

    const first = await since(await start());
    expect(first.ids).toEqual([]);
    await late.commit();
    const second = await since(first.position);
    expect(second.ids).toEqual([id]);
    expect((await since(second.position)).ids).toEqual([]);
    expect(other).not.toBe(id);
  });

  it('each of many that overlap arrives exactly once, in whatever order they commit', async () => {
    const ids = await Promise.all(Array.from({ length: 3 }, () => person.create('E01', at)));
    let position = await start();
    const open: { readonly id: string; readonly trx: Knex.Transaction }[] = [];
    for (const one of ids) {
      const trx = await begin(erp.connect());
      await personAt(trx).edit(one, { title: 'offen' });
      open.push({ id: one, trx });
    }
    const arrived: string[] = [];
    for (const { trx } of open.reverse()) {
      await trx.commit();
      const read = await since(position);
      position = read.position;
      arrived.push(...read.ids);
    }
    expect(arrived).toEqual([...ids].reverse());
  });

  it('what happens inside a savepoint belongs to the transaction around it', async () => {
    const outer = await begin(db);
    await outer.raw('savepoint a');
    await personAt(outer).edit(id, { title: 'im Savepoint' });
    await outer.raw('release savepoint a');
    const first = await since(await start());
    await outer.commit();
    expect((await since(first.position)).ids).toEqual([id]);
  });

  it('a savepoint that is rolled back leaves nothing', async () => {
    const position = await start();
    const outer = await begin(db);
    await outer.raw('savepoint a');
    await personAt(outer).edit(id, { title: 'verworfen' });
    await outer.raw('rollback to savepoint a');
    await outer.commit();
    expect((await since(position)).ids).toEqual([]);
  });

  it('a transaction that stays open, here or in another database, holds nobody up', async () => {
    const elsewhere = await server.open();
    const foreign = await begin(elsewhere.db);
    await foreign.raw("update erp.clients set name = 'woanders'");
    const sleeper = await begin(erp.connect());
    await sleeper.raw("update erp.clients set name = 'hier'");

    const position = await start();
    await person.edit(id, { title: 'inzwischen' });
    const next = await since(position);
    expect(next.ids).toEqual([id]);
    expect((await since(next.position)).ids).toEqual([]);

    await foreign.rollback();
    await elsewhere.close();
  });

  it('one record that changes many times in a transaction is one row of the log', async () => {
    await db.transaction(async (trx) => {
      const inside = personAt(trx);
      await inside.edit(id, { title: 'eins' });
      await inside.edit(id, { title: 'zwei', equipment: ['Beamer'] });
      await inside.edit(id, { title: 'drei' });
    });
    const rows = await logRows(id);
    expect(rows).toHaveLength(2); // the one that made it, and this one
  });

  it('made and deleted in one transaction, it is named and proven gone', async () => {
    const position = await start();
    const made = await db.transaction(async (trx) => {
      const inside = personAt(trx);
      const fleeting = await inside.create('E01', at);
      await inside.remove(fleeting);
      return fleeting;
    });
    expect((await port.changesSince('E01', position, never)).changes).toMatchObject([
      { kind: 'removed', id: made },
    ]);
  });
});

describe('a position that cannot be continued is cursorExpired', () => {
  const expired = { kind: 'cursorExpired' };

  it.each(['', '{}', 'null', '[1]', '{"log":"x","snapshot":"drop table","seq":"1","mark":""}'])(
    'a text that is no position of ours: %s',
    async (text) => {
      await expect(since(text)).rejects.toMatchObject(expired);
    },
  );

  it('another change log', async () => {
    const position = await start();
    await db.raw("update erp.change_log_state set log_id = 'another'");
    await expect(since(position)).rejects.toMatchObject(expired);
  });

  it('a snapshot from the future, as after a restore of the cluster', async () => {
    const position = await start();
    const future = position.replace(
      /"snapshot":"[^"]*"/,
      '"snapshot":"900000000000:900000000000:"',
    );
    expect(future).not.toBe(position);
    await expect(since(future)).rejects.toMatchObject(expired);
  });

  it('rows that were read are gone, as after a restore of the whole machine', async () => {
    await person.edit(id, { title: 'gelesen' });
    const position = await start();
    await db.raw('delete from erp.change_log where seq = (select max(seq) from erp.change_log)');
    await expect(since(position)).rejects.toMatchObject(expired);
  });

  it('the row with that number is another one, as when a restored machine has gone on', async () => {
    await person.edit(id, { title: 'gelesen' });
    const position = await start();
    await db.raw(
      `update erp.change_log set at = at + interval '1 second' where seq = (select max(seq) from erp.change_log)`,
    );
    await expect(since(position)).rejects.toMatchObject(expired);
  });

  it('older than what pruning left', async () => {
    const position = await start();
    await person.edit(id, { title: 'wird vergessen' });
    await person.edit(id, { title: 'bleibt als letzte Zeile' });
    await calm();
    await prune('0 seconds');
    await expect(since(position)).rejects.toMatchObject(expired);
  });
});

describe('what the log cannot tell row by row', () => {
  it('after a TRUNCATE everything is named that is there now, and nothing is proven deleted', async () => {
    const position = await start();
    await db.raw('truncate erp.appointments cascade');
    const fresh = await person.create('E01', { title: 'danach', ...at });
    const { changes, isComplete } = await port.changesSince('E01', position, never);
    expect(changes).toMatchObject([{ kind: 'seen', id: fresh }]);
    expect(isComplete).toBe(true);
  });

  it('who was taken out before a TRUNCATE is still named', async () => {
    const eva = { employeeId: 'E01', email: null, name: 'Anna', reply: 'none' as const };
    const other = await person.create('E02', { title: 'Runde', ...at, participants: [eva] });
    const position = await start();
    await person.edit(other, { participants: [] });
    await db.raw('truncate erp.appointment_exceptions');
    const { changes } = await port.changesSince('E01', position, never);
    expect(changes.filter((change) => change.id === other)).toMatchObject([{ kind: 'removed' }]);
  });

  it('a record that is gone without a tombstone is named, and not as deleted', async () => {
    const position = await start();
    await person.edit(id, { title: 'zuletzt' });
    await db.transaction(async (trx) => {
      await trx.raw('set local session_replication_role = replica');
      await trx.raw('delete from erp.appointments where id = :id', { id });
    });
    const { changes } = await port.changesSince('E01', position, never);
    expect(changes).toEqual([{ kind: 'seen', id, version: '' }]);
  });

  it('a new record of somebody else with the id of a deleted one takes nobody out', async () => {
    const position = await start();
    await person.remove(id);
    const { startsAt, endsAt } = at.when;
    const row = { id, owner_id: 'E02', title: 'neu', starts_at: startsAt, ends_at: endsAt };
    await db('erp.appointments').insert(row);
    const { changes } = await port.changesSince('E01', position, never);
    expect(changes).toMatchObject([{ kind: 'removed', id }]);
  });
});

describe('pruning', () => {
  it('leaves a reader who is up to date alone, however often it runs', async () => {
    await person.edit(id, { title: 'alt' });
    await person.edit(id, { title: 'neu' });
    await calm();
    const position = await start();
    expect(await prune('0 seconds')).toBeGreaterThan(0);
    const quiet = await since(position);
    expect(quiet.ids).toEqual([]);
    await person.edit(id, { title: 'noch neuer' });
    await calm();
    await prune('0 seconds');
    expect((await since(quiet.position)).ids).toEqual([id]);
  });

  it('never forgets a row that an open transaction might still need read', async () => {
    const sleeper = await begin(erp.connect());
    await sleeper.raw("update erp.clients set name = 'offen'");
    const position = await start();
    await person.edit(id, { title: 'nach dem Schläfer' });
    await person.edit(id, { title: 'und noch einmal' });
    await prune('0 seconds');
    expect((await since(position)).ids).toEqual([id]);
  });

  it('keeps the proof of a deletion after the log has forgotten it', async () => {
    await person.remove(id);
    await person.create('E02', at);
    await calm();
    await prune('0 seconds');
    expect(await logRows(id)).toEqual([]);
    expect((await port.changesSince('E01', null, never)).changes).toMatchObject([
      { kind: 'removed', id },
    ]);
  });
});

describe('the log costs nothing while it is quiet', () => {
  it('a hundred thousand rows, and a transaction that has been open since before them', async () => {
    const sleeper = await begin(erp.connect());
    await sleeper.raw("update erp.clients set name = 'seit Tagen offen'");
    const position = await start();
    await db.raw(MANY_ROWS);
    await db.raw('analyze erp.change_log');
    const { position: now, ids } = await since(position);
    expect(ids).toEqual([]); // they are all of E02

    expect(await rowsRead(now)).toBeLessThan(10);
  });
});

const MANY_ROWS = `
  insert into erp.change_log (kind, record_id, operation, employees_before, employees_after, birth)
  select 'appointment', 'X' || n, 'changed', '{E02}', '{E02}', 'b' || n from generate_series(1, 100000) as n`;

/** How many rows of the log one more call reads, by the server's own count; a walk through the table reads all of them. */
async function rowsRead(position: string): Promise<number> {
  const trx = await begin(erp.connect()); // a session of its own: nobody else's reads are in its count
  const inside = appointmentsOfErp(trx, { writeTimeoutMs: 20_000, claimant: null });
  await inside.changesSince('E01', position, never);
  const { rows } = await trx.raw<{ rows: readonly { readonly count: number }[] }>(
    `select (seq_tup_read + idx_tup_fetch)::integer as count
       from pg_stat_xact_user_tables where relid = 'erp.change_log'::regclass`,
  );
  return rows[0]?.count ?? Infinity;
}

/** Resolves when nobody in the cluster is still in a transaction that is as old as the log: only then may it be forgotten. */
async function calm(): Promise<void> {
  const { rows } = await db.raw<{ rows: readonly { readonly isCalm: boolean }[] }>(
    `select bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) as "isCalm", pg_sleep(0.01) from erp.change_log`,
  );
  if (rows[0]?.isCalm !== true) await calm();
}

async function prune(keep: string): Promise<number> {
  const { rows } = await db.raw<{ rows: readonly { readonly count: number }[] }>(
    'select erp.prune_change_log(:keep::interval)::integer as count',
    { keep },
  );
  return rows[0]?.count ?? 0;
}

async function logRows(recordId: string): Promise<readonly unknown[]> {
  return db('erp.change_log').select('seq').where({ record_id: recordId });
}
