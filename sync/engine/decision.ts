import type { Link, LinkEnd, Side } from '../ports/store.js';
import type { Merged } from './merge.js';
import type { ItemSight, Observed, RecordSight } from './observe.js';
import type { Shapes } from './pair-work.js';
import type { Reason } from './reasons.js';
import type { OutOfScope } from './scope.js';

export type RecordThere<S extends Shapes> = Extract<RecordSight<S>, { kind: 'there' }>;
export type ItemThere<S extends Shapes> = Extract<ItemSight<S>, { kind: 'there' }>;

/** Everything a cycle can decide to do about one unit. A new case breaks the build wherever one is handled. */
export type Decision<S extends Shapes> =
  /** `replaces`: the link that ends with it, because what it led to was deleted while this side was changed. */
  | {
      readonly kind: 'createInExchange';
      readonly record: RecordThere<S>;
      readonly replaces: Link | null;
    }
  | { readonly kind: 'createInErp'; readonly item: ItemThere<S>; readonly replaces: Link | null }
  | {
      readonly kind: 'merge';
      readonly link: Link;
      readonly record: RecordThere<S>;
      readonly item: ItemThere<S>;
      readonly merged: Merged<S['value']>;
    }
  | { readonly kind: 'removeFromErp'; readonly link: Link; readonly record: RecordThere<S> }
  | { readonly kind: 'removeFromExchange'; readonly link: Link; readonly item: ItemThere<S> }
  | { readonly kind: 'removeTwin'; readonly link: Link; readonly item: ItemThere<S> }
  | { readonly kind: 'endLink'; readonly link: Link; readonly why: LinkEnd }
  /** Something is gone without a proof that it was deleted: nothing happens until an administrator decides (rule 5). */
  | { readonly kind: 'hold'; readonly link: Link; readonly side: Side; readonly reason: Reason }
  | { readonly kind: 'park'; readonly side: Side; readonly id: string; readonly reason: string }
  | { readonly kind: 'ignore'; readonly why: OutOfScope }
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
