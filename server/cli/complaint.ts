import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { FailureKind, Sentence } from '../../sync/ports/failure.js';
import { ConfigError } from '../config.js';
import { InputError } from './input.js';
import type { Language } from './verb.js';

/** What a person reads instead of an error, and the exit code that goes with it. */
export interface Complaint {
  readonly exit: 1 | 2 | 3;
  /** A short word for programs: a failure kind, `badInput`, `badSettings` or `bug`. */
  readonly kind: string;
  readonly sentences: readonly Sentence[];
}

/** Turns whatever was thrown into sentences. The only place where an error of the process meets a person. */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof InputError) {
    return { exit: 2, kind: 'badInput', sentences: error.sentences };
  }
  if (error instanceof ConfigError) {
    return { exit: 2, kind: 'badSettings', sentences: error.problems };
  }
  if (error instanceof ConnectorFailure) {
    const { kind, sentence, message } = error;
    return { exit: EXIT[kind], kind, sentences: [sentence ?? { de: message, en: message }] };
  }
  return { exit: 1, kind: 'bug', sentences: [unexpected(error)] };
}

/** The complaint as it is printed, a sentence a line. */
export function complaintText({ sentences }: Complaint, language: Language): string {
  return sentences.map((sentence) => sentence[language]).join('\n');
}

const EXIT: Record<FailureKind, 1 | 3> = {
  busy: 3,
  unreachable: 3,
  stale: 1,
  gone: 1,
  cursorExpired: 1,
  forbidden: 1,
  rejected: 1,
};

function unexpected(error: unknown): Sentence {
  const what = error instanceof Error ? error.message : String(error);
  return {
    de: `Das hätte nicht geschehen dürfen: ${what}. Mit ABGLEICH_LOG=debug steht mehr im Protokoll.`,
    en: `This should not have happened: ${what}. With ABGLEICH_LOG=debug the log says more.`,
  };
}
