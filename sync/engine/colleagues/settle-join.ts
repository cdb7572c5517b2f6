import type { Outcome } from '../apply.js';
import type { Ledger } from '../ledger.js';
import type { Shapes } from '../pair-work.js';
import { fail } from '../settle-failure.js';
import type { DecisionOf } from '../step.js';

/** An employee takes part in a record now; the next cycle sees it, and links it with the item. */
export function settleJoin<S extends Shapes>(
  { step, erp }: Outcome<S>,
  { item, join }: DecisionOf<S, 'joinRecord'>,
  ledger: Ledger,
): void {
  const { id } = item.seen.ref;
  if (erp?.ok !== true || erp.value === null) {
    return fail(erp, step, { side: 'exchange', id, isCreate: false }, ledger);
  }
  ledger.owe('exchange', id);
  ledger.wrote('updated', 'erp', step, join.id, id, ['participants']);
}
