import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../mappings/values.js';
import { openAutodiscover } from '../../../sync/exchange/ews/autodiscover/autodiscover.js';
import { tryingAddresses } from '../../../sync/exchange/ews/autodiscover/try-address.js';
import { dialThrough } from '../../../sync/exchange/ews/dial.js';
import { ntlmSignIn } from '../../../sync/exchange/ews/ntlm-sign-in.js';
import { basicSignIn, type SignIn } from '../../../sync/exchange/ews/sign-in.js';
import type { ServerDiscovery } from '../../../sync/ports/discovery.js';
import { VirtualClock } from '../clock.js';
import { startFakeExchange, type FakeExchange } from '../ews-server.js';
import { SERVICE_USER } from '../sample-firm.js';

const DOMAIN = 'muster-maschinenbau.example';
const ANNA = parseEmail(`anna.becker@${DOMAIN}`);
const BERND = parseEmail(`bernd.vogel@${DOMAIN}`);
const GO_ON = new AbortController().signal;
const ACCOUNT = { user: SERVICE_USER.address, password: SERVICE_USER.password };

let exchange: FakeExchange;
let discovery: ServerDiscovery;
beforeEach(async () => {
  exchange = await startFakeExchange({ auth: ['basic', 'ntlm'] });
  discovery = opened(basicSignIn(ACCOUNT));
});
afterEach(async () => {
  await discovery.close();
  await exchange.stop();
});

function opened(signIn: SignIn, ca: string | null = null): ServerDiscovery {
  const clock = new VirtualClock();
  return openAutodiscover({
    ...{ signIn, clock, srv: async () => [] },
    dial: dialThrough({ ca, proxy: null }),
    tryAddress: tryingAddresses({ signIn, clock }),
  });
}

function endpoint(ending: 'svc' | 'xml'): string {
  return exchange.url.replace('EWS/Exchange.asmx', `autodiscover/autodiscover.${ending}`);
}

async function found(mailbox = ANNA, ending: 'svc' | 'xml' = 'svc'): Promise<string | null> {
  const known = { url: endpoint(ending), isOnly: true };
  return (await discovery.find(mailbox, known, GO_ON)).found?.url ?? null;
}

async function control(changes: object): Promise<void> {
  const body = JSON.stringify(changes);
  await fetch(`${exchange.control}/autodiscover`, { method: 'POST', body });
}

describe('the fake Autodiscover leads the connector to the fake Exchange', () => {
  test.each(['svc', 'xml'] as const)('by autodiscover.%s', async (ending) => {
    expect(await found(ANNA, ending)).toBe(exchange.url);
  });

  test('signed in by NTLM', async () => {
    const chance = { key: () => 'AAAAAAAAAAAAAAAAAAAAAA', fraction: () => 0 };
    await discovery.close();
    discovery = opened(ntlmSignIn(ACCOUNT, { clock: new VirtualClock(), chance }));
    expect(await found()).toBe(exchange.url);
  });

  test('in the older protocol where SOAP is switched off, and the other way round', async () => {
    await control({ soap: false });
    expect(await found()).toBe(exchange.url);
    await control({ soap: true, pox: false });
    expect(await found(ANNA, 'xml')).toBe(exchange.url);
  });

  test.each(['svc', 'xml'] as const)('to another mailbox, by %s', async (ending) => {
    await control({ mailboxes: { [ANNA.toUpperCase()]: { redirectAddress: BERND } } });
    expect(await found(ANNA, ending)).toBe(exchange.url);
  });

  test.each(['svc', 'xml'] as const)('by the address of another service, by %s', async (ending) => {
    const other = ending === 'svc' ? 'xml' : 'svc';
    await control({ mailboxes: { [ANNA]: { redirectUrl: endpoint(other) } } });
    const { steps } = await discovery.find(ANNA, { url: endpoint(ending), isOnly: true }, GO_ON);
    expect(steps[0]?.result.en).toBe(`points to ${endpoint(other)}`);
  });
});

describe('the fake Autodiscover leads nowhere', () => {
  test.each([
    { name: 'an unknown mailbox', mailbox: parseEmail('nobody@x.example'), plan: {} },
    {
      name: 'one with an error',
      mailbox: ANNA,
      plan: { mailboxes: { [ANNA]: { error: 'ServerBusy' } } },
    },
    { name: 'a web page', mailbox: ANNA, plan: { garbage: 'html' } },
    { name: 'a text cut off', mailbox: ANNA, plan: { garbage: 'truncated' } },
    { name: 'an entity bomb', mailbox: ANNA, plan: { garbage: 'bomb' } },
    { name: 'nothing', mailbox: ANNA, plan: { garbage: 'empty' } },
    {
      name: 'a mailbox that points to itself',
      mailbox: ANNA,
      plan: { mailboxes: { [ANNA]: { redirectAddress: ANNA } } },
    },
  ])('for $name', async ({ mailbox, plan }) => {
    await control(plan);
    expect(await found(mailbox)).toBeNull();
    expect(await found(mailbox, 'xml')).toBeNull();
  });

  test('when it points to itself', async () => {
    await control({ redirect: endpoint('svc') });
    expect(await found()).toBeNull();
  });
});

describe('many mailboxes', () => {
  test('are answered in their order, a hundred in one request', async () => {
    const strangers = Array.from({ length: 149 }, (_, n) => parseEmail(`n${n}@${DOMAIN}`));
    await control({
      mailboxes: { [BERND]: { externalUrl: 'https://b.example/ews', group: null } },
    });
    const asked = [ANNA, ...strangers, BERND];
    const answers = await discovery.serversOf(asked, endpoint('svc'), GO_ON);
    expect(answers).toHaveLength(151);
    expect(answers[0]).toEqual({
      ok: true,
      value: { addresses: [exchange.url], group: 'FAKE-SITE', movedTo: null },
    });
    expect(answers.slice(1, -1).every(({ ok }) => !ok)).toBe(true);
    expect(answers.at(-1)).toEqual({
      ok: true,
      value: { addresses: [exchange.url, 'https://b.example/ews'], group: null, movedTo: null },
    });
    expect(exchange.requests.get('GetUserSettings')).toBe(2);
  });

  test('are answered one by one by the older protocol', async () => {
    const answers = await discovery.serversOf([ANNA, BERND], endpoint('xml'), GO_ON);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    expect(exchange.requests.get('Autodiscover')).toBe(2);
  });

  test('one that has moved says where to', async () => {
    await control({ mailboxes: { [BERND]: { redirectAddress: 'b@tenant.example' } } });
    const [answer] = await discovery.serversOf([BERND], endpoint('svc'), GO_ON);
    expect(answer).toMatchObject({ ok: true, value: { movedTo: 'b@tenant.example' } });
  });

  test('cannot be asked about where the service points elsewhere', async () => {
    await control({ redirect: 'https://x.example/' });
    await expect(discovery.serversOf([ANNA], endpoint('svc'), GO_ON)).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'LookupMoved',
    });
  });
});

describe('a host name alone', () => {
  test('is enough where EWS asks for a sign-in at the usual address; it is not sent', async () => {
    const secure = await startFakeExchange({ tls: true });
    const ca = readFileSync(secure.caFile ?? '', 'utf8');
    const trusting = opened(basicSignIn(ACCOUNT), ca);
    const { host } = new URL(secure.url);
    const { url } = await trusting.tryHost(host, GO_ON);
    await trusting.close();
    await secure.stop();
    expect(url).toBe(secure.url);
    expect([...secure.requests]).toEqual([['401', 1]]);
  });

  test('is not where nobody is trusted there', async () => {
    const secure = await startFakeExchange({ tls: true });
    const { url, steps } = await discovery.tryHost(new URL(secure.url).host, GO_ON);
    await secure.stop();
    expect(url).toBeNull();
    expect(steps[0]?.result.en).toContain('issuer is unknown');
  });

  test.each(['', 'a b', 'https://mail.firma.example', 'mail.firma.example/ews', 'u:p@host'])(
    'is none: "%s"',
    async (host) => {
      const { url, steps } = await discovery.tryHost(host, GO_ON);
      expect(url).toBeNull();
      expect(steps[0]?.result.en).toContain('is no name of a server');
    },
  );
});

test('the control address refuses what it does not know, and a reset brings back the usual', async () => {
  const body = JSON.stringify({ saop: false });
  const refused = await fetch(`${exchange.control}/autodiscover`, { method: 'POST', body });
  expect(refused.status).toBe(400);
  await control({ soap: false, pox: false });
  expect(await found()).toBeNull();
  await fetch(`${exchange.control}/reset`, { method: 'POST' });
  expect(await found()).toBe(exchange.url);
});
