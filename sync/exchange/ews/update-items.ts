import type { ItemRef } from '../../ports/exchange.js';
import type { Answer } from '../../ports/failure.js';
import { inBatches, maySplitWrite } from './in-batches.js';
import { readWrittenItem } from './operations/create-item.js';
import { writeUpdateItem, type ItemUpdateRequest } from './operations/update-item.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';

/** How many items one writing request carries. Measured: one by one costs ten times the CPU. */
export const WRITE_BATCH = 50;

/** UpdateItem over any number of items, answered per item and in order, with the state each write left. `tells`: attendees are told of it. */
export function updateItems(
  ask: Ask,
  updates: readonly ItemUpdateRequest[],
  tells = false,
): Promise<readonly Answer<ItemRef>[]> {
  return inBatches(updates, {
    size: WRITE_BATCH,
    maySplit: maySplitWrite,
    send: async (batch) =>
      answersOf(
        await ask('UpdateItem', writeUpdateItem(batch, tells)),
        batch.length,
        readWrittenItem,
      ),
  });
}
