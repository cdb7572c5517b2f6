import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import type { Answered } from './cli/typed.js';
import { ANNA, BERND, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

let server: ScratchServer;
let it: Installation;
beforeAll(async () => (server = await openScratchServer()));
afterAll(async () => await server.close());
beforeEach(async () => (it = await openInstallation(server)));
afterEach(async () => await it.close());

const ACCOUNT = ['--auth', 'basic', '--user', 'abgleich@muster-maschinenbau.example'];

function add(...way: string[]): Promise<Answered> {
  const args = ['connections', 'add', 'firma', ...way, ...ACCOUNT, '--password-file', '-'];
  return it.run([...args, '--write-timeout', '3'], 'abgleich-demo\n');
}

async function list(): Promise<{ url: string; options: { discovery?: object } }[]> {
  const { stdout } = await it.run(['connections', 'list', '--json']);
  return JSON.parse(stdout) as { url: string; options: { discovery?: object } }[];
}

function endpoint(): string {
  return it.exchange.url.replace('EWS/Exchange.asmx', 'autodiscover/autodiscover.svc');
}

async function plan(changes: object): Promise<void> {
  const body = JSON.stringify(changes);
  await fetch(`${it.exchange.control}/autodiscover`, { method: 'POST', body });
}

describe('a connection by Autodiscover', () => {
  test('shows the address that was found, and keeps how', async () => {
    const { exit, stdout } = await add('--autodiscover', ANNA, '--autodiscover-url', endpoint());
    expect(exit).toBe(0);
    expect(stdout).toContain(`The server is ${it.exchange.url}`);
    expect(stdout).toContain(`✓ ${endpoint()}: names ${it.exchange.url}`);
    expect(await list()).toMatchObject([
      {
        url: it.exchange.url,
        options: {
          discovery: { by: 'autodiscover', mailbox: ANNA, endpoint: endpoint(), isOnly: true },
        },
      },
    ]);
  });

  test('that finds nobody says what was tried, and is not stored', async () => {
    const nobody = 'nobody@muster-maschinenbau.example';
    const { exit, stdout } = await add('--autodiscover', nobody, '--autodiscover-url', endpoint());
    expect(exit).toBe(3);
    expect(stdout).toContain('knows no mailbox with this address (InvalidUser)');
    expect(stdout).toContain('name it by --url');
    expect(stdout).not.toContain('abgleich-demo');
    expect(await list()).toEqual([]);
  });

  test('warns of a mailbox that another server answers for', async () => {
    await add('--autodiscover', ANNA, '--autodiscover-url', endpoint());
    await it.run(['employees', 'enable', ANNA]);
    const elsewhere = 'https://mail2.firma.example/EWS/Exchange.asmx';
    await plan({ mailboxes: { [BERND]: { internalUrl: elsewhere, externalUrl: elsewhere } } });
    const enabled = await it.run(['employees', 'enable', BERND]);
    expect(enabled.exit).toBe(0);
    expect(enabled.stdout).toContain(`another server for this mailbox`);
    expect(enabled.stdout).toContain(elsewhere);
    const { stdout } = await it.run(['employees', 'check', '--json']);
    const { employees } = JSON.parse(stdout) as {
      employees: { mailbox: string; warning: object | null }[];
    };
    const warned = employees.filter(({ warning }) => warning !== null);
    expect(warned.map(({ mailbox }) => mailbox)).toEqual([BERND]);
  });

  test('is looked for again when the address does not answer, and nothing is made twice', async () => {
    const old = await anotherDoor();
    await plan({ mailboxes: { [ANNA]: { internalUrl: old.url } } });
    await add('--autodiscover', ANNA, '--autodiscover-url', endpoint());
    expect(await list()).toMatchObject([{ url: old.url }]);
    await it.run(['employees', 'enable', ANNA]);
    await it.addItem(ANNA, 'Vor dem Umzug');
    await it.run(['sync', '--once']);
    await old.stop();
    await plan({ mailboxes: {} });
    await it.addItem(ANNA, 'Nach dem Umzug');
    const { exit } = await it.run(['sync', '--once']);
    expect(exit).toBe(0);
    expect(await list()).toMatchObject([{ url: it.exchange.url }]);
    expect(await it.titles()).toEqual(['Nach dem Umzug', 'Vor dem Umzug']);
    expect(await it.subjects(ANNA)).toEqual(['Nach dem Umzug', 'Vor dem Umzug']);
  });
});

/** Another address of the same Exchange, as a second name of it. */
async function anotherDoor(): Promise<{ url: string; stop(): Promise<void> }> {
  const door: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const headers = { authorization, 'content-type': type };
      void fetch(it.exchange.url, { method: 'POST', headers, body: Buffer.concat(pieces) }).then(
        async (answer) => {
          const text = await answer.text();
          response
            .writeHead(answer.status, { 'content-type': 'text/xml; charset=utf-8' })
            .end(text);
        },
      );
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const { port } = door.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    stop: () =>
      new Promise((resolve) => {
        door.close(() => resolve());
        door.closeAllConnections();
      }),
  };
}

describe('other ways to name a server', () => {
  test('Exchange Online by its preset, asking nobody', async () => {
    const app = ['--tenant', 'firma.onmicrosoft.com', '--user', 'client', '--password-file', '-'];
    const { exit } = await it.run(['connections', 'add', 'Cloud', '--online', ...app], 'geheim\n');
    expect(exit).toBe(0);
    expect(await list()).toMatchObject([
      {
        url: 'https://outlook.office365.com/EWS/Exchange.asmx',
        auth: 'oauth',
        options: { discovery: { by: 'online' } },
      },
    ]);
  });

  test('a host that does not answer is named with why, and not stored', async () => {
    const { exit, stdout } = await add('--host', 'localhost:1');
    expect(exit).toBe(3);
    expect(stdout).toMatch(/✗ https:\/\/localhost:1\/EWS\/Exchange\.asmx: .*\(ECONNREFUSED\)/);
    expect(await list()).toEqual([]);
  });

  // prettier-ignore
  const rows: readonly { name: string; way: string[]; says: string }[] = [
    { name: 'two at once', way: ['--host', 'a.de', '--online'], says: '--host, --online: only one' },
    { name: 'a host with a path', way: ['--host', 'https://a.de/ews'], says: 'belongs to --url' },
    { name: 'a mailbox that is no address', way: ['--autodiscover', 'anna'], says: 'name@company.com' },
    { name: 'an endpoint alone', way: ['--host', 'a.de', '--autodiscover-url', 'https://a.de/x.svc'], says: 'belongs to --autodiscover' },
    { name: 'an endpoint without encryption', way: ['--autodiscover', 'a@b.de', '--autodiscover-url', 'http://a.de/x.svc'], says: 'https://' },
    { name: 'Exchange Online by Basic', way: ['--online'], says: '--auth oauth only' },
  ];
  for (const { name, way, says } of rows) {
    test(`${name} is bad input`, async () => {
      const { exit, stderr } = await add(...way);
      expect(exit).toBe(2);
      expect(stderr).toContain(says);
    });
  }
});
