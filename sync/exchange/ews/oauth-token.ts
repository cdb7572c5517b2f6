import type { Configuration, INetworkModule } from '@azure/msal-node';
import type { Clock } from '../../ports/clock.js';
import type { Dial } from './dial.js';
import type { CheckedApplication, CheckedCertificate } from './oauth-application.js';
import { openAuthority } from './oauth-authority.js';
import { tokenFailure } from './oauth-failure.js';
import type { FreshToken } from './token-cache.js';

export interface TokenRequest {
  readonly application: CheckedApplication;
  /** How the sign-in server is reached. */
  readonly dial: Dial;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/**
 * Asks for one token of an application by its secret or certificate. It has 20 s, and ends early when `stop` fires. Throws
 * `ConnectorFailure`. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export async function requestToken(request: TokenRequest): Promise<FreshToken> {
  const { application, dial, clock } = request;
  const limit = limited(clock, request.stop);
  const authority = openAuthority(application.authority.origin, dial, limit.signal);
  try {
    const text = await askMsal(application, authority.network);
    if (!BEARER.test(text)) throw new Error('not a token');
    return { text, lifetimeMs: authority.seen.answer?.lifetimeMs ?? UNTOLD_LIFETIME_MS };
  } catch {
    throw tokenFailure(authority.seen, limit.signal);
  } finally {
    limit.end();
    await authority.close();
  }
}

const TOKEN_TIMEOUT_MS = 20_000;

/** OAuth only recommends that a server says it. */
const UNTOLD_LIFETIME_MS = 300_000;

/** RFC 6750, section 2.1. */
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * msal is made anew for every token. Kept, it would hold back requests after a failure by a clock of its own, and its cache knows no
 * refused tokens. It is loaded only here, for the 300 ms and 15 MB that it takes.
 */
async function askMsal(
  { clientId, authority, scope, credential }: CheckedApplication,
  networkClient: INetworkModule,
): Promise<string> {
  const { ConfidentialClientApplication } = await import('@azure/msal-node');
  const secure = authority.href.replace(/^http:/, 'https:'); // msal knows no others; the network client knows better
  const client = new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: secure,
      ...msalCredential(credential),
      // with both of these nothing is looked up anywhere: a secret goes to the address that was entered, and no other
      knownAuthorities: [authority.host],
      authorityMetadata: JSON.stringify(endpointsOf(secure)),
    },
    system: { networkClient, disableInternalRetries: true },
  });
  const result = await client.acquireTokenByClientCredential({
    scopes: [scope],
    skipCache: true,
    azureRegion: 'DisableMsalForceRegion', // else the environment could name another server
  });
  return result?.accessToken ?? '';
}

function msalCredential(
  credential: CheckedApplication['credential'],
): Pick<Configuration['auth'], 'clientSecret' | 'clientCertificate'> {
  if ('secret' in credential) return { clientSecret: credential.secret };
  return { clientCertificate: msalCertificate(credential.certificate) };
}

function msalCertificate({ key, x5c, thumbprint }: CheckedCertificate) {
  return {
    privateKey: key,
    ...(x5c === null ? {} : { x5c }),
    ...(thumbprint.length === 64 ? { thumbprintSha256: thumbprint } : { thumbprint }),
  };
}

function endpointsOf(authority: string): Readonly<Record<string, string>> {
  return {
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  };
}

function limited(clock: Clock, stop: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const limit = new AbortController();
  const timer = new AbortController();
  const onStop = (): void => limit.abort(stop.reason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop);
  clock.sleep(TOKEN_TIMEOUT_MS, timer.signal).then(
    () => limit.abort('TimedOut'),
    () => undefined, // the request ended first
  );
  return {
    signal: limit.signal,
    end() {
      stop.removeEventListener('abort', onStop);
      timer.abort('ended');
    },
  };
}
