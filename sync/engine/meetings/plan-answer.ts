import type { FieldRule } from '../../../mappings/field-rules.js';
import type { Link } from '../../ports/store.js';
import type { Decision } from '../decision.js';
import type { ItemThere, Observed, RecordThere } from '../sights.js';
import { isCalledOff, ownsRecord } from './meeting.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { hasMoved } from '../has-moved.js';
import { termsOf } from '../terms/terms.js';
import { EVERYWHERE, mayReach, waysOf } from '../terms/travel.js';
import { travelFor } from '../terms/travel-for.js';

/**
 * A copy that was declined is out of this mailbox, and does not come back: the colleague's record shows the answer and
 * stays. null = it was deleted in another way, or the record is the employee's own.
 */
export function decideDeclined<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  record: RecordThere<S>,
): Decision<S> | null {
  const { meetings, rules } = work.kind;
  if (!observed.hasDeclined || meetings === undefined || ownsRecord(work, { record })) return null;
  const replies = new Map<string, FieldRule>(Object.entries(rules)).get(meetings.replies);
  const travel = travelFor(work, observed, link);
  const mayTell = replies !== undefined && waysOf(meetings.replies, replies, travel).toErp;
  const value = mayTell ? meetings.declined(record.shown.value, work.translation) : null;
  if (value === null) return { kind: 'endLink', link, why: 'itemDeletedRecordKept' };
  return { kind: 'declineInErp', link, record, value };
}

/**
 * Called off by its organiser: like a deletion of the employee's own record, which stays where somebody has changed it in the
 * ERP since. null = it is not.
 */
export function decideCalledOff<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): Decision<S> | null {
  if (!isCalledOff(work, { record, item })) return null;
  const travel = travelFor(work, observed, link);
  const mayTravel = mayReach('erp', travel) && travel.rights.delete;
  if (!mayTravel || !work.pair.policy.deleteInErp) return null;
  const terms = { ...termsOf(work, observed, link), travel: EVERYWHERE };
  if (hasMoved(work.kind, 'erp', record.shown.base, terms))
    return { kind: 'endLink', link, why: 'itemDeletedRecordKept' };
  return { kind: 'removeFromErp', link, record, isCalledOff: true };
}
