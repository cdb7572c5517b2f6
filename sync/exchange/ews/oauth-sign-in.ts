import { errors, Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../ports/clock.js';
import { dialThrough } from './dial.js';
import { isEwsBlocked } from './http-failure.js';
import { checkApplication, type OauthApplication } from './oauth-application.js';
import { bearerFailure } from './oauth-failure.js';
import { requestToken } from './oauth-token.js';
import { proxyServer, type ProxySettings } from './proxy.js';
import type { EwsPost, SignedConnections, SignIn } from './sign-in.js';
import { tokenCache, type TokenCache } from './token-cache.js';

/**
 * Signs in as an application (OAuth 2.0 client credentials), with a token that all connections share. Exchange's 401 to a token that
 * it took before brings a new one, once per request; 401 and 403 then are failures of the sign-in, as are those of the authority.
 * The authority is reached by the same proxy as Exchange, and `ca` (PEM) is trusted besides the authorities that Node knows. Throws `ConnectorFailure` (`forbidden`) for an application that
 * cannot be used; asks nobody before the first request.
 */
export function oauthSignIn(
  application: OauthApplication & { readonly ca?: string; readonly proxy?: ProxySettings },
  { clock }: { readonly clock: Clock },
): SignIn {
  const checked = checkApplication(application);
  const { ca, proxy } = application;
  const dial = dialThrough({
    ca: ca ?? null,
    proxy: proxy === undefined ? null : proxyServer(proxy),
  });
  let stop = new AbortController();
  let openServers = 0;
  const tokens = tokenCache(
    () => requestToken({ application: checked, dial, clock, stop: stop.signal }),
    clock,
  );
  return {
    open(origin, options) {
      openServers += 1;
      return openWithTokens(new Pool(origin, options), tokens, () => {
        openServers -= 1;
        if (openServers > 0) return;
        stop.abort('CalledOff'); // nobody is left who waits for a token
        stop = new AbortController();
      });
    },
  };
}

function openWithTokens(pool: Pool, tokens: TokenCache, onClose: () => void): SignedConnections {
  const waiting: Waiting = new Set();
  let isClosed = false;
  const send = (
    { headers, ...request }: EwsPost,
    token: string,
  ): Promise<Dispatcher.ResponseData> =>
    pool.request({
      ...{ ...request, method: 'POST' },
      headers: { ...headers, authorization: `Bearer ${token}` },
    });
  return {
    async post(request) {
      let token = await orStopped(tokens.current(), request.signal, waiting);
      let response = await send(request, token);
      if (response.statusCode === 401) {
        await response.body.dump(); // it says that nothing was done, so the request may be repeated
        const newer = await orStopped(tokens.newerThan(token), request.signal, waiting);
        if (newer === null) throw bearerFailure(401);
        token = newer;
        response = await send(request, token);
      }
      return judged(response, token, tokens);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      for (const stopWaiting of waiting) stopWaiting(new errors.ClientDestroyedError());
      onClose();
      await pool.destroy();
    },
  };
}

async function judged(
  response: Dispatcher.ResponseData,
  token: string,
  tokens: TokenCache,
): Promise<Dispatcher.ResponseData> {
  const { statusCode } = response;
  if ((statusCode !== 401 && statusCode !== 403) || isEwsBlocked(response)) {
    tokens.accept(token);
    return response;
  }
  tokens.doubt(token);
  await response.body.dump().catch(() => undefined); // what was said is known; how it ends does not matter
  throw bearerFailure(statusCode);
}

/** Ends the waiting of those who wait for a token. */
type Waiting = Set<(reason: unknown) => void>;

/** The token is for others as well: whoever stops waiting for it leaves them theirs. */
function orStopped<T>(result: Promise<T>, signal: AbortSignal, waiting: Waiting): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    waiting.add(reject);
    void result.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
      waiting.delete(reject);
    });
  });
}
