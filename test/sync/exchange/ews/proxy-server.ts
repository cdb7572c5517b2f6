import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ProxyUnderTest {
  readonly url: string;
  /** What it was asked to connect to, and with which sign-in, in order. */
  readonly asked: readonly { readonly target: string; readonly authorization: string }[];
  /** How many requests came that were no CONNECT. */
  readonly others: () => number;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  /** Demands this sign-in. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Says this to every CONNECT instead of connecting; null = nothing at all. */
  readonly says?: string | null;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** An HTTP proxy on 127.0.0.1 that knows CONNECT only. */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyUnderTest> {
  const { credentials, says, tls } = options;
  const asked: { target: string; authorization: string }[] = [];
  const sockets = new Set<Socket | Duplex>();
  let others = 0;
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('request', (_request, response) => {
    others += 1;
    response.writeHead(405).end();
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    const target = request.url ?? '';
    const authorization = request.headers['proxy-authorization'] ?? '';
    asked.push({ target, authorization });
    client.on('error', () => undefined);
    if (says === null) return;
    if (says !== undefined) client.end(says);
    else if (!isRight(authorization, credentials)) client.end(DENIED);
    else joinUp(client, target, sockets);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    others: () => others,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const DENIED =
  'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n';

function isRight(authorization: string, credentials: ProxyOptions['credentials']): boolean {
  if (credentials === undefined) return true;
  const pair = Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8');
  return authorization === `Basic ${pair.toString('base64')}`;
}

function joinUp(client: Duplex, target: string, sockets: Set<Socket | Duplex>): void {
  const [host = '', port = ''] = target.split(':');
  const server = connect(Number(port), host, () => {
    client.write('HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n');
    server.pipe(client).pipe(server);
  });
  sockets.add(server);
  server.on('error', () => client.destroy());
  server.on('close', () => client.destroy());
  client.on('close', () => server.destroy());
}
