import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Reply } from './scripted-server.js';

/** A request as the authority got it. */
export interface AskedForToken {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: Readonly<Record<string, string>>;
}

/** A server that issues `token-1`, `token-2`, … to whoever asks. */
export interface FakeAuthority {
  /** With the tenant, as an application's `authority`. */
  readonly url: string;
  readonly asked: readonly AskedForToken[];
  /** Answers the next request with this instead. */
  say(reply: Reply): void;
  /** Holds all answers back until the promise is kept. */
  holdUntil(gate: Promise<void>): void;
  stop(): Promise<void>;
}

export interface AuthorityOptions {
  /** PEM; plain HTTP where it is left out. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly lifetimeSeconds?: number | string | null;
}

export async function startAuthority(options: AuthorityOptions = {}): Promise<FakeAuthority> {
  const { tls, lifetimeSeconds = 3600 } = options;
  const asked: AskedForToken[] = [];
  const replies: Reply[] = [];
  let gate = Promise.resolve();
  let issued = 0;

  const issue = (): Reply => {
    issued += 1;
    const lifetime = lifetimeSeconds === null ? {} : { expires_in: lifetimeSeconds };
    const token = { token_type: 'Bearer', access_token: `token-${issued}`, ...lifetime };
    return { body: JSON.stringify(token) };
  };
  const onRequest: RequestListener = (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(pieces).toString('utf8')));
      const { method = '', url = '', headers } = request;
      asked.push({ method, path: url, headers, form });
      const { status = 200, headers: more, body, cut } = replies.shift() ?? issue();
      void gate.then(() => {
        response.writeHead(status, { 'content-type': 'application/json', ...more });
        if (cut === true) response.write(body, () => response.destroy());
        else response.end(body);
      });
    });
  };
  const server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://127.0.0.1:${port}/firma.example`,
    asked,
    say: (reply) => replies.push(reply),
    holdUntil: (until) => {
      gate = until;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A refusal as Entra ID words it. */
export function refusal(error: string, code: number, text = 'as planned'): Reply {
  const body = { error, error_description: `AADSTS${code}: ${text}`, error_codes: [code] };
  return { status: 400, body: JSON.stringify(body) };
}
