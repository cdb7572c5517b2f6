import type { Dispatcher } from 'undici';
import { ConnectorFailure, type FailureKind, type Sentence } from '../../ports/failure.js';
import { retryAfterOf } from './back-off.js';
import {
  ACCESS_REFUSED,
  EWS_BLOCKED,
  FORMS_SIGN_IN,
  NOT_EWS,
  redirectedSentence,
  SIGN_IN_BARRED,
  SIGN_IN_REFUSED,
} from './sentences.js';

/**
 * The first error layer: what the HTTP status alone says. null for 200 and for 500, whose body must be read
 * (a SOAP fault comes with HTTP 500, protocol fact 5).
 */
export function httpFailure(
  response: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>,
): ConnectorFailure | null {
  const { statusCode, headers } = response;
  if (statusCode === 200 || statusCode === 500) return null;
  if (isEwsBlocked(response)) {
    const more = { code: 'EwsBlocked', sentence: EWS_BLOCKED };
    return new ConnectorFailure('forbidden', EWS_BLOCKED.en, more);
  }
  const isRedirect = statusCode >= 300 && statusCode < 400;
  const meaning = isRedirect ? redirect(headers) : (MEANINGS.get(statusCode) ?? UNKNOWN);
  return new ConnectorFailure(meaning.kind, `Exchange answers with HTTP ${statusCode}`, {
    code: `HTTP${statusCode}`,
    retryAfterMs: meaning.kind === 'busy' ? (retryAfterOf(headers) ?? undefined) : undefined,
    sentence: meaning.sentence,
  });
}

/**
 * Whether Exchange Online refuses EWS as such, to a tenant, a user or a program; no other sign-in helps.
 * https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online
 */
export function isEwsBlocked({
  statusCode,
  headers,
}: Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>): boolean {
  return statusCode === 403 && headers['x-ews-policy-reason'] !== undefined;
}

/** Never followed: a POST with the password of a service account goes to the address that a person entered, and to no other. */
function redirect(headers: Dispatcher.ResponseData['headers']): Meaning {
  const { location } = headers;
  const url = typeof location === 'string' && URL.canParse(location) ? new URL(location) : null;
  const shown = url === null ? null : `${url.origin}${url.pathname}`.slice(0, 200); // behind it there may be a ticket
  return { kind: 'unreachable', sentence: redirectedSentence(shown) };
}

interface Meaning {
  readonly kind: FailureKind;
  readonly sentence?: Sentence;
}

const UNKNOWN: Meaning = { kind: 'unreachable' };

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [401, { kind: 'forbidden', sentence: SIGN_IN_REFUSED }],
  [403, { kind: 'forbidden', sentence: ACCESS_REFUSED }],
  [404, { kind: 'unreachable', sentence: NOT_EWS }],
  [405, { kind: 'unreachable', sentence: NOT_EWS }],
  [413, { kind: 'rejected' }], // the request is too large: a batch is split, a single record is parked
  [429, { kind: 'busy' }],
  [440, { kind: 'forbidden', sentence: FORMS_SIGN_IN }],
  [456, { kind: 'forbidden', sentence: SIGN_IN_BARRED }],
  [503, { kind: 'busy' }],
]);
