import type { Clock } from '../../../ports/clock.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import type { Heard, Hearer } from '../../../ports/notifications.js';
import { writeUnsubscribe } from '../operations/unsubscribe.js';
import { readSubscribe, writeSubscribe } from '../operations/subscribe.js';
import { onlyMessage } from '../response-messages.js';
import { anchorOf, type Group, type Member } from './groups.js';
import type { Affinity, Wire } from './wire.js';

/** What listening works with. */
export interface Ear {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly hearer: Hearer;
}

/**
 * Subscribes every member that has no subscription and does not rest; each that gets one is reported as a gap. The first of a
 * group goes alone: its answer says which server the others must go to. A member that refuses rests; what is no matter of one mailbox
 * (no connection, no sign-in) is thrown. Answers whether anybody was subscribed.
 */
export async function subscribeMissing(
  group: Group,
  ear: Ear,
  signal: AbortSignal,
): Promise<boolean> {
  let isAny = false;
  for (;;) {
    const anchor = anchorOf(group, ear.clock.monotonicMs());
    const missing = due(group, ear.clock);
    if (anchor === null || missing.length === 0) return isAny;
    const first = missing.find(({ watched }) => watched.mailbox.address === anchor.address);
    const isAlone = group.overrideCookie === null && !hasAny(group);
    const batch = isAlone ? [first ?? missing].flat().slice(0, 1) : missing.slice(0, AT_ONCE);
    const affinity = { anchor, overrideCookie: group.overrideCookie };
    const done = await Promise.all(
      batch.map((member) => subscribeOne(member, { group, ear, affinity, signal })),
    );
    isAny ||= done.includes(true);
  }
}

/** Leaves connections for the cycles. */
const AT_ONCE = 2;

function due(group: Group, clock: Clock): readonly Member[] {
  const now = clock.monotonicMs();
  const all = [...group.members.values()];
  return all.filter((member) => member.subscription === null && member.restsUntilMs <= now);
}

function hasAny(group: Group): boolean {
  return [...group.members.values()].some(({ subscription }) => subscription !== null);
}

/** In how many milliseconds the next member has rested enough; null where none rests. */
export function nextDueMs(group: Group, clock: Clock): number | null {
  const missing = [...group.members.values()].filter(({ subscription }) => subscription === null);
  if (missing.length === 0) return null;
  return Math.max(0, Math.min(...missing.map((one) => one.restsUntilMs)) - clock.monotonicMs());
}

/** A pull subscription that nobody asks for so long ends; well over the rhythm, well under what a forgotten one should last. */
const PULL_TIMEOUT_MINUTES = 10;

export const ASK_TIMEOUT_MS = 30_000;

async function subscribeOne(
  member: Member,
  {
    group,
    ear,
    affinity,
    signal,
  }: {
    readonly group: Group;
    readonly ear: Ear;
    readonly affinity: Affinity;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { mailbox, folders } = member.watched;
  const way =
    group.way === 'pull'
      ? { way: group.way, timeoutMinutes: PULL_TIMEOUT_MINUTES }
      : { way: group.way };
  const body = writeSubscribe({ folders, ...way });
  const request = { operation: 'Subscribe', mailbox, body, affinity, signal };
  try {
    const answer = await ear.wire.ask({ ...request, timeoutMs: ASK_TIMEOUT_MS });
    member.subscription = readSubscribe(onlyMessage(answer.content));
    group.overrideCookie = answer.overrideCookie ?? group.overrideCookie;
  } catch (error) {
    if (!isOfOneMailbox(error)) throw error;
    putToRest(member, error, ear);
    return false;
  }
  member.rest = null;
  member.hasGap = false;
  ear.hearer.heard({ mailbox, folderId: null, why: 'gap' });
  return true;
}

/** Exchange itself refuses, and not the way to it. */
export function isOfOneMailbox(error: unknown): error is ConnectorFailure {
  return error instanceof ConnectorFailure && (error.code?.startsWith('Error') ?? false);
}

const DENIED_REST_MS = 15 * 60_000;
const BUSY_REST_MS = 60_000;
const REST_AT_LEAST_MS = 1_000;

/** Leaves a member alone for a while. It is found by polls meanwhile. */
export function putToRest(member: Member, failure: ConnectorFailure, ear: Ear): void {
  const { kind, retryAfterMs } = failure;
  const isPassing = kind === 'busy' || kind === 'unreachable';
  const restMs = isPassing
    ? Math.max(retryAfterMs ?? BUSY_REST_MS, REST_AT_LEAST_MS)
    : DENIED_REST_MS;
  member.subscription = null;
  member.rest = isPassing ? 'later' : 'denied';
  member.restsUntilMs = ear.clock.monotonicMs() + restMs;
  ear.hearer.brokeOff(failure);
}

/** Ends subscriptions that nobody needs any more. One that stays behind ends by itself; so what fails here does not matter. */
export async function unsubscribe(
  members: readonly Member[],
  group: Group,
  ear: Ear,
  signal: AbortSignal,
): Promise<void> {
  for (const { watched, subscription } of members) {
    if (subscription === null || group.anchor === null || signal.aborted) continue;
    await ear.wire
      .ask({
        operation: 'Unsubscribe',
        mailbox: watched.mailbox,
        body: writeUnsubscribe(subscription.id),
        affinity: { anchor: group.anchor, overrideCookie: group.overrideCookie },
        timeoutMs: UNSUBSCRIBE_TIMEOUT_MS,
        signal,
      })
      .catch(() => undefined);
  }
}

const UNSUBSCRIBE_TIMEOUT_MS = 5_000;

/** Tells of events by the folders they name; where those are none that we asked for, it may be any of ours. */
export function tell(member: Member, places: readonly (readonly string[])[], hearer: Hearer): void {
  const { mailbox, folders } = member.watched;
  const touched = new Set<string | null>();
  for (const place of places) {
    const ours = folders.filter((folder) => place.includes(folder));
    if (ours.length === 0) touched.add(null);
    for (const folder of ours) touched.add(folder);
  }
  for (const folderId of touched) {
    hearer.heard({ mailbox, folderId, why: 'event' } satisfies Heard);
  }
}
