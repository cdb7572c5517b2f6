import type { ConnectorFailure } from './failure.js';
import type { Mailbox } from './exchange.js';

/** A mailbox that is listened to. */
export interface WatchedMailbox {
  readonly mailbox: Mailbox;
  /** The folders of its pairs; never empty. */
  readonly folders: readonly string[];
  /**
   * Mailboxes with the same text live on servers that may share a subscription group (protocol fact 84: GroupingInformation and
   * ExternalEwsUrl); null = not known, all such mailboxes make one group.
   */
  readonly grouping: string | null;
}

/** Somewhere something may have changed. It carries no data: what changed is read from the feed. */
export interface Heard {
  readonly mailbox: Mailbox;
  /** null = in any of its folders. */
  readonly folderId: string | null;
  /** `gap`: nobody listened for a moment, and something may have happened meanwhile. */
  readonly why: 'event' | 'gap';
}

/** How a mailbox is listened to at the moment; `polling` = not at all, only polls find its changes. */
export type ListeningState = 'streaming' | 'pulling' | 'polling' | 'denied';

/** Who is told. None of these may throw. */
export interface Hearer {
  heard(change: Heard): void;
  /** Listening broke off and is taken up again; for the log and for metrics. */
  brokeOff(failure: ConnectorFailure): void;
}

/** One connection that is being listened to. */
export interface Listening {
  /** From now on these mailboxes and no others; may be called again and again, also with the same ones. */
  watch(mailboxes: readonly WatchedMailbox[]): void;
  /** How many mailboxes are in each state now. */
  states(): Readonly<Record<ListeningState, number>>;
  /** Resolves when the signal has fired and nothing runs any more. Never rejects. */
  readonly ended: Promise<void>;
}

/**
 * Hears of changes in many mailboxes of one connection at once.
 *
 * Promises, tested by test/sync/exchange/ews/notifications/:
 *  - A notification that is lost costs a poll, never a change: it only wakes, and the feed is read from the watermark.
 *  - After every subscription and every gap, each mailbox concerned is reported once with `gap`; so whoever reads the feeds
 *    then has missed nothing, whatever happened before.
 *  - One event is reported at least once, several in a row perhaps once each; an event of our own writes like any other.
 *  - A mailbox that refuses does not stop the others, and is tried again now and then.
 *  - Nothing that goes wrong ends it; it ends with the signal.
 */
export interface NotificationPort {
  listen(hearer: Hearer, signal: AbortSignal): Listening;
}
