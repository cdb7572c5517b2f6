import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { UNTIL_THAWED } from '../../sync/ports/store.js';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import { frozenRecords } from '../../db/frozen.js';
import { openStore } from '../../db/store.js';
import { link, NOTHING } from '../contracts/store-samples.js';
import { VirtualClock } from '../simulators/clock.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { newConnection, newPair, takeOver } from './store-world.js';

let server: StoreServer;
let database: Database;

beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});

afterAll(async () => {
  await server.close();
});

const UNTIL = parseInstant('2036-03-03T08:00:00Z');
const UNREST = { fields: {}, writes: 0, since: UNTIL, frozenUntil: UNTIL };

test('what rests is listed, and thawed with an audit row: it is looked at again at once', async () => {
  const { knex } = database;
  const pairId = await newPair(knex, await newConnection(knex));
  const lease = await takeOver(knex, pairId);
  const store = openStore(knex, {
    clock: new VirtualClock(),
    seal: (text) => text,
    unseal: (text) => text,
  });
  const resting = { ...link('l1'), unrest: UNREST };
  const id = resting.recordId;
  const parked = { side: 'erp', id, kind: 'frozen', reason: 'keepsFlipping', times: 1 } as const;
  await store.settle(lease, {
    ...NOTHING,
    links: [resting, link('l2')],
    parked: [{ ...parked, retryAt: UNTIL }],
  });
  const frozen = frozenRecords(knex);
  expect(await frozen.list(id)).toMatchObject([
    { pairId, recordId: id, itemId: resting.itemId, reason: 'keepsFlipping', until: UNTIL },
  ]);
  expect(await store.links(pairId, { linkIds: ['l1'] })).toMatchObject([{ unrest: UNREST }]);

  expect(await frozen.thaw(id, 'Karin')).toHaveLength(1);
  const [thawed] = await store.links(pairId, { linkIds: ['l1'] });
  expect(thawed?.unrest).toBeUndefined();
  const { parked: left } = await store.progress(pairId);
  expect(left.map(({ retryAt }) => retryAt < UNTIL)).toEqual([true]);
  const audit = await readAudit(knex, { subject: `pair:${pairId}`, limit: 9 });
  expect(audit.find(({ change }) => change === 'thawed')).toMatchObject({ who: 'Karin' });
});

test('what rests because it was taken back one way has no end; thawed, what was taken back stays known', async () => {
  const { knex } = database;
  const pairId = await newPair(knex, await newConnection(knex));
  const lease = await takeOver(knex, pairId);
  const store = openStore(knex, {
    clock: new VirtualClock(),
    seal: (text) => text,
    unseal: (text) => text,
  });
  const undone = { toErp: [], toExchange: ['subject', 'exceptions/2026-03-09'] };
  const unrest = { fields: {}, writes: 0, since: UNTIL, frozenUntil: UNTIL_THAWED, undone };
  const resting = link('l9', { recordId: 'resting-l9', unrest });
  const { recordId: id } = resting;
  const parked = { side: 'erp', id, kind: 'frozen', reason: 'takenBackOneWay', times: 1 } as const;
  await store.settle(lease, {
    ...NOTHING,
    links: [resting],
    parked: [{ ...parked, retryAt: UNTIL_THAWED }],
  });
  const frozen = frozenRecords(knex);
  expect(await frozen.list(id)).toMatchObject([{ reason: 'takenBackOneWay', until: null }]);
  await frozen.thaw(id, 'Karin');
  const [thawed] = await store.links(pairId, { linkIds: ['l9'] });
  expect(thawed?.unrest).toEqual({ ...unrest, frozenUntil: null });
});

test('thawing what does not rest changes nothing', async () => {
  expect(await frozenRecords(database.knex).thaw('nobody', 'Karin')).toEqual([]);
});
