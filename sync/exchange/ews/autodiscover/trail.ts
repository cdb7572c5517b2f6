import type { LookupStep } from '../../../ports/discovery.js';
import { ConnectorFailure, type Sentence } from '../../../ports/failure.js';
import { noConnection } from './sentences.js';

/** What one lookup has tried so far. */
export interface Trail {
  readonly steps: readonly LookupStep[];
  note(tried: string, isGood: boolean, result: Sentence): void;
  /** Notes a failed step; what was called off is no step, and is thrown on. */
  noteFailure(tried: string, error: unknown): void;
  /** True the first time only. */
  isNew(question: string): boolean;
  /** Whether two servers refused the sign-in: a third attempt could lock the account. */
  isSignInDoubtful(): boolean;
}

/** Nothing tried yet. */
export function openTrail(): Trail {
  const steps: LookupStep[] = [];
  const asked = new Set<string>();
  let refusals = 0;
  const note = (tried: string, isGood: boolean, result: Sentence): void => {
    steps.push({ tried, isGood, result });
  };
  return {
    steps,
    note,
    noteFailure(tried, error) {
      if (!(error instanceof ConnectorFailure) || error.code === 'CalledOff') throw error;
      if (error.kind === 'forbidden' && isOfSignIn(error.code ?? '')) refusals += 1;
      note(tried, false, reasonOf(error));
    },
    isNew(question) {
      const isNew = !asked.has(question);
      asked.add(question);
      return isNew;
    },
    isSignInDoubtful: () => refusals >= 2,
  };
}

/** Codes of Exchange speak of a mailbox, after the sign-in. */
function isOfSignIn(code: string): boolean {
  return !code.startsWith('Error') && code !== 'NotSigned';
}

/** What the connector says about a broken connection promises another attempt, which a lookup does not make. */
function reasonOf({ sentence, code, message }: ConnectorFailure): Sentence {
  if (code !== null && NO_CONNECTION.test(code)) return noConnection(code);
  return sentence ?? { de: message, en: message };
}

const NO_CONNECTION = /^(E[A-Z_]+|UND_ERR_\w+|TimedOut)$/;
