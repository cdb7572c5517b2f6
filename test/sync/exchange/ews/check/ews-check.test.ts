import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../../mappings/values.js';
import type { Account } from '../../../../../sync/exchange/ews/check/account.js';
import { ewsCheck } from '../../../../../sync/exchange/ews/check/ews-check.js';
import { ntlmSignIn } from '../../../../../sync/exchange/ews/ntlm-sign-in.js';
import { oauthSignIn } from '../../../../../sync/exchange/ews/oauth-sign-in.js';
import { basicSignIn, type SignIn } from '../../../../../sync/exchange/ews/sign-in.js';
import type { CheckStep, CheckStepName } from '../../../../../sync/ports/connection-check.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { mailboxUser, SERVICE_USER } from '../../../../simulators/sample-firm.js';
import { startFakeExchange } from '../../../../simulators/ews-server.js';
import { refusal, startAuthority } from '../fake-authority.js';
import { startScripted, type Reply, type ScriptedServer } from '../scripted-server.js';

const ANNA = parseEmail('anna@firma.example');
const NOW = '2026-03-02T08:00:00Z';
const clock = new VirtualClock(NOW);
const signal = new AbortController().signal;
const USER = { by: 'basic', user: 'dienst@firma.example' } as const;

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

/** How a server says things in its header, with the date on the clock of the test. */
const DATE = { date: 'Mon, 02 Mar 2026 08:00:00 GMT' };

const VERSION =
  '<h:ServerVersionInfo xmlns:h="t" MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" MinorBuildNumber="4"/>';

function soap(
  content: string,
  { header = VERSION, status = 200, headers = DATE }: Wrapped = {},
): Reply {
  const body =
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<s:Header>${header}</s:Header><s:Body xmlns:m="m" xmlns:t="t">${content}</s:Body></s:Envelope>`;
  return { status, headers, body };
}

interface Wrapped {
  readonly header?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function folders(...rights: readonly (boolean | null | string)[]): string {
  const messages = rights.map((one) =>
    typeof one === 'string'
      ? `<m:GetFolderResponseMessage ResponseClass="Error"><m:MessageText>no</m:MessageText><m:ResponseCode>${one}</m:ResponseCode></m:GetFolderResponseMessage>`
      : `<m:GetFolderResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder><t:FolderId Id="F"/>${rightsXml(one)}</t:Folder></m:Folders></m:GetFolderResponseMessage>`,
  );
  return `<m:GetFolderResponse><m:ResponseMessages>${messages.join('')}</m:ResponseMessages></m:GetFolderResponse>`;
}

function rightsXml(create: boolean | null): string {
  if (create === null) return '';
  return `<t:EffectiveRights><t:CreateContents>${String(create)}</t:CreateContents><t:Read>true</t:Read></t:EffectiveRights>`;
}

function fault(code: string, header = VERSION): Reply {
  const text = `<s:Fault><faultcode>a:${code}</faultcode><faultstring>no</faultstring><detail><e:ResponseCode xmlns:e="e">${code}</e:ResponseCode></detail></s:Fault>`;
  return soap(text, { status: 500, header });
}

const INBOX = soap(folders(true));
const ALL = soap(folders(true, true, true));
const REFUSED = (offers: string): Reply => ({
  status: 401,
  headers: { 'www-authenticate': offers },
  body: '',
});

async function server(...replies: readonly Reply[]): Promise<ScriptedServer> {
  const started = await startScripted(...replies);
  opened.push(() => started.stop());
  return started;
}

async function checkAt(
  url: string,
  account: Account = USER,
  mailbox: typeof ANNA | null = ANNA,
): Promise<readonly CheckStep[]> {
  const check = ewsCheck({
    ...{ url, account, clock, ca: null, proxy: null },
    signIn: signInOf(account),
  });
  opened.push(() => check.close());
  return check.check(mailbox === null ? null : { address: mailbox }, signal);
}

function signInOf(account: Account): SignIn {
  if (account.by === 'oauth') return oauthSignIn(account.application, { clock });
  const credentials = { user: account.user, password: 'geheim' };
  const chance = { key: () => 'AAAAAAAAAAAAAAAAAAAAAA', fraction: () => 0 };
  return account.by === 'basic'
    ? basicSignIn(credentials)
    : ntlmSignIn(credentials, { clock, chance });
}

const statesOf = (steps: readonly CheckStep[]): string[] =>
  steps.map(({ name, state }) => `${name} ${state}`);

const step = (steps: readonly CheckStep[], name: CheckStepName): CheckStep => {
  const found = steps.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no step ${name}`);
  return found;
};

const tell = ({ result, faults }: CheckStep): string =>
  [result.en, ...faults.flatMap(({ cause, remedy }) => [cause.en, remedy.en])].join(' ');

describe('a connection that works', () => {
  test('passes every step, in two requests', async () => {
    const { url, received } = await server(INBOX, ALL);
    const steps = await checkAt(url);
    expect(statesOf(steps)).toEqual([
      'name skipped',
      'address passed',
      'tls passed',
      'service passed',
      'signIn passed',
      'version passed',
      'ownMailbox passed',
      'role passed',
      'impersonation passed',
      'folders passed',
      'rights passed',
      'clock passed',
    ]);
    expect(step(steps, 'version').result.de).toBe('Exchange Server 2019 CU14 (15.2.1544.4)');
    expect(step(steps, 'folders').result.de).toBe('da: Kalender, Aufgaben, Kontakte');
    expect(received.map(({ body }) => body.includes('ExchangeImpersonation'))).toEqual([
      false,
      true,
    ]);
    expect(received.map(({ headers }) => headers['x-anchormailbox'])).toEqual([undefined, ANNA]);
  });

  test('passes against the fake Exchange, whose account has no mailbox of its own', async () => {
    const users = [SERVICE_USER, mailboxUser(ANNA, 'Anna')];
    const fake = await startFakeExchange({ users, clock });
    opened.push(() => fake.stop());
    const account = { by: 'basic', user: SERVICE_USER.address } as const;
    const check = ewsCheck({
      ...{ url: fake.url, account, clock, ca: null, proxy: null },
      signIn: basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password }),
    });
    opened.push(() => check.close());
    const steps = await check.check({ address: ANNA }, signal);
    expect(steps.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(tell(step(steps, 'ownMailbox'))).toMatch(/has no mailbox of its own.*full user/);
    expect(fake.organisation.mails).toEqual([]);
  });

  test('without a mailbox to try says how to name one', async () => {
    const { url } = await server(INBOX);
    const steps = await checkAt(url, USER, null);
    expect(statesOf(steps).slice(5)).toEqual([
      'version passed',
      'ownMailbox passed',
      'role skipped',
      'impersonation failed',
      'folders notReached',
      'rights notReached',
      'clock notReached',
    ]);
  });
});

// prettier-ignore
const FAILURES: readonly { name: string; replies: readonly Reply[]; step: CheckStepName; says: RegExp }[] = [
  { name: 'no EWS at the address', replies: [{ status: 404, body: '' }], step: 'service', says: /HTTP404.*no EWS at this address/ },
  { name: 'a web page', replies: [{ headers: { 'content-type': 'text/html' }, body: '<html></html>' }], step: 'service', says: /web page answered/ },
  { name: 'a server that is busy', replies: [fault('ErrorServerBusy')], step: 'service', says: /ErrorServerBusy/ },
  { name: 'a server that hangs up', replies: [{ body: '<s:Env', cut: true }], step: 'service', says: /cannot be reached|truncated|broke/i },
{ name: 'EWS blocked by the tenant', replies: [{ status: 403, headers: { 'X-EWS-Policy-Reason': 'EWS is blocked by policy for this user or tenant' }, body: '' }], step: 'service', says: /EwsBlocked.*2027/ },
  { name: 'access forbidden', replies: [{ status: 403, body: '' }], step: 'signIn', says: /HTTP403.*forbids access to EWS/ },
  { name: 'an expired password', replies: [fault('ErrorPasswordExpired')], step: 'signIn', says: /has expired/ },
  { name: 'a wrong password', replies: [REFUSED('Basic realm="x", NTLM, Negotiate')], step: 'signIn', says: /offers: Basic, NTLM, Negotiate.*sign-in name \(UPN\).*DOMAIN\\name/ },
  { name: 'Basic switched off', replies: [REFUSED('Negotiate, NTLM')], step: 'signIn', says: /offers: Negotiate, NTLM.*Basic is not enabled at the server, but NTLM is: add the connection with --auth ntlm/ },
  { name: 'only tokens', replies: [REFUSED('Bearer client_id="00000002", trusted_issuers="x, y"')], step: 'signIn', says: /offers: Bearer .*--auth oauth/ },
  { name: 'a server that says nothing about signing in', replies: [{ status: 401, body: '' }], step: 'signIn', says: /refuses the sign-in.*Check user name and password/ },
  { name: 'Exchange 2010', replies: [fault('ErrorInvalidServerVersion', VERSION.replace('"15"', '"14"').replace('="2"', '="3"').replace('1544', '123'))], step: 'version', says: /Exchange Server 2010 \(14\.3\.123\.4\) is too old.*2013 SP1 \(15\.0\.847\)/ },
  { name: 'Exchange 2013 before SP1', replies: [soap(folders(true), { header: VERSION.replace('="2"', '="0"').replace('1544', '775') })], step: 'version', says: /Exchange Server 2013 CU3 \(15\.0\.775\.4\) is too old/ },
  { name: 'nobody to impersonate', replies: [INBOX, fault('ErrorImpersonationDenied')], step: 'role', says: /lacks the role ApplicationImpersonation/ },
  { name: 'no right for this mailbox or any', replies: [INBOX, fault('ErrorImpersonateUserDenied')], step: 'role', says: /it lacks the role ApplicationImpersonation, or its scope leaves the mailbox out/ },
  { name: 'no right for this mailbox alone', replies: [INBOX, fault('ErrorImpersonateUserDenied'), INBOX], step: 'impersonation', says: /not in the scope of the role/ },
  { name: 'an unknown mailbox', replies: [INBOX, fault('ErrorNonExistentMailbox')], step: 'impersonation', says: /anna@firma\.example: ErrorNonExistentMailbox.*knows no mailbox with this address/ },
  { name: 'a mailbox refused folder by folder', replies: [INBOX, soap(folders('ErrorNonExistentMailbox', 'ErrorNonExistentMailbox', 'ErrorNonExistentMailbox'))], step: 'impersonation', says: /knows no mailbox/ },
  { name: 'fewer answers than folders', replies: [INBOX, soap(folders(true))], step: 'role', says: /AnswerIncomplete|every entry/ },
  { name: 'no calendar', replies: [INBOX, soap(folders('ErrorFolderNotFound', true, true))], step: 'folders', says: /calendar: ErrorFolderNotFound/ },
  { name: 'no right to create', replies: [INBOX, soap(folders(false, true, true))], step: 'rights', says: /calendar: the right to create is missing/ },
];

describe('a connection that fails', () => {
  test.each(FAILURES)('by $name stops at $step', async ({ replies, step: wanted, says }) => {
    const { url } = await server(...replies);
    const steps = await checkAt(url);
    const [failed, ...others] = steps.filter(({ state }) => state === 'failed');
    expect(failed?.name).toBe(wanted);
    expect(others).toEqual([]);
    const after = steps.slice(steps.findIndex(({ name }) => name === wanted) + 1);
    expect(new Set(after.map(({ state }) => state))).toEqual(
      new Set(after.length > 0 ? ['notReached'] : []),
    );
    expect(tell(step(steps, wanted))).toMatch(says);
  });

  test('at the address because nobody listens', async () => {
    const gone = await startScripted();
    await gone.stop();
    const steps = await checkAt(gone.url);
    expect(statesOf(steps).slice(1, 3)).toEqual(['address failed', 'tls notReached']);
    expect(tell(step(steps, 'address'))).toMatch(
      /Nobody listens at 127\.0\.0\.1:\d+ \(ECONNREFUSED\).*usually 443/,
    );
  });

  test('sends a refused password once', async () => {
    const { url, received } = await server(REFUSED('Basic realm="x"'));
    await checkAt(url);
    expect(received.map(({ headers }) => headers.authorization !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  test.each([
    { user: 'FIRMA\\dienst', says: /given as DOMAIN\\name \(FIRMA\\dienst\)/ },
    { user: 'dienst', says: /"dienst" lacks its domain.*DOMAIN\\dienst/ },
  ])('explains how $user may be written', async ({ user, says }) => {
    const { url } = await server(REFUSED('Basic realm="x"'));
    const steps = await checkAt(url, { by: 'basic', user });
    expect(tell(step(steps, 'signIn'))).toMatch(says);
  });

  test('by NTLM where only Basic is offered says so', async () => {
    const { url } = await server(REFUSED('Basic realm="x"'));
    const steps = await checkAt(url, { by: 'ntlm', user: 'FIRMA\\dienst' });
    expect(tell(step(steps, 'signIn'))).toMatch(/NTLM is not enabled at the server, but Basic is/);
  });
});

describe('a connection that works, with something to know', () => {
  // prettier-ignore
  const WARNINGS: readonly { name: string; replies: readonly Reply[]; step: CheckStepName; says: RegExp }[] = [
    { name: 'an account without a mailbox', replies: [soap(folders('ErrorNonExistentMailbox')), ALL], step: 'ownMailbox', says: /no mailbox of its own.*full user/ },
    { name: 'no tasks', replies: [INBOX, soap(folders(true, 'ErrorFolderNotFound', true))], step: 'folders', says: /there: calendar, contacts.*tasks: ErrorFolderNotFound/ },
    { name: 'a clock that is behind', replies: [INBOX, { ...ALL, headers: { date: 'Mon, 02 Mar 2026 07:57:30 GMT' } }], step: 'clock', says: /2 min 30 s behind this one.*newest/ },
    { name: 'a clock that is ahead', replies: [INBOX, { ...ALL, headers: { date: 'Mon, 02 Mar 2026 09:00:05 GMT' } }], step: 'clock', says: /1 h 0 min 5 s ahead of this one/ },
  ];

  test.each(WARNINGS)('tells of $name', async ({ replies, step: wanted, says }) => {
    const { url } = await server(...replies);
    const steps = await checkAt(url);
    expect(steps.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(step(steps, wanted).state).toBe('warning');
    expect(tell(step(steps, wanted))).toMatch(says);
  });

  test.each([
    { what: 'rights', name: 'rights', replies: [INBOX, soap(folders(null, null, null))] },
    { what: 'a mailbox of an application', name: 'ownMailbox', replies: [ALL] },
  ] as const)('skips $what where there is nothing to tell', async ({ name, replies }) => {
    const { url } = await server(...replies);
    const steps = await checkAt(url, name === 'rights' ? USER : await application());
    expect(step(steps, name).state).toBe('skipped');
  });

  test('takes a server that does not say its version', async () => {
    const { url } = await server(
      soap(folders(true), { header: '' }),
      soap(folders(true, true, true), { header: '' }),
    );
    const steps = await checkAt(url);
    expect(tell(step(steps, 'version'))).toMatch(/does not say which version/);
    expect(step(steps, 'version').state).toBe('passed');
  });
});

async function application(said?: Reply): Promise<Extract<Account, { by: 'oauth' }>> {
  const authority = await startAuthority();
  opened.push(() => authority.stop());
  if (said !== undefined) authority.say(said);
  const { url } = authority;
  return {
    by: 'oauth',
    application: {
      tenantId: 'firma.example',
      clientId: 'app',
      credential: { secret: 's' },
      authority: url,
    },
  };
}

describe('an application', () => {
  test('passes with a token, in one request to Exchange', async () => {
    const { url, received } = await server(ALL);
    const steps = await checkAt(url, await application());
    expect(statesOf(steps)).toContain('signInServer passed');
    expect(steps.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(received).toHaveLength(1);
  });

  test('that the sign-in server refuses stops there, after the address of Exchange was found good', async () => {
    const { url, received } = await server(ALL);
    const steps = await checkAt(url, await application(refusal('invalid_client', 7000215)));
    expect(statesOf(steps).slice(0, 5)).toEqual([
      'name skipped',
      'address passed',
      'tls passed',
      'signInServer failed',
      'service notReached',
    ]);
    expect(tell(step(steps, 'signInServer'))).toMatch(/AADSTS7000215.*client secret is wrong/);
    expect(received).toEqual([]);
  });

  test('that may open no mailbox is told of the role it needs', async () => {
    const { url } = await server(fault('ErrorImpersonateUserDenied'));
    const steps = await checkAt(url, await application());
    expect(tell(step(steps, 'role'))).toMatch(/Application EWS\.AccessAsApp/);
  });
});
