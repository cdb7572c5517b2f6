import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import { heldActions } from '../../db/held-actions.js';
import { pairs } from '../../db/pairs.js';
import { openStore } from '../../db/store.js';
import { held, link, NOTHING } from '../contracts/store-samples.js';
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

/** A pair with this many links, and something held for each. */
async function holding(count: number) {
  const { knex } = database;
  const pairId = await newPair(knex, await newConnection(knex));
  const lease = await takeOver(knex, pairId);
  const store = openStore(knex, {
    clock: new VirtualClock(),
    seal: (text) => text,
    unseal: (text) => text,
  });
  const ids = Array.from({ length: count }, (_, at) => `l${String(at)}`);
  const settlement = { ...NOTHING, links: ids.map((id) => link(id)) };
  await store.settle(lease, settlement);
  await store.settle(lease, { ...NOTHING, held: ids.map(held) });
  const employeeId = (await pairs(knex).get(pairId))?.employeeId ?? '';
  return { pairId, employeeId, lease, store, actions: heldActions(knex) };
}

describe('what is held', () => {
  test('is listed with its number, whose it is, and what it leads to', async () => {
    const { employeeId, pairId, actions } = await holding(2);
    const [first, second, ...others] = await actions.list({ employeeId });
    expect(first).toMatchObject({ pairId, employeeId, side: 'exchange', verdict: null });
    expect([first?.recordId, first?.itemId]).toEqual(['record-l0', 'item-l0']);
    expect(others).toEqual([]);
    expect(second?.id).toBeGreaterThan(first?.id ?? Infinity);
  });

  test('is decided by number, with an audit row, and its pair is woken and told', async () => {
    const { knex } = database;
    const { employeeId, pairId, actions, store } = await holding(3);
    await knex('abgleich.leases').where({ pair_id: pairId }).update({ due_at: null, holder: null });
    const [first] = await actions.list({ employeeId });
    const decided = await actions.decide({ ids: [first?.id ?? 0] }, 'approved', 'Karin');
    expect(decided).toMatchObject([{ id: first?.id, verdict: 'approved', decidedBy: 'Karin' }]);
    const { waiting } = await store.progress(pairId);
    expect(waiting.map(({ verdict }) => verdict)).toEqual(['approved', null, null]);
    const due = knex('abgleich.leases').where({ pair_id: pairId }).whereNotNull('due_at');
    expect(await due.pluck<string[]>('pair_id')).toEqual([pairId]);
    const audit = await readAudit(knex, { subject: `pair:${pairId}`, limit: 9 });
    expect(audit).toMatchObject([{ who: 'Karin', change: 'approved' }]);
  });

  test('is decided once: a second time nothing is left, but another verdict counts', async () => {
    const { employeeId, actions } = await holding(2);
    expect(await actions.decide({ employeeId, isUndecided: true }, 'rejected', 'K')).toHaveLength(
      2,
    );
    expect(await actions.decide({ employeeId }, 'rejected', 'K')).toHaveLength(0);
    expect(await actions.list({ employeeId, isUndecided: true })).toHaveLength(0);
    expect(await actions.decide({ employeeId }, 'approved', 'K')).toHaveLength(2);
  });

  test('no longer counts for the guard once it is decided about', async () => {
    const { employeeId, pairId, actions, store } = await holding(2);
    const since = new VirtualClock().now();
    expect((await store.destruction(pairId, since)).pair.destroyed).toBe(2);
    await actions.decide({ employeeId }, 'rejected', 'K');
    expect((await store.destruction(pairId, since)).pair.destroyed).toBe(0);
  });

  test('keeps its verdict when it is held again as it was, and loses it in another version', async () => {
    const { employeeId, lease, actions, store } = await holding(1);
    await actions.decide({ employeeId }, 'rejected', 'K');
    await store.settle(lease, { ...NOTHING, held: [held('l0')], destroyed: 1 });
    expect(await actions.list({ employeeId })).toMatchObject([{ verdict: 'rejected' }]);
    await store.settle(lease, { ...NOTHING, held: [{ ...held('l0'), itemVersion: 'v2' }] });
    expect(await actions.list({ employeeId })).toMatchObject([{ verdict: null, decidedBy: null }]);
  });

  test('of somebody else is not decided along', async () => {
    const [mine, theirs] = [await holding(1), await holding(1)];
    await mine.actions.decide({ employeeId: mine.employeeId }, 'approved', 'K');
    expect(await mine.actions.list({ employeeId: theirs.employeeId })).toMatchObject([
      { verdict: null },
    ]);
  });
});
