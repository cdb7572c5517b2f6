import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, createSecureContext, type TLSSocket } from 'node:tls';
import { demandsCertificate } from './handshake-bytes.js';
import { whenOpen } from '../open-socket.js';
import { within, type Limits } from '../within.js';

/** What a server shows of itself in a TLS handshake. */
export interface Look {
  /** The certificates it sent, its own first; empty where it did not come to that. */
  readonly chain: readonly X509Certificate[];
  /** As `TLSv1.2`; null where the handshake failed. */
  readonly protocol: string | null;
  /** The name of the fault that broke it off; null = none. */
  readonly brokenBy: string | null;
  readonly demandsCertificate: boolean;
  /** The first bytes it sent, for telling who speaks if it is not TLS. */
  readonly firstBytes: string;
}

/**
 * Looks at the certificates of a server whatever they are worth. Nothing is verified, so nothing is sent over this connection but
 * the handshake itself: no byte of HTTP, no name, no password; it is destroyed before this returns. Old versions of TLS and weak
 * ciphers are allowed in order to be told apart.
 */
export async function lookAtCertificate(
  host: string,
  open: (signal: AbortSignal) => Promise<Socket>,
  limits: Limits,
): Promise<Look> {
  const received: Buffer[] = [];
  const seen = await shakeHands(host, open, received, limits);
  const bytes = Buffer.concat(received);
  const { brokenBy } = seen;
  return {
    ...seen,
    demandsCertificate: demandsCertificate(bytes) || CERTIFICATE_REQUIRED.has(brokenBy ?? ''),
    firstBytes: bytes.subarray(0, 16).toString('latin1'),
  };
}

async function shakeHands(
  host: string,
  open: (signal: AbortSignal) => Promise<Socket>,
  received: Buffer[],
  limits: Limits,
): Promise<Pick<Look, 'chain' | 'protocol' | 'brokenBy'>> {
  let chain: Look['chain'] = [];
  try {
    const tls = await within(limits, async (signal) =>
      whenOpen(unverified(host, tapped(await open(signal), received)), 'secureConnect', signal),
    );
    chain = chainOf(tls);
    const protocol = tls.getProtocol();
    const brokenBy = await afterHandshake(tls, limits);
    tls.destroy();
    return { chain, protocol, brokenBy };
  } catch (error) {
    return { chain, protocol: null, brokenBy: codeOf(error) };
  }
}

const CERTIFICATE_REQUIRED: ReadonlySet<string> = new Set([
  'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  'ERR_SSL_SSLV3_ALERT_NO_CERTIFICATE',
]);

function unverified(host: string, socket: Duplex): TLSSocket {
  const secureContext = createSecureContext({
    ca: [], // else Node would complete the chain from its own store
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connect({ socket, ...servername, secureContext, rejectUnauthorized: false });
}

/** The socket, its incoming bytes noted on the way. */
function tapped(socket: Socket, received: Buffer[]): Duplex {
  let size = 0;
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (piece: Buffer, _encoding, done) => void socket.write(piece, done),
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (piece: Buffer) => {
    if (size < MAX_NOTED) received.push(piece);
    size += piece.length;
    if (!duplex.push(piece)) socket.pause();
  });
  socket.on('end', () => duplex.push(null));
  socket.on('error', (error) => duplex.destroy(error));
  socket.on('close', () => duplex.destroy());
  return duplex;
}

/** Chains of certificates are some kilobytes. */
const MAX_NOTED = 256 * 1024;

/**
 * With TLS 1.3 a client is done before the server has looked at its certificate, or at its lack of one: a refusal comes next, or
 * the ticket of a session. Null = nothing was wrong.
 */
async function afterHandshake(tls: TLSSocket, { clock, signal }: Limits): Promise<string | null> {
  if (tls.getProtocol() !== 'TLSv1.3') return null;
  try {
    await within({ clock, signal, timeoutMs: TICKET_MS }, (stop) => whenOpen(tls, 'session', stop));
    return null;
  } catch (error) {
    return error === 'TimedOut' ? null : codeOf(error); // not every server hands tickets out
  }
}

const TICKET_MS = 1_500;

function chainOf(tls: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = tls.getPeerX509Certificate();
  while (next !== undefined && chain.length < MAX_CHAIN) {
    const current = next;
    if (chain.some(({ fingerprint256 }) => fingerprint256 === current.fingerprint256)) break;
    chain.push(current);
    next = current.issuerCertificate;
  }
  return chain;
}

const MAX_CHAIN = 10;

function codeOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
