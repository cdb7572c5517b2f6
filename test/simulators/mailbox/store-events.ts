import type { ItemKind } from './properties.js';

/** One thing that happened in a mailbox, as its store saw it. What clients are told of it is another matter (fact 78). */
export type StoreEvent = ItemEvent | FolderEvent;

export interface ItemEvent {
  readonly what: 'item';
  readonly kind: 'created' | 'copied' | 'modified' | 'moved' | 'deleted';
  readonly itemKind: ItemKind;
  readonly now: Placed;
  /** Where it was before, under which id: of what was moved or copied. */
  readonly before: Placed | null;
  /** Names of the properties that changed, of what was modified. */
  readonly touched: readonly string[];
}

export interface FolderEvent {
  readonly what: 'folder';
  readonly kind: 'created' | 'modified' | 'moved' | 'deleted';
  readonly now: Placed;
  readonly before: Placed | null;
}

/** An item or folder with the folder it lies in; only the root lies in none. */
export interface Placed {
  readonly id: string;
  readonly changeKey: string;
  readonly parentId: string | null;
}

/** Tells whoever listens what happens in one mailbox. */
export class StoreEvents {
  private readonly listeners: ((event: StoreEvent) => void)[] = [];

  listen(listener: (event: StoreEvent) => void): void {
    this.listeners.push(listener);
  }

  raise(event: StoreEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}

/** An item where it lies now. */
export function placedItem(item: {
  readonly id: string;
  readonly changeKey: string;
  readonly folderId: string;
}): Placed {
  return { id: item.id, changeKey: item.changeKey, parentId: item.folderId };
}
