import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws, type Ews } from '../../../../sync/exchange/ews/adapter.js';
import type { OauthApplication } from '../../../../sync/exchange/ews/oauth-application.js';
import { oauthSignIn } from '../../../../sync/exchange/ews/oauth-sign-in.js';
import type { SignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startBearer, type BearerServer } from './bearer-server.js';
import {
  refusal,
  startAuthority,
  type AuthorityOptions,
  type FakeAuthority,
} from './fake-authority.js';
import type { Reply } from './scripted-server.js';

const MAILBOX = { address: parseEmail('anna@example.com') };
const SECRET = 'ge~heim/+=&?';
const MINUTE = 60_000;
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Setup {
  readonly ews: Ews;
  readonly signIn: SignIn;
  readonly authority: FakeAuthority;
  readonly exchange: BearerServer;
  readonly clock: VirtualClock;
}

async function setUp(
  application: Partial<OauthApplication> = {},
  options: AuthorityOptions = {},
): Promise<Setup> {
  const authority = await startAuthority(options);
  const exchange = await startBearer();
  const clock = new VirtualClock();
  const signIn = oauthSignIn(
    {
      ...{ tenantId: 'firma.example', clientId: 'the-app', credential: { secret: SECRET } },
      ...{ authority: authority.url, ...application },
    },
    { clock },
  );
  const ews = openEws({ url: exchange.url, signIn, clock });
  opened.push(
    () => authority.stop(),
    () => exchange.stop(),
    () => ews.close(),
  );
  return { ews, signIn, authority, exchange, clock };
}

function read({ ews }: Setup, signal = new AbortController().signal): Promise<unknown> {
  return ews.appointments.read(MAILBOX, ['A'], signal);
}

/** Several at once, as workers of several pairs would. */
function readTogether(setup: Setup, count: number): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, () => read(setup)));
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opening = new Promise<void>((resolve) => (open = resolve));
  return { opened: opening, open: () => open() };
}

describe('asking for a token', () => {
  test('takes one request, names the application and what it wants, and asks nobody else', async () => {
    const setup = await setUp();
    await read(setup);
    const { asked } = setup.authority;
    expect(asked).toHaveLength(1);
    expect(asked[0]?.method).toBe('POST');
    expect(asked[0]?.path).toMatch(/^\/firma\.example\/oauth2\/v2\.0\/token(\?|$)/);
    expect(asked[0]?.form).toMatchObject({
      grant_type: 'client_credentials',
      client_id: 'the-app',
      client_secret: SECRET,
      scope: 'https://outlook.office365.com/.default',
    });
    expect(setup.exchange.tokens).toEqual(['token-1']);
  });

  test.each(['https://mail.firma.de', 'https://mail.firma.de/', 'https://mail.firma.de/.default'])(
    'for a server of its own is by the name it was registered under: %s',
    async (scope) => {
      const setup = await setUp({ scope });
      await read(setup);
      expect(setup.authority.asked[0]?.form['scope']).toBe('https://mail.firma.de/.default');
    },
  );

  test('happens once for all who ask at one time', async () => {
    const setup = await setUp();
    const held = gate();
    setup.authority.holdUntil(held.opened);
    const reads = readTogether(setup, 12);
    await expect.poll(() => setup.authority.asked.length).toBe(1);
    held.open();
    await reads;
    expect(setup.authority.asked).toHaveLength(1);
    expect(setup.exchange.tokens).toEqual(Array.from({ length: 12 }, () => 'token-1'));
  });

  test('is not repeated while the token is good', async () => {
    const setup = await setUp();
    await read(setup);
    setup.clock.advance(54 * MINUTE);
    await read(setup);
    expect(setup.authority.asked).toHaveLength(1);
  });
});

describe('a token that ends', () => {
  test('is renewed before, while requests go on with it', async () => {
    const setup = await setUp();
    await read(setup);
    setup.clock.advance(56 * MINUTE);
    await read(setup);
    expect(setup.exchange.tokens).toEqual(['token-1', 'token-1']);
    await expect.poll(() => setup.authority.asked.length).toBe(2);
    await expect.poll(() => read(setup).then(() => setup.exchange.tokens.at(-1))).toBe('token-2');
    expect(setup.authority.asked).toHaveLength(2);
  });

  test('is not sent once its end is near', async () => {
    const setup = await setUp();
    await read(setup);
    setup.clock.advance(59 * MINUTE);
    await read(setup);
    expect(setup.exchange.tokens).toEqual(['token-1', 'token-2']);
  });

  test.each([
    { lifetimeSeconds: '3600', goodFor: 50 },
    { lifetimeSeconds: null, goodFor: 2 },
    { lifetimeSeconds: 0, goodFor: 2 },
  ])(
    'when the authority says $lifetimeSeconds is trusted for $goodFor minutes',
    async ({ lifetimeSeconds, goodFor }) => {
      const setup = await setUp({}, { lifetimeSeconds });
      await read(setup);
      setup.clock.advance(goodFor * MINUTE);
      await read(setup);
      expect(setup.authority.asked).toHaveLength(1);
      setup.clock.advance(60 * MINUTE);
      await read(setup);
      expect(setup.exchange.tokens).toEqual(['token-1', 'token-1', 'token-2']);
    },
  );

  test('stays in use to its end while the authority is away, which is tried every half minute only', async () => {
    const setup = await setUp();
    await read(setup);
    setup.clock.advance(55 * MINUTE);
    for (let at = 0; at < 3; at += 1) {
      setup.authority.say({ status: 500, body: '' });
      await read(setup);
      await expect.poll(() => setup.clock.waiting).toBe(0); // what it began in the background is over
    }
    expect(setup.authority.asked).toHaveLength(2);
    setup.clock.advance(MINUTE);
    await read(setup);
    await expect.poll(() => setup.authority.asked.length).toBe(3);
    expect(setup.exchange.tokens).toEqual(Array.from({ length: 5 }, () => 'token-1'));
    setup.clock.advance(3 * MINUTE);
    await expect(read(setup)).rejects.toMatchObject({ kind: 'unreachable', code: 'HTTP500' });
    expect(setup.authority.asked).toHaveLength(4);
  });
});

describe('a run of 1,000 calls over hours', () => {
  test('goes on while tokens end and are taken back, and no call fails or is done twice', async () => {
    const setup = await setUp({}, { lifetimeSeconds: 600 });
    const mailboxes = Array.from({ length: 10 }, (_, at) => ({
      address: parseEmail(`p${at}@example.com`),
    }));
    for (let round = 0; round < 100; round++) {
      if (round === 50) setup.exchange.takeOnly([`token-${setup.authority.asked.length + 1}`]);
      if (round === 51) setup.exchange.takeOnly(null);
      const reads = mailboxes.map((mailbox) =>
        setup.ews.appointments.read(mailbox, ['A'], new AbortController().signal),
      );
      expect((await Promise.all(reads)).flat().every(({ ok }) => ok)).toBe(true);
      setup.clock.advance(MINUTE);
    }
    const { tokens } = setup.exchange;
    const refused = tokens.length - 1000;
    expect(refused).toBeGreaterThan(0); // sent before the newer token was there, and refused unread
    expect(refused).toBeLessThanOrEqual(10);
    expect(new Set(tokens).size).toBe(setup.authority.asked.length);
    expect(setup.authority.asked.length).toBeGreaterThan(10); // 100 minutes of tokens that last 10
    expect(setup.authority.asked.length).toBeLessThan(25);
  });
});

describe('a tenant that ended EWS', () => {
  test('is told so, and the token is kept, since no other would help', async () => {
    const setup = await setUp();
    setup.exchange.takeOnly([], 403, { 'x-ews-policy-reason': 'EWS is disabled for this tenant' });
    await expect(read(setup)).rejects.toMatchObject({ kind: 'forbidden', code: 'EwsBlocked' });
    setup.clock.advance(5 * MINUTE);
    await expect(read(setup)).rejects.toMatchObject({ code: 'EwsBlocked' });
    expect(setup.authority.asked).toHaveLength(1);
  });
});

describe('a token that Exchange does not take any more', () => {
  test('is renewed in the middle of a run, and the same request is sent again', async () => {
    const setup = await setUp();
    await read(setup);
    setup.exchange.takeOnly(['token-2']);
    await read(setup);
    const { tokens, bodies } = setup.exchange;
    expect(tokens).toEqual(['token-1', 'token-1', 'token-2']);
    expect(bodies[2]).toBe(bodies[1]);
  });

  test('is renewed once for all requests under way', async () => {
    const setup = await setUp();
    await read(setup);
    setup.exchange.takeOnly(['token-2']);
    await readTogether(setup, 12);
    expect(setup.authority.asked).toHaveLength(2);
    expect(setup.exchange.tokens.filter((token) => token === 'token-2')).toHaveLength(12);
  });

  test('is renewed once per request: a newer one that is refused too ends it', async () => {
    const setup = await setUp();
    await read(setup);
    setup.exchange.takeOnly([]);
    await expect(read(setup)).rejects.toMatchObject({ kind: 'forbidden', code: 'HTTP401' });
    expect(setup.exchange.tokens).toEqual(['token-1', 'token-1', 'token-2']);
    expect(setup.authority.asked).toHaveLength(2);
  });

  test('brings no storm upon the authority: one that was never taken is replaced once a minute', async () => {
    const setup = await setUp();
    setup.exchange.takeOnly([]);
    for (let at = 0; at < 20; at += 1) {
      await expect(read(setup)).rejects.toMatchObject({ kind: 'forbidden', code: 'HTTP401' });
    }
    expect(setup.authority.asked).toHaveLength(1);
    setup.clock.advance(MINUTE);
    setup.exchange.takeOnly(['token-2']);
    await read(setup);
    expect(setup.authority.asked).toHaveLength(2);
  });

  test('and cannot be renewed fails as the authority says', async () => {
    const setup = await setUp();
    await read(setup);
    setup.exchange.takeOnly([]);
    setup.authority.say(refusal('invalid_client', 7000222));
    await expect(read(setup)).rejects.toMatchObject({ kind: 'forbidden', code: 'AADSTS7000222' });
  });
});

describe('a right that is missing', () => {
  test('is named, in both languages', async () => {
    const setup = await setUp();
    setup.exchange.takeOnly([], 403);
    const { kind, code, sentence } = await failureOf(read(setup));
    expect({ kind, code }).toEqual({ kind: 'forbidden', code: 'HTTP403' });
    expect(sentence?.de).toContain('full_access_as_app');
    expect(sentence?.de).toContain('Administratorzustimmung');
    expect(sentence?.en).toContain('Grant admin consent');
  });

  test('is in the next token once it was granted, without waiting for the end of the old one', async () => {
    const setup = await setUp();
    setup.exchange.takeOnly(['token-2'], 403);
    await failureOf(read(setup));
    await failureOf(read(setup));
    expect(setup.authority.asked).toHaveLength(1);
    setup.clock.advance(MINUTE);
    await failureOf(read(setup));
    await read(setup);
    expect(setup.authority.asked).toHaveLength(2);
  });
});

/** What the authority says, and what it means to us. */
const REFUSALS: readonly {
  readonly name: string;
  readonly reply: Reply;
  readonly kind: string;
  readonly code: string;
  readonly de: RegExp;
  readonly en: RegExp;
}[] = [
  {
    name: 'the secret is wrong',
    reply: refusal('invalid_client', 7000215),
    ...{ kind: 'forbidden', code: 'AADSTS7000215' },
    ...{ de: /falsch.*Wert.*nicht seine ID/, en: /wrong.*value, not its id/ },
  },
  {
    name: 'the secret has expired',
    reply: refusal('invalid_client', 7000222),
    ...{ kind: 'forbidden', code: 'AADSTS7000222' },
    ...{ de: /abgelaufen.*neuen anlegen/, en: /expired.*new one/ },
  },
  {
    name: 'the tenant is unknown',
    reply: refusal('invalid_request', 90002),
    ...{ kind: 'forbidden', code: 'AADSTS90002' },
    ...{ de: /Mandanten gibt es nicht/, en: /no such tenant/ },
  },
  {
    name: 'the application is unknown',
    reply: refusal('unauthorized_client', 700016),
    ...{ kind: 'forbidden', code: 'AADSTS700016' },
    ...{ de: /gibt es diese Anwendung nicht/, en: /no such application/ },
  },
  {
    name: 'the certificate is not known there',
    reply: refusal('invalid_client', 700027),
    ...{ kind: 'forbidden', code: 'AADSTS700027' },
    ...{ de: /Zertifikat .* nicht an/, en: /not recognise the certificate/ },
  },
  {
    name: 'the clock is wrong',
    reply: refusal('invalid_client', 700024),
    ...{ kind: 'forbidden', code: 'AADSTS700024' },
    ...{ de: /Uhr stellen/, en: /Set the clock/ },
  },
  {
    name: 'a code is in the text only',
    reply: {
      status: 401,
      body: '{"error":"invalid_client","error_description":"AADSTS7000215: no"}',
    },
    ...{ kind: 'forbidden', code: 'AADSTS7000215' },
    ...{ de: /falsch/, en: /wrong/ },
  },
  {
    name: 'a code is one that nobody here knows',
    reply: refusal('invalid_client', 4711),
    ...{ kind: 'forbidden', code: 'AADSTS4711' },
    ...{ de: /\/error\?code=4711/, en: /\/error\?code=4711/ },
  },
  {
    name: 'somebody must act, as the library sees it',
    reply: refusal('interaction_required', 53003),
    ...{ kind: 'forbidden', code: 'AADSTS53003' },
    ...{ de: /bedingten Zugriff/, en: /Conditional Access/ },
  },
  {
    name: 'there is no code at all',
    reply: { status: 400, body: '{"error":"unauthorized_client"}' },
    ...{ kind: 'forbidden', code: 'unauthorized_client' },
    ...{ de: /lehnt die Anmeldung/, en: /refuses the sign-in/ },
  },
  {
    name: 'it is throttled',
    reply: { status: 429, body: '', headers: { 'retry-after': '90' } },
    ...{ kind: 'busy', code: 'HTTP429' },
    ...{ de: /überlastet/, en: /busy/ },
  },
  {
    name: 'it is unavailable',
    reply: { status: 503, body: '{"error":"temporarily_unavailable"}' },
    ...{ kind: 'busy', code: 'HTTP503' },
    ...{ de: /überlastet/, en: /busy/ },
  },
  {
    name: 'it is broken',
    reply: { status: 500, body: '{"error":"server_error","error_codes":[90033]}' },
    ...{ kind: 'unreachable', code: 'HTTP500' },
    ...{ de: /Störung/, en: /disturbance/ },
  },
  {
    name: 'a proxy answers with a page',
    reply: { body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } },
    ...{ kind: 'unreachable', code: 'AnswerNotToken' },
    ...{ de: /Proxy/, en: /proxy/ },
  },
  {
    name: 'nothing is there',
    reply: { status: 404, body: '' },
    ...{ kind: 'unreachable', code: 'AnswerNotToken' },
    ...{ de: /falsche Adresse/, en: /wrong address/ },
  },
  {
    name: 'it sends us elsewhere',
    reply: { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } },
    ...{ kind: 'unreachable', code: 'AnswerNotToken' },
    ...{ de: /falsche Adresse/, en: /wrong address/ },
  },
  {
    name: 'the token would not fit into a header',
    reply: { body: '{"access_token":"a\\r\\nb: c","expires_in":3600,"token_type":"Bearer"}' },
    ...{ kind: 'unreachable', code: 'AnswerNotToken' },
    ...{ de: /etwas anderes/, en: /Something else/ },
  },
  {
    name: 'the answer breaks off',
    reply: { body: '{"access_to', cut: true },
    ...{ kind: 'unreachable', code: 'UND_ERR_SOCKET' },
    ...{ de: /Anmeldeserver ist nicht zu erreichen/, en: /sign-in server cannot be reached/ },
  },
];

describe('the authority gives no token', () => {
  test.each(REFUSALS)('because $name', async ({ reply, kind, code, de, en }) => {
    const setup = await setUp();
    setup.authority.say(reply);
    const failure = await failureOf(read(setup));
    expect(failure).toMatchObject({ name: 'ConnectorFailure', kind, code });
    expect(failure.sentence?.de).toMatch(de);
    expect(failure.sentence?.en).toMatch(en);
    expect(setup.authority.asked).toHaveLength(1);
    expect(setup.exchange.tokens).toEqual([]);
  });

  test('and tells all mailboxes to wait when it told one', async () => {
    const setup = await setUp();
    setup.authority.say({ status: 429, body: '', headers: { 'retry-after': '90' } });
    await expect(read(setup)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 90_000 });
    setup.clock.advance(30_000);
    await expect(read(setup)).rejects.toMatchObject({ kind: 'busy', retryAfterMs: 60_000 });
    expect(setup.authority.asked).toHaveLength(1);
    setup.clock.advance(60_000);
    await read(setup);
    expect(setup.exchange.tokens).toEqual(['token-1']);
  });

  test('because nobody is there', async () => {
    const setup = await setUp();
    await setup.authority.stop();
    const failure = await failureOf(read(setup));
    expect(failure).toMatchObject({ kind: 'unreachable', code: 'ECONNREFUSED' });
    expect(failure.sentence?.de).toContain('Anmeldeserver');
  });

  test('within its time', async () => {
    const setup = await setUp();
    setup.authority.holdUntil(new Promise(() => undefined));
    const outcome = failureOf(read(setup));
    await expect.poll(() => setup.authority.asked.length).toBe(1);
    setup.clock.advance(20_000);
    expect(await outcome).toMatchObject({ kind: 'unreachable', code: 'TimedOut' });
    expect((await outcome).sentence?.en).toContain('sign-in server');
  });

  test('but works again as soon as it is asked again', async () => {
    const setup = await setUp();
    setup.authority.say({ status: 500, body: '' });
    await failureOf(read(setup));
    await read(setup);
    expect(setup.exchange.tokens).toEqual(['token-1']);
  });
});

describe('waiting for a token', () => {
  test('ends for who is called off, not for the others', async () => {
    const setup = await setUp();
    const held = gate();
    setup.authority.holdUntil(held.opened);
    const stop = new AbortController();
    const calledOff = failureOf(read(setup, stop.signal));
    const other = read(setup);
    await expect.poll(() => setup.authority.asked.length).toBe(1);
    stop.abort();
    expect(await calledOff).toMatchObject({ kind: 'unreachable', code: 'CalledOff' });
    held.open();
    await other;
    expect(setup.exchange.tokens).toEqual(['token-1']);
  });

  test('ends for the server that is closed, not for another one of the same application', async () => {
    const setup = await setUp();
    const other = openEws({ url: setup.exchange.url, signIn: setup.signIn, clock: setup.clock });
    const held = gate();
    setup.authority.holdUntil(held.opened);
    const ended = failureOf(read({ ...setup, ews: other }));
    const kept = read(setup);
    await expect.poll(() => setup.authority.asked.length).toBe(1);
    await other.close();
    expect(await ended).toMatchObject({ kind: 'unreachable', code: 'UND_ERR_DESTROYED' });
    held.open();
    await kept;
    expect(setup.exchange.tokens).toEqual(['token-1']);
  });

  test('ends when the connections are closed, and leaves nothing behind', async () => {
    const setup = await setUp();
    setup.authority.holdUntil(new Promise(() => undefined));
    const outcome = failureOf(read(setup));
    await expect.poll(() => setup.authority.asked.length).toBe(1);
    await setup.ews.close();
    expect(await outcome).toMatchObject({ kind: 'unreachable' });
    await expect.poll(() => setup.clock.waiting).toBe(0);
  });
});

describe('nobody reads a secret', () => {
  test('in what an authority quotes back', async () => {
    const setup = await setUp();
    const echo = `the request was client_secret=${SECRET}`;
    setup.authority.say(refusal('invalid_client', 7000215, echo));
    expect(shown(await failureOf(read(setup)))).not.toContain(SECRET);
    setup.authority.say({ status: 400, body: JSON.stringify({ error: SECRET }) });
    expect(shown(await failureOf(read(setup)))).not.toContain(SECRET);
  });

  test.each([
    { name: 'a connection breaks', reply: { body: SECRET, cut: true } },
    { name: 'a page comes', reply: { body: `<p>${SECRET}</p>` } },
  ])('when $name', async ({ reply }) => {
    const setup = await setUp();
    setup.authority.say(reply);
    expect(shown(await failureOf(read(setup)))).not.toContain(SECRET);
  });

  test('nor a token when Exchange refuses it', async () => {
    const setup = await setUp();
    setup.exchange.takeOnly([]);
    expect(shown(await failureOf(read(setup)))).not.toContain('token-1');
  });
});

interface SeenFailure {
  readonly kind: string;
  readonly code: string | null;
  readonly sentence: { readonly de: string; readonly en: string } | null;
}

async function failureOf(call: Promise<unknown>): Promise<SeenFailure> {
  return call.then(
    () => expect.unreachable('the call went well'),
    (failure: unknown) => failure as SeenFailure,
  );
}

/** Everything that a log could get hold of, hidden fields and causes included. */
function shown(failure: unknown): string {
  return inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure);
}
