import { ConnectorFailure, failed, type Answer } from '../../ports/failure.js';

/** How a list of entries is sent. */
export interface Batching<E, T> {
  readonly size: number;
  /** Sends one batch and answers per entry in order, or throws `ConnectorFailure` where nothing is known about any. */
  send(batch: readonly E[]): Promise<readonly Answer<T>[]>;
  /** Whether a batch that failed as a whole may be sent again in halves, to find the entry that is to blame. */
  maySplit(failure: ConnectorFailure): boolean;
}

/**
 * Sends entries in batches and answers per entry, in order. The first failure that is not the fault of an entry ends it: asking
 * on would only prolong a server's back-off. What was not sent fails as the last batch did. Throws where no entry was answered.
 */
export async function inBatches<E, T>(
  entries: readonly E[],
  batching: Batching<E, T>,
): Promise<readonly Answer<T>[]> {
  const answers: Answer<T>[] = [];
  const waiting = chunksOf(entries, batching.size);
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const { sent, failure } = await attempt(batch, batching);
    if (failure === null) {
      answers.push(...sent);
      const stop = busyIn(sent);
      if (stop !== null) return [...answers, ...rest(waiting, stop)];
    } else if (!batching.maySplit(failure)) {
      if (answers.length === 0) throw failure;
      return [...answers, ...rest([batch, ...waiting], failure)];
    } else if (batch.length > 1) {
      waiting.unshift(...chunksOf(batch, Math.ceil(batch.length / 2)));
    } else {
      answers.push(failed(failure));
    }
  }
  return answers;
}

/** What a batch came to: answers, or the failure of the whole. */
interface Attempt<T> {
  readonly sent: readonly Answer<T>[];
  readonly failure: ConnectorFailure | null;
}

async function attempt<E, T>(batch: readonly E[], batching: Batching<E, T>): Promise<Attempt<T>> {
  try {
    return { sent: await batching.send(batch), failure: null };
  } catch (error) {
    if (error instanceof ConnectorFailure) return { sent: [], failure: error };
    throw error;
  }
}

/** A server that is too busy for one entry is so for the next batch too. */
function busyIn<T>(answers: readonly Answer<T>[]): ConnectorFailure | null {
  for (const answer of answers) {
    if (!answer.ok && answer.failure.kind === 'busy') return answer.failure;
  }
  return null;
}

function rest(
  batches: readonly (readonly unknown[])[],
  failure: ConnectorFailure,
): Answer<never>[] {
  return batches.flatMap((batch) => batch.map(() => failed<never>(failure)));
}

/** Pieces of at most `size` entries, in order. */
export function chunksOf<E>(entries: readonly E[], size: number): (readonly E[])[] {
  const chunks: (readonly E[])[] = [];
  for (let at = 0; at < entries.length; at += size) chunks.push(entries.slice(at, at + size));
  return chunks;
}

/** A batch that was too much for the server, or had an entry in it that made the answer unreadable. Reading again is harmless. */
export function maySplitRead(failure: ConnectorFailure): boolean {
  return failure.kind === 'rejected' || SPLIT_READS.has(failure.code ?? '');
}

/** Only what was refused as a whole: of anything else nobody knows whether it was done. */
export function maySplitWrite(failure: ConnectorFailure): boolean {
  return failure.kind === 'rejected';
}

const SPLIT_READS: ReadonlySet<string> = new Set([
  'ErrorTimeoutExpired',
  'AnswerTooLarge',
  'AnswerTooDeep',
  'AnswerMalformed',
  'AnswerTruncated', // also how a lone ampersand in one item ends
  'AnswerMisencoded',
  'AnswerIncomplete',
]);
