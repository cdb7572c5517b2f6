import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { withAbsences } from '../../../sync/erp/absences.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import type { RecordChange } from '../../../sync/ports/erp.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

let server: ErpServer;
let database: ErpDatabase;
beforeAll(async () => {
  server = await startErpServer();
  database = await server.open();
});
afterEach(() => database.wipe());
afterAll(async () => {
  await database.close();
  await server.stop();
});

const { signal } = new AbortController();
const LEASE = { pairId: 'p', fence: 1 };

function portWith(isWanted = true) {
  const { db } = database;
  const port = appointmentsOfErp(db, { writeTimeoutMs: 20_000, claimant: null });
  return withAbsences(port, db, isWanted);
}

async function absence(status: string, more: object = {}): Promise<string> {
  const row = {
    employee_id: 'E01',
    kind: 'sick',
    first_day: '2026-03-09',
    last_day: '2026-03-11',
    status,
    ...more,
  };
  const [made] = await database.db('erp.absences').insert(row).returning<{ id: string }[]>('id');
  return made?.id ?? '';
}

const change = (id: string, fields: object): Promise<unknown> =>
  database.db('erp.absences').where({ id }).update(fields);
const shortly = (changes: readonly RecordChange[]) =>
  changes.map(({ kind, id }) => `${kind} ${id}`).sort();

async function since(position: string | null, isWanted = true) {
  const { changes, position: next } = await portWith(isWanted).changesSince(
    'E01',
    position,
    signal,
  );
  return { changes: shortly(changes), next };
}

test('approved absences are records, and the kind of absence is nowhere in them', async () => {
  const id = await absence('approved', { half_day: 'none' });
  await absence('requested');
  await absence('approved', { employee_id: 'E02' });
  const all = await since(null);
  expect(all.changes.filter((one) => one.startsWith('seen'))).toEqual([`seen absence:${id}`]);
  const [answer] = await portWith().read('E01', [`absence:${id}`], signal);
  expect(answer).toMatchObject({
    ok: true,
    value: {
      isInScope: true,
      record: {
        ownerId: 'E01',
        absence: { firstDay: '2026-03-09', lastDay: '2026-03-11', halfDay: 'none' },
      },
    },
  });
  expect(JSON.stringify(answer)).not.toContain('sick');
});

test('an approval appears, a withdrawn one and a deletion are proven removals', async () => {
  const id = await absence('requested');
  let at = (await since(null)).next;
  const next = async () => {
    const { changes, next: position } = await since(at);
    at = position;
    return changes;
  };
  expect(await next()).toEqual([]);
  await change(id, { status: 'approved' });
  expect(await next()).toEqual([`seen absence:${id}`]);
  await change(id, { status: 'rejected' });
  expect(await next()).toEqual([`removed absence:${id}`]);
  expect(await portWith().read('E01', [`absence:${id}`], signal)).toMatchObject([
    { ok: false, failure: { kind: 'gone' } },
  ]);
  await change(id, { status: 'approved' });
  expect(await next()).toEqual([`seen absence:${id}`]);
  await change(id, { employee_id: 'E02' });
  expect(await next()).toEqual([`removed absence:${id}`]);
  await change(id, { employee_id: 'E01' });
  await next();
  await database.db('erp.absences').where({ id }).delete();
  expect(await next()).toEqual([`removed absence:${id}`]);
  expect((await since(null)).changes).toEqual([`removed absence:${id}`]);
});

test('switched on they all come, switched off they have left the scope, and neither loses a change', async () => {
  const id = await absence('approved');
  const off = await since(null, false);
  expect(off.changes).toEqual([]);
  const on = await since(off.next);
  expect(on.changes).toEqual([`seen absence:${id}`]);
  const offAgain = await since(on.next, false);
  expect(offAgain.changes).toEqual([`seen absence:${id}`]);
  expect(await portWith(false).read('E01', [`absence:${id}`], signal)).toMatchObject([
    { ok: true, value: { isInScope: false } },
  ]);
  expect((await since(offAgain.next, false)).changes).toEqual([]);
});

test('a write to an absence is refused, and takes no other entry with it', async () => {
  const id = await absence('approved');
  const port = portWith();
  const entry = { id: `absence:${id}`, version: '1', writeId: 'w1', patch: { title: 'x' } };
  const [refused, missing] = await port.update(LEASE, [entry, { ...entry, id: 'T9' }], signal);
  expect([refused, missing]).toMatchObject([
    { failure: { kind: 'rejected', code: 'absence' } },
    { failure: { kind: 'gone' } },
  ]);
  const removal = { id: `absence:${id}`, version: '1', what: 'record' as const };
  expect(await port.remove(LEASE, [removal], signal)).toMatchObject([
    { failure: { kind: 'rejected' } },
  ]);
  expect(await database.db('erp.absences').where({ id })).toHaveLength(1);
});

test('an absence is read beside appointments, in the order asked for', async () => {
  const id = await absence('approved', {
    first_day: '2026-03-09',
    last_day: '2026-03-09',
    half_day: 'morning',
  });
  const answers = await portWith().read('E01', ['T1', `absence:${id}`, 'absence:U999'], signal);
  expect(answers.map(({ ok }) => ok)).toEqual([false, true, false]);
});
