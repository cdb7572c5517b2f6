import type { Action } from './decision.js';
import type { PairWork, Shapes } from './pair-work.js';
import { levelsOf } from './pairing/sameness.js';

/**
 * Takes down what is linked and not the same, and will not be made the same by this cycle: because it is held, or because
 * nobody has moved it since both last agreed (an ERP that was changed past its triggers, scenario 22).
 */
export function noteDiffering<S extends Shapes>(
  work: PairWork<S>,
  actions: readonly Action<S>[],
): void {
  for (const { observed, decision } of actions) {
    const { record, item } = observed;
    if (record.kind !== 'there' || item.kind !== 'there') continue;
    const ids = { recordId: record.seen.id, itemId: item.seen.ref.id };
    if (decision.kind === 'hold') {
      work.anew?.differing.push({ ...ids, reason: decision.reason });
    } else if (isAtRest(decision) && !isSame(work, record.shown.value, item.shown.value)) {
      work.anew?.differing.push({ ...ids, reason: null });
    }
  }
}

function isAtRest<S extends Shapes>(decision: Action<S>['decision']): boolean {
  if (decision.kind !== 'merge') return decision.kind === 'rest';
  const { toErp, toExchange } = decision.merged;
  return toErp.length + toExchange.length === 0;
}

/** Both as what both sides can hold: what the ERP clips is no difference. */
function isSame<S extends Shapes>(
  work: PairWork<S>,
  erp: S['value'],
  exchange: S['value'],
): boolean {
  const [a] = levelsOf(work, erp);
  const [b] = levelsOf(work, exchange);
  return a !== undefined && a === b;
}
