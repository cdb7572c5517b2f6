import { ConnectorFailure } from '../../ports/failure.js';
import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { SuccessionIntent } from './intent.js';
import { EMPTY_SETTLEMENT } from '../settlement.js';
import type { Around } from './sight.js';

/**
 * Commits links of what was born, and with the last one closes the promise; then both sides of them are looked at, as after
 * any other news. Answers whether the store took it.
 */
export async function rememberBirths<S extends Shapes>(
  work: PairWork<S>,
  {
    intent,
    links,
    isWhole,
  }: {
    readonly intent: SuccessionIntent;
    readonly links: readonly Link[];
    readonly isWhole: boolean;
  },
  { feed, ledger }: Around,
): Promise<boolean> {
  const at = work.clock.now();
  const live = links.filter(({ ended }) => ended === null);
  const ids = new Set(
    links.flatMap(({ recordId, itemId }) => [`erp ${recordId}`, `exchange ${itemId}`]),
  );
  try {
    await work.store.settle(work.lease, {
      ...EMPTY_SETTLEMENT,
      links,
      closedIntents: isWhole ? [intent.id] : [],
      healed: feed.since.parked.filter(({ side, id }) => ids.has(`${side} ${id}`)),
      journal: live.map(({ recordId, itemId }) => ({
        ...{ at, event: 'linked', side: 'exchange', recordId, itemId },
        ...{ fields: [], losses: [], detail: 'bornByItself' },
      })),
    });
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'rejected') throw error;
    ledger.park('erp', intent.recordId ?? '', 'rejected', error.message);
    return false;
  }
  for (const { id, recordId, itemId } of live) {
    feed.reserved.delete(id);
    if (!feed.records.has(recordId)) feed.records.set(recordId, { kind: 'ask' });
    if (!feed.items.has(itemId)) feed.items.set(itemId, { kind: 'ask' });
  }
  return true;
}
