import type { Instant } from '../../mappings/values.js';
import type { Loss } from '../../mappings/translation.js';
import type { FailureKind } from './failure.js';

export type Side = 'erp' | 'exchange';
export type KindName = 'appointment' | 'task' | 'contact';

/** The right to work on a pair. Every commit checks `fence`: a later holder has a higher one. */
export interface Lease {
  readonly pairId: string;
  readonly fence: number;
}

/** A keyed hash of one value in its canonical form (design: base; rule 20). */
export type Fingerprint = string;

/**
 * What one side showed, as fingerprints: one per field, and one per element for set-like fields (rule 13).
 * An element or field that is not there was not there, or was "regular".
 */
export type Base = Readonly<Record<string, Fingerprint | Readonly<Record<string, Fingerprint>>>>;

/** One base per side, because the ERP may clip what Exchange holds. */
export interface Bases {
  readonly erp: Base;
  readonly exchange: Base;
}

/** Why a link is no longer alive. Links never vanish (rule 22). */
export type LinkEnd =
  | 'deletedEverywhere'
  | 'recordDeletedItemKept'
  | 'itemDeletedRecordKept'
  | 'recordLeftScope'
  | 'itemLeftScope';

/** One record and one item that are the same thing. */
export interface Link {
  readonly id: string;
  readonly key: string;
  readonly attempt: number;
  readonly recordId: string;
  readonly recordBirth: string;
  /** The version of the record that `bases.erp` was taken from; '' = not known, look again. */
  readonly recordVersion: string;
  readonly itemId: string;
  /** The version of the item that `bases.exchange` was taken from; '' = not known, look again. */
  readonly itemVersion: string;
  readonly uid: string | null;
  /** null = alive. */
  readonly ended: LinkEnd | null;
  readonly bases: Bases;
  /** The version of the canonical form the fingerprints were made with (rule 7). */
  readonly form: string;
}

/** A write that has been promised and is not confirmed yet (rule 2). Committed before the write is sent. */
export interface Intent {
  readonly id: string;
  readonly side: Side;
  readonly what: 'create' | 'update' | 'remove' | 'mark';
  /** The link that the write belongs to, or, for a create, will belong to. */
  readonly linkId: string;
  readonly key: string;
  readonly attempt: number;
  /** What a create was made from, or what the write goes to. */
  readonly recordId: string | null;
  readonly recordBirth: string | null;
  readonly recordVersion: string | null;
  readonly itemId: string | null;
  readonly itemVersion: string | null;
  /** What both sides show when the write has taken effect; null for removes and marks. */
  readonly target: Bases | null;
  /** True where the write changes a pattern: exceptions missing on that side are then ours to re-apply (rule 3). */
  readonly rewritesSeries: boolean;
  readonly form: string;
  readonly promisedAt: Instant;
}

/** How far a pair has read each side. */
export interface Watermarks {
  /** folder id → cursor */
  readonly exchange: Readonly<Record<string, string>>;
  readonly erp: string | null;
}

/** An id that was read and not finished (rule 17), or must be looked at again. */
export interface Owed {
  readonly side: Side;
  readonly id: string;
}

/** A record or item set aside with its reason; looked at again after a change, or when `retryAt` has come. */
export interface Parked {
  readonly side: Side;
  readonly id: string;
  readonly kind: FailureKind | 'untranslatable';
  readonly reason: string;
  readonly times: number;
  readonly retryAt: Instant;
}

/** What the pair remembers. */
export interface PairProgress {
  readonly watermarks: Watermarks;
  readonly owed: readonly Owed[];
  readonly parked: readonly Parked[];
  readonly waiting: readonly Waiting[];
  readonly liveLinks: number;
}

/** One line of the journal: what happened to which record, and why. No content, only names of fields. */
export interface JournalEntry {
  readonly at: Instant;
  readonly event:
    | 'created'
    | 'updated'
    | 'removed'
    | 'linked'
    | 'unlinked'
    | 'conflict'
    | 'parked'
    | 'held'
    | 'failed'
    | 'lost'
    | 'ignored';
  /** The side that was written, or that the event is about. */
  readonly side: Side;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly fields: readonly string[];
  readonly losses: readonly Loss[];
  /** A sentence without personal content. */
  readonly detail: string;
}

/**
 * A destructive action that waits for an administrator (rule 6): exact link, the side that would lose something, and the
 * versions that both sides had when it was planned.
 */
export interface Held {
  readonly linkId: string;
  readonly side: Side;
  readonly recordVersion: string;
  readonly itemVersion: string;
  readonly reason: string;
}

/** What an administrator says about a held action. It is said of exact versions, and lapses with them. */
export type Verdict = 'approved' | 'rejected';

/** A held action as it is remembered. */
export interface Waiting extends Held {
  /** What its link leads to; '' = nothing. */
  readonly recordId: string;
  readonly itemId: string;
  /** null = nobody has decided yet. */
  readonly verdict: Verdict | null;
}

/** A losing value of a conflict; stored encrypted, for a set number of days. */
export interface LostValue {
  readonly linkId: string;
  readonly field: string;
  readonly winner: Side;
  /** JSON of the neutral value. */
  readonly value: string;
}

/** What one batch leaves behind; committed as one transaction. */
export interface Settlement {
  /** Inserted, or replaced by id. */
  readonly links: readonly Link[];
  /** Ids of intents that are done with. */
  readonly closedIntents: readonly string[];
  readonly journal: readonly JournalEntry[];
  readonly parked: readonly Parked[];
  /** Ids that are no longer parked. */
  readonly healed: readonly { readonly side: Side; readonly id: string }[];
  readonly held: readonly Held[];
  readonly lostValues: readonly LostValue[];
  /** How many destructive actions were carried out (rule 6). */
  readonly destroyed: number;
}

/** How much was destroyed within the guard's window, and out of how many. */
export interface Destruction {
  readonly pair: { readonly destroyed: number; readonly links: number };
  readonly connection: { readonly destroyed: number; readonly links: number };
}

/**
 * What the engine remembers, one pair at a time.
 *
 * Promises, checked for every implementation by test/contracts/store.ts:
 *  - Whatever a call commits, it commits whole, and only while the lease's fence is the pair's current one; otherwise
 *    it fails as `stale` and nothing is written.
 *  - `promise` and `settle` may be repeated with the same ids; the second time changes nothing.
 *  - One item is never in two live links of a pair, nor one record; such a settlement fails as `rejected`.
 *  - `links` answers alive and ended ones.
 *  - What is held for a link waits until the link is settled, whatever it is settled to; held again in the same versions
 *    it keeps its verdict, in others it waits anew.
 */
export interface SyncStore {
  progress(pairId: string): Promise<PairProgress>;
  links(
    pairId: string,
    by: {
      readonly recordIds?: readonly string[];
      readonly itemIds?: readonly string[];
      readonly keys?: readonly string[];
      readonly linkIds?: readonly string[];
      /** Live links in the order of their ids, `limit` of them, after the id given; for complete enumerations. */
      readonly page?: { readonly afterLinkId: string | null; readonly limit: number };
    },
  ): Promise<readonly Link[]>;
  /** All open intents of the pair, oldest first. */
  intents(pairId: string): Promise<readonly Intent[]>;
  promise(lease: Lease, intents: readonly Intent[]): Promise<void>;
  settle(lease: Lease, settlement: Settlement): Promise<void>;
  /** Moves the watermarks and replaces the owed ids. Called last. */
  advance(lease: Lease, watermarks: Watermarks, owed: readonly Owed[]): Promise<void>;
  /** Destructive actions done, and held ones that nobody has decided about, since `since`; live links now. */
  destruction(pairId: string, since: Instant): Promise<Destruction>;
}
