import type { ItemBringBack } from '../../ports/exchange.js';
import { answered, type Answer } from '../../ports/failure.js';
import { inBatches, maySplitWrite } from './in-batches.js';
import { writeMoveItem } from './operations/move-item.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';

/** MoveItem, one by one: there is hardly ever one. */
export function bringBackItems(
  ask: Ask,
  entries: readonly ItemBringBack[],
): Promise<readonly Answer<null>[]> {
  return inBatches(entries, {
    size: 1,
    maySplit: maySplitWrite,
    send: async (batch) => {
      const [entry] = batch;
      if (entry === undefined) return [answered(null)];
      const { id, version } = entry.ref;
      const address = { kind: 'item', id, changeKey: version } as const;
      const response = await ask('MoveItem', writeMoveItem(entry.folderId, [address]));
      return answersOf(response, 1, () => null);
    },
  });
}
