import type { Mailbox } from './mailbox.js';
import { contentOf } from './stored-item.js';
import type { StoredItem } from './stored-item.js';

/** Marks an item read or unread; what is so already, and what knows no such mark, stays untouched. */
export function setReadFlag(
  mailbox: Mailbox,
  item: StoredItem,
  { isRead, by }: { readonly isRead: boolean; readonly by: string },
): void {
  const { IsRead } = item.properties;
  if (IsRead === undefined || IsRead === isRead) return;
  const properties = { ...item.properties, IsRead: isRead };
  mailbox.store.replace(item, { ...contentOf(item), properties }, by);
}
