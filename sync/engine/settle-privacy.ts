import type { Outcome } from './apply.js';
import type { Ledger } from './ledger.js';
import type { Link } from '../ports/store.js';
import type { Shapes } from './pair-work.js';
import { fail } from './settle-failure.js';
import type { RecordThere } from './sights.js';
import type { DecisionOf } from './step.js';

/** The record is empty: the link ends, and of it only ids are remembered (rule 20). Until then it lives, and is tried again. */
export function settlePrivacy<S extends Shapes>(
  { step, erp }: Outcome<S>,
  { link, record }: DecisionOf<S, 'turnPrivate'>,
  ledger: Ledger,
): void {
  if (step.erp !== null && erp?.ok !== true) {
    return fail(erp, step, { side: 'exchange', id: link.itemId, isCreate: false }, ledger);
  }
  ledger.link({
    ...link,
    ended: 'itemBecamePrivate',
    recordVersion: isOnlyOurs(step, link, record) ? versionAfter(erp, record) : '',
    bases: { erp: {}, exchange: {} },
    unrest: undefined,
  });
  ledger.close(link.id, step);
  ledger.purge(link.id);
  if (step.erp !== null) ledger.wrote('updated', 'erp', step, link.recordId, link.itemId);
  ledger.unlinked(link, 'itemBecamePrivate');
}

/** Nobody else has touched it since both sides last agreed: what it shows tells what that was. */
function isOnlyOurs<S extends Shapes>(
  { action }: Outcome<S>['step'],
  { recordVersion }: Link,
  { seen }: RecordThere<S>,
): boolean {
  const { landedVersion } = action.observed.unit;
  return seen.version === recordVersion || seen.version === landedVersion;
}

function versionAfter<S extends Shapes>(erp: Outcome<S>['erp'], { seen }: RecordThere<S>): string {
  return erp?.ok === true && erp.value !== null ? erp.value.version : seen.version;
}
