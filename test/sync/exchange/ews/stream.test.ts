import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { writeGetStreamingEvents } from '../../../../sync/exchange/ews/operations/get-streaming-events.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { soapClient, type SoapClient } from '../../../../sync/exchange/ews/soap.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { answer, success } from './scripted-server.js';

const ANNA = { address: parseEmail('anna@example.com') };
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Exchange {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Those that are not answered yet. */
  readonly responses: ServerResponse[];
}

async function startExchange(): Promise<Exchange> {
  const requests: IncomingMessage[] = [];
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests.push(request);
      responses.push(response);
    });
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
  return { url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`, requests, responses };
}

function open(url: string): SoapClient {
  const client = soapClient({
    ...{ url, clock: new VirtualClock(), ca: null, proxy: null, maxAnswerBytes: 1_000_000 },
    ...{ connections: 1, connectionsPerMailbox: 1, onRequest: () => undefined },
    signIn: basicSignIn({ user: 'u', password: 'p' }),
  });
  opened.push(() => client.close());
  return client;
}

const BODY = writeGetStreamingEvents({ subscriptionIds: ['S'], connectionTimeoutMinutes: 30 });

function streamOf(client: SoapClient, signal = new AbortController().signal) {
  const headers = { 'x-anchormailbox': 'first@example.com', cookie: 'a=b' };
  const request = { operation: 'GetStreamingEvents', mailbox: ANNA, body: BODY, headers, signal };
  return client.stream(request);
}

function folders(client: SoapClient): Promise<unknown> {
  return client.call({
    ...{ operation: 'GetFolder', mailbox: ANNA, body: BODY, timeoutMs: 60_000 },
    signal: new AbortController().signal,
  });
}

async function nextResponse({ responses }: Exchange): Promise<ServerResponse> {
  await expect.poll(() => responses.length).toBeGreaterThan(0);
  const response = responses.shift();
  if (response === undefined) throw new Error('nobody asked');
  return response;
}

async function nextText(pieces: AsyncIterator<unknown, unknown>): Promise<string> {
  const { value } = await pieces.next();
  return Buffer.from(value as Uint8Array).toString('utf8');
}

describe('an answer that goes on', () => {
  test('comes piece by piece, with its headers, and was asked for with those of its own', async () => {
    const exchange = await startExchange();
    const opening = streamOf(open(exchange.url));
    const response = await nextResponse(exchange);
    response.writeHead(200, { 'content-type': 'text/xml', 'set-cookie': ['c=1', 'd=2'] });
    response.write('eins');
    const { headers, pieces } = await opening;
    expect(headers['set-cookie']).toEqual(['c=1', 'd=2']);
    const reading = pieces[Symbol.asyncIterator]();
    expect(await nextText(reading)).toBe('eins');
    response.write('zwei');
    expect(await nextText(reading)).toBe('zwei');
    expect(exchange.requests[0]?.headers).toMatchObject({
      'x-anchormailbox': 'first@example.com',
      cookie: 'a=b',
      authorization: expect.stringMatching(/^Basic /) as string,
    });
  });

  test('takes no place from the short ones', async () => {
    const exchange = await startExchange();
    const client = open(exchange.url);
    for (let count = 0; count < 3; count++) {
      const opening = streamOf(client);
      (await nextResponse(exchange)).writeHead(200).write('x');
      await opening;
    }
    const call = folders(client);
    (await nextResponse(exchange)).end(answer('GetFolder', success('GetFolder', '')));
    await expect(call).resolves.toMatchObject({ name: 'GetFolderResponse' });
  });

  test.each(['signal', 'client'] as const)('ends with its connection by the %s', async (how) => {
    const exchange = await startExchange();
    const client = open(exchange.url);
    const stop = new AbortController();
    const opening = streamOf(client, stop.signal);
    const response = await nextResponse(exchange);
    response.writeHead(200).write('x');
    const { pieces } = await opening;
    const reading = pieces[Symbol.asyncIterator]();
    await nextText(reading);
    const closed = once(response, 'close');
    const waiting = reading.next();
    if (how === 'signal') stop.abort('enough');
    else await client.close();
    await expect(waiting).rejects.toBeDefined();
    await closed;
  });

  test('that is left before its end is not read on', async () => {
    const exchange = await startExchange();
    const opening = streamOf(open(exchange.url));
    const response = await nextResponse(exchange);
    response.writeHead(200).write('x');
    const { pieces } = await opening;
    const closed = once(response, 'close');
    for await (const piece of pieces) {
      expect(piece).toBeDefined();
      break;
    }
    await closed;
  });

  test('that is refused for being too many is waited for by all', async () => {
    const exchange = await startExchange();
    const client = open(exchange.url);
    const opening = streamOf(client);
    (await nextResponse(exchange)).writeHead(503, { 'retry-after': '9' }).end();
    await expect(opening).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 9000 });
    await expect(streamOf(client)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 9000 });
    await expect(folders(client)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 9000 });
    expect(exchange.requests).toHaveLength(1);
  });

  test('with HTTP 500 is handed on, since it tells why', async () => {
    const exchange = await startExchange();
    const opening = streamOf(open(exchange.url));
    (await nextResponse(exchange)).writeHead(500).end('<fault/>');
    const { pieces } = await opening;
    expect(await nextText(pieces[Symbol.asyncIterator]())).toBe('<fault/>');
  });

  test('called off before the server says anything is a failure of ours', async () => {
    const exchange = await startExchange();
    const stop = new AbortController();
    const opening = streamOf(open(exchange.url), stop.signal);
    await nextResponse(exchange);
    stop.abort('CalledOff');
    await expect(opening).rejects.toMatchObject({ kind: 'unreachable', code: 'CalledOff' });
  });
});
