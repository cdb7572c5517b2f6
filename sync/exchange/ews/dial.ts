import { TLSSocket } from 'node:tls';
import { buildConnector, type Pool } from 'undici';
import { hostOf, openSocket, portOf, type ProxyServer } from './open-socket.js';
import { proxyFailure } from './proxy.js';
import { trusting } from './trust.js';

/** What undici's `connect` takes: how a connection to a server comes about. */
export type Dial = buildConnector.connector;

/** The way to a server: whom to trust besides the authorities of Node (PEM), and by which proxy; null = none. */
export interface Way {
  readonly ca: string | null;
  readonly proxy: ProxyServer | null;
}

/**
 * Connects to servers. A proxy is asked for a tunnel, for `http:` as well: what is signed in is the connection to Exchange (NTLM), and
 * the certificate is checked against the name of Exchange, as if the proxy were not there. Fails as `ConnectorFailure` where it is the
 * proxy that refuses.
 */
export function dialThrough({ ca, proxy }: Way): Dial {
  const direct = buildConnector({
    ...trusting(ca),
    timeout: CONNECT_TIMEOUT_MS,
    maxCachedSessions: 0, // a resumed session shows no certificate, and NTLM needs it
  });
  if (proxy === null) return direct;
  return (options, callback) => {
    const url = new URL(`${options.protocol}//${options.host ?? options.hostname}`);
    const route = { host: hostOf(url), port: portOf(url), proxy };
    openSocket(route, AbortSignal.timeout(CONNECT_TIMEOUT_MS)).then(
      (socket) => {
        if (url.protocol === 'https:') direct({ ...options, httpSocket: socket }, callback);
        else callback(null, socket.setNoDelay(true));
      },
      (error: unknown) => callback(proxyFailure(error), null),
    );
  };
}

/** A server that does not even take the connection within this time is not there. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What `connect` does, telling which certificate the server showed; null without TLS. */
export function noting(
  connect: Pool.Options['connect'],
  note: (certificate: Uint8Array | null) => void,
): Dial {
  const dial =
    typeof connect === 'function' ? connect : buildConnector({ ...connect, maxCachedSessions: 0 });
  return (options, callback) => {
    dial(options, (...result) => {
      const [, socket] = result;
      note(socket instanceof TLSSocket ? socket.getPeerCertificate().raw : null);
      callback(...result);
    });
  };
}
