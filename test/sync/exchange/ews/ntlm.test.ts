import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws, type Ews } from '../../../../sync/exchange/ews/adapter.js';
import { md4 } from '../../../../sync/exchange/ews/md4.js';
import {
  accountOf,
  authenticateMessage,
  ntlmV2Key,
  ntlmV2Proof,
  readChallenge,
} from '../../../../sync/exchange/ews/ntlm.js';
import { ntlmSignIn } from '../../../../sync/exchange/ews/ntlm-sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { challengeMessage, hex, startNtlmServer, type NtlmServer } from './ntlm-server.js';

describe('the hash MD4', () => {
  test.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of "%s" is that of RFC 1320', (text, hash) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(hash);
  });
});

describe('NTLMv2', () => {
  const account = accountOf('Domain\\User', 'Password');

  test('computes the values of MS-NLMP 4.2.4', () => {
    const key = ntlmV2Key(account);
    const targetInfo = hex(
      '02000c0044006f006d00610069006e0001000c005300650072007600650072000000 0000',
    );
    const { proof, sessionKey } = ntlmV2Proof(key, hex('0123456789abcdef'), {
      time: Buffer.alloc(8),
      clientChallenge: hex('aaaaaaaaaaaaaaaa'),
      targetInfo,
    });
    expect(key.toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
    expect(proof.toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(sessionKey.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
  });

  test.each([
    { name: 'FIRMA\\abgleich', user: 'abgleich', domain: 'FIRMA' },
    { name: 'abgleich@firma.de', user: 'abgleich@firma.de', domain: '' },
    { name: 'abgleich', user: 'abgleich', domain: '' },
  ])('reads the account of $name', ({ name, user, domain }) => {
    expect(accountOf(name, 'x')).toEqual({ user, domain, password: 'x' });
  });

  test.each(['', 'NTLMSSP\0', 'x'.repeat(60)])('refuses a challenge that is none: %j', (text) => {
    expect(readChallenge(Buffer.from(text, 'latin1'))).toBeNull();
  });

  test('binds the sign-in to the certificate of the server', () => {
    const challenge = readChallenge(challengeMessage());
    const answerWith = (certificate: Uint8Array | null): string | null =>
      challenge &&
      authenticateMessage(account, challenge, {
        clientChallenge: Buffer.alloc(8),
        nowMs: 0,
        host: 'mail',
        certificate,
      }).toString('hex');
    expect(answerWith(Buffer.from('one'))).not.toBe(answerWith(Buffer.from('other')));
    expect(answerWith(null)).toBe(answerWith(null));
  });
});

describe('signing in', () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function setup(
    scheme = 'NTLM',
    password = 'geheim',
    connections = 1,
  ): Promise<{ ews: Ews; server: NtlmServer }> {
    const server = await startNtlmServer(scheme, 'geheim');
    const clock = new VirtualClock();
    const chance = { key: () => 'AAAAAAAAAAAAAAAAAAAAAA', fraction: () => 0 };
    const signIn = ntlmSignIn({ user: 'FIRMA\\größe', password }, { clock, chance });
    const ews = openEws({ url: server.url, signIn, clock, connections });
    opened.push(ews, { close: () => server.stop() });
    return { ews, server };
  }

  const ask = (ews: Ews, name = 'anna'): Promise<readonly string[]> =>
    ews.appointments.folders(
      { address: parseEmail(`${name}@example.com`) },
      new AbortController().signal,
    );

  test.each(['NTLM', 'Negotiate'])('by %s happens once per connection', async (scheme) => {
    const { ews, server } = await setup(scheme);
    for (let call = 0; call < 3; call++) expect(await ask(ews)).toEqual(['F']);
    expect(server.log.slice(-4)).toEqual(['hello empty', 'proof full', 'plain full', 'plain full']);
  });

  test('happens again when the server has forgotten the connection', async () => {
    const { ews, server } = await setup();
    await ask(ews);
    server.forget();
    expect(await ask(ews)).toEqual(['F']);
    expect(server.log).toEqual([
      'hello empty',
      'proof full',
      'plain full',
      'hello empty',
      'proof full',
    ]);
  });

  test('with a wrong password is forbidden after one try', async () => {
    const { ews, server } = await setup('NTLM', 'falsch');
    await expect(ask(ews)).rejects.toMatchObject({ kind: 'forbidden', code: 'HTTP401' });
    expect(server.log).toEqual(['hello empty', 'proof full']);
  });

  test('of many calls at once takes turns on the connections there are', async () => {
    const { ews, server } = await setup('NTLM', 'geheim', 3);
    const folders = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(ews, `p${at}`)));
    expect(folders.flat()).toEqual(Array.from({ length: 20 }, () => 'F'));
    expect(server.log.filter((line) => line === 'proof full')).toHaveLength(3);
  });

  test('of four connections costs one request per call, and not two', async () => {
    const { ews, server } = await setup('NTLM', 'geheim', 4);
    for (let round = 0; round < 25; round++) {
      await Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(ews, name)));
    }
    expect(server.connections()).toBe(4);
    expect(server.log).toHaveLength(100 + 4);
  });

  test('happens again, without a failure, after the server closed what was idle', async () => {
    const { ews, server } = await setup('NTLM', 'geheim', 4);
    const four = (): Promise<unknown> =>
      Promise.all(['a', 'b', 'c', 'd'].map((name) => ask(ews, name)));
    await four();
    await server.closeIdle();
    expect(await four()).toEqual([['F'], ['F'], ['F'], ['F']]);
    expect(server.log).toHaveLength(16);
    expect(server.connections()).toBe(8);
  });

  test('gives up waiting for a connection when it is called off', async () => {
    const { ews } = await setup();
    const stop = new AbortController();
    const mailbox = { address: parseEmail('anna@example.com') };
    const first = ask(ews);
    const second = ews.appointments.folders(mailbox, stop.signal);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: 'CalledOff' });
    expect(await first).toEqual(['F']);
    expect(await ask(ews)).toEqual(['F']);
  });
});
