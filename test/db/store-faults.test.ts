import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { openDatabase } from '../../db/connect.js';
import type { Database } from '../../db/connect.js';
import { reportingFailures } from '../../db/store-failure.js';
import { openStore } from '../../db/store.js';
import { parseInstant } from '../../mappings/values.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { FailureKind } from '../../sync/ports/failure.js';
import type { Settlement, SyncStore } from '../../sync/ports/store.js';
import { VirtualClock } from '../simulators/clock.js';
import { failsAs } from './fails-as.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { SEALING, newConnection, newPair, takeOver, waitingBackend } from './store-world.js';

let server: StoreServer;
let database: Database;
let store: SyncStore;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
  store = storeOn(database);
});
afterAll(async () => await server.close());

test('a quiet cycle costs three statements and writes nothing', async () => {
  const { pair, lease } = await leased();
  await store.advance(lease, { exchange: { f: 'c' }, erp: '1' }, [{ side: 'erp', id: 'r' }]);
  const before = await rowVersions(pair);
  let statements = 0;
  const count = (): void => void (statements += 1);
  database.knex.on('query', count);

  const { watermarks, owed } = await store.progress(pair);
  await store.intents(pair);
  await store.advance(lease, watermarks, owed);

  database.knex.removeListener('query', count);
  assert.equal(statements, 3);
  assert.deepEqual(await rowVersions(pair), before);
});

test('a settlement that waits while another worker takes over writes nothing', async () => {
  const { pair, lease } = await leased();
  const takeover = await database.knex.transaction();
  await takeover('abgleich.leases').where({ pair_id: pair }).increment('fence', 1);
  const late = store.settle(lease, { ...NOTHING, destroyed: 1 });
  late.catch(() => undefined);
  await waitingBackend(database.knex);
  await takeover.commit();

  await assert.rejects(late, kindIs('stale'));
  assert.equal((await store.destruction(pair, NOON)).pair.destroyed, 0);
});

test('one settlement that is sent twice at once counts once', async () => {
  const { pair, lease } = await leased();
  const settlement = { ...NOTHING, destroyed: 1 };
  await Promise.all([store.settle(lease, settlement), store.settle(lease, settlement)]);
  assert.equal((await store.destruction(pair, NOON)).pair.destroyed, 1);
});

test('a server that goes away in the middle is unreachable, and nothing was written', async () => {
  const { pair, lease } = await leased();
  const blocker = await database.knex.transaction();
  await blocker('abgleich.progress').where({ pair_id: pair }).forUpdate().first('pair_id');
  const cut = store.settle(lease, { ...NOTHING, destroyed: 1 });
  cut.catch(() => undefined);
  const pid = await waitingBackend(database.knex);
  await database.knex.raw('select pg_terminate_backend(?)', [pid]);

  await assert.rejects(cut, failsAs('unreachable', /does not answer/));
  await blocker.rollback();
  await store.settle(lease, { ...NOTHING, destroyed: 1 });
  assert.equal((await store.destruction(pair, NOON)).pair.destroyed, 1);
});

test('without a server every call is unreachable', async () => {
  const nowhere = openDatabase('postgres://nobody@127.0.0.1:1/none', { onError: () => undefined });
  const lost = storeOn(nowhere);
  const lease = { pairId: 'p', fence: 1 };
  const calls = [
    lost.progress('p'),
    lost.links('p', { keys: ['k'] }),
    lost.intents('p'),
    lost.promise(lease, []),
    lost.settle(lease, NOTHING),
    lost.advance(lease, { exchange: {}, erp: null }, []),
    lost.destruction('p', NOON),
  ];
  for (const call of await Promise.allSettled(calls)) {
    assert.equal(call.status, 'rejected');
    failsAs('unreachable')(call.reason);
  }
  await nowhere.destroy();
});

const CODES: readonly { readonly code: string; readonly kind: FailureKind }[] = [
  { code: '40001', kind: 'stale' },
  { code: '40P01', kind: 'stale' },
  { code: '55P03', kind: 'stale' },
  { code: '08006', kind: 'unreachable' },
  { code: '53100', kind: 'unreachable' },
  { code: '53300', kind: 'unreachable' },
  { code: '57014', kind: 'unreachable' },
  { code: '57P01', kind: 'unreachable' },
];
for (const { code, kind } of CODES) {
  test(`PostgreSQL's ${code} is ${kind}`, async () => {
    await assert.rejects(
      reportingFailures(() => raise(code)),
      kindIs(kind),
    );
  });
}

test('a mistake of ours passes as it came', async () => {
  await assert.rejects(
    reportingFailures(() => raise('42P01')),
    (error) => !(error instanceof ConnectorFailure) && error instanceof Error,
  );
});

const NOON = parseInstant('2026-03-02T12:00:00Z');
const NOTHING: Settlement = {
  links: [],
  closedIntents: [],
  journal: [],
  parked: [],
  healed: [],
  held: [],
  lostValues: [],
  destroyed: 0,
};

function storeOn({ knex }: Database): SyncStore {
  const clock = new VirtualClock('2026-03-02T12:00:00Z');
  return openStore(knex, { clock, ...SEALING });
}

async function leased() {
  const pair = await newPair(database.knex, await newConnection(database.knex));
  return { pair, lease: await takeOver(database.knex, pair) };
}

async function raise(code: string): Promise<void> {
  await database.knex.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`);
}

/** PostgreSQL's own marks of when a row was last written. */
async function rowVersions(pair: string): Promise<unknown> {
  const { rows } = await database.knex.raw<{ rows: unknown[] }>(
    `select leases.xmin as lease, progress.xmin as progress,
            (select string_agg(xmin::text, ',') from abgleich.owed where owed.pair_id = leases.pair_id) as owed
       from abgleich.leases join abgleich.progress using (pair_id) where pair_id = ?`,
    [pair],
  );
  return rows;
}

function kindIs(kind: FailureKind): (error: unknown) => boolean {
  return (error) => error instanceof ConnectorFailure && error.kind === kind;
}
