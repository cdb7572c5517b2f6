import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, itemMessage } from './scripted-server.js';

/** An Exchange that looks at the token and has the item `A`. */
export interface BearerServer {
  readonly url: string;
  /** The token of every request, in order. */
  readonly tokens: readonly string[];
  readonly bodies: readonly string[];
  /** From now on only these tokens are taken, or null = all; others are answered with `status`. */
  takeOnly(
    tokens: readonly string[] | null,
    status?: 401 | 403,
    headers?: Readonly<Record<string, string>>,
  ): void;
  stop(): Promise<void>;
}

/** Takes every token until it is told otherwise. */
export async function startBearer(): Promise<BearerServer> {
  const tokens: string[] = [];
  const bodies: string[] = [];
  let taken: readonly string[] | null = null;
  let refusal = 401;
  let refusalHeaders: Readonly<Record<string, string>> = {};
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      tokens.push(token);
      bodies.push(Buffer.concat(pieces).toString('utf8'));
      const isTaken = taken?.includes(token) ?? true;
      const more = isTaken ? {} : refusalHeaders;
      response.writeHead(isTaken ? 200 : refusal, {
        'content-type': 'text/xml; charset=utf-8',
        ...more,
      });
      response.end(isTaken ? answer('GetItem', itemMessage('A')) : 'no');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    tokens,
    bodies,
    takeOnly(only, status = 401, headers = {}) {
      taken = only;
      refusal = status;
      refusalHeaders = headers;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
