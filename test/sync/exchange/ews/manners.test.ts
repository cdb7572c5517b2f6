import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws, type Ews, type EwsOptions } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import {
  answer,
  failure,
  fault,
  itemMessage,
  startScripted,
  type Reply,
} from './scripted-server.js';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

function open(url: string, options: Partial<EwsOptions> = {}): { ews: Ews; clock: VirtualClock } {
  const clock = new VirtualClock();
  const ews = openEws({
    url,
    signIn: basicSignIn({ user: 'u', password: 'p' }),
    clock,
    ...options,
  });
  opened.push(() => ews.close());
  return { ews, clock };
}

async function against(...replies: readonly Reply[]) {
  const server = await startScripted(...replies);
  opened.push(() => server.stop());
  return { server, ...open(server.url) };
}

function read(ews: Ews, who = 'anna', signal = new AbortController().signal): Promise<unknown> {
  return ews.appointments.read({ address: parseEmail(`${who}@example.com`) }, ['A'], signal);
}

const READ: Reply = { body: answer('GetItem', itemMessage('A')) };
const IS_READ = [{ ok: true }];
const WAIT = { BackOffMilliseconds: '297749' };
const HINT = '<m:MessageXml><t:Value Name="BackOffMilliseconds">297749</t:Value></m:MessageXml>';
const WRAPPED = `<m:MessageXml><t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value><t:Value Name="BackOffMilliseconds">297749</t:Value></m:MessageXml>`;

/** All ways in which Exchange says that a mailbox has used up its budget, each with the same wait (protocol fact 90). */
const OF_MAILBOX: readonly { readonly name: string; readonly reply: Reply }[] = [
  { name: 'a fault', reply: { status: 500, body: fault('ErrorServerBusy', WAIT) } },
  { name: 'a fault with HTTP 200', reply: { body: fault('ErrorServerBusy', WAIT) } },
  {
    name: 'an internal error around it',
    reply: {
      body: fault('ErrorInternalServerError', {
        InnerErrorResponseCode: 'ErrorServerBusy',
        ...WAIT,
      }),
    },
  },
  {
    name: 'an entry',
    reply: { body: answer('GetItem', failure('GetItem', 'ErrorServerBusy', HINT)) },
  },
  {
    name: 'an entry with an internal error around it',
    reply: { body: answer('GetItem', failure('GetItem', 'ErrorInternalServerError', WRAPPED)) },
  },
];

const OF_SERVER: readonly {
  readonly name: string;
  readonly reply: Reply;
  readonly waitMs: number;
}[] = [
  {
    name: 'HTTP 503 with a time',
    reply: { status: 503, headers: { 'retry-after': '120' }, body: '' },
    waitMs: 120_000,
  },
  { name: 'HTTP 503 without', reply: { status: 503, body: '' }, waitMs: 30_000 },
  {
    name: 'HTTP 429',
    reply: { status: 429, headers: { 'retry-after': '7' }, body: '' },
    waitMs: 7_000,
  },
  {
    name: 'too many connections',
    reply: { status: 500, body: fault('ErrorExceededConnectionCount') },
    waitMs: 30_000,
  },
];

/** What came of a call, whether it threw or its entry says so. */
async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  const [first] = [await call.catch((error: unknown) => [{ ok: false, failure: error }])].flat();
  return first;
}

describe('a mailbox that is told to wait', () => {
  test.each(OF_MAILBOX)(
    'by $name is left alone for that long, and no other is',
    async ({ reply }) => {
      const { ews, server, clock } = await against(reply, READ);
      const busy = { kind: 'busy', code: 'ErrorServerBusy' };
      expect(await outcomeOf(read(ews))).toMatchObject({
        failure: { ...busy, retryAfterMs: 297_749 },
      });
      clock.advance(97_749);
      expect(await outcomeOf(read(ews, 'ANNA'))).toMatchObject({
        failure: { ...busy, retryAfterMs: 200_000 },
      });
      expect(server.received).toHaveLength(1);
      expect(await read(ews, 'bernd')).toMatchObject(IS_READ);
      clock.advance(199_999);
      expect(await outcomeOf(read(ews))).toMatchObject({ failure: { ...busy, retryAfterMs: 1 } });
      clock.advance(1);
      expect(await read(ews)).toMatchObject(IS_READ);
      expect(server.received).toHaveLength(3);
    },
  );

  test('without a time may be asked again when the caller thinks it right', async () => {
    const { ews } = await against({ status: 500, body: fault('ErrorServerBusy') }, READ);
    await expect(read(ews)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: null });
    expect(await read(ews)).toMatchObject(IS_READ);
  });

  test.each(['86400000', '99999999999999999999'])(
    'for %s ms is asked after an hour',
    async (text) => {
      const reply = { status: 500, body: fault('ErrorServerBusy', { BackOffMilliseconds: text }) };
      const { ews, clock } = await against(reply, READ);
      await expect(read(ews)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 3_600_000 });
      clock.advance(3_600_000);
      expect(await read(ews)).toMatchObject(IS_READ);
    },
  );

  test.each(['-1', '1e9', 'soon', ''])('a time of "%s" is none', async (text) => {
    const { ews } = await against({
      status: 500,
      body: fault('ErrorServerBusy', { BackOffMilliseconds: text }),
    });
    await expect(read(ews)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: null });
  });
});

describe('a server that is told to wait for', () => {
  test.each(OF_SERVER)('$name is left alone by all mailboxes', async ({ reply, waitMs }) => {
    const { ews, server, clock } = await against(reply, READ);
    await expect(read(ews)).rejects.toMatchObject({ kind: 'busy' });
    await expect(read(ews, 'bernd')).rejects.toMatchObject({ kind: 'busy', retryAfterMs: waitMs });
    clock.advance(waitMs - 1);
    await expect(read(ews, 'carla')).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 1 });
    expect(server.received).toHaveLength(1);
    clock.advance(1);
    expect(await read(ews, 'bernd')).toMatchObject(IS_READ);
  });

  test.each(['31536000', 'Fri, 01 Jan 2038 00:00:00 GMT'])(
    'a Retry-After of years (%s) is asked after an hour',
    async (text) => {
      const headers = { 'retry-after': text, date: 'Mon, 02 Mar 2026 08:00:00 GMT' };
      const { ews } = await against({ status: 503, headers, body: '' });
      await expect(read(ews)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 3_600_000 });
    },
  );
});

/** A server that answers nothing until it is told to. */
async function startHolding() {
  const held: { readonly who: string; readonly response: ServerResponse }[] = [];
  const server = createServer((request, response) => {
    const who = String(request.headers['x-anchormailbox']).split('@')[0] ?? '';
    request.resume().on('end', () => held.push({ who, response }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    held,
    waiting: () => held.map(({ who }) => who),
    answerNext({ status = 200, headers = {}, body }: Reply = READ): void {
      held
        .shift()
        ?.response.writeHead(status, { 'content-type': 'text/xml', ...headers })
        .end(body);
    },
  };
}

describe('many calls at once', () => {
  test('keep to so many requests per mailbox and per server', async () => {
    const server = await startHolding();
    const { ews } = open(server.url);
    const reads = ['a', 'a', 'a', 'a', 'b', 'b', 'b', 'c'].map((who) => read(ews, who));
    await expect.poll(() => server.waiting().sort()).toEqual(['a', 'a', 'b', 'b']);
    for (let answered = 0; answered < 8; answered++) {
      await expect.poll(() => server.held.length).toBe(Math.min(4, 8 - answered));
      const open = server.waiting();
      expect(
        Math.max(...['a', 'b'].map((who) => open.filter((one) => one === who).length)),
      ).toBeLessThan(3);
      server.answerNext();
    }
    expect(await Promise.all(reads)).toHaveLength(8);
  });

  test('keep to the numbers that are set', async () => {
    const server = await startHolding();
    const { ews } = open(server.url, { connections: 3, connectionsPerMailbox: 1 });
    const reads = ['a', 'a', 'b', 'c', 'd'].map((who) => read(ews, who));
    await expect.poll(() => server.waiting().sort()).toEqual(['a', 'b', 'c']);
    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => server.held.length).toBeGreaterThan(0);
      server.answerNext();
    }
    await Promise.all(reads);
  });

  test('that wait for their turn are not sent any more when the mailbox is told to wait', async () => {
    const server = await startHolding();
    const { ews } = open(server.url, { connectionsPerMailbox: 1 });
    const reads = [read(ews, 'a'), read(ews, 'a'), read(ews, 'a'), read(ews, 'b')];
    await expect.poll(() => server.waiting().sort()).toEqual(['a', 'b']);
    const busy = { status: 500, body: fault('ErrorServerBusy', WAIT) };
    for (const who of server.waiting()) server.answerNext(who === 'a' ? busy : READ);
    const kinds = (await Promise.all(reads.map(outcomeOf))).map(
      (one) => (one as { failure?: { kind: string } }).failure?.kind ?? 'read',
    );
    expect(kinds).toEqual(['busy', 'busy', 'busy', 'read']);
    expect(server.held).toEqual([]);
  });

  test('that are called off while they wait leave the turn to the others', async () => {
    const server = await startHolding();
    const { ews } = open(server.url, { connections: 1 });
    const stop = new AbortController();
    const [first, second, third] = [read(ews, 'a'), read(ews, 'b', stop.signal), read(ews, 'c')];
    await expect.poll(() => server.waiting()).toEqual(['a']);
    stop.abort();
    await expect(second).rejects.toMatchObject({ kind: 'unreachable', code: 'CalledOff' });
    server.answerNext();
    await expect.poll(() => server.waiting()).toEqual(['c']);
    server.answerNext();
    expect(await Promise.all([first, third])).toMatchObject([IS_READ, IS_READ]);
  });

  test('end when their time is over, and the next ones get through', async () => {
    const server = await startHolding();
    const { ews, clock } = open(server.url, { connections: 1 });
    const [first, second] = [read(ews, 'a'), read(ews, 'b')];
    await expect.poll(() => server.waiting()).toEqual(['a']);
    clock.advance(60_000);
    for (const call of [first, second]) {
      await expect(call).rejects.toMatchObject({ kind: 'unreachable', code: 'TimedOut' });
    }
    const third = read(ews, 'c');
    await expect.poll(() => server.waiting()).toEqual(['a', 'c']);
    server.held.shift();
    server.answerNext();
    expect(await third).toMatchObject(IS_READ);
  });
});

describe('the version of the server', () => {
  const told = (attributes: string): Reply => ({
    body: answer('GetItem', itemMessage('A')).replace(
      '<s:Header/>',
      `<s:Header><h:ServerVersionInfo xmlns:h="http://schemas.microsoft.com/exchange/services/2006/types" ${attributes}/></s:Header>`,
    ),
  });

  test('is known once it has said it', async () => {
    const { ews } = await against(
      told(
        'MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4" Version="V2017_07_11"',
      ),
      READ,
    );
    expect(ews.serverVersion()).toBeNull();
    await read(ews);
    await read(ews); // which says nothing
    expect(ews.serverVersion()).toEqual({
      build: '15.2.1544.4',
      name: expect.stringContaining('2019') as string,
    });
  });

  test.each(['', 'MajorVersion="fifteen" MinorVersion="2"'])('may be missing: %j', async (text) => {
    const { ews } = await against(told(text));
    expect(await read(ews)).toMatchObject(IS_READ);
    expect(ews.serverVersion()).toBeNull();
  });

  test.each([
    { code: 'ErrorInvalidServerVersion', de: /Nötig ist Exchange 2013 SP1/ },
    { code: 'ErrorIncorrectSchemaVersion', de: /Nötig ist Exchange 2013 SP1/ },
    { code: 'ErrorInvalidSchemaVersionForMailboxVersion', de: /Dieses Postfach/ },
  ])('that is too old is told by $code', async ({ code, de }) => {
    const { ews } = await against({ status: 500, body: fault(code) });
    await expect(read(ews)).rejects.toMatchObject({
      kind: 'forbidden',
      code,
      sentence: { de: expect.stringMatching(de) as string },
    });
  });
});
