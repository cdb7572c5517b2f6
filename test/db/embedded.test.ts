import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onServer } from '../../db/connect.js';
import { startPostgres } from '../../db/embedded.js';
import type { RunningPostgres } from '../../db/embedded.js';
import { livesOn, readHolder } from '../../db/postgres/home.js';
import { clusterOwner, temporaryRoot } from '../../db/postgres/owner.js';
import { readPostmaster } from '../../db/postgres/postmaster.js';
import { projectFile } from '../../db/project-files.js';
import { failsAs } from './fails-as.js';

let folder = '';
let dataFolder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(await temporaryRoot(await clusterOwner()), 'abgleich-test-'));
  await chmod(folder, 0o711); // PostgreSQL may run as another user
  dataFolder = join(folder, 'data');
});
afterEach(async () => await rm(folder, { recursive: true, force: true, maxRetries: 10 }));

describe('a temporary server', () => {
  for (const mode of ['embedded', null] as const) {
    test(`of mode ${String(mode)} speaks UTF-8 in UTC, and is gone with its data after stop`, async () => {
      const server = await startPostgres({ mode, log });
      assert.equal(await ask(server, `lower('ÄÖÜ') || current_setting('timezone')`), 'äöüUTC');
      const cluster = await ask(server, `current_setting('data_directory')`);
      await server.stop();
      await server.stop();
      assert.equal(existsSync(join(cluster, '..')), false);
      await assert.rejects(ask(server, '1'), failsAs('unreachable'));
    });
  }

  test('lets nobody in without the password', async () => {
    const server = await startPostgres({ mode: null, log });
    const stranger = server.url.replace(/:[0-9a-f]+@/, ':guess@');
    await assert.rejects(
      onServer(stranger, async () => undefined),
      failsAs('forbidden'),
    );
    await server.stop();
  });

  test('ends and vanishes when the process that started it is killed', async () => {
    const holder = await startInProcess(null);
    const cluster = await ask(holder, `current_setting('data_directory')`);
    await untilGone(holder.url, () => holder.process.kill('SIGKILL'));
    await expect.poll(() => existsSync(join(cluster, '..')), PATIENTLY).toBe(false);
  });

  test('whose supervisor was killed as well is ended by the next start', async () => {
    const holder = await startInProcess(null);
    const home = join(await ask(holder, `current_setting('data_directory')`), '..');
    await killSupervisor(home);
    holder.process.kill('SIGKILL');
    await holder.exited;
    assert.equal(await ask(holder, '1'), '1');

    const next = await startPostgres({ mode: null, log });
    await assert.rejects(ask(holder, '1'), failsAs('unreachable'));
    assert.equal(existsSync(home), false);
    await next.stop();
  });
});

describe('a server with a data folder', () => {
  test('keeps its data, safe against a power cut, over a stop and a start', async () => {
    const first = await startPostgres({ mode: null, dataFolder, log });
    await onServer(first.url, async (client) => {
      await client.query(`create table kept as select 'Größe' as text`);
    });
    assert.equal(await ask(first, `current_setting('fsync')`), 'on');
    await first.stop();

    const second = await startPostgres({ mode: null, dataFolder, log });
    assert.equal(await ask(second, '(select text from kept)'), 'Größe');
    await second.stop();
    const left = (await readdir(dataFolder)).filter((name) => !name.startsWith('programs-'));
    assert.deepEqual(left.sort(), ['cluster', 'postgres.log']);
  });

  test('keeps what was committed when its process is killed, and starts again at once', async () => {
    const holder = await startInProcess(dataFolder);
    await onServer(holder.url, async (client) => {
      await client.query(`create table kept as select 1 as number`);
    });
    holder.process.kill('SIGKILL');
    await holder.exited;

    const next = await startPostgres({ mode: null, dataFolder, log });
    assert.equal(await ask(next, '(select number from kept)'), '1');
    await next.stop();
    await assert.rejects(ask(next, '1'), failsAs('unreachable'));
  });

  test('that became an orphan is adopted as it runs, and then ends with its new holder', async () => {
    const holder = await startInProcess(dataFolder);
    const started = await ask(holder, 'pg_postmaster_start_time()::text');
    await killSupervisor(dataFolder);
    holder.process.kill('SIGKILL');
    await holder.exited;

    const next = await startPostgres({ mode: null, dataFolder, log });
    assert.equal(next.url, holder.url);
    assert.equal(await ask(next, 'pg_postmaster_start_time()::text'), started);
    await next.stop();
    await assert.rejects(ask(next, '1'), failsAs('unreachable'));
  });

  test('is shared by a second start, which does not end it', async () => {
    const first = await startPostgres({ mode: null, dataFolder, log });
    const second = await startPostgres({ mode: null, dataFolder, log });
    assert.deepEqual([second.url, second.kind], [first.url, first.kind]);
    await second.stop();
    assert.equal(await ask(first, '1'), '1');
    await first.stop();
    await assert.rejects(ask(first, '1'), failsAs('unreachable'));
  });

  test('is one server for three that start at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 3 }, () => startPostgres({ mode: null, dataFolder, log })),
    );
    assert.equal(new Set(all.map(({ url }) => url)).size, 1);
    for (const server of all) await server.stop();
    await assert.rejects(ask(all[0], '1'), failsAs('unreachable'));
  });

  test('starts although a dead server left its lock file, whoever has its number now', async () => {
    const other = await startPostgres({ mode: null, log });
    const cluster = await ask(other, `current_setting('data_directory')`);
    const stranger = await readPostmaster(cluster);
    const first = await startPostgres({ mode: null, dataFolder, log });
    const lockFile = join(dataFolder, 'cluster', 'postmaster.pid');
    const left = await readFile(lockFile, 'utf8');
    await first.stop();

    for (const pid of [stranger?.pid, 4_194_300]) {
      await writeFile(lockFile, left.replace(/^\d+/, String(pid)));
      const next = await startPostgres({ mode: null, dataFolder, log });
      assert.equal(await ask(next, '1'), '1');
      await next.stop();
    }
    assert.equal(await ask(other, '1'), '1');
    await other.stop();
  });

  test('starts although an earlier start was killed while it made the cluster', async () => {
    const half = join(dataFolder, 'cluster.0123456789ab');
    await mkdir(join(half, 'base'), { recursive: true });
    await writeFile(join(half, 'PG_VERSION'), '15\n');
    const server = await startPostgres({ mode: null, dataFolder, log });
    assert.equal(await ask(server, '1'), '1');
    assert.equal(existsSync(half), false);
    await server.stop();
  });

  test('made by a version that is not here is refused, and stays as it is', async () => {
    await mkdir(join(dataFolder, 'cluster'), { recursive: true });
    await writeFile(join(dataFolder, 'cluster', 'PG_VERSION'), '11\n');
    await assert.rejects(
      startPostgres({ mode: null, dataFolder, log }),
      failsAs('unreachable', /made by PostgreSQL 11/),
    );
    assert.deepEqual(await readdir(join(dataFolder, 'cluster')), ['PG_VERSION']);
  });

  test('that cannot be made is refused with a sentence', async () => {
    await writeFile(dataFolder, 'a file');
    await assert.rejects(
      startPostgres({ mode: null, dataFolder, log }),
      failsAs('unreachable', /data folder .* cannot be made/),
    );
  });

  test('with broken data is refused with the reason that PostgreSQL gives', async () => {
    const first = await startPostgres({ mode: null, dataFolder, log });
    await first.stop();
    await rm(join(dataFolder, 'cluster', 'global', 'pg_control'));
    await assert.rejects(
      startPostgres({ mode: null, dataFolder, log }),
      failsAs('unreachable', /does not start in the folder .*pg_control/s),
    );
  });

  test('writes no statement and no value into its log', async () => {
    const server = await startPostgres({ mode: null, dataFolder, log });
    await assert.rejects(
      onServer(server.url, async (client) => {
        await client.query('create table people (name text primary key)');
        await client.query(`insert into people values ('Frau Geheim'), ('Frau Geheim')`);
      }),
      /duplicate key/,
    );
    await server.stop();
    assert.doesNotMatch(await readFile(join(dataFolder, 'postgres.log'), 'utf8'), /Geheim/);
  });

  test('closes its data to other users', async () => {
    const server = await startPostgres({ mode: null, dataFolder, log });
    assert.equal((await stat(join(dataFolder, 'cluster'))).mode & 0o077, 0);
    await server.stop();
  });
});

const PATIENTLY = { timeout: 30_000, interval: 20 };

function log(): void {
  // nothing here is worth a line in the test's output
}

async function ask(server: Pick<RunningPostgres, 'url'> | undefined, sql: string): Promise<string> {
  return await onServer(server?.url ?? '', async (client) => {
    const { rows } = await client.query<{ answer: unknown }>(`select ${sql} as answer`);
    return String(rows[0]?.answer);
  });
}

interface HolderProcess {
  readonly url: string;
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  readonly exited: Promise<void>;
}

/** Starts a server in a process of its own, which can be killed. */
async function startInProcess(dataFolder: string | null): Promise<HolderProcess> {
  const module = pathToFileURL(projectFile('dist/db/embedded.js')).href;
  const options = JSON.stringify({ mode: null, ...(dataFolder === null ? {} : { dataFolder }) });
  const script = `
    import { startPostgres } from ${JSON.stringify(module)};
    const { url } = await startPostgres({ ...${options}, log: () => undefined });
    console.log(url);
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
  });
  return { url, process: child, exited };
}

async function killSupervisor(home: string): Promise<void> {
  const holder = await readHolder(home);
  assert.ok(holder);
  process.kill(holder.pid, 'SIGKILL');
  await expect.poll(async () => (await livesOn(holder)).pid, PATIENTLY).toBe(false);
}

/** Does something and waits until the server has closed an open connection. */
async function untilGone(url: string, act: () => void): Promise<void> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  const gone = new Promise<void>((resolve) => client.once('end', () => resolve()));
  act();
  await gone;
}
