import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import { usableSyncStart } from '../../db/pairs.js';
import { settings } from '../../db/settings.js';
import { parseInstant, parsePlainDate } from '../../mappings/values.js';
import { failsAs } from './fails-as.js';
import { NOW, settingsWorld } from './settings-world.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';

let server: StoreServer;
let database: Database;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

const { all, staff, theirPairs, enabled, leaseOf } = settingsWorld(() => database.knex);

describe('pairs', () => {
  test('the direction is the pair’s own, else the connection’s for the kind, else both ways', async () => {
    const { connection, pair } = await enabled();
    const direction = async () => (await theirPairs().get(pair.id))?.policy.direction;
    assert.equal(await direction(), 'both');
    const set = (kind: 'appointment' | 'task', to: 'toErp' | 'toExchange' | 'both') =>
      all().setDirection(connection.id, { kind, direction: to }, 'anna');
    await set('task', 'toErp');
    assert.equal(await direction(), 'both');
    await set('appointment', 'toErp');
    await set('appointment', 'toExchange');
    assert.equal(await direction(), 'toExchange');
    await theirPairs().update(pair.id, { direction: 'off' }, 'anna');
    assert.equal(await direction(), 'off');
    await theirPairs().update(pair.id, { direction: null }, 'anna');
    assert.equal(await direction(), 'toExchange');
  });

  test('a change touches what it names, wakes the pair and leaves an audit row', async () => {
    const { pair } = await enabled();
    await database.knex('abgleich.leases').where({ pair_id: pair.id }).update({ due_at: null });
    const changes = {
      deleteInErp: false,
      syncStart: parseInstant('2026-02-20T00:00:00Z'),
      stockFrom: parsePlainDate('2026-03-29'),
    };
    const after = await theirPairs().update(pair.id, changes, 'bernd');
    assert.deepEqual(after, { ...pair, policy: { ...pair.policy, ...changes } });
    assert.equal((await leaseOf(pair.id)).is_due, true);
    const [line] = await readAudit(database.knex, { subject: `pair:${pair.id}`, limit: 1 });
    assert.deepEqual(line?.after, {
      delete_in_erp: false,
      sync_start: '2026-02-20T00:00:00Z',
      stock_from: '2026-03-29',
    });
    assert.equal(line.before?.['sync_start'], NOW);
  });

  test('what is set as it was wakes nobody and leaves no audit row', async () => {
    const { pair } = await enabled();
    await database.knex('abgleich.leases').where({ pair_id: pair.id }).update({ due_at: null });
    const { deleteInErp, syncStart, stockFrom } = pair.policy;
    await theirPairs().update(pair.id, { deleteInErp, syncStart, stockFrom }, 'anna');
    assert.equal((await leaseOf(pair.id)).is_due, false);
    assert.deepEqual(await readAudit(database.knex, { subject: `pair:${pair.id}`, limit: 1 }), []);
  });

  test('who waits for invitations knows who invites, and nobody else does', async () => {
    const real = { realMeetings: true, sendMail: true };
    const [owner, guest] = [await enabled(), await enabled()];
    const choose = (id: string, choices: Record<string, boolean>) =>
      theirPairs().update(id, { choices }, 'anna');
    const invitersOf = async () =>
      (await theirPairs().get(guest.pair.id))?.inviters?.map(({ employeeId }) => employeeId);
    assert.equal(await invitersOf(), undefined);
    await choose(guest.pair.id, { ...real });
    assert.deepEqual(await invitersOf(), [guest.employee.id]);
    await choose(owner.pair.id, { ...real });
    const both = [owner.employee.id, guest.employee.id].sort();
    assert.deepEqual([...((await invitersOf()) ?? [])].sort(), both);
    await theirPairs().update(owner.pair.id, { direction: 'toErp' }, 'anna');
    assert.deepEqual(await invitersOf(), [guest.employee.id]);
    await theirPairs().update(owner.pair.id, { direction: null }, 'anna');
    await staff().refresh([{ ...owner.employee, status: 'left' }]);
    assert.deepEqual(await invitersOf(), [guest.employee.id]);
    await staff().refresh([owner.employee]);
    await staff().disable(owner.employee.id, 'anna');
    assert.deepEqual(await invitersOf(), [guest.employee.id]);
    await choose(guest.pair.id, { sendMail: false });
    assert.equal(await invitersOf(), undefined);
  });

  test('folders are kept in their order', async () => {
    const { pair } = await enabled();
    const folders = ['AAMk+/="\\', 'ärger, {"a"}'];
    await theirPairs().setFolders(pair.id, folders);
    assert.deepEqual((await theirPairs().get(pair.id))?.folders, folders);
  });

  test('one that does not exist is null, and cannot be changed', async () => {
    assert.equal(await theirPairs().get('p404'), null);
    assert.deepEqual(await theirPairs().list('E404'), []);
    const changed = theirPairs().update('p404', { direction: 'off' }, 'anna');
    await assert.rejects(changed, failsAs('rejected', /no pair "p404"/));
  });

  // prettier-ignore
  const STARTS = [
    { name: 'now stays now',                               wanted: '2026-03-31T12:00:00Z', is: '2026-03-31T12:00:00Z' },
    { name: '29 days ago stays',                           wanted: '2026-03-02T12:00:00Z', is: '2026-03-02T12:00:00Z' },
    { name: 'longer ago than 30 days becomes 30 days ago', wanted: '2025-01-01T00:00:00Z', is: '2026-03-01T12:00:00Z' },
    { name: 'the future becomes 30 days ago',              wanted: '2026-03-31T12:00:01Z', is: '2026-03-01T12:00:00Z' },
  ];
  for (const { name, wanted, is } of STARTS) {
    test(`a sync start: ${name}`, () => {
      const now = parseInstant('2026-03-31T12:00:00Z');
      assert.equal(usableSyncStart(parseInstant(wanted), now), is);
    });
  }
});

describe('the installation', () => {
  test('has an id that stays, a name, and a main switch that leaves an audit row', async () => {
    const ours = settings(database.knex);
    const { id } = await ours.installation();
    assert.match(id, /^[0-9a-f-]{36}$/);
    await ours.rename('Firma Größe', 'anna');
    await ours.setSyncing(false, 'bernd');
    assert.deepEqual(await ours.installation(), { id, name: 'Firma Größe', isSyncing: false });
    await ours.setSyncing(false, 'anna');
    const [line] = await readAudit(database.knex, { subject: 'installation', limit: 1 });
    assert.deepEqual([line?.who, line?.after], ['bernd', { is_syncing: false }]);
    await ours.setSyncing(true, 'anna');
  });
});
