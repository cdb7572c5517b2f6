import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  reachAddresses,
  reachByProxy,
} from '../../../../../sync/exchange/ews/check/address-step.js';
import { resolveName } from '../../../../../sync/exchange/ews/check/name-step.js';
import { schemesIn } from '../../../../../sync/exchange/ews/check/offered-schemes.js';
import {
  isTooOld,
  productOf,
  type ServerBuild,
} from '../../../../../sync/exchange/ews/server-product.js';
import type { StepFinding } from '../../../../../sync/exchange/ews/check/steps.js';
import { checkTls } from '../../../../../sync/exchange/ews/check/tls-step.js';
import { readTokenFacts } from '../../../../../sync/exchange/ews/check/token-facts.js';
import { EXCHANGE_SERVER } from '../../../../../sync/exchange/ews/sentences.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { pem, startTls } from './certificate-server.js';

const clock = new VirtualClock();
const signal = new AbortController().signal;
const LIMITS = { clock, signal, timeoutMs: 5000 };

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

const tell = ({ result, faults }: StepFinding): string =>
  [result.en, ...faults.flatMap(({ cause, remedy }) => [cause.en, remedy.en])].join(' ');

describe('the name of a server', () => {
  const resolve = (answer: readonly string[] | string) =>
    resolveName('mail.firma.example', EXCHANGE_SERVER, {
      signal,
      resolve: async () => {
        if (typeof answer === 'string') throw Object.assign(new Error('no'), { code: answer });
        return answer;
      },
    });

  test('is resolved to all its addresses, private ones marked', async () => {
    const { finding, addresses } = await resolve([
      '10.1.2.3',
      '203.0.113.9',
      'fd00::1',
      '203.0.113.9',
    ]);
    expect(addresses).toEqual(['10.1.2.3', '203.0.113.9', 'fd00::1']);
    expect(finding.result.en).toBe(
      'mail.firma.example is 10.1.2.3 (in a private network), 203.0.113.9, fd00::1 (in a private network)',
    );
  });

  test.each([
    { code: 'ENOTFOUND', says: /There is no such name as mail\.firma\.example.*nslookup/ },
    { code: 'EAI_AGAIN', says: /cannot be resolved at the moment.*DNS server does not answer/ },
  ])('that cannot be resolved is told ($code)', async ({ code, says }) => {
    const { finding } = await resolve(code);
    expect([finding.state, finding.faults[0]?.kind]).toEqual(['failed', 'unreachable']);
    expect(tell(finding)).toMatch(says);
  });

  test('without a domain is advised to have one', async () => {
    const { finding } = await resolveName('exchange01', EXCHANGE_SERVER, {
      signal,
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    expect(tell(finding)).toContain('exchange01.company.local');
  });

  test('is waited for no longer than the check goes on', async () => {
    const stop = new AbortController();
    const waiting = resolveName('mail.firma.example', EXCHANGE_SERVER, {
      signal: stop.signal,
      resolve: () => new Promise(() => undefined),
    });
    stop.abort('CalledOff');
    expect((await waiting).finding.state).toBe('failed');
  });
});

describe('the addresses of a server', () => {
  test('pass with a warning where one of them does not answer', async () => {
    const server = await startTls(['trusted']);
    opened.push(() => server.stop());
    const { finding, open } = await reachAddresses(['127.0.0.2', '127.0.0.1'], server.port, LIMITS);
    expect(finding.state).toBe('warning');
    expect(tell(finding)).toMatch(/127\.0\.0\.1 answers.*Nobody listens at 127\.0\.0\.2/);
    const socket = await open(signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  test('that take too long fail by the clock', async () => {
    const moved = new VirtualClock();
    const stuck = { ...LIMITS, clock: moved };
    const waiting = reachAddresses(['192.0.2.1'], 443, stuck); // TEST-NET-1, which nobody has
    moved.advance(5000);
    const { finding } = await waiting;
    expect(finding.state).toBe('failed');
    expect(tell(finding)).toMatch(/192\.0\.2\.1:443 does not answer.*firewall/);
  });
});

/** A proxy on this machine; `answer` says what it answers to CONNECT, null = it connects to the port. */
async function startProxy(answer: string | null): Promise<{ url: URL; asked: string[] }> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client.on('error', () => undefined));
    client.once('data', (piece: Buffer) => {
      const head = piece.toString('latin1');
      asked.push(head);
      if (answer !== null) {
        client.end(answer);
        return;
      }
      const port = Number(/^CONNECT \S+:(\d+) /.exec(head)?.[1]);
      const behind = connect({ host: '127.0.0.1', port }, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(behind).pipe(client);
      });
      sockets.add(behind.on('error', () => undefined));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${port}`), asked };
}

describe('a proxy', () => {
  const CREDENTIALS = { user: 'jörg', password: 'a:b' };

  test('leads to the certificate of the server behind it', async () => {
    const server = await startTls(['expired']);
    opened.push(() => server.stop());
    const { url, asked } = await startProxy(null);
    const proxy = { url, credentials: CREDENTIALS, ca: null };
    const route = { host: 'localhost', port: server.port, proxy };
    const { finding, open } = await reachByProxy(route, LIMITS);
    expect(tell(finding)).toMatch(
      /localhost answers at port \d+, through the proxy 127\.0\.0\.1:\d+/,
    );
    const tls = await checkTls({ host: 'localhost', ca: pem('authority'), open }, LIMITS);
    expect(tls.faults.map(({ code }) => code)).toEqual(['CERT_HAS_EXPIRED']);
    const sent = Buffer.from('jörg:a:b', 'utf8').toString('base64');
    expect(asked[0]).toContain(`Proxy-Authorization: Basic ${sent}\r\n`);
  });

  test.each([
    {
      answer: 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
      code: 'ProxyHTTP407',
      kind: 'forbidden',
    },
    { answer: 'HTTP/1.0 502 Bad Gateway\r\n\r\n', code: 'ProxyHTTP502', kind: 'unreachable' },
    { answer: 'SSH-2.0-OpenSSH\r\n', code: 'ProxyNotHTTP', kind: 'unreachable' },
    { answer: '', code: 'ProxyNotHTTP', kind: 'unreachable' },
    { answer: 'x'.repeat(20_000), code: 'ProxyNotHTTP', kind: 'unreachable' },
  ])('that refuses is told ($code)', async ({ answer, code, kind }) => {
    const { url } = await startProxy(answer);
    const proxy = { url, credentials: CREDENTIALS, ca: null };
    const { finding } = await reachByProxy(
      { host: 'mail.firma.example', port: 443, proxy },
      LIMITS,
    );
    expect(finding).toMatchObject({ state: 'failed', faults: [{ code, kind }] });
    expect(JSON.stringify(finding)).not.toContain('a:b');
  });
});

describe('the ways of signing in', () => {
  test.each([
    {
      headers: ['Negotiate', 'NTLM', 'Basic realm="mail, firma"'],
      schemes: ['Negotiate', 'NTLM', 'Basic'],
    },
    {
      headers: ['Negotiate, NTLM, Basic realm="x", charset="UTF-8"'],
      schemes: ['Negotiate', 'NTLM', 'Basic'],
    },
    { headers: ['NTLM TlRMTVNTUAAC=', 'ntlm'], schemes: ['ntlm'] },
    {
      headers: ['Bearer client_id="a", trusted_issuers="b@*, c" , token_types = "app"'],
      schemes: ['Bearer'],
    },
    { headers: ['', ',,=,"'], schemes: [] },
  ])('in $headers are $schemes', ({ headers, schemes }) => {
    expect(schemesIn(headers)).toEqual(schemes);
  });
});

describe('the product of a build', () => {
  // prettier-ignore
  const ROWS: readonly { build: ServerBuild; name: string; tooOld: boolean }[] = [
    { build: [8, 3, 83, 4], name: 'Exchange Server 2007 (8.3.83.4)', tooOld: true },
    { build: [14, 3, 123, 4], name: 'Exchange Server 2010 (14.3.123.4)', tooOld: true },
    { build: [15, 0, 516, 32], name: 'Exchange Server 2013 (15.0.516.32)', tooOld: true },
    { build: [15, 0, 847, 32], name: 'Exchange Server 2013 SP1 (15.0.847.32)', tooOld: false },
    { build: [15, 0, 1497, 48], name: 'Exchange Server 2013 CU23 (15.0.1497.48)', tooOld: false },
    { build: [15, 1, 2507, 39], name: 'Exchange Server 2016 CU23 (15.1.2507.39)', tooOld: false },
    { build: [15, 2, 1748, 10], name: 'Exchange Server 2019 CU15 (15.2.1748.10)', tooOld: false },
    { build: [15, 2, 2562, 17], name: 'Exchange Server SE (15.2.2562.17)', tooOld: false },
    { build: [15, 20, 9000, 1], name: 'Exchange Online (15.20.9000.1)', tooOld: false },
    { build: [16, 0, 1, 1], name: 'Exchange (16.0.1.1)', tooOld: false },
  ];

  test.each(ROWS)('$build is $name', ({ build, name, tooOld }) => {
    expect([productOf(build), isTooOld(build)]).toEqual([name, tooOld]);
  });
});

describe('the facts in a token', () => {
  const token = (claims: unknown): string =>
    ['{"alg":"none"}', JSON.stringify(claims), 'signature']
      .map((part) => Buffer.from(part, 'utf8').toString('base64url'))
      .join('.');

  test('are read, shown without what could disturb a terminal', () => {
    const claims = {
      ...{
        tid: 't',
        appid: 'a',
        app_displayname: 'Ab\u001b[31mgleich',
        oid: 'o',
        aud: 'https://outlook.office365.com',
      },
      ...{ roles: ['full_access_as_app', 7], exp: 1_772_442_000 },
    };
    expect(readTokenFacts(token(claims), 5)).toEqual({
      ...{ tenant: 't', application: 'a', applicationName: 'Ab [31mgleich', objectId: 'o' },
      ...{ audience: 'https://outlook.office365.com', roles: ['full_access_as_app'] },
      ...{ validUntilMs: 1_772_442_000_000, isReadable: true },
    });
  });

  test.each([{ text: 'opaque' }, { text: 'a.b.c' }, { text: token(null) }, { text: token([1]) }])(
    'of $text are none, but its end',
    ({ text }) => {
      expect(readTokenFacts(text, 5)).toMatchObject({
        isReadable: false,
        validUntilMs: 5,
        roles: [],
      });
    },
  );
});
