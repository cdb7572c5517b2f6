import { ConnectorFailure, failed, type Answer } from '../../ports/failure.js';

/** How a list of entries is sent. */
export interface Batching<E, T> {
  readonly size: number;
  /** Sends one batch and answers per entry in order, or throws `ConnectorFailure` where nothing is known about any. */
  send(batch: readonly E[]): Promise<readonly Answer<T>[]>;
  /** Whether a batch that failed as a whole may be sent again in halves. */
  maySplit(failure: ConnectorFailure): boolean;
}

/**
 * Sends entries in batches and answers per entry, in order.
 *
 *   the batch came to                             what follows
 *   answers                                       the next batch
 *   answers, the last ones "not tried any more"   these once more, in halves
 *   answers, one of them about the server         the end: asking on would only prolong a server's back-off
 *   a failure after which it may be split         halves, to find the entry that is to blame
 *   the same, because it was too much             halves, and no larger batches from then on
 *   any other failure                             the end
 *
 * What is left at the end fails as the last batch did. Throws where no entry was answered.
 */
export async function inBatches<E, T>(
  entries: readonly E[],
  batching: Batching<E, T>,
): Promise<readonly Answer<T>[]> {
  const answers = new Map<number, Answer<T>>();
  let waiting = chunksOf(
    entries.map((entry, at): Slot<E> => ({ at, entry })),
    batching.size,
  );
  for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
    const { sent, failure } = await attempt(batch, batching);
    const half = Math.ceil(batch.length / 2);
    const untried = failure === null ? note(batch, sent, answers) : [];
    const end = failure === null ? endIn(sent) : endBy(failure, batch.length, batching);
    if (end !== null) return inOrder(entries, answers, end);
    if (failure === null) waiting.unshift(...chunksOf(untried, half));
    else if (batch.length === 1) note(batch, [failed(failure)], answers);
    else if (isTooMuch(failure)) waiting = chunksOf([...batch, ...waiting.flat()], half);
    else waiting.unshift(...chunksOf(batch, half));
  }
  return inOrder(entries, answers, null);
}

/** An entry with its place in the list. */
interface Slot<E> {
  readonly at: number;
  readonly entry: E;
}

/** What a batch came to: answers, or the failure of the whole. */
interface Attempt<T> {
  readonly sent: readonly Answer<T>[];
  readonly failure: ConnectorFailure | null;
}

async function attempt<E, T>(
  batch: readonly Slot<E>[],
  batching: Batching<E, T>,
): Promise<Attempt<T>> {
  try {
    return { sent: await batching.send(batch.map(({ entry }) => entry)), failure: null };
  } catch (error) {
    if (error instanceof ConnectorFailure) return { sent: [], failure: error };
    throw error;
  }
}

/** Keeps the answers, and gives back the entries that certainly were not tried; one that was alone is answered so. */
function note<E, T>(
  batch: readonly Slot<E>[],
  sent: readonly Answer<T>[],
  answers: Map<number, Answer<T>>,
): readonly Slot<E>[] {
  return batch.filter(({ at }, index) => {
    const answer = sent[index];
    if (answer === undefined) return false;
    if (batch.length > 1 && isUntried(answer)) return true;
    answers.set(at, answer);
    return false;
  });
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode (ErrorBatchProcessingStopped) */
function isUntried(answer: Answer<unknown>): boolean {
  return !answer.ok && answer.failure.code === 'ErrorBatchProcessingStopped';
}

/** An answer that ends it all: a server that is too busy, or closed, for one entry is so for the others too. */
function endIn(answers: readonly Answer<unknown>[]): ConnectorFailure | null {
  const isStopped = answers.some(isUntried);
  for (const answer of answers) {
    if (answer.ok || isUntried(answer)) continue;
    const { failure } = answer;
    if (failure.kind === 'busy' || (isStopped && OF_SERVER.has(failure.kind))) return failure;
  }
  return null;
}

const OF_SERVER: ReadonlySet<ConnectorFailure['kind']> = new Set(['unreachable', 'forbidden']);

/** A server that has no time even for one entry has none for the others. */
function endBy<E, T>(
  failure: ConnectorFailure,
  entries: number,
  batching: Batching<E, T>,
): ConnectorFailure | null {
  return batching.maySplit(failure) && !(entries === 1 && failure.kind === 'busy') ? null : failure;
}

function inOrder<T>(
  entries: readonly unknown[],
  answers: ReadonlyMap<number, Answer<T>>,
  end: ConnectorFailure | null,
): readonly Answer<T>[] {
  if (end !== null && answers.size === 0) throw end;
  return entries.flatMap((_, at) => answers.get(at) ?? (end === null ? [] : failed<T>(end)));
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

function isTooMuch({ code }: ConnectorFailure): boolean {
  return TOO_MUCH.has(code ?? '');
}

const TOO_MUCH: ReadonlySet<string> = new Set([
  'ErrorTimeoutExpired',
  'ErrorRequestStreamTooBig',
  'HTTP413',
  'AnswerTooLarge',
]);
