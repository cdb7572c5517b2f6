import { Pool, type Dispatcher } from 'undici';

/** One POST to the EWS address. */
export interface EwsPost {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Connections to one server over which signed-in requests go. */
export interface SignedConnections {
  /** Answers with whatever the server says, refusals of the sign-in included; fails as undici does. */
  post(request: EwsPost): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/**
 * A way of signing in. It owns the connections, because some ways (NTLM) sign in a connection and others every request.
 * `options` bounds them; one `SignIn` may open connections to several servers.
 */
export interface SignIn {
  open(origin: string, options: Pool.Options): SignedConnections;
}

/** User name and password with every request. Safe over TLS only, which `openEws` sees to. */
export function basicSignIn(credentials: {
  readonly user: string;
  readonly password: string;
}): SignIn {
  const pair = `${credentials.user}:${credentials.password}`;
  const authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  return {
    open(origin, options) {
      const pool = new Pool(origin, options);
      return {
        post: ({ headers, ...request }) =>
          pool.request({ ...request, method: 'POST', headers: { ...headers, authorization } }),
        close: () => pool.destroy(),
      };
    },
  };
}
