import type { ItemSeen } from '../ports/exchange.js';
import type { MeetingClaim, RecordJoin, RecordSeen } from '../ports/erp.js';
import type { Base, FieldSource } from '../ports/store.js';
import type { Shapes } from './pair-work.js';
import type { Shown } from './shown.js';
import type { Unit } from './unit.js';

/** How the ERP's side of a unit stands. */
export type RecordSight<S extends Shapes> =
  | { readonly kind: 'none' } // the unit has no record
  | {
      readonly kind: 'there';
      readonly seen: RecordSeen<S['record']>;
      readonly shown: Shown<S['value']>;
    }
  /** Proven: deleted, or the employee taken out of it. `idReused`: another record has the id now. */
  | { readonly kind: 'removed'; readonly idReused: boolean }
  | { readonly kind: 'missing' } // not there, and no proof that it was deleted
  | { readonly kind: 'outOfScope'; readonly why: 'filter' | 'private'; readonly version: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'unknown' }; // could not be read now; the next cycle asks again

/** How the mailbox's side of a unit stands. */
export type ItemSight<S extends Shapes> =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'there';
      readonly seen: ItemSeen<S['item']>;
      readonly shown: Shown<S['value']>;
    }
  /** Proven: it lies in a deleted-items folder. `last`: what it shows there, read where a write of ours may have reached it. */
  | { readonly kind: 'deleted'; readonly last?: Base }
  | { readonly kind: 'elsewhere' } // dragged to another folder
  | { readonly kind: 'missing' } // nowhere: archived, purged, or no rights any more
  | { readonly kind: 'outOfScope'; readonly why: 'private' | 'category'; readonly version: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'unknown' };

/** A unit with both of its sides as they are now. */
export interface Observed<S extends Shapes> {
  readonly unit: Unit;
  /** The salt of all fingerprints in here; '' where there is no link, and nothing to compare with. */
  readonly linkId: string;
  readonly record: RecordSight<S>;
  readonly item: ItemSight<S>;
  /** True where the item is a person's copy of a linked one: its mark belongs to the original (rule 8). */
  readonly isCopy: boolean;
  /** True where the item is one of ours that was made twice (rule 8). */
  readonly isTwin: boolean;
  /** How often a person has deleted it and we have made it again (rule 22); counted where that is enforced. */
  readonly putBacks: number;
  /** True where the item is a meeting's copy that Exchange made anew, and no person. */
  readonly isRecreated: boolean;
  /** True where the item is a meeting's copy that went by being declined. */
  readonly hasDeclined: boolean;
  /** How it stands to what other mailboxes have brought, where the item is a meeting that is not linked (rule 10). */
  readonly meeting?: MeetingSight;
  /** Where values of a shared record came from, if both sides moved (rule 16). */
  readonly sources?: readonly FieldSource[];
  /** Occurrences of a colleague's series that this employee has deleted for herself (rule 9); `record` has none of them. */
  readonly absences?: Absences<S>;
}

/** A side that was read, and can be used. */
export type RecordThere<S extends Shapes> = Extract<RecordSight<S>, { kind: 'there' }>;
export type ItemThere<S extends Shapes> = Extract<ItemSight<S>, { kind: 'there' }>;

/** How an item that is a meeting, and is not linked, stands to what other mailboxes have brought (rule 10). */
export type MeetingSight =
  /** Nobody has brought it: whoever makes a record of it claims it. */
  | { readonly kind: 'first'; readonly claim: MeetingClaim }
  /** A record stands for it in which this employee does not take part yet, or which is rightly theirs. */
  | { readonly kind: 'join'; readonly join: RecordJoin }
  /** The record that stood for it was deleted, before the two were linked. */
  | { readonly kind: 'deleted' }
  /** The ERP leaves the record that stands for it out. */
  | { readonly kind: 'leftOut' }
  /** The ERP took this employee out of the record that stands for it, before the two were linked. */
  | { readonly kind: 'takenOut' }
  /** The record is linked with another item of this mailbox. */
  | { readonly kind: 'taken' };

/** Occurrences in which the employee does not take part, of a series that goes on with them. */
export interface Absences<S extends Shapes> {
  readonly field: string;
  readonly days: readonly string[];
  /** Those that were not known before. */
  readonly added: readonly string[];
  /** The record's value with them in it. */
  readonly actual: S['value'];
}
