import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of the fake Exchange, which knows passwords only: lets tokens in, and signs in by password behind them. */
export interface BearerGate {
  readonly url: string;
  /** The token of every request, in order. */
  readonly tokens: readonly string[];
  /** From now on answers with this in place of letting anybody in; null = lets them in again. */
  refuseWith(status: 401 | 403 | null): void;
  stop(): Promise<void>;
}

export async function startBearerGate(
  exchangeUrl: string,
  account: { readonly user: string; readonly password: string },
): Promise<BearerGate> {
  const basic = Buffer.from(`${account.user}:${account.password}`, 'utf8').toString('base64');
  const tokens: string[] = [];
  let refusal: number | null = null;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const token = /^Bearer (token-\d+)$/.exec(request.headers.authorization ?? '')?.[1];
      if (token !== undefined) tokens.push(token);
      if (token === undefined || refusal !== null) {
        response.writeHead(refusal ?? 401).end();
        return;
      }
      const headers = {
        'content-type': 'text/xml; charset=utf-8',
        authorization: `Basic ${basic}`,
      };
      const body = Buffer.concat(pieces);
      void fetch(exchangeUrl, { method: 'POST', headers, body }).then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'text/xml; charset=utf-8' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    tokens,
    refuseWith: (status) => {
      refusal = status;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
