import { TextDecoder } from 'node:util';
import { Pool, type Dispatcher } from 'undici';
import type { Clock } from '../../../ports/clock.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import { within } from '../within.js';
import { connectionFailure } from '../connection-failure.js';
import type { Dial } from '../dial.js';
import type { SignedConnections, SignIn } from '../sign-in.js';
import { secureUrl } from './mailbox-answer.js';
import { LOOKUP_SERVER, NOT_SIGNED_OVER_HTTP } from './sentences.js';

/** One request to any server. */
export interface WebRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the sign-in goes with it; over TLS only, or on this machine. */
  readonly isSigned: boolean;
}

export interface WebAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Where it redirects to, as the header has it; null for an answer that is no redirect. */
  readonly location: string | null;
  readonly text: string;
}

export interface Web {
  /** Follows no redirect. Throws `ConnectorFailure` where no answer that can be read came in time. */
  ask(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
  close(): Promise<void>;
}

export interface WebOptions {
  readonly signIn: SignIn;
  readonly dial: Dial;
  readonly clock: Clock;
  /** For one request. */
  readonly timeoutMs: number;
}

/** Opens connections as they are needed, two a server at most: one that is signed in, and one that never is. */
export function openWeb({ signIn, dial, clock, timeoutMs }: WebOptions): Web {
  const options = { connections: 1, headersTimeout: 0, bodyTimeout: 0, connect: dial };
  const plain = new Map<string, Pool>();
  const signed = new Map<string, SignedConnections>();
  return {
    ask: (request, signal) =>
      within({ clock, timeoutMs, signal }, async (stop) => {
        try {
          stop.throwIfAborted();
          const { origin } = request.url;
          const response = request.isSigned
            ? await post(
                request,
                kept(signed, origin, () => signIn.open(origin, options)),
                stop,
              )
            : await kept(plain, origin, () => new Pool(origin, options)).request({
                ...{ path: pathOf(request.url), method: request.method, body: request.body },
                ...{ headers: request.headers, signal: stop },
              });
          return await readAnswer(response);
        } catch (error) {
          throw connectionFailure(error, stop, LOOKUP_SERVER);
        }
      }),
    async close() {
      await Promise.all([...plain.values()].map((pool) => pool.destroy()));
      await Promise.all([...signed.values()].map((connections) => connections.close()));
    },
  };
}

function post(
  { url, headers, body, method }: WebRequest,
  connections: SignedConnections,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  if (secureUrl(url.href) === null || method !== 'POST') {
    throw new ConnectorFailure('forbidden', NOT_SIGNED_OVER_HTTP.en, {
      code: 'NotSigned',
      sentence: NOT_SIGNED_OVER_HTTP,
    });
  }
  return connections.post({ path: pathOf(url), headers, body, signal });
}

function pathOf({ pathname, search }: URL): string {
  return pathname + search;
}

function kept<T>(known: Map<string, T>, origin: string, open: () => T): T {
  const found = known.get(origin) ?? open();
  known.set(origin, found);
  return found;
}

/** The largest answer about a hundred mailboxes has 150 kB. */
const MOST_BYTES = 1024 * 1024;

async function readAnswer(response: Dispatcher.ResponseData): Promise<WebAnswer> {
  const { statusCode, headers, body } = response;
  const [location = null] = [headers['location'] ?? []].flat();
  return {
    status: statusCode,
    contentType: String(headers['content-type'] ?? ''),
    location: statusCode >= 300 && statusCode < 400 ? location : null,
    text: await readText(body),
  };
}

/** Bytes that are no UTF-8 are replaced: the names and addresses that are looked for in the text are ASCII. */
async function readText(body: AsyncIterable<unknown>): Promise<string> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array)) continue;
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) {
      throw new ConnectorFailure('unreachable', 'the answer is larger than 1 MiB', {
        code: 'AnswerTooLarge',
      });
    }
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
