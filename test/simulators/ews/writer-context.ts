import type { ExchangeModes } from '../mailbox/modes.js';
import type { ItemView } from '../mailbox/view.js';
import type { ItemShape } from './shape.js';

/** What an answer depends on besides the item. */
export interface WriterContext {
  readonly shape: ItemShape;
  readonly headerZone: string | null;
  readonly modes: ExchangeModes;
  /** FindItem and SyncFolderItems: long texts are cut, and of an organizer only the name comes (fact 29). */
  readonly isList: boolean;
}

/** Writes a property that the server works out by itself; '' where the item has none. */
export type ComputedWriter = (view: ItemView, context: WriterContext) => string;
