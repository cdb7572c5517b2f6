import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import type { Database } from '../../db/connect.js';
import { connections } from '../../db/connections.js';
import { employees } from '../../db/employees.js';
import { listeners } from '../../db/listeners.js';
import { pairs } from '../../db/pairs.js';
import { settings } from '../../db/settings.js';
import { VirtualClock } from '../simulators/clock.js';
import { TEST_SECRETS, anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { CHANCE, newConnection, newPair } from './store-world.js';

let server: StoreServer;
let database: Database;
let connection: string;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  connection = await newConnection(database.knex);
});

const worker = (holder: string) => listeners(database.knex, { holder });
const everything = () => connections(database.knex, { secrets: TEST_SECRETS, chance: CHANCE });
const names = async (): Promise<readonly string[]> => {
  const found = await worker('a').connections();
  return found.map(({ id }) => id);
};

describe('who listens', () => {
  test('is whoever comes first, for as long as they say so', async () => {
    assert.equal(await worker('a').hold(connection), true);
    assert.equal(await worker('b').hold(connection), false);
    assert.equal(await worker('a').hold(connection), true);
  });

  test('of many at once is one', async () => {
    const workers = ['a', 'b', 'c', 'd', 'e', 'f'].map(worker);
    const answers = await Promise.all(workers.map((one) => one.hold(connection)));
    assert.equal(answers.filter((isHolder) => isHolder).length, 1);
  });

  test('changes 15 s after the last word of one that died, and not before', async () => {
    await worker('a').hold(connection);
    const left = (): Promise<{ rows: { seconds: number }[] }> =>
      database.knex.raw(
        'select extract(epoch from expires_at - now())::float8 as seconds from abgleich.listeners where connection_id = ?',
        [connection],
      );
    const seconds = (await left()).rows[0]?.seconds ?? 0;
    assert.ok(seconds > 10 && seconds <= 15, String(seconds));
    await database
      .knex('abgleich.listeners')
      .where({ connection_id: connection })
      .update({ expires_at: database.knex.raw(`now() - interval '1 second'`) });
    assert.equal(await worker('b').hold(connection), true);
    assert.equal(await worker('a').hold(connection), false);
  });

  test('changes at once when the one who listens gives it up; nobody else can', async () => {
    await worker('a').hold(connection);
    await worker('b').release(connection);
    assert.equal(await worker('b').hold(connection), false);
    await worker('a').release(connection);
    assert.equal(await worker('b').hold(connection), true);
  });

  test('is asked for each connection by itself', async () => {
    const other = await newConnection(database.knex);
    await worker('a').hold(connection);
    assert.equal(await worker('b').hold(other), true);
  });
});

describe('connections to listen to', () => {
  test('are those that are switched on, while syncing is', async () => {
    assert.ok((await names()).includes(connection));
    await everything().update(connection, { isEnabled: false }, 'test');
    assert.ok(!(await names()).includes(connection));
  });

  test('are none while the main switch is off', async () => {
    await settings(database.knex).setSyncing(false, 'test');
    assert.deepEqual(await names(), []);
    await settings(database.knex).setSyncing(true, 'test');
    assert.ok((await names()).includes(connection));
  });
});

describe('pairs to listen for', () => {
  let pairId: string;
  beforeEach(async () => {
    pairId = await newPair(database.knex, connection);
    await pairs(database.knex).setFolders(pairId, ['calendar', 'Kalender 2']);
  });
  const found = () => worker('a').pairsOf(connection);

  test('come with mailbox and folders', async () => {
    const pair = await pairs(database.knex).get(pairId);
    assert.deepEqual(await found(), [
      { pairId, mailbox: pair?.mailbox, folders: ['calendar', 'Kalender 2'] },
    ]);
  });

  test('are without those that do not know their folders yet', async () => {
    await newPair(database.knex, connection);
    assert.deepEqual(
      (await found()).map((pair) => pair.pairId),
      [pairId],
    );
  });

  test('are without those of employees who are switched off', async () => {
    const pair = await pairs(database.knex).get(pairId);
    const theirs = employees(database.knex, { clock: new VirtualClock(), chance: CHANCE });
    await theirs.disable(pair?.employeeId ?? '', 'test');
    assert.deepEqual(await found(), []);
  });

  test('are without those whose kind is off', async () => {
    await everything().setDirection(connection, { kind: 'appointment', direction: 'off' }, 'test');
    assert.deepEqual(await found(), []);
  });

  test('are without those of other connections', async () => {
    assert.deepEqual(await worker('a').pairsOf(await newConnection(database.knex)), []);
  });
});
