import type { Clock } from '../../../ports/clock.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import type {
  Hearer,
  Listening,
  ListeningState,
  NotificationPort,
} from '../../../ports/notifications.js';
import { regroup, startOver, type Group, type Member } from './groups.js';
import { pause } from './pause.js';
import { keepPulling } from './pulling.js';
import { keepStreaming } from './streaming.js';
import { unsubscribe, type Ear } from './subscribing.js';
import type { Wire } from './wire.js';

export interface NotificationOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  /** How many streams the server allows at once: 3 on Exchange 2013, 10 from 2016 on (protocol fact 85). Asked for each group anew. */
  readonly maxStreams: () => number;
}

/**
 * Notifications over EWS: streaming in groups of up to 200 mailboxes; pull subscriptions for groups that get no stream, because they
 * are too many or because streaming does not work here; and for mailboxes that refuse both, only polls.
 */
export function ewsNotifications(options: NotificationOptions): NotificationPort {
  return { listen: (hearer, signal) => startListening(options, hearer, signal) };
}

function startListening(
  { wire, clock, maxStreams }: NotificationOptions,
  hearer: Hearer,
  signal: AbortSignal,
): Listening {
  const ear: Ear = { wire, clock, hearer };
  const groups: Group[] = [];
  const running = new Map<Group, Promise<void>>();
  const isFree = (group: Group): boolean =>
    groups.filter((one) => one !== group && one.way === 'streaming' && one.members.size > 0)
      .length < maxStreams();

  const start = (group: Group): void => {
    if (running.has(group)) return;
    running.set(group, keepGroup(group, { ear, isFree: () => isFree(group) }, signal));
  };
  return {
    watch(mailboxes) {
      if (signal.aborted) return;
      regroup(groups, mailboxes); // who left is not unsubscribed: that might end the stream of the others
      for (const group of groups) start(group);
    },
    states: () => statesOf(groups),
    ended: endOf(signal).then(async () => {
      await Promise.all(running.values());
    }),
  };
}

/**
 * HangingConnectionLimit by version: 10 from Exchange 2016 (15.1) on, 3 before, and where the server has not said what it is.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
 */
export function maxStreamsOf(build: readonly number[] | null): number {
  const [major = 0, minor = 0] = build ?? [];
  return major > 15 || (major === 15 && minor >= 1) ? 10 : 3;
}

/** After how long a group that is only pulled is tried by streaming again: somebody may have mended the proxy. */
const STREAM_AGAIN_MS = 15 * 60_000;

/** A mistake of ours in one group must not end the process, and not leave the group unheard for ever. */
async function keepGroup(group: Group, parts: GroupParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenTo(group, parts, signal);
    } catch (error) {
      const { hearer, clock } = parts.ear;
      const reason = `a mistake in listening: ${String(error)}`;
      hearer.brokeOff(new ConnectorFailure('rejected', reason, { code: 'Bug', cause: error }));
      startOver(group);
      await pause(AFTER_MISTAKE_MS, clock, signal);
    }
  }
}

const AFTER_MISTAKE_MS = 60_000;

interface GroupParts {
  readonly ear: Ear;
  /** Whether one more stream may be opened. */
  readonly isFree: () => boolean;
}

/** Streams while that works, and pulls for a while where it does not. */
async function listenTo(
  group: Group,
  { ear, isFree }: GroupParts,
  signal: AbortSignal,
): Promise<void> {
  if (isFree()) {
    group.way = 'streaming';
    await keepStreaming(group, ear, signal);
    await changeWay(group, 'pull', ear, signal);
  }
  const tryAgain = new AbortController();
  const timer = pause(STREAM_AGAIN_MS, ear.clock, signal).then(() => tryAgain.abort('CalledOff'));
  await keepPulling(group, ear, AbortSignal.any([signal, tryAgain.signal]));
  await timer;
  if (isFree()) await changeWay(group, 'streaming', ear, signal);
}

/** Subscriptions of one way are of no use to the other. */
async function changeWay(
  group: Group,
  way: Group['way'],
  ear: Ear,
  signal: AbortSignal,
): Promise<void> {
  group.way = way;
  await unsubscribe([...group.members.values()], group, ear, signal);
  startOver(group);
}

function statesOf(groups: readonly Group[]): Readonly<Record<ListeningState, number>> {
  const counts = { streaming: 0, pulling: 0, polling: 0, denied: 0 };
  for (const group of groups) {
    for (const member of group.members.values()) counts[stateOf(member, group)] += 1;
  }
  return counts;
}

function stateOf({ rest, subscription }: Member, { way, isHeard }: Group): ListeningState {
  if (rest === 'denied') return 'denied';
  if (subscription === null) return 'polling';
  if (way === 'pull') return 'pulling';
  return isHeard ? 'streaming' : 'polling';
}

function endOf(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
