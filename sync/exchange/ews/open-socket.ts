import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { trusting } from './trust.js';

/** Where to connect, and by which proxy. */
export interface Route {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly proxy: ProxyServer | null;
}

export interface ProxyServer {
  readonly url: URL;
  readonly credentials: { readonly user: string; readonly password: string } | null;
  /** PEM, for a proxy that is spoken to by TLS. */
  readonly ca: string | null;
}

/** A proxy that answered, and did not connect us. `status` is null where the answer is no HTTP. */
export class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
  readonly status: number | null;

  constructor(status: number | null) {
    super(`the proxy answers ${status ?? 'something unreadable'}`);
    this.status = status;
  }
}

/** A TCP connection to the route's host, through its proxy where it has one. Fails as Node does, or as `ProxyRefused`. */
export async function openSocket(
  { host, port, proxy }: Route,
  signal: AbortSignal,
): Promise<Socket> {
  if (proxy === null) return openTcp(host, port, signal);
  const socket = await openProxy(proxy, signal);
  try {
    await askToConnect(socket, { host, port, proxy }, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** A TCP connection; destroyed when the signal fires before it stands. */
export function openTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return whenOpen(connect({ host, port }), 'connect', signal);
}

function openProxy({ url, ca }: ProxyServer, signal: AbortSignal): Promise<Socket> {
  const host = hostOf(url);
  const port = portOf(url);
  if (url.protocol !== 'https:') return openTcp(host, port, signal);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port, ...servername, ...trusting(ca) });
  return whenOpen(socket, 'secureConnect', signal);
}

/** Waits for an event of a socket; whatever comes first of an error, its end and the signal rejects and destroys it. */
export function whenOpen<S extends Socket>(
  socket: S,
  event: string,
  signal: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      socket.off(event, onOpen).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (reason: unknown): void => {
      end();
      socket.on('error', () => undefined).destroy(); // what it says later is no news
      reject(reason);
    };
    const onOpen = (): void => {
      end();
      socket.on('error', () => undefined); // whoever reads it learns of its end
      resolve(socket);
    };
    const onError = (error: Error): void => fail(error);
    const onClose = (): void => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    const onAbort = (): void => fail(signal.reason);
    if (signal.aborted) {
      onAbort();
      return;
    }
    socket.once(event, onOpen).once('error', onError).once('close', onClose);
    signal.addEventListener('abort', onAbort);
  });
}

/** RFC 9110, section 9.3.6. */
async function askToConnect(
  socket: Socket,
  { host, port, proxy }: Route,
  signal: AbortSignal,
): Promise<void> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  const credentials = proxy?.credentials ?? null;
  if (credentials !== null) {
    const pair = Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8');
    lines.push(`Proxy-Authorization: Basic ${pair.toString('base64')}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const head = await readHead(socket, signal);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status?.startsWith('2') !== true) {
    throw new ProxyRefused(status === undefined ? null : Number(status));
  }
}

/** Up to the empty line; what follows is the other side's and stays in the socket. */
async function readHead(socket: Socket, signal: AbortSignal): Promise<string> {
  let head = '';
  for (;;) {
    const byte: unknown = socket.read(1);
    if (Buffer.isBuffer(byte)) head += byte.toString('latin1');
    else await whenReadable(socket, signal);
    if (head.endsWith('\r\n\r\n')) return head;
    if (head.length > MAX_HEAD) throw new ProxyRefused(null);
  }
}

const MAX_HEAD = 16 * 1024;

function whenReadable(socket: Socket, signal: AbortSignal): Promise<unknown> {
  if (socket.readableEnded || socket.destroyed) return Promise.reject(new ProxyRefused(null));
  return new Promise((resolve, reject) => {
    const end = (): void => {
      socket
        .off('readable', onReadable)
        .off('end', onEnd)
        .off('error', onError)
        .off('close', onEnd);
      signal.removeEventListener('abort', onAbort);
    };
    const onReadable = (): void => (end(), resolve(null));
    const onEnd = (): void => (end(), reject(new ProxyRefused(null)));
    const onError = (error: Error): void => (end(), reject(error));
    const onAbort = (): void => (end(), reject(signal.reason));
    socket.once('readable', onReadable).once('end', onEnd).once('close', onEnd);
    socket.once('error', onError);
    signal.addEventListener('abort', onAbort);
  });
}

/** The host of an address, without the brackets around an IPv6 one. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
