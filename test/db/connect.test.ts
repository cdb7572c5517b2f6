import assert from 'node:assert/strict';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createDatabase,
  dropDatabase,
  hasDatabase,
  onServer,
  openDatabase,
  withDatabase,
} from '../../db/connect.js';
import type { Database } from '../../db/connect.js';
import { failsAs } from './fails-as.js';
import { openScratchServer } from './scratch-server.js';
import type { ScratchServer } from './scratch-server.js';

let server: ScratchServer;
let url = '';
let database: Database;
const broken: Error[] = [];
beforeAll(async () => {
  server = await openScratchServer();
  url = await server.createDatabase();
});
afterAll(async () => await server.close());
beforeEach(() => {
  broken.length = 0;
  database = openDatabase(url, {
    poolSize: 3,
    schema: 'abgleich',
    onError: (error) => broken.push(error),
  });
});
afterEach(async () => await database.destroy());

// prettier-ignore
const VALUES = [
  { name: 'a large whole number is a number',    sql: `9007199254740991::int8`,          is: 9007199254740991 },
  { name: 'a day is its text',                   sql: `'2026-03-29'::date`,              is: '2026-03-29' },
  { name: 'a time without a zone is its text',   sql: `'2026-03-29 02:30'::timestamp`,   is: '2026-03-29 02:30:00' },
  { name: 'an instant is a Date',                sql: `'2026-03-29 02:30+02'::timestamptz`, is: new Date('2026-03-29T00:30:00Z') },
  { name: 'a decimal is its text',               sql: `1.50::numeric`,                   is: '1.50' },
  { name: 'a snapshot is its text',              sql: `'10:20:10,14'::pg_snapshot`,      is: '10:20:10,14' },
  { name: 'umlauts and emoji arrive whole',      sql: `lower('ÄÖÜ') || '🔑'`,            is: 'äöü🔑' },
  { name: 'the session runs in UTC',             sql: `current_setting('timezone')`,     is: 'UTC' },
  { name: 'the session shows who we are',        sql: `current_setting('application_name')`, is: 'abgleich' },
  { name: 'tables are looked for in our schema', sql: `current_setting('search_path')`,  is: 'abgleich' },
];
for (const { name, sql, is } of VALUES) {
  test(name, async () => assert.deepEqual(await ask(sql), is));
}

test('a number that would lose digits is an error, and the connection lives on', async () => {
  await assert.rejects(ask('9007199254740993::int8'), /too large for a number/);
  assert.equal(await ask('1'), 1);
});

test('connections that the server ends are reported and replaced', async () => {
  const pid = await ask('pg_backend_pid()');
  await onServer(database.url, async (client) => {
    await client.query('select pg_terminate_backend($1)', [pid]);
  });
  await expect.poll(() => broken.length).toBeGreaterThan(0);
  assert.equal(await ask('1'), 1);
});

test('a statement that never ends is ended', async () => {
  const impatient = openDatabase(database.url, {
    statementTimeoutMs: 50,
    onError: () => undefined,
  });
  await assert.rejects(impatient.knex.raw('select pg_sleep(60)'), /statement timeout/);
  await impatient.destroy();
});

test('more work than connections waits its turn', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ask(String(index))));
  assert.deepEqual(answers, [...Array(50).keys()]);
});

test('a database is created, found and dropped under its users', async () => {
  const name = `${new URL(url).pathname.slice(1)}_x`;
  const created = await createDatabase(server.adminUrl, name);
  assert.equal(created, withDatabase(server.adminUrl, name));
  assert.equal(await hasDatabase(server.adminUrl, name), true);
  await assert.rejects(createDatabase(server.adminUrl, name), /already exists/);

  const user = openDatabase(created, { onError: () => undefined });
  await user.knex.raw('select 1');
  await dropDatabase(server.adminUrl, name);
  assert.equal(await hasDatabase(server.adminUrl, name), false);
  await dropDatabase(server.adminUrl, name);
  await user.destroy();
});

test('names that would need quoting are refused', async () => {
  for (const name of ['', 'Müller', 'a-b', 'a"; drop table x', 'a'.repeat(64)]) {
    await assert.rejects(createDatabase(server.adminUrl, name), failsAs('rejected'));
    await assert.rejects(dropDatabase(server.adminUrl, name), failsAs('rejected'));
  }
});

test('a server that is not there is named, and the password is not', async () => {
  await assert.rejects(
    createDatabase('postgres://anna:geheim@127.0.0.1:1/erp', 'x'),
    failsAs('unreachable', /^The database 127\.0\.0\.1:1\/erp cannot be reached \((?!.*geheim)/),
  );
});

test('the other parts of an address stay when the database changes', () => {
  assert.equal(
    withDatabase('postgres://a:b%40c@db.example:5433/one?sslmode=require', 'two'),
    'postgres://a:b%40c@db.example:5433/two?sslmode=require',
  );
});

async function ask(sql: string): Promise<unknown> {
  const { rows } = await database.knex.raw<{ rows: { answer: unknown }[] }>(
    `select ${sql} as answer`,
  );
  return rows[0]?.answer;
}
