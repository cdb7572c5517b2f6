import type { Knex } from 'knex';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ErpAppointment, ErpAppointmentPatch } from '../../../mappings/erp-record.js';
import { parseInstant } from '../../../mappings/values.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import { claimErp, takeOverErp } from '../../../sync/erp/holder.js';
import type { ErpPort, RecordCreate, RecordSeen } from '../../../sync/ports/erp.js';
import type { Answer } from '../../../sync/ports/failure.js';
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

type Port = ErpPort<ErpAppointment, ErpAppointmentPatch>;
type Seen = RecordSeen<ErpAppointment>;

let erp: ErpDatabase;
let port: Port;
const never = new AbortController().signal;
const lease = { pairId: 'pair-1', fence: 7 };

beforeEach(async () => {
  erp = await server.open();
  port = portAt(erp.db);
});
afterEach(async () => {
  await Promise.all(begun.splice(0).map((trx) => trx.rollback()));
  await erp.close();
});

const begun: Knex.Transaction[] = [];

/** A transaction on a connection of its own, rolled back after the test unless it was ended in it. */
async function begin(): Promise<Knex.Transaction> {
  const trx = await erp.connect().transaction();
  begun.push(trx);
  return trx;
}

function portAt(
  db: Knex,
  more: { writeTimeoutMs?: number; claimant?: { id: string; home: string | null } } = {},
): Port {
  return appointmentsOfErp(db, { writeTimeoutMs: 20_000, claimant: null, ...more });
}

let keys = 0;

function entryOf(
  title: string,
  more: Partial<RecordCreate<ErpAppointmentPatch>> = {},
): RecordCreate<ErpAppointmentPatch> {
  keys += 1;
  const when = {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-03T09:00:00Z'),
    endsAt: parseInstant('2026-03-03T10:00:00Z'),
  };
  return { key: `k${String(keys)}`, attempt: 1, ownerId: 'E01', patch: { title, when }, ...more };
}

async function createOne(title: string): Promise<Seen> {
  const [answer] = await port.create(lease, [entryOf(title)], never);
  return valueOf(answer);
}

function valueOf(answer: Answer<Seen> | undefined): Seen {
  if (answer?.ok !== true) throw answer?.failure ?? new Error('no answer');
  return answer.value;
}

function summaryOf(answer: Answer<Seen>): string {
  return answer.ok ? answer.value.record.title : answer.failure.kind;
}

/** Resolves when some session of this database waits for a lock: only then does the other side go on. */
async function somebodyWaits(): Promise<void> {
  const { rows } = await erp.db.raw<{ rows: readonly { readonly count: number }[] }>(
    `select count(*)::integer as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  if (rows[0]?.count === 0) await somebodyWaits();
}

describe('an edit between our read and our write is never overwritten', () => {
  it('a person who commits while we wait for the row wins; we are stale, the rest of the batch is written', async () => {
    const [a, b] = [await createOne('A'), await createOne('B')];
    const person = await begin();
    await personAt(person).edit(a.id, { location: 'Werk 2' });

    const writing = port.update(
      lease,
      [
        { id: a.id, version: a.version, writeId: 'w1', patch: { title: 'A2' } },
        { id: b.id, version: b.version, writeId: 'w2', patch: { title: 'B2' } },
      ],
      never,
    );
    await somebodyWaits();
    await person.commit();
    expect((await writing).map(summaryOf)).toEqual(['stale', 'B2']);
    const [now] = await port.read('E01', [a.id], never);
    expect(valueOf(now).record).toMatchObject({ title: 'A', location: 'Werk 2' });
  });

  it('a child that a person adds meanwhile makes the record stale too', async () => {
    const a = await createOne('A');
    const person = await begin();
    await personAt(person).edit(a.id, { equipment: ['Beamer'] });
    const removing = port.remove(lease, [{ id: a.id, version: a.version, what: 'record' }], never);
    await somebodyWaits();
    await person.commit();
    expect(await removing).toMatchObject([{ ok: false, failure: { kind: 'stale' } }]);
  });
});

describe('one poisoned row fails alone', () => {
  beforeEach(async () => {
    await erp.db.raw(`
      create function erp.poison() returns trigger language plpgsql as $$
      begin
        if new.title = 'Gift' then raise exception 'Dieser Titel ist nicht erlaubt.'; end if;
        if new.title = 'Stille' then return null; end if;
        return new;
      end $$;
      create trigger poison before insert or update on erp.appointments for each row execute function erp.poison()`);
  });

  it("among two hundred, with the database's sentence", async () => {
    const titles = Array.from({ length: 200 }, (_, at) =>
      at === 77 ? 'Gift' : `Termin ${String(at)}`,
    );
    const answers = await port.create(
      lease,
      titles.map((title) => entryOf(title)),
      never,
    );
    expect(answers.map(summaryOf)).toEqual(
      titles.map((title) => (title === 'Gift' ? 'rejected' : title)),
    );
    expect(answers[77]).toMatchObject({ failure: { message: 'Dieser Titel ist nicht erlaubt.' } });
  });

  it('a row that a trigger swallows is refused, not taken for its neighbour', async () => {
    const answers = await port.create(
      lease,
      [entryOf('A'), entryOf('Stille'), entryOf('B')],
      never,
    );
    expect(answers.map(summaryOf)).toEqual(['A', 'rejected', 'B']);
    expect(answers[1]).toMatchObject({ failure: { code: 'notMade' } });
  });

  it('of an owner who does not exist', async () => {
    const answers = await port.create(
      lease,
      [entryOf('A'), entryOf('B', { ownerId: 'E99' })],
      never,
    );
    expect(answers.map(summaryOf)).toEqual(['A', 'rejected']);
  });

  it('what a deferred constraint refuses is refused before the commit', async () => {
    await erp.db.raw(`
      alter table erp.appointments add constraint one_place unique (location) deferrable initially deferred`);
    const [a, b] = [
      await createOne('A'),
      entryOf('B', { patch: { ...entryOf('B').patch, location: '' } }),
    ];
    expect((await port.create(lease, [b], never)).map(summaryOf)).toEqual(['rejected']);
    expect(await port.findByKey(lease, [b.key], never)).toEqual([]);
    expect(a.record.location).toBe('');
  });

  it('an id of another record that comes back is noticed: nothing is filed under the wrong key', async () => {
    await erp.db.raw(`
      alter table erp.appointments rename to stored;
      create view erp.appointments as select * from erp.stored;
      create function erp.shuffle() returns trigger language plpgsql as $$
      declare wrong text;
      begin
        insert into erp.stored (owner_id, title, starts_at, ends_at)
        values (new.owner_id, new.title, new.starts_at, new.ends_at) returning id into new.id;
        select id into wrong from erp.stored where id <> new.id and title <> new.title limit 1;
        perform erp.log_change('appointment', new.id, 'changed', '{}', array[new.owner_id]);
        if wrong is not null then new.id := wrong; end if;
        return new;
      end $$;
      create trigger shuffle instead of insert on erp.appointments for each row execute function erp.shuffle()`);
    const answers = await port.create(lease, [entryOf('Anfang'), entryOf('Zweiter')], never);
    expect(answers.map(summaryOf)).toEqual(['Anfang', 'rejected']);
  });
});

describe('what the ERP itself changes at the end of the transaction', () => {
  it('is what we read back, for a new record and for a changed one', async () => {
    await erp.db.raw(`
      create function erp.shout() returns trigger language plpgsql as $$
      begin
        update erp.appointments set title = upper(title) where id = new.id and title <> upper(title);
        return null;
      end $$;
      create constraint trigger shout after insert or update on erp.appointments
        deferrable initially deferred for each row execute function erp.shout()`);
    const made = await createOne('Abnahme');
    expect(made.record.title).toBe('ABNAHME');
    const patch = { title: 'Umbau' };
    const entry = { id: made.id, version: made.version, writeId: 'w1', patch };
    expect((await port.update(lease, [entry], never)).map(summaryOf)).toEqual(['UMBAU']);
  });
});

describe('the fence', () => {
  it('whoever looks for a key waits for the write of an earlier holder, and finds what it made', async () => {
    const hanging = await begin();
    const entry = entryOf('noch unterwegs');
    const underWay = portAt(hanging).create(lease, [entry], never);
    await underWay; // done inside a transaction that has not committed yet
    const looking = portAt(erp.connect()).findByKey({ ...lease, fence: 8 }, [entry.key], never);
    await somebodyWaits();
    await hanging.commit();
    expect(await looking).toMatchObject([{ key: entry.key, exists: true }]);
  });

  it('a write of an earlier holder that comes after the search fails as stale', async () => {
    expect(await port.findByKey({ ...lease, fence: 8 }, ['k'], never)).toEqual([]);
    await expect(port.create(lease, [entryOf('zu spät')], never)).rejects.toMatchObject({
      kind: 'stale',
      code: 'fence',
    });
  });

  it('two creates with one key at once make one record', async () => {
    const entry = entryOf('einmal');
    const [one, two] = [portAt(erp.connect()), portAt(erp.connect())];
    const answers = await Promise.all([
      one.create({ pairId: 'pair-1', fence: 1 }, [entry], never),
      two.create({ pairId: 'pair-2', fence: 1 }, [entry], never),
    ]);
    const outcomes = answers.flat().map((answer) => (answer.ok ? 'made' : answer.failure.code));
    expect(outcomes.sort()).toEqual(['keyExists', 'made']);
    expect((await port.changesSince('E01', null, never)).changes).toHaveLength(1);
  });
});

describe('failures that are not about one row end the whole call', () => {
  it('a lock that nobody lets go is busy, and nothing was written', async () => {
    const a = await createOne('A');
    const person = await begin();
    await personAt(person).edit(a.id, { location: 'Werk 2' });
    const impatient = portAt(erp.connect(), { writeTimeoutMs: 200 });
    const entry = { id: a.id, version: a.version, writeId: 'w1', patch: { title: 'A2' } };
    await expect(impatient.update(lease, [entry], never)).rejects.toMatchObject({ kind: 'busy' });
    await person.rollback();
    expect(await port.findByKey(lease, ['w1'], never)).toEqual([]);
  });

  it('a server that ends the connection is unreachable', async () => {
    const doomed = erp.connect();
    await doomed.raw('select 1');
    const person = await begin();
    const a = await createOne('A');
    await personAt(person).edit(a.id, { location: 'Werk 2' });
    const entry = { id: a.id, version: a.version, writeId: 'w1', patch: { title: 'A2' } };
    const writing = portAt(doomed).update(lease, [entry], never);
    // expected before the connection ends: its end may be known here before the answer to the query below
    const refused = expect(writing).rejects.toMatchObject({ kind: 'unreachable' });
    await somebodyWaits();
    await erp.db.raw(`
      select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`);
    await refused;
  });

  it('a user without rights is forbidden, with a sentence that says where to look', async () => {
    const trx = await begin();
    await trx.raw('set local role pg_signal_backend'); // every server has it, and it may read no table
    const reading = portAt(trx).changesSince('E01', null, never);
    await expect(reading).rejects.toMatchObject({
      kind: 'forbidden',
      sentence: { de: expect.stringContaining('erp check') as string },
    });
  });

  it('an ERP that another installation holds is not written', async () => {
    await claimErp(erp.db, { id: 'i-2', name: 'Testserver', home: null });
    const other = portAt(erp.db, { claimant: { id: 'i-1', home: null } });
    await expect(other.create(lease, [entryOf('A')], never)).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'holder',
    });
    const holder = portAt(erp.db, { claimant: { id: 'i-2', home: null } });
    expect((await holder.create(lease, [entryOf('A')], never)).map(summaryOf)).toEqual(['A']);
  });

  it('an ERP that was taken over is not written by the former holder, though it still runs', async () => {
    await claimErp(erp.db, { id: 'i-1', name: 'Zentrale', home: '1/5' });
    const former = portAt(erp.db, { claimant: { id: 'i-1', home: '1/5' } });
    await takeOverErp(erp.db, { id: 'i-1', name: 'Zentrale', home: '2/5' });
    await expect(former.create(lease, [entryOf('A')], never)).rejects.toMatchObject({
      code: 'holder',
      sentence: { de: expect.stringContaining('mit einer anderen Datenbank') as string },
    });
  });

  it('a signal that fires in the middle rolls everything back', async () => {
    const a = await createOne('A');
    const person = await begin();
    await personAt(person).edit(a.id, { location: 'Werk 2' });
    const controller = new AbortController();
    const writing = port.remove(
      lease,
      [{ id: a.id, version: a.version, what: 'record' }],
      controller.signal,
    );
    await somebodyWaits();
    controller.abort(new Error('stopping'));
    await person.rollback();
    await expect(writing).rejects.toThrow('stopping');
    expect((await port.read('E01', [a.id], never)).map(summaryOf)).toEqual(['A']);
  });
});
