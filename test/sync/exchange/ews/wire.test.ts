import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws, type Ews, type EwsOptions } from '../../../../sync/exchange/ews/adapter.js';
import type { Clock } from '../../../../sync/ports/clock.js';
import type { Answer } from '../../../../sync/ports/failure.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import {
  answer,
  failure,
  fault,
  itemMessage,
  soap,
  startScripted,
  success,
  type Reply,
  type ScriptedServer,
} from './scripted-server.js';

const MAILBOX = { address: parseEmail('anna@example.com') };
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Setup {
  readonly ews: Ews;
  readonly server: ScriptedServer;
  readonly clock: VirtualClock;
}

async function against(
  replies: readonly Reply[],
  options: Partial<EwsOptions> = {},
): Promise<Setup> {
  const server = await startScripted(...replies);
  const clock = new VirtualClock();
  const signIn = basicSignIn({ user: 'müller', password: 'geh:eim' });
  const ews = openEws({ url: server.url, signIn, clock, ...options });
  opened.push(ews, { close: () => server.stop() });
  return { ews, server, clock };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function readFrom(
  replies: readonly Reply[],
  ids: readonly string[],
  options: Partial<EwsOptions> = {},
) {
  const { ews, server } = await against(replies, options);
  const answers = await ews.appointments.read(MAILBOX, ids, never());
  return { answers, server };
}

const xml = (body: string, more: Partial<Reply> = {}): Reply => ({ body, ...more });

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

const STOPPED = failure('GetItem', 'ErrorBatchProcessingStopped').replace('"Error"', '"Warning"');
const REFUSED = failure('GetItem', 'ErrorItemCorrupt');

/** The ids that were read, and the kinds of what was not. */
function shown(answers: readonly Answer<{ readonly ref: { readonly id: string } }>[]): string[] {
  return answers.map((one) => (one.ok ? one.value.ref.id : one.failure.kind));
}

/** The ids in every request, in a row. */
function asked({ received }: ScriptedServer): string[] {
  return received.map(({ body }) =>
    [...body.matchAll(/ItemId Id="(\w)"/g)].map(([, id]) => id).join(''),
  );
}

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

describe('entries of an answer', () => {
  test('each keeps its own failure', async () => {
    const messages = [
      itemMessage('A'),
      failure('GetItem', 'ErrorItemNotFound'),
      failure('GetItem', 'ErrorThatNobodyKnows'),
      itemMessage('D'),
    ];
    const { answers } = await readFrom([xml(answer('GetItem', ...messages))], ['A', 'B', 'C', 'D']);
    expect(answers.map((one) => (one.ok ? one.value.ref.id : one.failure.kind))).toEqual([
      'A',
      'gone',
      'rejected',
      'D',
    ]);
  });

  test('the busy one carries its wait, and nothing more is asked', async () => {
    const busy = failure(
      'GetItem',
      'ErrorServerBusy',
      '<m:MessageXml><t:Value Name="BackOffMilliseconds">4000</t:Value></m:MessageXml>',
    );
    const ids = Array.from({ length: 120 }, (_, at) => `i${at}`);
    const first = ids.slice(0, 50).map((id, at) => (at === 3 ? busy : itemMessage(id)));
    const { answers, server } = await readFrom([xml(answer('GetItem', ...first))], ids);
    expect(server.received).toHaveLength(1);
    expect(answers.filter((one) => one.ok)).toHaveLength(49);
    expect(answers[119]).toMatchObject({ failure: { kind: 'busy', retryAfterMs: 4000 } });
  });

  test('those after a stopped batch were never tried and are asked for once more, in halves', async () => {
    const ids = ['A', 'B', 'C', 'D', 'E'];
    const { answers, server } = await readFrom(
      [
        xml(answer('GetItem', itemMessage('A'), REFUSED, STOPPED, STOPPED, STOPPED)),
        xml(answer('GetItem', itemMessage('C'), itemMessage('D'), itemMessage('E'))),
      ],
      ids,
    );
    expect(shown(answers)).toEqual(['A', 'rejected', 'C', 'D', 'E']);
    expect(asked(server)).toEqual(['ABCDE', 'CDE']);
  });

  test('a batch that is stopped again and again ends one by one', async () => {
    const all = (count: number): Reply =>
      xml(answer('GetItem', ...Array.from({ length: count }, () => STOPPED)));
    const { answers, server } = await readFrom(
      [all(3), all(2), all(1), all(1), all(1)],
      ['A', 'B', 'C'],
    );
    expect(shown(answers)).toEqual(['busy', 'busy', 'busy']);
    expect(asked(server)).toEqual(['ABC', 'AB', 'A', 'B', 'C']);
  });

  test('after a stop that is about the server nothing more is asked', async () => {
    const away = failure('GetItem', 'ErrorMailboxStoreUnavailable');
    const { answers, server } = await readFrom(
      [xml(answer('GetItem', itemMessage('A'), away, STOPPED))],
      ['A', 'B', 'C'],
    );
    expect(shown(answers)).toEqual(['A', 'unreachable', 'unreachable']);
    expect(server.received).toHaveLength(1);
  });

  test('where a batch was too much, the next ones are smaller as well', async () => {
    const ids = Array.from({ length: 80 }, (_, at) => `i${at}`);
    const these = (from: number, to: number): Reply =>
      xml(answer('GetItem', ...ids.slice(from, to).map((id) => itemMessage(id))));
    const { answers, server } = await readFrom(
      [
        xml(fault('ErrorTimeoutExpired'), { status: 500 }),
        these(0, 25),
        these(25, 50),
        these(50, 75),
        these(75, 80),
      ],
      ids,
    );
    expect(shown(answers)).toEqual(ids);
    expect(server.received).toHaveLength(5);
  });

  test('a server that has no time even for one is left alone', async () => {
    const { ews, server } = await against([xml(fault('ErrorTimeoutExpired'), { status: 500 })]);
    const ids = Array.from({ length: 50 }, (_, at) => `i${at}`);
    await expect(ews.appointments.read(MAILBOX, ids, never())).rejects.toMatchObject({
      kind: 'busy',
      code: 'ErrorTimeoutExpired',
    });
    expect(server.received).toHaveLength(7);
  });

  test('fewer than asked for are asked for again one by one, never guessed', async () => {
    const { answers } = await readFrom(
      [
        xml(answer('GetItem', itemMessage('B'))),
        xml(answer('GetItem')),
        xml(answer('GetItem', itemMessage('B'))),
      ],
      ['A', 'B'],
    );
    expect(answers).toMatchObject([
      { ok: false, failure: { kind: 'unreachable', code: 'AnswerIncomplete' } },
      { ok: true, value: { ref: { id: 'B' } } },
    ]);
  });

  test('of a create that are fewer than asked for leave every entry open', async () => {
    const { ews } = await against([xml(answer('CreateItem', success('CreateItem', '<m:Items/>')))]);
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    await expect(ews.appointments.create(MAILBOX, [entry, entry], never())).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'AnswerIncomplete',
    });
  });

  test.each([
    { text: 'a &nosuch; b', code: 'AnswerMalformed' },
    { text: 'a & b', code: 'AnswerTruncated' },
  ])(
    'one that makes the answer unreadable is parked, the rest is read: $text',
    async ({ text, code }) => {
      const broken = itemMessage('B', `<t:Subject>${text}</t:Subject>`);
      const { answers } = await readFrom(
        [
          xml(answer('GetItem', itemMessage('A'), broken)),
          xml(answer('GetItem', itemMessage('A'))),
          xml(answer('GetItem', broken)),
        ],
        ['A', 'B'],
      );
      expect(answers).toMatchObject([
        { ok: true },
        { ok: false, failure: { kind: 'rejected', code } },
      ]);
    },
  );

  test('while no item can be read it is the server that is to blame, and nothing is parked', async () => {
    const broken = answer('GetItem', '<m:Items>&nosuch;</m:Items>');
    const { answers } = await readFrom([xml(broken)], ['A', 'B']);
    expect(answers.map((one) => (one.ok ? 'read' : one.failure.kind))).toEqual([
      'unreachable',
      'unreachable',
    ]);
  });

  test('an answer beyond the byte limit is halved until it fits', async () => {
    const ids = ['A', 'B', 'C'];
    const { answers, server } = await readFrom(
      [
        xml(answer('GetItem', ...ids.map((id) => itemMessage(id)))),
        xml(answer('GetItem', itemMessage('A'))),
        xml(answer('GetItem', itemMessage('C'))),
      ],
      ['A', 'C'],
      { maxAnswerBytes: 900 },
    );
    expect(answers.map((one) => one.ok)).toEqual([true, true]);
    expect(server.received).toHaveLength(3);
  });

  test('a server that needs too long for a batch gets half of it', async () => {
    const { answers } = await readFrom(
      [
        xml(fault('ErrorTimeoutExpired'), { status: 500 }),
        xml(answer('GetItem', itemMessage('A'))),
        xml(answer('GetItem', itemMessage('B'))),
      ],
      ['A', 'B'],
    );
    expect(answers.map((one) => one.ok)).toEqual([true, true]);
  });

  test('a request that is refused as a whole is sent again in halves to find who is to blame', async () => {
    const made = (id: string): string =>
      success(
        'CreateItem',
        `<m:Items><t:CalendarItem><t:ItemId Id="${id}" ChangeKey="K"/></t:CalendarItem></m:Items>`,
      );
    const { ews } = await against([
      xml(fault('ErrorSchemaValidation'), { status: 500 }),
      xml(answer('CreateItem', made('A'))),
      xml(fault('ErrorSchemaValidation'), { status: 500 }),
    ]);
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    const answers = await ews.appointments.create(MAILBOX, [entry, entry], never());
    expect(answers.map((one) => (one.ok ? one.value.id : one.failure.kind))).toEqual([
      'A',
      'rejected',
    ]);
  });
});

describe('writing', () => {
  test('never sends a request again whose answer was lost', async () => {
    const { ews, server } = await against([{ body: '<s:Env', cut: true }]);
    const entries = [{ folderId: 'F', mark: 'm', patch: { fields: {} } }];
    await expect(ews.appointments.create(MAILBOX, entries, never())).rejects.toMatchObject({
      kind: 'unreachable',
    });
    expect(server.received).toHaveLength(1);
  });

  test('sends nothing after its time is over, and says so of each entry', async () => {
    const made = success(
      'CreateItem',
      '<m:Items><t:CalendarItem><t:ItemId Id="A" ChangeKey="K"/></t:CalendarItem></m:Items>',
    );
    const times = [0, 0, 20_000];
    const clock: Clock = {
      now: () => new VirtualClock().now(),
      monotonicMs: () => times.shift() ?? 20_000,
      sleep: () => new Promise(() => undefined),
    };
    const replies = [xml(answer('CreateItem', ...Array.from({ length: 50 }, () => made)))];
    const { ews, server } = await against(replies, { clock });
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    const entries = Array.from({ length: 60 }, () => entry);
    const answers = await ews.appointments.create(MAILBOX, entries, never());
    expect(server.received).toHaveLength(1);
    expect(answers.filter((one) => one.ok)).toHaveLength(50);
    expect(answers[59]).toMatchObject({ failure: { kind: 'unreachable', code: 'NotSent' } });
  });
});
