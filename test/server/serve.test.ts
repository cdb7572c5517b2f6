import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectFile } from '../../db/project-files.js';
import { runCommandLine } from '../../server/cli/command-line.js';
import { VERBS } from '../../server/cli/verbs.js';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { ANNA, BERND, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

let server: ScratchServer;
let it: Installation;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  await it.run(['employees', 'enable', 'E01']);
});

afterEach(async () => {
  await it.close();
});

/** The server in this process, polling so rarely that only wakes explain what it does. */
async function serve(): Promise<{ readonly url: string; stop(): Promise<number> }> {
  const stop = new AbortController();
  let exit: Promise<number> | null = null;
  const line = await new Promise<string>((resolve, reject) => {
    exit = runCommandLine(['serve'], VERBS, {
      env: { ...it.env, ABGLEICH_POLL_SECONDS: '3600', ABGLEICH_LOG: 'silent' },
      stdin: Readable.from([]),
      print: resolve,
      complain: (text) => reject(new Error(text)),
      stop: stop.signal,
      endWithin: () => undefined,
    });
  });
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    async stop() {
      stop.abort();
      return (await exit) ?? -1;
    },
  };
}

/** Asks again and again, until the answer is as expected or the test's time is up. */
async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  await expect.poll(ask, { timeout: 20_000, interval: 50 }).toEqual(expected);
}

describe('the server', () => {
  test('says where it is and that it is ready, and stops when asked', async () => {
    const running = await serve();
    expect(await (await fetch(`${running.url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${running.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${running.url}/metrics`)).text()).toContain('abgleich_cycles_total');
    expect(await running.stop()).toBe(0);
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
  });

  test('carries a change of the ERP without waiting for a poll', async () => {
    const running = await serve();
    await eventually(() => it.subjects(ANNA), []);
    await it.addRecord('E01', 'soeben angelegt');
    await eventually(() => it.subjects(ANNA), ['soeben angelegt']);
    await running.stop();
  });

  test('takes in a new employee without a restart', async () => {
    const running = await serve();
    await it.addRecord('E02', 'noch vor der Freischaltung');
    await it.run(['employees', 'enable', 'E02', '--stock-from', '2026-01-01']);
    await eventually(() => it.subjects(BERND), ['noch vor der Freischaltung']);
    await running.stop();
  });

  test('goes on when Exchange is back', async () => {
    const running = await serve();
    it.exchange.faults.add({ kind: 'dropBefore', times: 2 });
    await it.addRecord('E01', 'nach der Störung');
    await eventually(() => it.subjects(ANNA), ['nach der Störung']);
    await running.stop();
  });

  test('keeps a second installation out of the same ERP', async () => {
    const running = await serve();
    const complaints: string[] = [];
    const exit = await runCommandLine(['serve'], VERBS, {
      env: { ...(await it.another()), ABGLEICH_LOG: 'silent' },
      stdin: Readable.from([]),
      print: () => undefined,
      complain: (text) => complaints.push(text),
      stop: new AbortController().signal,
      endWithin: () => undefined,
    });
    expect(exit).toBe(1);
    expect(complaints.join('')).toContain('another installation');
    await running.stop();
  });
});

describe('the process of the server', () => {
  // prettier-ignore
  const ways = [
    { name: 'a signal', args: [], end: (child: Child) => child.kill('SIGTERM') },
    { name: 'the line "stop"', args: ['--stop-on-stdin-end'], end: (child: Child) => child.stdin.write('stop\n') },
    { name: 'the end of its parent’s pipe', args: ['--stop-on-stdin-end'], end: (child: Child) => child.stdin.end() },
  ] as const;

  for (const { name, args, end } of ways) {
    test(`prints one line of JSON and ends cleanly at ${name}`, async () => {
      const child = start(['serve', ...args]);
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      expect(JSON.parse(String(line))).toMatchObject({
        pid: child.pid,
        url: expect.stringContaining('http://127.0.0.1:') as string,
      });
      const exited = once(child, 'exit');
      end(child);
      expect(await exited).toEqual([0, null]);
    });
  }
});

type Child = ReturnType<typeof start>;

/** The built program, as a customer starts it. */
function start(args: readonly string[]) {
  return spawn(process.execPath, [projectFile('dist/server/main.js'), ...args], {
    env: { ...process.env, ...it.env, ABGLEICH_LOG: 'error' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
