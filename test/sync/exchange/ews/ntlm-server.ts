import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ntlmV2Key, ntlmV2Proof } from '../../../../sync/exchange/ews/ntlm.js';
import { answer, success } from './scripted-server.js';

/** Bytes from hexadecimal, blanks between them or not. */
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A challenge as Windows sends it, with a target info of one pair. */
export function challengeMessage(): Buffer {
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

export interface NtlmServer {
  readonly url: string;
  /** What came in: `hello`, `proof` or `plain`, with whether it had a body. */
  readonly log: string[];
  forget(): void;
  /** How many connections were opened so far. */
  connections(): number;
  /** Ends all connections, as a server does with idle ones; the client has noticed when it is kept. */
  closeIdle(): Promise<void>;
  stop(): Promise<void>;
}

/** Believes the proof of NTProofStr for the right password, and from then on the connection. */
export async function startNtlmServer(
  scheme: string,
  password: string,
  tls?: { readonly cert: string; readonly key: string },
): Promise<NtlmServer> {
  const trusted = new Set<Socket>();
  const log: string[] = [];
  const folder = '<m:Folders><t:CalendarFolder><t:FolderId Id="F"/></t:CalendarFolder></m:Folders>';
  const open = new Set<Socket>();
  let opened = 0;
  const onRequest: RequestListener = (request, response) => {
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
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    opened += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/EWS/Exchange.asmx`,
    log,
    forget: () => trusted.clear(),
    connections: () => opened,
    async closeIdle() {
      const closed = [...open].map((socket) => once(socket, 'close'));
      for (const socket of open) socket.end();
      await Promise.all(closed);
    },
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
