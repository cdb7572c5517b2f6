/** What can go wrong outside, named for what we do next, and the one table that says what that is. */

export type FailureKind =
  | 'busy' // told to slow down; carries the wait when the server named one
  | 'unreachable' // no answer, or an answer that is not theirs (proxy page, broken TLS)
  | 'stale' // our version of the record is not the current one
  | 'gone' // the record no longer exists
  | 'cursorExpired' // the change feed cannot continue from our watermark
  | 'forbidden' // credentials or rights; a person must act
  | 'rejected'; // understood and refused; repeating will not help

export type Reaction = 'backOff' | 'reread' | 'resync' | 'pausePair' | 'parkRecord';

/** What we do about each failed call; how long a cycle then waits is decided in server/jobs/back-off.ts. */
export const REACTION: Record<FailureKind, Reaction> = {
  busy: 'backOff',
  unreachable: 'backOff',
  stale: 'reread',
  gone: 'reread',
  cursorExpired: 'resync',
  forbidden: 'pausePair',
  rejected: 'parkRecord',
};

/** A sentence in both languages of the product. It says what is wrong and what to do, without personal content. */
export interface Sentence {
  readonly de: string;
  readonly en: string;
}

/** A failure of one call or of one entry of a batch. `code` is the foreign code as it came, for support. */
export class ConnectorFailure extends Error {
  override readonly name = 'ConnectorFailure';
  readonly kind: FailureKind;
  readonly retryAfterMs: number | null;
  readonly code: string | null;
  /** What a person should read; null where `message` is all there is. */
  readonly sentence: Sentence | null;
  /** The version in which a write that was refused in part has left the record; null = it changed nothing, or nobody knows. */
  readonly leftVersion: string | null;

  constructor(
    kind: FailureKind,
    message: string,
    more: {
      readonly retryAfterMs?: number | undefined;
      readonly code?: string | undefined;
      readonly sentence?: Sentence | undefined;
      readonly leftVersion?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.code = more.code ?? null;
    this.sentence = more.sentence ?? null;
    this.leftVersion = more.leftVersion ?? null;
  }
}

/** The same failure, of a write that had changed the record before it was refused. */
export function leaving(failure: ConnectorFailure, leftVersion: string): ConnectorFailure {
  const { kind, message, retryAfterMs, code, sentence, cause } = failure;
  return new ConnectorFailure(kind, message, {
    retryAfterMs: retryAfterMs ?? undefined,
    code: code ?? undefined,
    sentence: sentence ?? undefined,
    leftVersion,
    cause,
  });
}

/** The answer for one entry of a batch. A batch call itself throws only where no entry was answered. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ConnectorFailure };

/** An entry that went well. */
export function answered<T>(value: T): Answer<T> {
  return { ok: true, value };
}

/** An entry that failed while the rest of its batch went on. */
export function failed<T>(failure: ConnectorFailure): Answer<T> {
  return { ok: false, failure };
}
