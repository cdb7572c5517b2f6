import type { Outcome } from './apply.js';
import type { Ledger } from './ledger.js';
import type { Shapes } from './pair-work.js';
import { fail } from './settle-failure.js';
import type { DecisionOf } from './step.js';

/** The record is empty: the link ends, and of it only ids are remembered (rule 20). Until then it lives, and is tried again. */
export function settlePrivacy<S extends Shapes>(
  { step, erp }: Outcome<S>,
  { link }: DecisionOf<S, 'turnPrivate'>,
  ledger: Ledger,
): void {
  if (step.erp !== null && erp?.ok !== true) {
    return fail(erp, step, { side: 'exchange', id: link.itemId, isCreate: false }, ledger);
  }
  ledger.link({
    ...link,
    ended: 'itemBecamePrivate',
    bases: { erp: {}, exchange: {} },
    unrest: undefined,
  });
  ledger.close(link.id, step);
  ledger.purge(link.id);
  if (step.erp !== null) ledger.wrote('updated', 'erp', step, link.recordId, link.itemId);
  ledger.unlinked(link, 'itemBecamePrivate');
}
