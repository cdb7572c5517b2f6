import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
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
import { answer, success } from './scripted-server.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

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

/** A challenge as Windows sends it, with a target info of one pair. */
function challengeMessage(): Buffer {
  const info = hex('02000c0044006f006d00610069006e0000000000');
  const message = Buffer.alloc(48 + info.length);
  message.write('NTLMSSP\0', 'latin1');
  message.writeUInt32LE(2, 8);
  Buffer.from('0123456789abcdef', 'hex').copy(message, 24);
  message.writeUInt16LE(info.length, 40);
  message.writeUInt32LE(48, 44);
  info.copy(message, 48);
  return message;
}

interface NtlmServer {
  readonly url: string;
  /** What came in: `hello`, `proof` or `plain`, with whether it had a body. */
  readonly log: string[];
  forget(): void;
  stop(): Promise<void>;
}

/** Believes the proof of NTProofStr for the right password, and from then on the connection. */
async function startNtlmServer(scheme: string, password: string): Promise<NtlmServer> {
  const trusted = new Set<Socket>();
  const log: string[] = [];
  const folder = '<m:Folders><t:CalendarFolder><t:FolderId Id="F"/></t:CalendarFolder></m:Folders>';
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const [offered, token] = (request.headers.authorization ?? '').split(' ');
      const message = Buffer.from(offered === scheme ? (token ?? '') : '', 'base64');
      const type = message.length > 12 ? message.readUInt32LE(8) : 0;
      log.push(
        `${['plain', 'hello', '?', 'proof'][type] ?? '?'} ${request.headers['content-length'] === '0' ? 'empty' : 'full'}`,
      );
      if (type === 3 && isRight(message, password)) trusted.add(request.socket);
      if (trusted.has(request.socket) && type !== 1) {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(answer('GetFolder', success('GetFolder', folder)));
        return;
      }
      const challenge = type === 1 ? ` ${challengeMessage().toString('base64')}` : '';
      response
        .writeHead(401, { 'www-authenticate': [`${scheme}${challenge}`, 'Basic realm="x"'] })
        .end('no');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/EWS/Exchange.asmx`,
    log,
    forget: () => trusted.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isRight(message: Buffer, password: string): boolean {
  const field = (at: number): Buffer => {
    const [length, offset] = [message.readUInt16LE(at), message.readUInt32LE(at + 4)];
    return message.subarray(offset, offset + length);
  };
  const response = field(20);
  const [domain, user] = [field(28).toString('utf16le'), field(36).toString('utf16le')];
  const blob = response.subarray(16);
  const { proof } = ntlmV2Proof(ntlmV2Key({ user, domain, password }), hex('0123456789abcdef'), {
    time: blob.subarray(8, 16),
    clientChallenge: blob.subarray(16, 24),
    targetInfo: blob.subarray(28, -4),
  });
  return proof.equals(response.subarray(0, 16));
}

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

  const ask = (ews: Ews): Promise<readonly string[]> =>
    ews.appointments.folders(
      { address: parseEmail('anna@example.com') },
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
    const folders = await Promise.all(Array.from({ length: 20 }, () => ask(ews)));
    expect(folders.flat()).toEqual(Array.from({ length: 20 }, () => 'F'));
    expect(server.log.filter((line) => line === 'proof full')).toHaveLength(3);
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
