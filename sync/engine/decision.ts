import type { Instant } from '../../mappings/values.js';
import type { RecordJoin } from '../ports/erp.js';
import type { Link, LinkEnd, Side, Unrest } from '../ports/store.js';
import type { MeetingReason, OutOfScope, Reason } from './reasons.js';
import type { Merged } from './merge.js';
import type { ItemThere, Observed, RecordThere } from './sights.js';
import type { Shapes } from './pair-work.js';

/** Everything a cycle can decide to do about one unit. A new case breaks the build wherever one is handled. */
export type Decision<S extends Shapes> =
  /** `replaces`: the link that ends with it, because what it led to was deleted while this side was changed. */
  | {
      readonly kind: 'createInExchange';
      readonly record: RecordThere<S>;
      readonly replaces: Link | null;
      /** What was deleted where it may not be deleted is made again. */
      readonly isPutBack?: true;
    }
  | {
      readonly kind: 'createInErp';
      readonly item: ItemThere<S>;
      readonly replaces: Link | null;
      readonly isPutBack?: true;
    }
  | {
      readonly kind: 'merge';
      readonly link: Link;
      readonly record: RecordThere<S>;
      readonly item: ItemThere<S>;
      readonly merged: Merged<S['value']>;
      /** What is taken back on one side only: the link rests afterwards, until somebody thaws it (rule 18). */
      readonly freezes?: NonNullable<Unrest['undone']>;
    }
  /** A colleague's meeting was declined: the answer goes into the record, which stays, and the link ends. */
  | {
      readonly kind: 'declineInErp';
      readonly link: Link;
      readonly record: RecordThere<S>;
      readonly value: S['value'];
    }
  /** The meeting has a record that other mailboxes brought: the employee takes part, and is linked afterwards. */
  | { readonly kind: 'joinRecord'; readonly item: ItemThere<S>; readonly join: RecordJoin }
  /** The item turned private: what came from it leaves the ERP, and the link ends (feature C16). */
  | {
      readonly kind: 'turnPrivate';
      readonly link: Link;
      readonly record: RecordThere<S>;
      readonly value: S['value'];
    }
  /** `isCalledOff`: the organiser cancelled the meeting, so it goes for every employee who takes part. */
  | {
      readonly kind: 'removeFromErp';
      readonly link: Link;
      readonly record: RecordThere<S>;
      readonly isCalledOff?: true;
    }
  | { readonly kind: 'removeFromExchange'; readonly link: Link; readonly item: ItemThere<S> }
  | { readonly kind: 'removeTwin'; readonly link: Link; readonly item: ItemThere<S> }
  | { readonly kind: 'endLink'; readonly link: Link; readonly why: LinkEnd }
  /** Something is gone without a proof that it was deleted: nothing happens until an administrator decides (rule 5). */
  | { readonly kind: 'hold'; readonly link: Link; readonly side: Side; readonly reason: Reason }
  | { readonly kind: 'park'; readonly side: Side; readonly id: string; readonly reason: string }
  /** `until`: when it comes into scope by itself; null = not without a change. */
  | {
      readonly kind: 'ignore';
      readonly why: OutOfScope | MeetingReason;
      readonly until: Instant | null;
    }
  /** Not everything could be read: the next cycle looks again. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'rest' };

/**
 * How a decision stands with the delete guard: `free` is asked about, `approved` was (rule 6), and `heldAgain` waits anew
 * whatever the guard would say, because what an administrator decided was said of another version.
 */
export type Standing = 'free' | 'approved' | 'heldAgain';

/** A decision with the unit it was made for. */
export interface Action<S extends Shapes> {
  readonly observed: Observed<S>;
  readonly decision: Decision<S>;
  readonly standing: Standing;
}
