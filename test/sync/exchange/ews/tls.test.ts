import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws } from '../../../../sync/exchange/ews/adapter.js';
import { ntlmSignIn } from '../../../../sync/exchange/ews/ntlm-sign-in.js';
import { oauthSignIn } from '../../../../sync/exchange/ews/oauth-sign-in.js';
import { basicSignIn, type SignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { authoritiesWith } from '../../../../sync/exchange/ews/trust.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startAuthority, type FakeAuthority } from './fake-authority.js';
import { answer, itemMessage, startScripted } from './scripted-server.js';

/** How these certificates were made is told in test/fixtures/tls/README.md. */
function pem(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
}

const MAILBOX = { address: parseEmail('anna@example.com') };
const OUR_AUTHORITY = pem('authority');
const KEY = pem('server-key');
const clock = new VirtualClock();
const opened: (() => Promise<void>)[] = [];
let tokens: FakeAuthority;

beforeEach(async () => {
  tokens = await startAuthority();
  opened.push(() => tokens.stop());
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of opened.splice(0).reverse()) await close();
});

/** Every way of signing in opens connections of its own. */
const SIGN_INS: readonly { readonly name: string; readonly signIn: () => SignIn }[] = [
  { name: 'Basic', signIn: () => basicSignIn({ user: 'u', password: 'p' }) },
  {
    name: 'NTLM',
    signIn: () => {
      const chance = { key: () => 'AAAAAAAAAAAAAAAAAAAAAA', fraction: () => 0 };
      return ntlmSignIn({ user: 'DOMAIN\\u', password: 'p' }, { clock, chance });
    },
  },
  { name: 'OAuth', signIn: () => oauthTo(tokens.url) },
];

function oauthTo(authority: string, ca?: string): SignIn {
  const application = { tenantId: 't', clientId: 'c', credential: { secret: 's' } };
  return oauthSignIn({ ...application, authority, ...(ca && { ca }) }, { clock });
}

/** What the server received is in `asked`: nothing at all while it is not trusted. */
async function startExchange(certificate: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer({ cert: pem(certificate), key: KEY }, (request, response) => {
    asked.push(request.headers.authorization ?? '');
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8' });
      response.end(answer('GetItem', itemMessage('A')));
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

async function read(url: string, signIn: SignIn, ca?: string): Promise<unknown> {
  const ews = openEws({ url, signIn, clock, ...(ca && { ca }) });
  opened.push(() => ews.close());
  return ews.appointments.read(MAILBOX, ['A'], new AbortController().signal);
}

const WRONG = [
  {
    certificate: 'trusted',
    ca: undefined,
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    en: /issuer is unknown.*enter the certificate of your own authority/,
    de: /Aussteller ist unbekannt.*Zertifikat der eigenen Stelle/,
  },
  {
    certificate: 'self-signed',
    ca: undefined,
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    en: /self-signed.*Install a certificate/,
    de: /selbst ausgestellt.*einsetzen/,
  },
  {
    certificate: 'self-signed',
    ca: OUR_AUTHORITY,
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    en: /self-signed/,
    de: /selbst ausgestellt/,
  },
  {
    certificate: 'expired',
    ca: OUR_AUTHORITY,
    code: 'CERT_HAS_EXPIRED',
    en: /has expired.*Install a new one/,
    de: /abgelaufen.*ein neues einsetzen/,
  },
  {
    certificate: 'wrong-name',
    ca: OUR_AUTHORITY,
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    en: /for another name.*Enter the address/,
    de: /für einen anderen Namen.*Adresse/,
  },
] as const;

const WRONG_FOR_ALL = SIGN_INS.flatMap((way) => WRONG.map((wrong) => ({ ...way, ...wrong })));

describe('the certificate of an Exchange server', () => {
  test.each(SIGN_INS)(
    'of an authority of one’s own is taken when that is entered ($name)',
    async ({ signIn }) => {
      const exchange = await startExchange('trusted');
      await expect(read(exchange.url, signIn(), OUR_AUTHORITY)).resolves.toMatchObject([
        { ok: true, value: { ref: { id: 'A' } } },
      ]);
    },
  );

  test('that is self-signed is taken when it is itself entered', async () => {
    const { url } = await startExchange('self-signed');
    const call = read(url, basicSignIn({ user: 'u', password: 'p' }), pem('self-signed'));
    await expect(call).resolves.toMatchObject([{ ok: true }]);
  });

  test('may be of any of several authorities that are entered', async () => {
    const { url } = await startExchange('trusted');
    const both = pem('self-signed') + OUR_AUTHORITY;
    const call = read(url, basicSignIn({ user: 'u', password: 'p' }), both);
    await expect(call).resolves.toMatchObject([{ ok: true }]);
  });

  test.each(WRONG_FOR_ALL)(
    '$certificate is refused as $code, and nothing was sent ($name)',
    async ({ certificate, ca, code, en, de, signIn }) => {
      const { url, asked } = await startExchange(certificate);
      await expect(read(url, signIn(), ca)).rejects.toMatchObject({
        name: 'ConnectorFailure',
        kind: 'unreachable',
        code,
        sentence: {
          en: expect.stringMatching(en) as string,
          de: expect.stringMatching(de) as string,
        },
      });
      expect(asked).toEqual([]);
    },
  );

  test.each(WRONG_FOR_ALL)(
    '$certificate is refused even where the environment says to trust everybody ($name)',
    async ({ certificate, ca, code, signIn }) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      const { url, asked } = await startExchange(certificate);
      await expect(read(url, signIn(), ca)).rejects.toMatchObject({ kind: 'unreachable', code });
      expect(asked).toEqual([]);
    },
  );

  test('is missing where a server speaks plain HTTP at that port', async () => {
    const server = await startScripted();
    opened.push(() => server.stop());
    const url = server.url.replace('http:', 'https:');
    const call = read(url, basicSignIn({ user: 'u', password: 'p' }));
    await expect(call).rejects.toMatchObject({
      kind: 'unreachable',
      sentence: { en: expect.stringContaining('nobody speaks TLS at this port') as string },
    });
    expect(server.received).toEqual([]);
  });
});

describe('the certificate of the sign-in server', () => {
  async function readBy(certificate: string, ca?: string) {
    const authority = await startAuthority({ tls: { cert: pem(certificate), key: KEY } });
    opened.push(() => authority.stop());
    const { url } = await startExchange('trusted');
    return { authority, call: read(url, oauthTo(authority.url, ca), OUR_AUTHORITY) };
  }

  test('of an authority of one’s own is taken when that is entered', async () => {
    const { call, authority } = await readBy('trusted', OUR_AUTHORITY);
    await expect(call).resolves.toMatchObject([{ ok: true }]);
    expect(authority.asked).toHaveLength(1);
  });

  test.each(WRONG)(
    '$certificate is refused as $code, before the secret is sent',
    async ({ certificate, ca, code }) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      const { call, authority } = await readBy(certificate, ca);
      await expect(call).rejects.toMatchObject({
        kind: 'unreachable',
        code,
        sentence: { de: expect.stringContaining('zum Anmeldeserver') as string },
      });
      expect(authority.asked).toEqual([]);
    },
  );
});

test('an authority of one’s own is trusted besides the public ones, not in their place', () => {
  const [first = ''] = rootCertificates;
  expect(authoritiesWith(OUR_AUTHORITY)).toEqual(expect.arrayContaining([first, OUR_AUTHORITY]));
});
