import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { Client } from 'undici';
import { retryAfterOf } from './back-off.js';
import type { Dial } from './dial.js';

/** The server that issues tokens, for one request. */
export interface Authority {
  /** The only way in which msal reaches the network. */
  readonly network: INetworkModule;
  /** What came of the last request, without any secret or token. */
  readonly seen: Readonly<Seen>;
  close(): Promise<void>;
}

export interface Seen {
  /** Why no answer came; null while one did, or none was asked for. */
  fault: unknown;
  answer: AuthorityAnswer | null;
}

/** An answer of the token endpoint, without its token. */
export interface AuthorityAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** The error of OAuth, as `invalid_client`; null where there is none. */
  readonly error: string | null;
  /** Entra's own number for it, as 7000215; null where there is none. */
  readonly entraCode: string | null;
  /** How long the token is good; null where that is not said. */
  readonly lifetimeMs: number | null;
}

/** Timers of undici are off: `signal` bounds the whole request. Redirects are not followed: a secret is on its way. */
export function openAuthority(origin: string, dial: Dial, signal: AbortSignal): Authority {
  const client = new Client(origin, {
    connect: dial,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: 1024 * 1024,
  });
  const seen: Seen = { fault: null, answer: null };

  async function send(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions = {},
  ): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
    const { pathname, search } = new URL(url);
    const response = await client.request({
      ...{ method, path: pathname + search, signal },
      ...(options.headers === undefined ? {} : { headers: options.headers }),
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    const body = parsed(await response.body.text());
    seen.answer = readAuthorityAnswer(response.statusCode, response.headers, body);
    return { status: response.statusCode, headers: textHeaders(response.headers), body };
  }

  const noting = async <T>(sent: ReturnType<typeof send>): Promise<NetworkResponse<T>> => {
    try {
      return (await sent) as NetworkResponse<T>;
    } catch (error) {
      seen.fault = error;
      throw error;
    }
  };
  return {
    network: {
      sendGetRequestAsync: (url, options) => noting(send('GET', url, options)),
      sendPostRequestAsync: (url, options) => noting(send('POST', url, options)),
    },
    seen,
    close: () => client.destroy(),
  };
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
function readAuthorityAnswer(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
): AuthorityAnswer {
  const { error, error_codes: codes, error_description: text, expires_in: seconds } = body;
  const numbers: unknown = Array.isArray(codes) ? codes[0] : null;
  const inText = typeof text === 'string' ? /^AADSTS(\d+)/.exec(text)?.[1] : undefined;
  const lifetimeMs = Number(seconds) * 1000; // some servers send text
  return {
    status,
    retryAfterMs: retryAfterOf(headers),
    error: typeof error === 'string' && error !== '' ? error : null,
    entraCode: typeof numbers === 'number' ? String(numbers) : (inText ?? null),
    lifetimeMs: lifetimeMs > 0 ? lifetimeMs : null,
  };
}

/** A page where JSON was due has nothing in it for us. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function textHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(entries);
}
