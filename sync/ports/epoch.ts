import type { Instant } from '../../mappings/values.js';
import type { Mailbox } from './exchange.js';

/**
 * The token that a store shows (rule 1): how often it was renewed, a dot and random text, by which we recognise the store as
 * the one we wrote to last, and not a backup or a copy of it. '' = it has none.
 */
export type EpochToken = string;

/**
 * The tokens of the mailboxes: hidden from people, and carried along when a mailbox moves to another server.
 *
 * `holder` is whose token it is (the employee): several in one mailbox do not touch each other. A write may be repeated.
 */
export interface MailboxEpochs {
  read(mailbox: Mailbox, holder: string, signal: AbortSignal): Promise<EpochToken>;
  write(mailbox: Mailbox, holder: string, token: EpochToken, signal: AbortSignal): Promise<void>;
}

/** The token of the ERP's database. */
export interface ErpEpoch {
  read(signal: AbortSignal): Promise<EpochToken>;
  write(token: EpochToken, signal: AbortSignal): Promise<void>;
  /** The highest fencing number that the ERP has seen of each pair: ours must be above it, or it takes no write of ours. */
  fences(
    signal: AbortSignal,
  ): Promise<readonly { readonly pairId: string; readonly fence: number }[]>;
}

/** The store of a token: the ERP, or the mailbox of an employee, named by the employee's id. */
export type EpochStore = 'erp' | `mailbox:${string}`;

/** What we know of a store's token: it shows one of the two, whenever we were interrupted. */
export interface Epoch {
  readonly acknowledged: EpochToken;
  /** The one that it is about to get; null = none. */
  readonly pending: EpochToken | null;
  /** An administrator has confirmed: what the store shows now is taken for its token. */
  readonly isTrustedAnew: boolean;
}

/**
 * What is wrong with a token: `foreign` = neither of ours, `unknown` = there is one and we know of none, `missing` = there is
 * none and we know of one.
 */
export type EpochFinding = 'foreign' | 'unknown' | 'missing';

/** A store that is not as we left it. While there is one, nothing of what it concerns is synced. */
export interface Suspicion {
  readonly connectionId: string;
  readonly store: EpochStore;
  readonly finding: EpochFinding;
  /** The token that was found. */
  readonly found: EpochToken;
  readonly since: Instant;
}

/** Our memory of the tokens. Every method may be repeated, and run by several workers at once. */
export interface EpochBook {
  /** null = we know of no token. */
  get(store: EpochStore): Promise<Epoch | null>;
  /** Takes what a store shows for its token, unless somebody has changed what was `known` of it meanwhile. */
  adopt(store: EpochStore, token: EpochToken, known: Epoch): Promise<void>;
  /**
   * Step one of a renewal: answers the token to write. An earlier one that is pending is answered again: it may have been
   * written, or still be on its way. null = the last renewal ended less than `restMs` ago, and nothing is to be written.
   */
  promise(store: EpochStore, fresh: EpochToken, restMs: number): Promise<EpochToken | null>;
  /** The last step: the store shows the promised token. */
  acknowledge(store: EpochStore, token: EpochToken): Promise<void>;
  /** Remembers a suspicion, and answers whether it is new; one about the ERP concerns all connections, whichever is named. */
  suspect(suspicion: Omit<Suspicion, 'since'>): Promise<boolean>;
  /** A store that seemed to be another one, without a token, is ours after all: there was another address, say. */
  withdraw(store: EpochStore): Promise<void>;
  /** Of one connection, or of all of them; oldest first. */
  suspicions(connectionId: string | null): Promise<readonly Suspicion[]>;
}
