import { mintChangeKey } from './ids.js';
import type { ExtendedProperty, ItemKind, ItemProperties } from './properties.js';

/** What an item holds. A series is one stored item: its exceptions live inside the master (fact 24). */
export interface StoredContent {
  readonly properties: ItemProperties;
  readonly extended: ReadonlyMap<string, ExtendedProperty>;
  /** Changed and deleted occurrences by the local day on which the pattern has them; days since 1970. */
  readonly exceptions: ReadonlyMap<number, OccurrenceException>;
}

/** An item as the store has it; only the store writes to it. */
export interface StoredItem extends StoredContent {
  readonly kind: ItemKind;
  /** Changes when the item moves (fact 13). */
  id: string;
  /** The number inside the id. */
  counter: number;
  folderId: string;
  changeKey: string;
  readonly createdAt: number;
  modifiedAt: number;
  modifiedBy: string;
  /** The mailbox's change number at which it came into its folder, and of its last change there. */
  enteredSeq: number;
  changedSeq: number;
  /** Of its last change other than of IsRead; absent = the last change. */
  contentSeq?: number;
  /** The latest changes, oldest first, for AutoResolve. */
  history?: readonly PastChange[];
  /** Reads until the server changes the key by itself; null = never (mode `keysBump`). */
  readsUntilBump: number | null;
}

/** What a write changed, with the change key that it found. */
export interface PastChange {
  readonly key: string;
  readonly touched: readonly string[];
}

export type OccurrenceException =
  | { readonly kind: 'deleted' }
  | {
      readonly kind: 'changed';
      /** Only what the occurrence has of its own; Start and End always. */
      readonly properties: ItemProperties;
      readonly extended: ReadonlyMap<string, ExtendedProperty>;
    };

/** An item that no folder holds: what is sent without a copy. */
export function transientItem(
  kind: ItemKind,
  content: StoredContent,
  { now, by }: { readonly now: number; readonly by: string },
): StoredItem {
  return {
    ...content,
    kind,
    id: '',
    counter: 0,
    folderId: '',
    changeKey: mintChangeKey(kind, 0),
    createdAt: now,
    modifiedAt: now,
    modifiedBy: by,
    enteredSeq: 0,
    changedSeq: 0,
    readsUntilBump: null,
  };
}

/** What the item shares with its occurrences: the key is one for all of them (fact 14). */
export function renewKey(item: StoredItem, number: number): void {
  item.changeKey = mintChangeKey(item.kind, number);
}

/** The three parts of an item's content alone. */
export function contentOf({ properties, extended, exceptions }: StoredItem): StoredContent {
  return { properties, extended, exceptions };
}
