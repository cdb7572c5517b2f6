import type { ItemRef } from '../ports/exchange.js';
import type { Mark } from '../ports/mark.js';
import type { Bases, Intent, Link } from '../ports/store.js';

/** What made us look at a record. `ask`: nothing is known, it is owed or was parked. */
export type RecordNews =
  | { readonly kind: 'seen'; readonly version: string }
  | { readonly kind: 'removed' }
  | { readonly kind: 'missing' } // not named by a complete enumeration: no proof of a deletion (rule 5)
  | { readonly kind: 'ask' };

/** What made us look at an item. */
export type ItemNews =
  | {
      readonly kind: 'seen';
      readonly ref: ItemRef;
      readonly mark: string | null;
      readonly isPrivate: boolean | null;
      /** Somebody asked for it, whatever version it has: it was set aside or not finished. */
      readonly wasAsked?: true;
    }
  | { readonly kind: 'vanished' }
  | { readonly kind: 'ask' };

/** What belongs together: a link with what was said about its two sides, or one side alone. */
export interface Unit {
  readonly link: Link | null;
  readonly recordId: string | null;
  readonly recordNews: RecordNews | null;
  readonly itemId: string | null;
  readonly itemNews: ItemNews | null;
  /** The mark that the feed saw on the item, if it is one of this pair's. */
  readonly mark: Mark | null;
  /** It came up by its item: another record that has the remembered id by now is none of its business (rule 14). */
  readonly isByItem?: true;
  /** It carries the link's mark, and the link's own item lies among the deleted ones: a person copied it before. */
  readonly isCopyOfBuried?: true;
  /** Writes of ours to this link that are not confirmed. */
  readonly open: readonly Intent[];
  /** Those of them that did not reach the ERP, and cannot any more: they brought nothing. */
  readonly cameToNothing?: ReadonlySet<string>;
  /** The version that each of the others led to in the ERP, by intent. */
  readonly ledTo?: ReadonlyMap<string, string>;
  /** What the create that its link was just adopted from was to lead to, occurrence by occurrence. */
  readonly made?: Bases | undefined;
  /** The version that one of them led to in the ERP, where it is known to have landed. */
  readonly landedVersion: string | null;
}
