import { Pool, type Dispatcher } from 'undici';
import { ConnectorFailure } from '../../ports/failure.js';
import { BAD_USER } from './sentences.js';

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

/**
 * User name and password with every request. Safe over TLS only, which `openEws` sees to. Throws `ConnectorFailure` (`forbidden`) for a
 * user name that Basic cannot carry.
 */
export function basicSignIn(credentials: {
  readonly user: string;
  readonly password: string;
}): SignIn {
  if (NOT_IN_USER.test(credentials.user)) {
    throw new ConnectorFailure('forbidden', BAD_USER.en, { code: 'NotUsable', sentence: BAD_USER });
  }
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

/** RFC 7617, section 2: the first colon ends the name. */
export const NOT_IN_USER = /[:\p{Cc}]/u;
