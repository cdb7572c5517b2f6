import type { Bases } from '../../ports/store.js';
import { isGuest } from '../colleagues/absences.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Observed } from '../sights.js';

/**
 * What a mailbox has answered before its copy was linked is nowhere else. Neither is the answer of whoever owned the record: an
 * owner is none of its participants. Both count as moved once the record has a place for them. Not where the ERP has shown an
 * answer of theirs before: what people make of that there is theirs.
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
