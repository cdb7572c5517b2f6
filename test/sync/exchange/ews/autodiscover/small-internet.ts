import { readFileSync } from 'node:fs';
import {
  createServer as createHttp,
  type IncomingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buildConnector } from 'undici';
import type { Dial } from '../../../../../sync/exchange/ews/dial.js';
import { trusting } from '../../../../../sync/exchange/ews/trust.js';

/** One request, as a host received it. */
export interface Received {
  /** As `https://firma.example/autodiscover/autodiscover.svc`. */
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a host does with a request; undefined leaves it without an answer. */
export type Site = (request: Received, response: ServerResponse) => void;

/** Hosts with names of their own, behind real sockets on 127.0.0.1. A host that is not there has no name either. */
export interface SmallInternet {
  readonly received: readonly Received[];
  /** Connects to the hosts, trusting the certificate they all show. */
  readonly dial: Dial;
  /** Puts up a site, as at `https://firma.example` or `http://firma.example`. */
  host(origin: string, site: Site, certificate?: string): Promise<void>;
  stop(): Promise<void>;
}

function pem(name: string): string {
  return readFileSync(new URL(`../../../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');
}

/** No hosts yet. */
export function smallInternet(): SmallInternet {
  const received: Received[] = [];
  const ports = new Map<string, number>();
  const stops: (() => Promise<void>)[] = [];
  const connect = buildConnector(trusting(pem('company')));

  return {
    received,
    dial: (options, callback) => {
      const { hostname, protocol, port } = options;
      const usual = protocol === 'https:' ? '443' : '80';
      const found = ports.get(`${protocol}//${hostname}:${port === '' ? usual : port}`);
      if (found === undefined) {
        const failure = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
        callback(failure, null);
        return;
      }
      const target = { hostname: '127.0.0.1', host: '127.0.0.1', port: String(found) };
      connect({ ...options, ...target, servername: hostname }, callback);
    },
    async host(origin, site, certificate = 'company') {
      const { protocol, hostname, port } = new URL(origin);
      const isSecure = protocol === 'https:';
      const server = isSecure
        ? createHttps({ cert: pem(certificate), key: pem('server-key') })
        : createHttp();
      server.on('request', (request, response) => {
        const pieces: Buffer[] = [];
        request.on('data', (piece: Buffer) => pieces.push(piece));
        request.on('end', () => {
          const { method = '', headers } = request;
          const body = Buffer.concat(pieces).toString('utf8');
          const url = `${origin}${request.url ?? ''}`;
          const one: Received = { url, method, headers, body };
          received.push(one);
          site(one, response);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const usual = isSecure ? '443' : '80';
      const name = `${protocol}//${hostname}:${port === '' ? usual : port}`;
      ports.set(name, (server.address() as AddressInfo).port);
      stops.push(
        () =>
          new Promise((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      );
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
