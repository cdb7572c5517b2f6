import type { PairPolicy } from '../ports/pair.js';
import type { Instant, PlainDate } from '../../mappings/values.js';

/** Why something that is not linked stays on its own side. The words are those of `abgleich why`. */
export type OutOfScope =
  | 'direction' // the pair does not travel this way
  | 'rights' // the employee may not create in the ERP
  | 'beforeSyncStart'; // not changed since the start, and not part of the stock

/** Whether a record without a link is brought to the mailbox; null = yes (features B5, C8, C9). */
export function whyNotToExchange(
  policy: PairPolicy,
  facts: { readonly changedAt: Instant; readonly lastDay: PlainDate | null },
): OutOfScope | null {
  if (policy.direction !== 'both' && policy.direction !== 'toExchange') return 'direction';
  return isStockOrNew(policy, facts) ? null : 'beforeSyncStart';
}

/** Whether an item without a link is brought to the ERP; null = yes (features B5, B11, C8, C9). */
export function whyNotToErp(
  policy: PairPolicy,
  facts: { readonly changedAt: Instant | null; readonly lastDay: PlainDate | null },
): OutOfScope | null {
  if (policy.direction !== 'both' && policy.direction !== 'toErp') return 'direction';
  if (!policy.rights.create) return 'rights';
  return isStockOrNew(policy, facts) ? null : 'beforeSyncStart';
}

/** A side that does not say when it changed is taken as changed now: leaving it out would lose it. */
function isStockOrNew(
  policy: PairPolicy,
  facts: { readonly changedAt: Instant | null; readonly lastDay: PlainDate | null },
): boolean {
  if (facts.changedAt === null || facts.changedAt >= policy.syncStart) return true;
  if (policy.stockFrom === null) return false;
  return facts.lastDay === null || facts.lastDay >= policy.stockFrom;
}
