import { readFileSync } from 'node:fs';
import {
  connect,
  createServer as createPlainServer,
  type AddressInfo,
  type Socket,
} from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';

const FOLDER = new URL('../../../../fixtures/tls/', import.meta.url);

/** A certificate of test/fixtures/tls. */
export function pem(name: string): string {
  return readFileSync(new URL(`${name}.pem`, FOLDER), 'utf8');
}

/** A server that shows certificates, and notes whatever a client says once it is connected. */
export interface CertificateServer {
  readonly port: number;
  /** All that clients sent over TLS. */
  readonly said: readonly Buffer[];
  readonly open: () => Promise<Socket>;
  stop(): Promise<void>;
}

/** Shows these certificates, its own first. */
export async function startTls(
  certificates: readonly string[],
  options: TlsOptions = {},
): Promise<CertificateServer> {
  const said: Buffer[] = [];
  const sockets = new Set<Socket>();
  const cert = certificates.map(pem).join('');
  const server = createServer({ cert, key: pem('server-key'), ...options }, (socket) => {
    socket.on('data', (piece: Buffer) => said.push(piece)).on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  return listening(server, said, sockets);
}

/** Says this to everybody, in the clear. */
export async function startPlain(greeting: string): Promise<CertificateServer> {
  const sockets = new Set<Socket>();
  const server = createPlainServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => socket.end(greeting));
  });
  return listening(server, [], sockets);
}

async function listening(
  server: ReturnType<typeof createPlainServer>,
  said: readonly Buffer[],
  sockets: ReadonlySet<Socket>,
): Promise<CertificateServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    said,
    open: () =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket));
        socket.once('error', reject);
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
