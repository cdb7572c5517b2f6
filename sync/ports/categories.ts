import type { Mailbox } from './exchange.js';
import type { Answer } from './failure.js';

/** The colours that Outlook offers for categories; `none` is one of them. */
export type CategoryColour =
  | 'none'
  | 'red'
  | 'orange'
  | 'peach'
  | 'yellow'
  | 'green'
  | 'teal'
  | 'olive'
  | 'blue'
  | 'purple'
  | 'maroon'
  | 'steel'
  | 'darkSteel'
  | 'gray'
  | 'darkGray'
  | 'black'
  | 'darkRed'
  | 'darkOrange'
  | 'darkPeach'
  | 'darkYellow'
  | 'darkGreen'
  | 'darkTeal'
  | 'darkOlive'
  | 'darkBlue'
  | 'darkPurple'
  | 'darkMaroon';

/** One entry of a mailbox's master list of categories: what gives the names on items their colours. */
export interface Category {
  readonly name: string;
  /** null: a colour that we do not know; it is kept. */
  readonly colour: CategoryColour | null;
  /** Survives a rename; as the mailbox writes it. null where the entry has none. */
  readonly id: string | null;
}

/** An entry that should be in the list. `id` is that of an earlier merge, null for a new one. */
export interface WantedCategory {
  readonly name: string;
  readonly colour: CategoryColour;
  readonly id: string | null;
}

/** What became of a wanted entry. `id` is worth remembering: by it the entry is found after a rename. */
export interface MergedCategory {
  readonly id: string;
  readonly outcome: 'added' | 'changed' | 'unchanged';
}

/**
 * The master list of categories of a mailbox.
 *
 * Promises, checked by test/contracts/category-list.ts:
 *  - A mailbox without a list reads as empty; `merge` makes the list.
 *  - `merge` finds an entry by its id, else by its name (trimmed, without case), and adds what is not there. All other
 *    entries, their order, and every attribute that it does not set stay as they are.
 *  - Nothing is written where nothing would change.
 *  - It answers per entry and in order; a name that Outlook cannot hold fails as `rejected`, and the rest goes on.
 *  - A list that cannot be read is never overwritten: `rejected`, with a sentence that says what to do.
 *  - What somebody else wrote over ours is noticed, and the merge is done once more; a second time it fails as `stale`.
 */
export interface CategoryList {
  read(mailbox: Mailbox, signal: AbortSignal): Promise<readonly Category[]>;
  merge(
    mailbox: Mailbox,
    wanted: readonly WantedCategory[],
    signal: AbortSignal,
  ): Promise<readonly Answer<MergedCategory>[]>;
}
