import { ConnectorFailure } from '../sync/ports/failure.js';
import type { FailureKind, Sentence } from '../sync/ports/failure.js';

/** A failure of our own database that a person must read: one sentence that says what is wrong and what to do. */
export function databaseProblem(
  kind: FailureKind,
  sentence: Sentence,
  cause?: unknown,
): ConnectorFailure {
  return new ConnectorFailure(kind, sentence.en, { sentence, cause, code: codeOf(cause) });
}

/** The code of a PostgreSQL or system error, as `42501` or `ENOENT`; undefined where there is none. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
