import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openEws } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { answer, fault, itemMessage, soap, startScripted, type Reply } from './scripted-server.js';
import { against, MAILBOX, never, opened, readFrom, shown, xml } from './wire-bench.js';

describe('a request', () => {
  test('signs in, names the mailbox in both places, and says who it is', async () => {
    const { server } = await readFrom([xml(answer('GetItem', itemMessage('A')))], ['A']);
    const [request] = server.received;
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('müller:geh:eim', 'utf8').toString('base64')}`,
      'x-anchormailbox': 'anna@example.com',
      'user-agent': 'Abgleich',
      'content-type': 'text/xml; charset=utf-8',
    });
    expect(request?.body).toContain(
      '<t:ConnectingSID><t:PrimarySmtpAddress>anna@example.com</t:PrimarySmtpAddress></t:ConnectingSID>',
    );
    expect(request?.body).toContain('<t:RequestServerVersion Version="Exchange2013_SP1"/>');
    expect(request?.body).toContain('<t:TimeZoneDefinition Id="UTC"/>');
  });

  test.each([
    'http://mail.firma.de/EWS/Exchange.asmx',
    'http://192.168.1.5/EWS/Exchange.asmx',
    'ftp://127.0.0.1/',
    'mail.firma.de',
    'https://user:password@mail.firma.de/EWS/Exchange.asmx',
    'http://localhost.firma.de/',
  ])('never goes to %s', (url) => {
    const signIn = basicSignIn({ user: 'u', password: 'p' });
    expect(() => openEws({ url, signIn, clock: new VirtualClock() })).toThrow(
      expect.objectContaining({ kind: 'forbidden', sentence: expect.anything() as unknown }),
    );
  });

  test('is counted by the name of its operation', async () => {
    const asked: string[] = [];
    const replies = [xml(answer('GetItem', itemMessage('A')))];
    await readFrom(replies, ['A'], { onRequest: (operation) => asked.push(operation) });
    expect(asked).toEqual(['GetItem']);
  });
});

/** What the whole answer is, and what it means for the call. */
const WHOLE_ANSWERS: readonly {
  readonly name: string;
  readonly reply: Reply;
  readonly kind: string;
  readonly code: string;
  readonly retryAfterMs?: number;
}[] = [
  { name: 'HTTP 401', reply: { status: 401, body: '' }, kind: 'forbidden', code: 'HTTP401' },
  { name: 'HTTP 403', reply: { status: 403, body: '' }, kind: 'forbidden', code: 'HTTP403' },
  { name: 'HTTP 404', reply: { status: 404, body: '' }, kind: 'unreachable', code: 'HTTP404' },
  { name: 'HTTP 502', reply: { status: 502, body: '' }, kind: 'unreachable', code: 'HTTP502' },
  { name: 'HTTP 440', reply: { status: 440, body: '' }, kind: 'forbidden', code: 'HTTP440' },
  { name: 'HTTP 456', reply: { status: 456, body: '' }, kind: 'forbidden', code: 'HTTP456' },
  {
    name: 'the end of EWS in Exchange Online',
    reply: { status: 403, headers: { 'x-ews-policy-reason': 'EWS is disabled' }, body: '' },
    kind: 'forbidden',
    code: 'EwsBlocked',
  },
  {
    name: 'an answer packed in a way nobody knows',
    reply: { headers: { 'content-encoding': 'zip' }, body: answer('GetItem') },
    kind: 'unreachable',
    code: 'AnswerPacked',
  },
  {
    name: 'an answer that is not packed as it says',
    reply: { headers: { 'content-encoding': 'gzip' }, body: answer('GetItem') },
    kind: 'unreachable',
    code: 'Z_DATA_ERROR',
  },
  {
    name: 'an answer packed and cut off',
    reply: {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(answer('GetItem')).subarray(0, 60),
    },
    kind: 'unreachable',
    code: 'Z_BUF_ERROR',
  },
  {
    name: 'an answer that is a thousand times as large unpacked',
    reply: {
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync(`<a>${' '.repeat(80_000_000)}</a>`),
    },
    kind: 'unreachable',
    code: 'AnswerTooLarge',
  },
  {
    name: 'another address of a mailbox',
    reply: { status: 500, body: fault('ErrorNonPrimarySmtpAddress') },
    kind: 'forbidden',
    code: 'ErrorNonPrimarySmtpAddress',
  },
  {
    name: 'HTTP 503 without a hint',
    reply: { status: 503, body: '' },
    kind: 'busy',
    code: 'HTTP503',
  },
  {
    name: 'HTTP 503 with seconds to wait',
    reply: { status: 503, headers: { 'retry-after': '17' }, body: '' },
    kind: 'busy',
    code: 'HTTP503',
    retryAfterMs: 17_000,
  },
  {
    name: 'HTTP 503 with a date to wait for, by the clock of the server',
    reply: {
      status: 503,
      headers: {
        date: 'Mon, 02 Mar 2026 08:00:00 GMT',
        'retry-after': 'Mon, 02 Mar 2026 08:01:30 GMT',
      },
      body: '',
    },
    kind: 'busy',
    code: 'HTTP503',
    retryAfterMs: 90_000,
  },
  {
    name: 'a fault that names the wait',
    reply: xml(fault('ErrorServerBusy', { BackOffMilliseconds: '297749' }), { status: 500 }),
    kind: 'busy',
    code: 'ErrorServerBusy',
    retryAfterMs: 297_749,
  },
  {
    name: 'a fault without a wait',
    reply: xml(fault('ErrorServerBusy'), { status: 500 }),
    kind: 'busy',
    code: 'ErrorServerBusy',
  },
  {
    name: 'a fault with HTTP 200',
    reply: xml(fault('ErrorImpersonateUserDenied')),
    kind: 'forbidden',
    code: 'ErrorImpersonateUserDenied',
  },
  {
    name: 'a busy back end inside an internal error',
    reply: xml(
      fault('ErrorInternalServerError', {
        InnerErrorResponseCode: 'ErrorServerBusy',
        BackOffMilliseconds: '1500',
      }),
    ),
    kind: 'busy',
    code: 'ErrorServerBusy',
    retryAfterMs: 1_500,
  },
  {
    name: 'too many connections',
    reply: xml(fault('ErrorExceededConnectionCount'), { status: 500 }),
    kind: 'busy',
    code: 'ErrorExceededConnectionCount',
  },
  {
    name: 'an internal error of the whole request',
    reply: xml(fault('ErrorInternalServerError'), { status: 500 }),
    kind: 'unreachable',
    code: 'ErrorInternalServerError',
  },
  {
    name: 'a fault of a server that has no Exchange code',
    reply: xml(
      soap('<s:Fault><faultcode>s:Server</faultcode><faultstring>oops</faultstring></s:Fault>'),
      { status: 500 },
    ),
    kind: 'unreachable',
    code: 'Server',
  },
  {
    name: 'a web page',
    reply: xml('<!DOCTYPE html><html><body>Sign in</body></html>', {
      headers: { 'content-type': 'text/html' },
    }),
    kind: 'unreachable',
    code: 'AnswerIsWebPage',
  },
  {
    name: 'a web page that claims to be XML',
    reply: xml('<!DOCTYPE html><html><body>Sign in<br></body></html>'),
    kind: 'unreachable',
    code: 'AnswerNotSoap',
  },
  {
    name: 'XML that is no SOAP',
    reply: xml('<html><body>Sign in</body></html>'),
    kind: 'unreachable',
    code: 'AnswerNotSoap',
  },
  { name: 'nothing at all', reply: xml(''), kind: 'unreachable', code: 'AnswerNotSoap' },
  { name: 'plain text', reply: xml('starting up'), kind: 'unreachable', code: 'AnswerNotSoap' },
  {
    name: 'an envelope without a body',
    reply: xml('<s:Envelope xmlns:s="x"/>'),
    kind: 'unreachable',
    code: 'AnswerNotSoap',
  },
  {
    name: 'an answer that was cut off in a tag',
    reply: xml(answer('GetItem', itemMessage('A')).slice(0, 420)),
    kind: 'unreachable',
    code: 'AnswerTruncated',
  },
  {
    name: 'an answer whose connection breaks',
    reply: xml(answer('GetItem', itemMessage('A')).slice(0, 420), { cut: true }),
    kind: 'unreachable',
    code: 'UND_ERR_SOCKET',
  },
  {
    name: 'an entity bomb',
    reply: xml(
      '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' +
        '<Envelope><Body>&b;</Body></Envelope>',
    ),
    kind: 'unreachable',
    code: 'AnswerNotSoap',
  },
  {
    name: 'an encoding nobody knows',
    reply: xml(answer('GetItem', itemMessage('A')), {
      headers: { 'content-type': 'text/xml; charset=klingon' },
    }),
    kind: 'unreachable',
    code: 'AnswerMisencoded',
  },
];

describe('an answer as a whole', () => {
  test.each(WHOLE_ANSWERS)('$name', async ({ reply, kind, code, retryAfterMs }) => {
    const { ews } = await against([reply]);
    const call = ews.appointments.folders(MAILBOX, never());
    await expect(call).rejects.toMatchObject({
      name: 'ConnectorFailure',
      kind,
      code,
      retryAfterMs: retryAfterMs ?? null,
    });
  });

  test.each([401, 403, 404, 302])(
    'HTTP %i comes with a sentence in both languages',
    async (status) => {
      const { ews } = await against([{ status, body: '' }]);
      await expect(ews.appointments.folders(MAILBOX, never())).rejects.toMatchObject({
        sentence: {
          de: expect.stringMatching(/\w{3} .*\./) as string,
          en: expect.stringMatching(/\w{3} .*\./) as string,
        },
      });
    },
  );

  test('nobody listening is unreachable and named', async () => {
    const { ews, server } = await against([]);
    await server.stop();
    await expect(ews.appointments.folders(MAILBOX, never())).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'ECONNREFUSED',
    });
  });

  test('a server that never answers is unreachable when the time is over', async () => {
    const { ews, server, clock } = await against([]);
    const call = ews.appointments.folders(MAILBOX, never());
    const outcome = expect(call).rejects.toMatchObject({ kind: 'unreachable', code: 'TimedOut' });
    await expect.poll(() => server.received.length).toBe(1);
    clock.advance(59_999);
    clock.advance(1);
    await outcome;
  });

  test('a call that is called off ends at once', async () => {
    const { ews, server } = await against([]);
    const stop = new AbortController();
    const call = ews.appointments.folders(MAILBOX, stop.signal);
    const outcome = expect(call).rejects.toMatchObject({ kind: 'unreachable', code: 'CalledOff' });
    await expect.poll(() => server.received.length).toBe(1);
    stop.abort();
    await outcome;
  });

  test('nothing is sent for a call that was called off before', async () => {
    const { ews, server } = await against([]);
    await expect(ews.appointments.folders(MAILBOX, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CalledOff',
    });
    expect(server.received).toEqual([]);
  });
});

test.each([
  { packing: 'gzip', pack: gzipSync },
  { packing: 'deflate', pack: deflateSync },
  { packing: 'br', pack: brotliCompressSync },
])('an answer that a gateway packed unasked ($packing) is read', async ({ packing, pack }) => {
  const body = pack(Buffer.from(answer('GetItem', itemMessage('A'))));
  const { answers } = await readFrom([{ headers: { 'content-encoding': packing }, body }], ['A']);
  expect(shown(answers)).toEqual(['A']);
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    'by %d is not followed, and its address is told',
    async (status) => {
      const elsewhere = await startScripted(xml(answer('GetItem', itemMessage('A'))));
      opened.push({ close: () => elsewhere.stop() });
      const location = `${elsewhere.url}?ticket=geheim#a`;
      const { ews } = await against([{ status, headers: { location }, body: '' }]);
      await expect(ews.appointments.read(MAILBOX, ['A'], never())).rejects.toMatchObject({
        kind: 'unreachable',
        code: `HTTP${status}`,
        sentence: {
          de: expect.stringContaining(`(${elsewhere.url})`) as string,
          en: expect.stringContaining(`(${elsewhere.url})`) as string,
        },
      });
      expect(elsewhere.received).toEqual([]);
    },
  );

  test.each(['/owa/auth/logon.aspx', '//', undefined])(
    'to %s is told without an address',
    async (location) => {
      const { ews } = await against([
        { status: 302, headers: location === undefined ? {} : { location }, body: '' },
      ]);
      await expect(ews.appointments.read(MAILBOX, ['A'], never())).rejects.toMatchObject({
        code: 'HTTP302',
        sentence: { en: expect.stringContaining('to another address.') as string },
      });
    },
  );
});

describe('the end of EWS', () => {
  test('is told with its dates and what allows it until then', async () => {
    const { ews } = await against([
      { status: 403, headers: { 'X-EWS-Policy-Reason': 'EWS is blocked by policy' }, body: 'x' },
    ]);
    await expect(ews.appointments.read(MAILBOX, ['A'], never())).rejects.toMatchObject({
      sentence: {
        de: expect.stringMatching(/1\. Oktober 2026.*1\. April 2027.*EwsAllowedAppIDs/) as string,
        en: expect.stringMatching(/1 October 2026.*1 April 2027.*EwsAllowedAppIDs/) as string,
      },
    });
  });
});
