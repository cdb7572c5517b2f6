import { locate } from './locate.js';
import type { Mailbox } from './mailbox.js';
import { contentOf } from './stored-item.js';
import type { ItemTarget } from './targets.js';
import { advancedTask } from './tasks.js';
import type { TaskContext } from './tasks.js';

/** Leaves out the occurrence a recurring task stands at; false where there is none to go on with. */
export function skipTask(
  mailbox: Mailbox,
  target: ItemTarget,
  { by, ...at }: TaskContext & { readonly by: string },
): boolean {
  const { item } = locate(mailbox, target);
  const properties = advancedTask(item.properties, item.properties, at);
  if (!properties) return false;
  mailbox.store.replace(item, { ...contentOf(item), properties }, by);
  return true;
}
