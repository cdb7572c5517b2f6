import { parseInstant } from '../../mappings/values.js';
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
  /** An administrator took our create back: what it was made from stays as it is, and is not brought over again. */
  | 'takenBack'
  | 'deletedEverywhere'
  | 'recordDeletedItemKept'
  | 'itemDeletedRecordKept'
  | 'recordLeftScope'
  | 'itemLeftScope'
  /** Under "no private"; what came from it is not in the ERP any more (feature C16). */
  | 'itemBecamePrivate'
  /** Deleted where it may not be deleted, and made again under another link (feature B5). */
  | 'putBack'
  /** The same, but it was deleted once too often: it stays deleted (rule 22). */
  | 'recordDeletedAgain'
  | 'itemDeletedAgain';

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
  /** The side that it was made on first; not there = not known. */
  readonly origin?: Side | undefined;
  /** Set while it is written often; not there = all is calm. */
  readonly unrest?: Unrest | undefined;
}

/** So far ahead that only somebody who thaws it ends it. */
export const UNTIL_THAWED: Instant = parseInstant('9999-12-31T00:00:00Z');

/** How often one record has been written of late, so that a tool that keeps changing it is noticed (scenario 15). */
export interface Unrest {
  /** `side/field` → what the field was before our last write, and how often it came back to that. */
  readonly fields: Readonly<
    Record<string, { readonly before: Fingerprint; readonly flips: number }>
  >;
  /** Writes since `since`. */
  readonly writes: number;
  readonly since: Instant;
  /** Until then the record rests, whatever changes, or `UNTIL_THAWED`; null = it does not. */
  readonly frozenUntil: Instant | null;
  /** What was taken back on one side only: once it is synced again, the other side's values are brought anew. */
  readonly undone?:
    { readonly toErp: readonly string[]; readonly toExchange: readonly string[] } | undefined;
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
  /** True where attendees may be told of it. The permission is spent with the promise: nobody is told twice. */
  readonly mails?: boolean;
  readonly form: string;
  readonly promisedAt: Instant;
  /** What people wrote there and the write overwrites by the rules; its values are in the trail. */
  readonly overrules?: readonly Overruled[] | undefined;
  /** Set where it ticks off what comes again: what both sides give birth to is not made a second time (rule 19). */
  readonly births?: Births | undefined;
  /** Fields, or elements as `field/element`, that an update changes, from its trail; what else stands there it did not bring. */
  readonly fields?: readonly string[] | undefined;
  /** For the audit trail; kept with the write, and not among what `intents` answers. */
  readonly trail?: Trail | undefined;
}

/** The links that there are once something that comes again was ticked off on both sides. */
export interface Births {
  /** What it was, and, from then on, of what is finished. */
  readonly linkId: string;
  /** Of what goes on, with the beginning of its key. */
  readonly nextLinkId: string;
  readonly nextKey: string;
}

/** A person's value that a write overwrites because the other side has won. */
export interface Overruled {
  /** Or an element, as `field/element`. */
  readonly field: string;
  /** What the written side showed there; '' = nothing. */
  readonly shown: Fingerprint;
  /** What the journal calls it. */
  readonly as: 'conflict' | 'putBack';
}

/** What is kept of a write so that it can be taken back (rule 18). */
export interface Trail {
  /** Fields, or elements as `field/element`, that the write changes; none of what is made or removed as a whole. */
  readonly fields: readonly string[];
  /** JSON of what the written side showed before in those fields, all of it before a removal; null = nothing of use. */
  readonly before: string | null;
  /** The wish that it fulfils; null = it carries over what somebody changed on the other side. */
  readonly wishId: number | null;
}

/** A write as the audit trail keeps it. */
export interface Write {
  readonly writeId: string;
  readonly side: Side;
  readonly what: 'create' | 'update' | 'remove';
  readonly fields: readonly string[];
  /** As in its trail; null also where it has expired. */
  readonly before: string | null;
  /** The mark of what both sides showed after it. */
  readonly after: string;
  readonly form: string;
}

/**
 * What an administrator wants written: the values of before some of our writes to one link, or the losing value of a
 * conflict, on both sides as one edit (rule 18). A cycle carries it out, or refuses it with a reason.
 */
export interface Wish {
  readonly id: number;
  readonly linkId: string;
  /** What its link leads to; '' = nothing. */
  readonly recordId: string;
  readonly itemId: string;
  /** The key of what it makes anew, so that it is made once however often it is tried. */
  readonly key: string;
  readonly for:
    | { readonly kind: 'undo'; readonly writes: readonly Write[] }
    /** null: it has expired. `beside`: what the same link lost to the same winner at the same time. */
    | {
        readonly kind: 'restore';
        readonly lost: LostValue | null;
        readonly beside?: readonly LostValue[] | undefined;
      };
}

/** Why a wish is not fulfilled. */
export type Refusal =
  | 'changedSince' // somebody changed it, so it is theirs now
  | 'expired' // the value of before is not kept any more
  | 'oneWay' // by the pair's or the field's direction, or the employee's rights, we may not write that side (any more)
  | 'notLinked' // the two are not connected any more, or already are again
  | 'notThere' // one side does not show it: deleted, moved, filtered, private or unreadable
  | 'shared' // only an employee's part in a record was removed
  | 'notAccepted'; // a side did not take it

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
  /** `later`: nothing is wrong with it, it only lies too far ahead (feature B12). */
  readonly kind: FailureKind | 'untranslatable' | 'frozen' | 'later';
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
  /** True where something was settled and the watermarks did not follow: a cycle did not come to its end. */
  readonly isUnfinished: boolean;
  /** What an administrator wants and no cycle has answered yet; not there = nothing. */
  readonly wishes?: readonly Wish[] | undefined;
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
    | 'frozen'
    | 'failed'
    | 'lost'
    | 'ignored'
    | 'putBack'
    | 'takenBack'
    | 'restored'
    | 'refused';
  /** The side that was written, or that the event is about. */
  readonly side: Side;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly fields: readonly string[];
  readonly losses: readonly Loss[];
  /** A sentence without personal content. */
  readonly detail: string;
  /** The intent of the write that it tells of. */
  readonly writeId?: string | undefined;
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
  /** The mark of what both sides showed in the field once the conflict was decided; not there = it was not, yet. */
  readonly after?: string | undefined;
}

/** A value of a record that several employees share, and whose mailbox brought it there (rule 16). */
export interface FieldSource {
  readonly recordId: string;
  readonly recordBirth: string;
  /** Or an element, as `field/element`. */
  readonly field: string;
  /** Salted by record and field, so that every pair's is the same. */
  readonly value: Fingerprint;
  readonly employeeId: string;
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
  /** Those of the closed intents that took effect, with the mark of what both sides show since. */
  readonly done?: readonly { readonly intentId: string; readonly after: string }[] | undefined;
  /**
   * What closed intents have overwritten, with the mark of what both sides show in the field since: the store keeps the
   * values of before as lost ones, from their trails.
   */
  readonly overwritten?:
    | readonly {
        readonly intentId: string;
        readonly field: string;
        readonly after?: string | undefined;
      }[]
    | undefined;
  /** What became of wishes; null = fulfilled. */
  readonly answered?:
    readonly { readonly wishId: number; readonly refusal: Refusal | null }[] | undefined;
  /** Ids of links of which only ids may be remembered: images, lost values and the journal's details go (rule 20). */
  readonly purged?: readonly string[] | undefined;
}

/** By which links are known. */
export interface LinkNames {
  readonly recordIds?: readonly string[];
  readonly itemIds?: readonly string[];
  readonly keys?: readonly string[];
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
 *  - A closed intent that took effect stays in the audit trail with its trail; a wish is answered in `progress` until it
 *    was answered. Purged are the links as they were before the settlement, whose own lines stay.
 *  - What closed intents have overwritten is kept as lost values, the other side being the winner; not of purged links.
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
      readonly uids?: readonly string[];
      /** Live links in the order of their ids, `limit` of them, after the id given; for complete enumerations. */
      readonly page?: { readonly afterLinkId: string | null; readonly limit: number };
    },
  ): Promise<readonly Link[]>;
  /** Which of these no link names, neither an alive nor an ended one; cheap, however many are asked about. */
  unlinked(pairId: string, names: LinkNames): Promise<Required<LinkNames>>;
  /** All open intents of the pair, oldest first. */
  intents(pairId: string): Promise<readonly Intent[]>;
  promise(lease: Lease, intents: readonly Intent[]): Promise<void>;
  settle(lease: Lease, settlement: Settlement): Promise<void>;
  /** Replaces what this pair's mailbox has brought into fields of records. May be repeated. */
  rememberSources(lease: Lease, sources: readonly Omit<FieldSource, 'employeeId'>[]): Promise<void>;
  /** What the mailboxes of all pairs of this kind have brought into these records. */
  sources(pairId: string, recordIds: readonly string[]): Promise<readonly FieldSource[]>;
  /** Moves the watermarks and replaces the owed ids. Called last. */
  advance(lease: Lease, watermarks: Watermarks, owed: readonly Owed[]): Promise<void>;
  /** Destructive actions done, and held ones that nobody has decided about, since `since`; live links now. */
  destruction(pairId: string, since: Instant): Promise<Destruction>;
}
