import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { X509Certificate } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import {
  accountOf,
  authenticateMessage,
  negotiateMessage,
  readChallenge,
} from '../../sync/exchange/ews/ntlm.js';
import { startFakeExchange } from './ews-server.js';
import type { FakeExchange, FakeExchangeOptions } from './ews-server.js';
import { ANNA, newOrganisation } from './mailbox-bench.js';
import { SERVICE_USER } from './sample-firm.js';
import { md4 } from './sign-in/md4.js';
import { CALENDAR, envelope, getFolder } from './soap-bench.js';

let exchange: FakeExchange;
let agent: Agent;

afterEach(async () => {
  agent.destroy();
  await exchange.stop();
});

async function start(options: FakeExchangeOptions): Promise<void> {
  exchange = await startFakeExchange({ organisation: newOrganisation(), ...options });
  const one = { keepAlive: true, maxSockets: 1 };
  agent = options.tls
    ? new TlsAgent({ ...one, ca: readFileSync(exchange.caFile ?? '') })
    : new Agent(one);
}

interface Answered {
  readonly status: number;
  readonly offers: readonly string[];
  readonly text: string;
}

/** One request on the agent's only connection. */
function ask(authorization: string | null, method = 'POST'): Promise<Answered> {
  const headers = authorization === null ? {} : { Authorization: authorization };
  const send = exchange.url.startsWith('https') ? tlsRequest : request;
  return new Promise((resolve, reject) => {
    const call = send(exchange.url, { method, agent, headers }, (response: IncomingMessage) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const offers = response.headersDistinct['www-authenticate'] ?? [];
        resolve({ status: response.statusCode ?? 0, offers, text });
      });
    });
    call.on('error', reject);
    call.end(method === 'POST' ? envelope(getFolder(CALENDAR), {}) : undefined);
  });
}

interface NtlmTry {
  readonly name?: string;
  readonly password?: string;
  readonly certificate?: Uint8Array | null;
}

/** The two steps of NTLM on one connection. */
async function ntlm(more: NtlmTry = {}, scheme = 'NTLM'): Promise<Answered> {
  const {
    name = SERVICE_USER.address,
    password = SERVICE_USER.password,
    certificate = null,
  } = more;
  const first = await ask(`${scheme} ${negotiateMessage().toString('base64')}`);
  const [offer = ''] = first.offers;
  const challenge = readChallenge(Buffer.from(offer.replace(`${scheme} `, ''), 'base64'));
  if (!challenge) throw new Error(`no challenge in ${offer}`);
  const binding = { clientChallenge: Buffer.alloc(8, 7), nowMs: 0, host: '127.0.0.1', certificate };
  const answer = authenticateMessage(accountOf(name, password), challenge, binding);
  return ask(`${scheme} ${answer.toString('base64')}`);
}

test('without a sign-in the server says what it offers, in its order', async () => {
  await start({ auth: ['negotiate', 'ntlm', 'basic'] });
  const { status, offers, text } = await ask(null);
  expect([status, offers, text]).toEqual([
    401,
    ['Negotiate', 'NTLM', 'Basic realm="127.0.0.1"'],
    '',
  ]);
});

test.each([
  { name: 'abgleich@muster-maschinenbau.example', scheme: 'NTLM' },
  { name: 'MUSTER\\abgleich', scheme: 'NTLM' },
  { name: 'muster\\ABGLEICH', scheme: 'Negotiate' },
  { name: 'abgleich', scheme: 'NTLM' },
])('NTLM as $name by $scheme, once for the whole connection', async ({ name, scheme }) => {
  await start({ auth: ['negotiate', 'ntlm'] });
  expect((await ntlm({ name }, scheme)).status).toBe(200);
  expect((await ask(null)).status).toBe(200);
  agent.destroy(); // the connection ends, and with it what it proved
  agent = new Agent();
  expect((await ask(null)).status).toBe(401);
});

test.each([
  { why: 'a wrong password', wrong: { password: 'falsch' } },
  { why: 'an unknown name', wrong: { name: 'MUSTER\\niemand' } },
])('NTLM with $why is answered with what is offered', async ({ wrong }) => {
  await start({ auth: ['ntlm', 'basic'] });
  const { status, offers } = await ntlm(wrong);
  expect([status, offers]).toEqual([401, ['NTLM', 'Basic realm="127.0.0.1"']]);
  expect((await ntlm()).status).toBe(200);
});

test('an answer without its challenge proves nothing, and neither does rubbish', async () => {
  await start({ auth: ['ntlm'] });
  const third = authenticateMessage(
    accountOf('abgleich', SERVICE_USER.password),
    { message: Buffer.alloc(48), serverChallenge: Buffer.alloc(8), targetInfo: Buffer.alloc(0) },
    { clientChallenge: Buffer.alloc(8), nowMs: 0, host: 'x', certificate: null },
  );
  for (const message of [third.toString('base64'), 'AAAA', 'TlRMTVNTUAADAAAA', '']) {
    expect((await ask(`NTLM ${message}`)).status).toBe(401);
  }
});

test('a scheme that is not offered is not taken', async () => {
  await start({ auth: ['ntlm'] });
  const basic = Buffer.from(`${SERVICE_USER.address}:${SERVICE_USER.password}`).toString('base64');
  expect((await ask(`Basic ${basic}`)).status).toBe(401);
});

test('over TLS, the sign-in is tied to the certificate where that is demanded', async () => {
  await start({ auth: ['ntlm'], tls: true, settings: { extendedProtection: true } });
  const pem = readFileSync(new URL('../fixtures/tls/trusted.pem', import.meta.url));
  const certificate = new X509Certificate(pem).raw;
  expect((await ntlm({ certificate })).status).toBe(200);
  expect((await ntlm({ certificate: null })).status).toBe(401);
});

test('a Bearer token is the account’s until it is taken back', async () => {
  await start({ auth: ['bearer'] });
  const account = exchange.state.accounts.named(SERVICE_USER.address);
  expect((await ask('Bearer abc')).status).toBe(401);
  account.token = 'abc';
  expect((await ask('Bearer abc')).status).toBe(200);
  account.token = null;
  expect((await ask('Bearer abc')).status).toBe(401);
});

test.each([
  { change: { isDisabled: true }, status: 401 },
  { change: { isPasswordExpired: true }, status: 401 },
  { change: { password: 'neu' }, status: 401 },
  { change: {}, status: 200 },
])('an account with $change: $status', async ({ change, status }) => {
  await start({});
  Object.assign(exchange.state.accounts.named(SERVICE_USER.address), change);
  const basic = Buffer.from(`${SERVICE_USER.address}:${SERVICE_USER.password}`).toString('base64');
  expect((await ask(`Basic ${basic}`)).status).toBe(status);
});

test('a browser is asked to sign in, and then sees a page', async () => {
  await start({});
  const basic = `Basic ${Buffer.from(`${ANNA}:demo`).toString('base64')}`;
  const seen: (readonly [number, boolean])[] = [];
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT']) {
    expect((await ask(null, method)).status).toBe(401);
    const { status, text } = await ask(basic, method);
    seen.push([status, text.includes('<html>')]);
  }
  expect(seen).toEqual([
    [200, true],
    [200, false],
    [200, false],
    [405, false],
  ]);
});

// the test suite of RFC 1320
test.each([
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
])('MD4 of %j', (text, digest) => {
  expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
});
