import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, test } from 'vitest';
import { onServer } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';
import { migrate } from '../../db/migrate.js';
import { failsAs } from './fails-as.js';
import { openScratchServer } from './scratch-server.js';
import type { ScratchServer } from './scratch-server.js';

let server: ScratchServer;
let folder = '';
let url = '';
beforeAll(async () => (server = await openScratchServer()));
afterAll(async () => await server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'abgleich-test-'));
  url = await server.createDatabase();
  await put('0001_first.sql', `create table first (name text not null); -- Größe?\n`);
  await put('0002_second.sql', `insert into first values ('Müller'), ('a?b $1 \${x}');\n`);
});
afterEach(async () => await rm(folder, { recursive: true }));

test('all files run once, in order, in their own schema', async () => {
  assert.deepEqual(await run(), ['0001_first.sql', '0002_second.sql']);
  assert.deepEqual(await run(), []);
  assert.deepEqual(await names(), ['Müller', 'a?b $1 ${x}']);
});

test('a later file is added to what is there', async () => {
  await run();
  await put('0003_third.sql', `update first set name = upper(name) where name like 'M%'`);
  assert.deepEqual(await run(), ['0003_third.sql']);
  assert.deepEqual(await names(), ['MÜLLER', 'a?b $1 ${x}']);
});

test('eight processes at once migrate once', async () => {
  const done = await Promise.all(Array.from({ length: 8 }, run));
  assert.deepEqual(done.flat(), ['0001_first.sql', '0002_second.sql']);
  assert.equal((await names()).length, 2);
});

test('a file that fails is undone as a whole; those before it stay', async () => {
  await put('0003_third.sql', `delete from first;\n\nselect nonsense from first;\n`);
  await assert.rejects(run(), failsAs('rejected', /0003_third\.sql failed in line 3/));
  assert.equal((await names()).length, 2);
  await put('0003_third.sql', `delete from first;\n`);
  assert.deepEqual(await run(), ['0003_third.sql']);
  assert.deepEqual(await names(), []);
});

test('a changed file is refused and nothing runs', async () => {
  await run();
  await put('0001_first.sql', `create table first (name text); -- Größe?\n`);
  await put('0003_third.sql', `delete from first;\n`);
  await assert.rejects(run(), failsAs('rejected', /0001_first\.sql is no longer/));
  assert.equal((await names()).length, 2);
});

test('the line ends of a checkout on Windows are no change', async () => {
  await run();
  await put('0001_first.sql', `create table first (name text not null); -- Größe?\r\n`);
  assert.deepEqual(await run(), []);
});

test('a renamed file is refused', async () => {
  await run();
  await rm(join(folder, '0002_second.sql'));
  await put('0002_other.sql', `select 1;\n`);
  await assert.rejects(run(), failsAs('rejected', /0002_other\.sql is no longer/));
});

test('a database of a newer version is refused', async () => {
  await run();
  await rm(join(folder, '0002_second.sql'));
  await assert.rejects(
    run(),
    failsAs('rejected', /newer version of Abgleich \(0002_second\.sql\)/),
  );
});

test('numbers with a gap are a mistake of ours', async () => {
  await put('0004_fourth.sql', 'select 1');
  await assert.rejects(run(), /0004_fourth\.sql should have number 3/);
});

test('two schemas of one database are migrated on their own', async () => {
  await run();
  assert.equal((await migrate(url, { folder, schema: 'erp' })).length, 2);
});

test('a user who may not create schemas can migrate one that was made for them', async () => {
  // A server of its own: roles belong to the whole server, and that of DATABASE_URL is not ours.
  const own = await startPostgres({ mode: null, log: () => undefined });
  await onServer(own.url, async (client) => {
    await client.query(`create role limited login password 'geheim'`);
    await client.query(`create schema abgleich authorization limited`);
  });
  const limited = own.url.replace(/abgleich:[0-9a-f]+@/, 'limited:geheim@');
  assert.equal((await migrate(limited, { folder, schema: 'abgleich' })).length, 2);
  await assert.rejects(
    migrate(limited, { folder, schema: 'another' }),
    failsAs('forbidden', /user "limited" may not do that/),
  );
  await own.stop();
});

test('a database that does not keep UTF-8 is refused', async () => {
  const latin = await onServer(server.adminUrl, async (client) => {
    const name = `${new URL(url).pathname.slice(1)}_l`;
    await client.query(
      `create database ${name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
    );
    return name;
  });
  try {
    const address = new URL(url);
    address.pathname = `/${latin}`;
    await assert.rejects(
      migrate(address.href, { folder, schema: 'abgleich' }),
      failsAs('rejected', /keeps text as LATIN1/),
    );
  } finally {
    await onServer(server.adminUrl, async (client) => {
      await client.query(`drop database ${latin} with (force)`);
    });
  }
});

async function run(): Promise<readonly string[]> {
  return await migrate(url, { folder, schema: 'abgleich' });
}

async function put(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

async function names(): Promise<string[]> {
  return await onServer(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select name from abgleich.first order by name collate "C"',
    );
    return rows.map(({ name }) => name);
  });
}
