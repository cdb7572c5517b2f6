import { ConnectorFailure, type Sentence } from '../../ports/failure.js';
import { connectionSentence, EXCHANGE_SERVER, tlsSentence } from './sentences.js';

/**
 * What a call that brought no answer means. Our own failures pass through; a call that we stopped, a broken connection and
 * a broken TLS handshake are all `unreachable`: of a write nobody knows whether it took effect. `server` is what a person calls it.
 */
export function connectionFailure(
  error: unknown,
  stopped: AbortSignal,
  server: Sentence = EXCHANGE_SERVER,
): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  if (stopped.aborted) return stoppedFailure(stopped.reason, server);
  const cause = causeOf(error);
  const sentence = TLS.test(cause) ? tlsSentence(cause, server) : connectionSentence(cause, server);
  return new ConnectorFailure('unreachable', sentence.en, { code: cause, sentence, cause: error });
}

function stoppedFailure(reason: unknown, server: Sentence): ConnectorFailure {
  if (reason === 'TimedOut') {
    const sentence = connectionSentence('TimedOut', server);
    return new ConnectorFailure('unreachable', sentence.en, { code: 'TimedOut', sentence });
  }
  return new ConnectorFailure('unreachable', 'the call was called off', { code: 'CalledOff' });
}

/** The name that Node, OpenSSL or undici gives the fault; several addresses of one host fail together. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const first: unknown = error instanceof AggregateError ? error.errors[0] : null;
  if (first !== null && first !== undefined) return causeOf(first);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

const TLS = /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_|^EPROTO$|^HOSTNAME_MISMATCH$/;
