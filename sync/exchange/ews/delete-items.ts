import type { Answer } from '../../ports/failure.js';
import { inBatches, maySplitWrite } from './in-batches.js';
import { itemAt } from './item-address.js';
import { writeDeleteItem } from './operations/delete-item.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';
import { WRITE_BATCH } from './update-items.js';

/** DeleteItem over any number of items and occurrences, answered per id and in order. */
export function deleteItems(
  ask: Ask,
  ids: readonly string[],
  tells = false,
): Promise<readonly Answer<null>[]> {
  return inBatches(ids, {
    size: WRITE_BATCH,
    maySplit: maySplitWrite,
    send: async (batch) => {
      const response = await ask('DeleteItem', writeDeleteItem(batch.map(itemAt), tells));
      return answersOf(response, batch.length, () => null);
    },
  });
}
