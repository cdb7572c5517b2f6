import { ConnectorFailure, type Sentence } from '../../ports/failure.js';
import { connectionFailure } from './connection-failure.js';
import type { AuthorityAnswer, Seen } from './oauth-authority.js';
import {
  APPLICATION_FORBIDDEN,
  NO_TOKEN_SERVER,
  refusalSentence,
  SIGN_IN_FAULTY,
  SIGN_IN_SERVER,
  SIGN_IN_THROTTLED,
  TOKEN_REFUSED,
} from './oauth-sentences.js';

/**
 * What it means that a request for a token brought none. The library's own error goes no further: it quotes what the server said,
 * and the request holds a secret.
 */
export function tokenFailure(seen: Readonly<Seen>, signal: AbortSignal): ConnectorFailure {
  if (seen.fault !== null || signal.aborted) {
    return connectionFailure(seen.fault, signal, SIGN_IN_SERVER);
  }
  if (seen.answer === null) return refused('NotSent');
  return answerFailure(seen.answer);
}

function answerFailure({
  status,
  error,
  entraCode,
  retryAfterMs,
}: AuthorityAnswer): ConnectorFailure {
  const http = `HTTP${status}`;
  const isThrottled = status === 429 || status === 503 || error === 'temporarily_unavailable';
  if (isThrottled) return failure('busy', http, SIGN_IN_THROTTLED, retryAfterMs);
  if (status >= 500 || error === 'server_error')
    return failure('unreachable', http, SIGN_IN_FAULTY);
  if (entraCode !== null) return refused(`AADSTS${entraCode}`);
  if (error !== null) return refused(ERROR_NAME.test(error) ? error : http);
  return failure('unreachable', 'AnswerNotToken', NO_TOKEN_SERVER);
}

/** Exchange's HTTP 401 or 403 to a token that the authority gave us. */
export function bearerFailure(status: 401 | 403): ConnectorFailure {
  const sentence = status === 401 ? TOKEN_REFUSED : APPLICATION_FORBIDDEN;
  return failure('forbidden', `HTTP${status}`, sentence);
}

/** The names that OAuth allows are shorter; a server that quotes our request back is not repeated. */
const ERROR_NAME = /^[a-z_]{1,40}$/;

function refused(code: string): ConnectorFailure {
  return failure('forbidden', code, refusalSentence(code));
}

function failure(
  kind: 'busy' | 'unreachable' | 'forbidden',
  code: string,
  sentence: Sentence,
  retryAfterMs?: number | null,
): ConnectorFailure {
  const more = { code, sentence, retryAfterMs: retryAfterMs ?? undefined };
  return new ConnectorFailure(kind, sentence.en, more);
}
