import { ConnectorFailure } from '../../../ports/failure.js';
import { readGetEvents, writeGetEvents } from '../operations/get-events.js';
import { onlyMessage } from '../response-messages.js';
import { subscribed, type Group, type Member } from './groups.js';
import { hasFired, patienceMs, pause } from './pause.js';
import { SUBSCRIPTION_LOST } from './stream.js';
import {
  ASK_TIMEOUT_MS,
  isOfOneMailbox,
  putToRest,
  subscribeMissing,
  tell,
  type Ear,
} from './subscribing.js';

/** How often each mailbox is asked: sooner than a poll, and 10 requests a second for a full group. */
const RHYTHM_MS = 20_000;

/** Asks each mailbox of a group for its events, round after round, until the signal fires. */
export async function keepPulling(group: Group, ear: Ear, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const changed = AbortSignal.any([signal, group.changed.signal]);
    try {
      await subscribeMissing(group, ear, signal);
      for (const member of subscribed(group)) await pull(member, group, ear, signal);
      failures = 0;
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      if (hasFired(signal)) return;
      failures += 1;
      ear.hearer.brokeOff(error);
      await pause(patienceMs(failures, error), ear.clock, signal);
    }
    await pause(RHYTHM_MS, ear.clock, changed);
  }
}

/** Far more than can come together between two rounds; a server that always promises more must not hold up the others. */
const MOST_PAGES = 50;

/**
 * The events of one mailbox, to the last page. The watermark keeps them until they were read, so a failed round loses nothing; with a
 * subscription that is gone the next one reports a gap.
 */
async function pull(member: Member, group: Group, ear: Ear, signal: AbortSignal): Promise<void> {
  for (let page = 0; page < MOST_PAGES; page++) {
    const { subscription } = member;
    if (subscription === null || group.anchor === null || signal.aborted) return;
    const request = { subscriptionId: subscription.id, watermark: subscription.watermark ?? '' };
    const affinity = { anchor: group.anchor, overrideCookie: group.overrideCookie };
    try {
      const answer = await ear.wire.ask({
        operation: 'GetEvents',
        mailbox: member.watched.mailbox,
        body: writeGetEvents(request),
        timeoutMs: ASK_TIMEOUT_MS,
        ...{ affinity, signal },
      });
      const events = readGetEvents(onlyMessage(answer.content));
      tell(member, events.places, ear.hearer);
      const watermark = events.watermark ?? request.watermark;
      member.subscription = { id: subscription.id, watermark };
      if (!events.hasMore || watermark === request.watermark) return;
    } catch (error) {
      return refused(error, member, ear);
    }
  }
}

/** A lost subscription is made anew in the next round; whoever refuses rests; what is no matter of one mailbox is thrown. */
function refused(error: unknown, member: Member, ear: Ear): void {
  if (!isOfOneMailbox(error)) throw error;
  if (!SUBSCRIPTION_LOST.has(error.code ?? '')) return putToRest(member, error, ear);
  member.subscription = null;
  ear.hearer.brokeOff(error);
}
