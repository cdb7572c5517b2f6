import type { Outcome } from '../apply.js';
import type { Ledger } from '../ledger.js';
import type { Shapes } from '../pair-work.js';
import { fail } from '../settle-failure.js';
import type { DecisionOf } from '../step.js';

/** The answer is in the record, and the item is out of the mailbox for good. */
export function settleDecline<S extends Shapes>(
  { step, erp }: Outcome<S>,
  { link }: DecisionOf<S, 'declineInErp'>,
  ledger: Ledger,
): void {
  if (step.erp !== null && erp?.ok !== true) {
    const from = { side: 'exchange' as const, id: link.itemId, isCreate: false };
    return fail(erp, step, from, ledger);
  }
  ledger.link({ ...link, ended: 'itemDeletedRecordKept' });
  ledger.close(link.id, step);
  if (step.erp !== null) {
    ledger.wrote('updated', 'erp', step, link.recordId, link.itemId, ['replies']);
  }
  ledger.unlinked(link, 'itemDeletedRecordKept');
}
