import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws } from '../../../../sync/exchange/ews/adapter.js';
import { ntlmSignIn } from '../../../../sync/exchange/ews/ntlm-sign-in.js';
import { oauthSignIn } from '../../../../sync/exchange/ews/oauth-sign-in.js';
import { proxyServer, type ProxySettings } from '../../../../sync/exchange/ews/proxy.js';
import { basicSignIn, type SignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startAuthority } from './fake-authority.js';
import { startNtlmServer } from './ntlm-server.js';
import { startProxy, type ProxyOptions, type ProxyUnderTest } from './proxy-server.js';
import { answer, startScripted, success } from './scripted-server.js';

/** How these certificates were made is told in test/fixtures/tls/README.md. */
function pem(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
}

const ANNA = { address: parseEmail('anna@example.com') };
const CA = pem('authority');
const KEY = pem('server-key');
const CREDENTIALS = { user: 'größe', password: 'ge:heim ß=' };
const FOLDER = '<m:Folders><t:CalendarFolder><t:FolderId Id="F"/></t:CalendarFolder></m:Folders>';
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function proxy(options: ProxyOptions = {}): Promise<ProxyUnderTest> {
  const started = await startProxy(options);
  opened.push(() => started.stop());
  return started;
}

/** An Exchange behind TLS that notes who signed in. */
async function startExchange(certificate = 'trusted'): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer({ cert: pem(certificate), key: KEY }, (request, response) => {
    asked.push(request.headers.authorization ?? '');
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
      response.end(answer('GetFolder', success('GetFolder', FOLDER)));
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
  return { url: `https://127.0.0.1:${port}/EWS/Exchange.asmx`, asked };
}

const clock = new VirtualClock();

function settings(url: string, more: Partial<ProxySettings> = {}): ProxySettings {
  return { url, ...CREDENTIALS, ca: CA, ...more };
}

function folders(url: string, signIn: SignIn, by: ProxySettings): Promise<readonly string[]> {
  const ews = openEws({ url, signIn, clock, ca: CA, proxy: by });
  opened.push(() => ews.close());
  return ews.appointments.folders(ANNA, new AbortController().signal);
}

const basic = (): SignIn => basicSignIn({ user: 'u', password: 'p' });

/** The name of a server as a proxy is asked for it. */
function targetOf(url: string): string {
  return new URL(url).host;
}

describe('by a proxy that demands a sign-in', () => {
  test('Basic reaches Exchange, and the proxy sees nothing of it', async () => {
    const by = await proxy({ credentials: CREDENTIALS });
    const { url, asked } = await startExchange();
    expect(await folders(url, basic(), settings(by.url))).toEqual(['F']);
    expect(by.asked.map(({ target }) => target)).toEqual([targetOf(url)]);
    expect(by.others()).toBe(0);
    expect(asked).toEqual([`Basic ${Buffer.from('u:p').toString('base64')}`]);
  });

  test.each([undefined, { cert: pem('trusted'), key: KEY }])(
    'NTLM signs in one connection, which is kept (%#)',
    async (tls) => {
      const by = await proxy({ credentials: CREDENTIALS });
      const server = await startNtlmServer('NTLM', 'geheim', tls);
      opened.push(() => server.stop());
      const chance = { key: () => 'AAAAAAAAAAAAAAAAAAAAAA', fraction: () => 0 };
      const signIn = ntlmSignIn({ user: 'FIRMA\\u', password: 'geheim' }, { clock, chance });
      const ews = openEws({ url: server.url, signIn, clock, ca: CA, proxy: settings(by.url) });
      opened.push(() => ews.close());
      const ask = (): Promise<unknown> =>
        ews.appointments.folders(ANNA, new AbortController().signal);
      for (let call = 0; call < 5; call++) expect(await ask()).toEqual(['F']);
      expect(by.asked).toHaveLength(1);
      expect(server.log).toHaveLength(6);
    },
  );

  test('OAuth reaches the sign-in server and Exchange', async () => {
    const by = await proxy({ credentials: CREDENTIALS });
    const authority = await startAuthority({ tls: { cert: pem('trusted'), key: KEY } });
    opened.push(() => authority.stop());
    const { url, asked } = await startExchange();
    const application = { tenantId: 't', clientId: 'c', credential: { secret: 's' } };
    const signIn = oauthSignIn(
      { ...application, authority: authority.url, ca: CA, proxy: settings(by.url) },
      { clock },
    );
    expect(await folders(url, signIn, settings(by.url))).toEqual(['F']);
    expect(by.asked.map(({ target }) => target)).toEqual([targetOf(authority.url), targetOf(url)]);
    expect(asked).toEqual(['Bearer token-1']);
  });

  test('and speaks TLS itself, both certificates are checked', async () => {
    const by = await proxy({
      credentials: CREDENTIALS,
      tls: { cert: pem('trusted'), key: KEY },
    });
    const { url } = await startExchange();
    expect(await folders(url, basic(), settings(by.url))).toEqual(['F']);
    await expect(folders(url, basic(), settings(by.url, { ca: null }))).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'ProxyUNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  test.each([
    { certificate: 'wrong-name', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { certificate: 'expired', code: 'CERT_HAS_EXPIRED' },
    { certificate: 'self-signed', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  ])(
    'the certificate of Exchange is checked as without one: $code',
    async ({ certificate, code }) => {
      const by = await proxy({ credentials: CREDENTIALS });
      const { url, asked } = await startExchange(certificate);
      await expect(folders(url, basic(), settings(by.url))).rejects.toMatchObject({ code });
      expect(asked).toEqual([]);
    },
  );
});

const head = (status: string, body = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** What a proxy says, and what it is told apart as. */
const REFUSALS = [
  {
    says: head('407 Proxy Authentication Required'),
    kind: 'forbidden',
    code: 'ProxyHTTP407',
    de: /Benutzername und Kennwort für den Proxy/,
  },
  {
    says: head('403 Forbidden', '<html>no</html>'),
    kind: 'forbidden',
    code: 'ProxyHTTP403',
    de: /verbietet.*freizugeben/,
  },
  {
    says: head('502 Bad Gateway'),
    kind: 'unreachable',
    code: 'ProxyHTTP502',
    de: /erreicht aber den Server dahinter nicht/,
  },
  {
    says: head('504 Gateway Timeout'),
    kind: 'unreachable',
    code: 'ProxyHTTP504',
    de: /erreicht aber den Server dahinter nicht/,
  },
  {
    says: head('405 Method Not Allowed'),
    kind: 'unreachable',
    code: 'ProxyHTTP405',
    de: /CONNECT erlaubt/,
  },
  {
    says: 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
    kind: 'unreachable',
    code: 'ProxyNotHTTP',
    de: /HTTP-Proxy/,
  },
  { says: 'x'.repeat(100_000), kind: 'unreachable', code: 'ProxyNotHTTP', de: /HTTP-Proxy/ },
  { says: '', kind: 'unreachable', code: 'ProxyNotHTTP', de: /HTTP-Proxy/ },
] as const;

describe('a proxy that brings no connection', () => {
  test.each(REFUSALS)('is told apart from Exchange: $code', async ({ says, kind, code, de }) => {
    const by = await proxy({ says });
    const { url, asked } = await startExchange();
    const failure: unknown = await folders(url, basic(), settings(by.url)).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      name: 'ConnectorFailure',
      kind,
      code,
      sentence: {
        de: expect.stringMatching(de) as string,
        en: expect.stringContaining('proxy') as string,
      },
    });
    const shown = inspect(failure, { depth: 10, showHidden: true });
    for (const secret of [CREDENTIALS.password, Buffer.from('größe:ge').toString('base64')]) {
      expect(shown).not.toContain(secret);
    }
    expect(asked).toEqual([]);
  });

  test('is named where nobody answers at its address', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { url } = await startExchange();
    const call = folders(url, basic(), settings(`http://127.0.0.1:${port}`));
    await expect(call).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'ProxyECONNREFUSED',
      sentence: { de: expect.stringContaining('Der Proxy ist nicht zu erreichen') as string },
    });
  });

  test('and never answers is given up when the time of the call is over', async () => {
    const by = await proxy({ says: null });
    const own = new VirtualClock();
    const { url } = await startExchange();
    const ews = openEws({ url, signIn: basic(), clock: own, ca: CA, proxy: settings(by.url) });
    opened.push(() => ews.close());
    const call = ews.appointments.folders(ANNA, new AbortController().signal);
    await expect.poll(() => by.asked.length).toBe(1);
    own.advance(60_000);
    await expect(call).rejects.toMatchObject({ kind: 'unreachable', code: 'TimedOut' });
  });

  test('that refuses the sign-in server is no fault of that one either', async () => {
    const by = await proxy({ says: head('403 Forbidden') });
    const authority = await startAuthority();
    opened.push(() => authority.stop());
    const { url } = await startExchange();
    const application = { tenantId: 't', clientId: 'c', credential: { secret: 's' } };
    const signIn = oauthSignIn(
      { ...application, authority: authority.url, proxy: settings(by.url) },
      { clock },
    );
    await expect(folders(url, signIn, settings(by.url))).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'ProxyHTTP403',
    });
    expect(authority.asked).toEqual([]);
  });
});

test('plain HTTP on this machine goes by the proxy too', async () => {
  const by = await proxy();
  const server = await startScripted({ body: answer('GetFolder', success('GetFolder', FOLDER)) });
  opened.push(() => server.stop());
  const none = { url: by.url, user: null, password: null, ca: null };
  expect(await folders(server.url, basic(), none)).toEqual(['F']);
  expect(by.asked).toEqual([{ target: targetOf(server.url), authorization: '' }]);
});

describe('settings of a proxy', () => {
  test.each([
    'proxy.firma.local',
    'proxy.firma.local:3128',
    'ftp://proxy.firma.local',
    'socks5://proxy.firma.local:1080',
    'http://proxy.firma.local:3128/pfad',
    'http://proxy.firma.local:3128/?a=b',
    'http://name:geheim@proxy.firma.local:3128',
    '',
  ])('are refused where the address is none: %s', (url) => {
    expect(() => proxyServer(settings(url))).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        code: 'NotUsable',
        message: expect.not.stringContaining('geheim') as string,
      }),
    );
  });

  test.each(['', 'a:b', 'a\r\nb', 'a\u0000'])('are refused with the user name %j', (user) => {
    expect(() => proxyServer(settings('http://proxy', { user }))).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'NotUsable' }),
    );
  });

  test.each([
    'http://proxy.firma.local:3128',
    'http://proxy.firma.local:3128/',
    'https://10.0.0.1',
  ])('are taken: %s', (url) => {
    expect(proxyServer(settings(url, { user: null })).credentials).toBeNull();
  });
});
