import type { Bases } from '../../ports/store.js';
import { isGuest } from '../colleagues/absences.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Observed } from '../sights.js';

/**
 * Whoever owns a record is none of its participants, and their answer has no place in it. Once somebody else owns it, it has: then
 * what their mailbox has answered long ago counts as moved. Not where the ERP has shown an answer of theirs before: what people
 * make of that there is theirs.
 */
export function withOwnAnswer<S extends Shapes>(
  work: PairWork<S>,
  { record, item }: Pick<Observed<S>, 'record' | 'item'>,
  bases: Bases,
): Bases {
  const field = work.kind.meetings?.replies ?? '';
  const own = work.translation.meetings?.address ?? '';
  const [erp, exchange] = [bases.erp[field], bases.exchange[field]];
  if (typeof exchange !== 'object' || exchange[own] === undefined) return bases;
  if (typeof erp === 'object' && erp[own] !== undefined) return bases;
  if (record.kind !== 'there' || item.kind !== 'there' || !isGuest(work, record.seen)) return bases;
  const shown = record.shown.base[field];
  if (typeof shown === 'object' && shown[own] !== undefined) return bases;
  const others = Object.entries(exchange).filter(([address]) => address !== own);
  return { ...bases, exchange: { ...bases.exchange, [field]: Object.fromEntries(others) } };
}
