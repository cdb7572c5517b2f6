import { ConnectorFailure } from '../../../ports/failure.js';
import type { Subscription } from '../operations/subscribe.js';
import { startOver, subscribed, type Group, type Member } from './groups.js';
import { hasFired, patienceMs, pause } from './pause.js';
import { hearStream, type StreamResult } from './stream.js';
import { isOfOneMailbox, nextDueMs, putToRest, subscribeMissing, type Ear } from './subscribing.js';

/** Why a group is not heard by streaming any more. */
export type StreamingEnd = 'stopped' | 'streamingFails' | 'tooManyStreams';

/**
 * Listens to a group over one stream after the other, for as long as that works. Two streams in a row that the server takes and that
 * never say OK (a proxy that buffers, subscriptions that are never known) mean that it does not work here. A server that is
 * not there means nothing of the kind: it is tried again, ever more patiently.
 */
export async function keepStreaming(
  group: Group,
  ear: Ear,
  signal: AbortSignal,
): Promise<StreamingEnd> {
  let failures = 0;
  let deafStreams = 0;
  while (!signal.aborted) {
    const result = await oneStream(group, ear, signal);
    if (result === null) continue; // nobody is subscribed, or somebody more is
    failures = result.wasHeard ? 0 : failures + 1;
    if (result.wasHeard) deafStreams = 0;
    else if (isDeaf(result)) deafStreams += 1;
    if (result.failure === null || hasFired(signal)) continue;
    if (deafStreams >= DEAF_STREAMS) return 'streamingFails';
    if (isOverLimit(result.failure) && failures >= OVER_LIMIT_TIMES) return 'tooManyStreams';
    if (result.end === 'subscriptionsLost' && failures <= 1) continue; // new ones can be had at once
    const waitMs = patienceMs(failures, result.failure);
    await pause(waitMs, ear.clock, signal);
  }
  return 'stopped';
}

const DEAF_STREAMS = 2;

/** A connection that broke is counted by the server until it notices; so once may be an echo of our own. */
const OVER_LIMIT_TIMES = 3;

function isOverLimit({ code }: ConnectorFailure): boolean {
  return code === 'ErrorExceededConnectionCount';
}

/** The server, or something in front of it, answered the request for a stream with anything but one, if only with silence. */
function isDeaf({ wasHeard, end, failure }: StreamResult): boolean {
  if (wasHeard || failure === null || end === 'notOpened') return false;
  if (end === 'subscriptionsLost') return true;
  const code = failure.code ?? '';
  return failure.kind === 'unreachable' && (DEAF.has(code) || code.startsWith('HTTP'));
}

const DEAF: ReadonlySet<string> = new Set([
  'AnswerIsWebPage',
  'AnswerMalformed',
  'AnswerMisencoded',
  'AnswerNotOurs',
  'AnswerNotSoap',
  'AnswerTruncated',
  'StreamEnded',
  'TimedOut',
]);

/** Subscribes who is missing and listens once; null where that ended for no fault of the server's. */
async function oneStream(
  group: Group,
  ear: Ear,
  signal: AbortSignal,
): Promise<StreamResult | null> {
  const { changed } = group; // before anybody is subscribed: who comes meanwhile is not missed
  try {
    await subscribeMissing(group, ear, signal);
  } catch (error) {
    return failedBefore(error, ear, signal);
  }
  if (subscribed(group).length === 0) {
    const waitMs = nextDueMs(group, ear.clock) ?? FOREVER_MS;
    await pause(waitMs, ear.clock, AbortSignal.any([signal, changed.signal]));
    return null;
  }
  const onStream = subscribed(group).map((member) => [member, member.subscription] as const);
  const enlarged = new AbortController();
  const ended = new AbortController();
  const beside = subscribeBeside(group, ear, AbortSignal.any([signal, ended.signal]), enlarged);
  const result = await hearStream(group, ear, AbortSignal.any([signal, enlarged.signal]));
  ended.abort('ended');
  await beside;
  if (result.end === 'failed') markGaps(onStream); // what was on its way when it broke is lost
  if (enlarged.signal.aborted || signal.aborted) return null;
  return result.failure === null ? result : learnFrom(result, result.failure, group, ear);
}

const FOREVER_MS = 24 * 3_600_000;

/**
 * While a stream is open: subscribes who came in and who has rested enough, and ends the stream where that gained anybody, because a
 * stream cannot be added to.
 */
async function subscribeBeside(
  group: Group,
  ear: Ear,
  signal: AbortSignal,
  enlarged: AbortController,
): Promise<void> {
  while (!hasFired(signal)) {
    const woken = AbortSignal.any([signal, group.changed.signal]);
    const waitMs = nextDueMs(group, ear.clock) ?? FOREVER_MS;
    if (waitMs > 0) await pause(waitMs, ear.clock, woken);
    if (hasFired(signal)) return;
    if (group.members.size === 0) return enlarged.abort('CalledOff'); // nobody is left to listen to
    const isMore = await subscribeMissing(group, ear, signal).catch(() => null);
    if (isMore === true) return enlarged.abort('CalledOff');
    if (isMore === null) await pause(BESIDE_AGAIN_MS, ear.clock, signal);
  }
}

const BESIDE_AGAIN_MS = 30_000;

function failedBefore(error: unknown, { hearer }: Ear, signal: AbortSignal): StreamResult | null {
  if (!(error instanceof ConnectorFailure)) throw error;
  if (signal.aborted) return null;
  hearer.brokeOff(error);
  return { wasHeard: false, end: 'notOpened', failure: error };
}

/**
 * Where the leader's mailbox refuses, another one leads the group, at once (null). After a stream that was deaf everything begins from nothing: whether
 * the server answers at all shows then, before the next stream is judged.
 */
function learnFrom(
  result: StreamResult,
  failure: ConnectorFailure,
  group: Group,
  ear: Ear,
): StreamResult | null {
  const leader = group.anchor === null ? undefined : group.members.get(group.anchor.address);
  if (failure.kind === 'forbidden' && isOfOneMailbox(failure) && leader !== undefined) {
    putToRest(leader, failure, ear);
    startOver(group);
    return null;
  }
  ear.hearer.brokeOff(failure);
  if (result.end === 'failed' && isDeaf(result)) startOver(group);
  return result;
}

/** Those that have another subscription by now were reported with it. */
function markGaps(onStream: readonly (readonly [Member, Subscription])[]): void {
  for (const [member, subscription] of onStream) {
    if (member.subscription === subscription) member.hasGap = true;
  }
}
