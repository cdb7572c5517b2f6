import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../db/connect.js';
import { epochs } from '../../db/epochs.js';
import { confirmRepair } from '../../db/repair.js';
import type { Suspicion } from '../../sync/ports/epoch.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { newConnection, newPair } from './store-world.js';

let server: StoreServer;
let database: Database;
let connectionId: string;
let ours: string;
let theirs: string;
let elsewhere: string;

beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

/** Two pairs on one connection and one on another, each with a live link, an ended one, and two promises. */
beforeEach(async () => {
  await database.knex('abgleich.suspicions').delete();
  connectionId = await newConnection(database.knex);
  [ours, theirs] = [
    await newPair(database.knex, connectionId),
    await newPair(database.knex, connectionId),
  ];
  elsewhere = await newPair(database.knex, await newConnection(database.knex));
  for (const pair of [ours, theirs, elsewhere])
    await database.knex.raw(FILL.replaceAll('$1', `'${pair}'`));
});

const FILL = `
  insert into abgleich.links (pair_id, id, key, attempt, record_id, record_birth, record_version, item_id, item_version, ended, form, base_erp)
  values ($1, 'live', 'k1', 1, 'r1', 'b1', 'v1', 'i1', 'w1', null, 'appointment.1', '{"subject":"h"}'),
         ($1, 'kept', 'k2', 1, 'r2', 'b2', 'v2', 'i2', 'w2', 'itemDeletedRecordKept', 'appointment.1', '{"subject":"h"}');
  insert into abgleich.intents (pair_id, id, side, what, link_id, key, attempt, rewrites_series, form, promised_at)
  values ($1, 'create', 'exchange', 'create', 'x', 'k3', 1, false, 'appointment.1', now()),
         ($1, 'update', 'erp', 'update', 'live', 'k1', 1, false, 'appointment.1', now());
  update abgleich.progress set erp_position = 'p', cursors = '{"f":"c"}' where pair_id = $1;
  update abgleich.leases set holder = 'worker', expires_at = now() + interval '10 seconds', fence = 3, due_at = now() + interval '1 day'
   where pair_id = $1`;

const employeeOf = async (pairId: string): Promise<string> => {
  const row = await database
    .knex('abgleich.pairs')
    .where({ id: pairId })
    .first<{ employee_id: string }>();
  return row.employee_id;
};

const stateOf = async (pairId: string) => {
  const read = async (sql: string) =>
    (await database.knex.raw<{ rows: Record<string, unknown>[] }>(sql, { pairId })).rows;
  return {
    links: await read(
      `select id, form, base_erp::text as base, record_version as version from abgleich.links where pair_id = :pairId order by id desc`,
    ),
    intents: (
      await read(`select id from abgleich.intents where pair_id = :pairId order by id`)
    ).map(({ id }) => id),
    progress: await read(
      `select erp_position, cursors::text from abgleich.progress where pair_id = :pairId`,
    ),
    lease: await read(
      `select holder, fence > 5000 as "isAhead", due_at <= now() as "isDue" from abgleich.leases where pair_id = :pairId`,
    ),
  };
};

const suspicion = async (store: Suspicion['store'], finding: Suspicion['finding']) => {
  await epochs(database.knex).suspect({ connectionId, store, finding, found: '' });
  return epochs(database.knex).suspicions(connectionId);
};

const confirm = (suspicions: readonly Suspicion[], makesAnew = false) =>
  confirmRepair(
    database.knex,
    connectionId,
    { suspicions, fences: [{ pairId: ours, fence: 5_000 }], makesAnew },
    'anna',
  );

const KEPT = { id: 'kept', form: 'appointment.1', base: '{"subject":"h"}', version: 'v2' };
const UNTOUCHED = {
  links: [{ ...KEPT, id: 'live', version: 'v1' }, KEPT],
  intents: ['create', 'update'],
  progress: [{ erp_position: 'p', cursors: '{"f": "c"}' }],
  lease: [{ holder: 'worker', isAhead: false, isDue: false }],
};

describe('a confirmed repair', () => {
  test('makes positions void and bases unknown, keeps creates that may have landed, and what ended', async () => {
    expect(await confirm(await suspicion('erp', 'foreign'))).toEqual({ connectionId, pairs: 2 });
    expect(await stateOf(ours)).toEqual({
      links: [{ id: 'live', form: '', base: '{}', version: '' }, KEPT],
      intents: ['create'],
      progress: [{ erp_position: null, cursors: '{}' }],
      lease: [{ holder: null, isAhead: true, isDue: true }],
    });
    expect((await stateOf(theirs)).links[0]).toMatchObject({ form: '' });
  });

  test('leaves the other connections alone', async () => {
    await confirm(await suspicion('erp', 'foreign'));
    expect(await stateOf(elsewhere)).toEqual(UNTOUCHED);
    // the ERP is suspicious to them as well, until somebody says otherwise
    const left = (await epochs(database.knex).suspicions(null)).map((one) => one.connectionId);
    expect([left.includes(connectionId), left.length > 0]).toEqual([false, true]);
  });

  test('of an empty mailbox is about its employee only', async () => {
    const employee = await employeeOf(ours);
    expect(await confirm(await suspicion(`mailbox:${employee}`, 'missing'))).toMatchObject({
      pairs: 1,
    });
    expect((await stateOf(ours)).links[0]).toMatchObject({ form: 'makeAnew' });
    expect(await stateOf(theirs)).toEqual(UNTOUCHED);
  });

  test('makes anew what is missing in all mailboxes where the administrator says so', async () => {
    await confirm(await suspicion(`mailbox:${await employeeOf(ours)}`, 'foreign'), true);
    expect((await stateOf(theirs)).links[0]).toMatchObject({ form: 'makeAnew' });
  });

  test('takes every token of the connection as it shows next', async () => {
    const book = epochs(database.knex);
    const store = `mailbox:${await employeeOf(theirs)}` as const;
    await confirm(await suspicion('erp', 'foreign'));
    const trusted = { isTrustedAnew: true };
    expect([await book.get('erp'), await book.get(store)]).toMatchObject([trusted, trusted]);
    const known = await book.get(store);
    if (known !== null) await book.adopt(store, '7.found', known);
    expect(await book.get(store)).toEqual({
      acknowledged: '7.found',
      pending: null,
      isTrustedAnew: false,
    });
    if (known !== null) await book.adopt(store, '6.late', known); // by a worker that read it before
    expect(await book.get(store)).toMatchObject({ acknowledged: '7.found' });
  });

  test('does not cover what was found after the administrator had looked', async () => {
    const seen = await suspicion(`mailbox:${await employeeOf(ours)}`, 'foreign');
    await suspicion('erp', 'foreign');
    await confirm(seen);
    const left = await epochs(database.knex).suspicions(connectionId);
    expect(left).toMatchObject([{ store: 'erp' }]);
  });
});
