import type { Dispatcher } from 'undici';
import { ConnectorFailure, type FailureKind, type Sentence } from '../../ports/failure.js';
import { retryAfterOf } from './back-off.js';
import { ACCESS_REFUSED, NOT_EWS, REDIRECTED, SIGN_IN_REFUSED } from './sentences.js';

/**
 * The first error layer: what the HTTP status alone says. null for 200 and for 500, whose body must be read
 * (a SOAP fault comes with HTTP 500, protocol fact 5).
 */
export function httpFailure(
  response: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
): ConnectorFailure | null {
  const { statusCode, headers } = response;
  if (statusCode === 200 || statusCode === 500) return null;
  const isRedirect = statusCode >= 300 && statusCode < 400;
  const meaning = isRedirect ? REDIRECT : (MEANINGS.get(statusCode) ?? UNKNOWN);
  return new ConnectorFailure(meaning.kind, `Exchange answers with HTTP ${statusCode}`, {
    code: `HTTP${statusCode}`,
    retryAfterMs: meaning.kind === 'busy' ? (retryAfterOf(headers) ?? undefined) : undefined,
    sentence: meaning.sentence,
  });
}

interface Meaning {
  readonly kind: FailureKind;
  readonly sentence?: Sentence;
}

const REDIRECT: Meaning = { kind: 'unreachable', sentence: REDIRECTED };
const UNKNOWN: Meaning = { kind: 'unreachable' };

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [401, { kind: 'forbidden', sentence: SIGN_IN_REFUSED }],
  [403, { kind: 'forbidden', sentence: ACCESS_REFUSED }],
  [404, { kind: 'unreachable', sentence: NOT_EWS }],
  [405, { kind: 'unreachable', sentence: NOT_EWS }],
  [413, { kind: 'rejected' }], // the request is too large: a batch is split, a single record is parked
  [429, { kind: 'busy' }],
  [503, { kind: 'busy' }],
]);
