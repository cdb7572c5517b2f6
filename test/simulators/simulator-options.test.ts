import { expect, test } from 'vitest';
import { DEMO_USERS, SERVICE_USER } from './sample-firm.js';
import { BadOptions, HELP, readOptions } from './simulator-options.js';

test('without options it is the demo firm, empty, on any free port', () => {
  expect(readOptions([])).toEqual({
    port: 0,
    data: 'empty',
    users: DEMO_USERS,
    state: null,
    seed: 1,
    untilStdinEnds: false,
    tls: false,
    auth: ['basic'],
    release: 'se',
  });
});

test('a number of items means one mailbox beside the service account', () => {
  const { data, users } = readOptions(['--data', '500']);
  expect([data, users.map(({ role }) => role)]).toEqual([500, ['service', 'mailbox']]);
});

test('mailboxes of one’s own replace the firm’s, the service account stays', () => {
  const { users } = readOptions(['--mailboxes', 'a@x.example, b@y.example']);
  expect(users.map(({ address }) => address)).toEqual([
    SERVICE_USER.address,
    'a@x.example',
    'b@y.example',
  ]);
});

test('TLS, sign-in and version are chosen', () => {
  const { tls, auth, release } = readOptions([
    '--tls',
    '--auth',
    'ntlm, basic',
    '--server',
    '2016',
  ]);
  expect([tls, auth, release]).toEqual([true, ['ntlm', 'basic'], '2016']);
});

// prettier-ignore
test.each([
  ['--port', '70000'], ['--port', 'x'], ['--data', 'viel'], ['--data', '-1'], ['--mailboxes', 'anna'], ['--seed', '1.5'], ['--colour', 'red'], ['stray', 'words'],
  ['--auth', 'digest'], ['--auth', ''], ['--server', '2010'],
])('%s %s makes no sense', (option, value) => {
  expect(() => readOptions([option, value])).toThrow(BadOptions);
});

test('the help names every option', () => {
  for (const option of [
    '--port',
    '--data',
    '--mailboxes',
    '--state',
    '--seed',
    '--until-stdin-ends',
    '--tls',
    '--auth',
    '--server',
  ]) {
    expect(HELP).toContain(option);
  }
});
