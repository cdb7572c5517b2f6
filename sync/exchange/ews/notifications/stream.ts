import { ConnectorFailure } from '../../../ports/failure.js';
import { connectionFailure } from '../connection-failure.js';
import {
  readGetStreamingEvents,
  writeGetStreamingEvents,
  type StreamFrame,
} from '../operations/get-streaming-events.js';
import { faultFailure } from '../response-messages.js';
import { child, type XmlNode } from '../xml-reader.js';
import { framesIn } from './frames.js';
import { GROUP_LIMIT, subscribed, type Group, type Member } from './groups.js';
import { watchSilence, type Silence } from './silence.js';
import { tell, type Ear } from './subscribing.js';

export interface StreamResult {
  /** Whether the server said OK, or anything else, over it. */
  readonly wasHeard: boolean;
  /**
   * `closed`: as agreed; the same subscriptions go on over another connection, and what happens meanwhile is kept for it.
   * `subscriptionsLost`: some are not known there any more, and were taken from their members. `notOpened`: it was not even asked for.
   */
  readonly end: 'closed' | 'subscriptionsLost' | 'failed' | 'notOpened';
  /** Why it did not end as agreed. */
  readonly failure: ConnectorFailure | null;
}

const CONNECTION_TIMEOUT_MINUTES = 30;

/** A server says OK at once; behind a proxy that waits for the end of the answer it never comes. */
const FIRST_OK_WITHIN_MS = 30_000;

/** Exchange gives a sign of life every 45 s, which Microsoft's own client (EWS Managed API) relies on as well. */
const SILENT_AT_MOST_MS = 3 * 45_000;

/** 200 subscriptions with some events each take a hundredth of it. */
const FRAME_LIMIT = 4 * 1024 * 1024;

/**
 * Opens one stream over the subscriptions of a group and passes on what it says until it ends. Members whose last stream broke
 * off are reported as soon as this one is heard. Never throws but for a mistake of ours; a signal that fires is a failure.
 */
export async function hearStream(
  group: Group,
  ear: Ear,
  signal: AbortSignal,
): Promise<StreamResult> {
  const silence = watchSilence(ear.clock, FIRST_OK_WITHIN_MS);
  const stop = AbortSignal.any([signal, silence.tooLong]);
  const resultOf = (end: StreamResult['end'], failure: ConnectorFailure | null): StreamResult => {
    return { wasHeard: group.isHeard, end, failure };
  };
  try {
    const pieces = await openStream(group, ear, stop);
    for await (const envelope of framesIn(heeding(pieces, group, silence), FRAME_LIMIT)) {
      const frame = readFrame(envelope);
      take(frame, group, ear);
      if (frame.failure !== null) return resultOf('subscriptionsLost', frame.failure);
      if (frame.status === 'closed') return resultOf('closed', null);
    }
    return resultOf('failed', endedEarly());
  } catch (error) {
    return resultOf('failed', connectionFailure(error, stop));
  } finally {
    group.isHeard = false;
    silence.end();
  }
}

/** Without the word that it would. */
function endedEarly(): ConnectorFailure {
  return new ConnectorFailure('unreachable', 'the stream ended', { code: 'StreamEnded' });
}

async function openStream(
  group: Group,
  { wire }: Ear,
  signal: AbortSignal,
): Promise<AsyncIterable<unknown>> {
  const members = subscribed(group).slice(0, GROUP_LIMIT);
  const [first] = members;
  const anchor = group.anchor ?? first?.watched.mailbox;
  if (anchor === undefined) throw new Error('a stream without subscriptions');
  return wire.open({
    operation: 'GetStreamingEvents',
    mailbox: anchor, // whose budget the connection counts against (protocol fact 85)
    body: writeGetStreamingEvents({
      subscriptionIds: members.map(({ subscription }) => subscription.id),
      connectionTimeoutMinutes: CONNECTION_TIMEOUT_MINUTES,
    }),
    affinity: { anchor, overrideCookie: group.overrideCookie },
    signal,
  });
}

/** Until the first OK the clock of `FIRST_OK_WITHIN_MS` runs on, whatever else comes in. */
async function* heeding(
  pieces: AsyncIterable<unknown>,
  group: Group,
  silence: Silence,
): AsyncGenerator {
  for await (const piece of pieces) {
    if (group.isHeard) silence.broken(SILENT_AT_MOST_MS);
    yield piece;
    if (group.isHeard) silence.broken(SILENT_AT_MOST_MS);
  }
}

function readFrame(envelope: XmlNode): StreamFrame {
  const content = child(envelope, 'Body')?.children[0];
  if (content?.name === 'Fault') throw faultFailure(content);
  if (content?.name === 'GetStreamingEventsResponse') return readGetStreamingEvents(content);
  throw new ConnectorFailure('unreachable', `no part of a stream: <${content?.name ?? ''}>`, {
    code: 'AnswerNotOurs',
  });
}

/** Passes on what a frame says. Throws a refusal that is not about subscriptions. */
function take(frame: StreamFrame, group: Group, ear: Ear): void {
  if (frame.status !== null || frame.notified.length > 0) noteHeard(group, ear);
  const byId = new Map(subscribed(group).map((member) => [member.subscription.id, member]));
  for (const { subscriptionId, places } of frame.notified) {
    const member = byId.get(subscriptionId);
    if (member !== undefined) tell(member, places, ear.hearer);
  }
  if (frame.failure !== null) loseSubscriptions(frame, frame.failure, byId);
}

function noteHeard(group: Group, { hearer }: Ear): void {
  group.isHeard = true;
  for (const member of group.members.values()) {
    if (!member.hasGap || member.subscription === null) continue;
    member.hasGap = false;
    hearer.heard({ mailbox: member.watched.mailbox, folderId: null, why: 'gap' });
  }
}

/** One bad id fails the whole request (protocol fact 82), and the others go on; where none is named, all are suspect. */
function loseSubscriptions(
  { badIds }: StreamFrame,
  failure: ConnectorFailure,
  byId: ReadonlyMap<string, Member>,
): void {
  const isAboutSubscriptions = badIds.length > 0 || SUBSCRIPTION_LOST.has(failure.code ?? '');
  if (!isAboutSubscriptions) throw failure;
  const named = badIds.flatMap((id) => byId.get(id) ?? []);
  for (const member of named.length > 0 ? named : byId.values()) member.subscription = null;
}

/** https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-notification-related-errors-in-ews-in-exchange */
export const SUBSCRIPTION_LOST: ReadonlySet<string> = new Set([
  'ErrorExpiredSubscription',
  'ErrorInvalidPullSubscriptionId',
  'ErrorInvalidSubscription',
  'ErrorInvalidWatermark',
  'ErrorMissedNotificationEvents',
  'ErrorReadEventsFailed',
  'ErrorSubscriptionAccessDenied',
  'ErrorSubscriptionNotFound',
  'ErrorSubscriptionUnsubscribed',
]);
