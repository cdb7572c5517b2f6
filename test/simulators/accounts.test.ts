import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, EVA } from './mailbox-bench.js';
import { SERVICE_USER } from './sample-firm.js';
import { CALENDAR, getFolder, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const set = (account: object): Promise<unknown> => bench.control('POST', '/accounts', account);

function askAs(form: string, value: string): Promise<Answered> {
  return bench.ask(getFolder(CALENDAR), { as: value, form });
}

// prettier-ignore
test.each([
  { form: 'PrimarySmtpAddress', value: ANNA, code: 'NoError' },
  { form: 'SmtpAddress', value: ANNA.toUpperCase(), code: 'NoError' },
  { form: 'SmtpAddress', value: 'becker@muster-maschinenbau.example', code: 'NoError' },
  { form: 'PrimarySmtpAddress', value: 'becker@muster-maschinenbau.example', code: 'ErrorNonPrimarySmtpAddress' },
  { form: 'PrincipalName', value: 'abecker@muster.local', code: 'NoError' },
  { form: 'PrincipalName', value: ANNA, code: 'ErrorInvalidUserPrincipalName' },
  { form: 'SID', value: 'S-1-5-21-1004336348-1177238915-682003330-1105', code: 'NoError' },
  { form: 'SID', value: 'S-1-5-21-1', code: 'ErrorInvalidUserSid' },
  { form: 'SmtpAddress', value: 'niemand@muster-maschinenbau.example', code: 'ErrorNonExistentMailbox' },
  { form: 'PrimarySmtpAddress', value: SERVICE_USER.address, code: 'ErrorNonExistentMailbox' },
  { form: 'Name', value: ANNA, code: 'ErrorInvalidExchangeImpersonationHeaderData' },
])('$form $value: $code', async ({ form, value, code }) => {
  await set({ address: ANNA, userPrincipalName: 'abecker@muster.local', aliases: ['Becker@Muster-Maschinenbau.example'] });
  expect((await askAs(form, value)).codes).toEqual([code]);
});

// prettier-ignore
test.each([
  { name: 'one mailbox is denied', change: { address: ANNA, mayBeImpersonated: false }, codes: ['ErrorImpersonateUserDenied', 'NoError'] },
  { name: 'the role is gone', change: { address: SERVICE_USER.address, impersonation: 'none' }, codes: ['ErrorImpersonateUserDenied', 'ErrorImpersonateUserDenied'] },
  { name: 'the server refuses it', change: { address: SERVICE_USER.address, impersonation: 'denied' }, codes: ['ErrorImpersonationDenied', 'ErrorImpersonationDenied'] },
])('$name', async ({ change, codes }) => {
  await set(change);
  const answers = [await askAs('SmtpAddress', ANNA), await askAs('SmtpAddress', EVA)];
  expect(answers.flatMap((one) => one.codes)).toEqual(codes);
});

test('a delegate opens the mailboxes that were given to them, and the account without rights none', async () => {
  const folder = `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${EVA}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
  const asAnna = { user: ANNA, password: 'demo', as: null };
  const open = async (): Promise<readonly string[]> => [
    ...(await bench.ask(getFolder(folder), asAnna)).codes,
    ...(await bench.ask(getFolder(folder), { as: null })).codes,
  ];
  expect(await open()).toEqual(['ErrorAccessDenied', 'NoError']);
  await set({ address: ANNA, delegateOf: [EVA.toUpperCase()] });
  await set({ address: SERVICE_USER.address, delegateOf: [] });
  expect(await open()).toEqual(['NoError', 'ErrorAccessDenied']);
});

test('mailbox and header together are fine where both name the same (fact 89)', async () => {
  const folder = `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${ANNA}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
  expect((await bench.ask(getFolder(folder))).codes).toEqual(['NoError']);
});

test.each([
  { account: { address: 'niemand@x.example' }, error: 'ErrorNonExistentMailbox' },
  { account: { address: ANNA, disabled: true }, error: 'BadRequest' },
  { account: { address: ANNA, impersonation: 'maybe' }, error: 'BadRequest' },
])('$account is refused: $error', async ({ account, error }) => {
  const { status, json } = await bench.control('POST', '/accounts', account);
  expect([status, json]).toMatchObject([400, { error }]);
});

// prettier-ignore
test.each([
  { release: '2013', version: 'Exchange2013_SP1', code: 'NoError', major: '15.0' },
  { release: '2013', version: 'Exchange2016', code: 'ErrorInvalidServerVersion', major: '' },
  { release: '2016', version: 'Exchange2016', code: 'NoError', major: '15.1' },
  { release: '2016', version: 'V2017_07_11', code: 'ErrorInvalidServerVersion', major: '' },
  { release: '2019', version: 'Exchange2007_SP1', code: 'NoError', major: '15.2' },
  { release: 'se', version: 'Exchange2016', code: 'NoError', major: '15.2' },
  { release: 'se', version: 'Exchange2019', code: 'ErrorInvalidServerVersion', major: '' },
] as const)('Exchange $release is asked as $version: $code', async ({ release, version, code, major }) => {
  await bench.exchange.stop();
  bench = await startSoapBench({}, { release });
  const answered = await bench.ask(getFolder(CALENDAR), { version });
  const info = answered.all('ServerVersionInfo')[0]?.attributes ?? {};
  const shown = 'MajorVersion' in info ? `${info['MajorVersion']}.${info['MinorVersion']}` : '';
  expect([answered.codes, shown]).toEqual([[code], major]);
});
