import { keysOf } from '../../../mappings/keys.js';
import type { RecordSeen } from '../../ports/erp.js';
import type { Base, Fingerprint, Link } from '../../ports/store.js';
import type { Observed, RecordThere } from '../sights.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { waysOf } from '../terms/travel.js';
import { travelFor } from '../terms/travel-for.js';
import { isBaseUnknown } from '../terms/unknown-base.js';

/** What stands in the base of the ERP's side for an occurrence that is there, and not for this employee. */
const NOT_THERE = 'deleted by this participant';

/**
 * Somebody who takes part in a colleague's series deletes one occurrence (rule 9): a tombstone on her link only. The record
 * keeps the occurrence, the others' copies do too, and it is not put back into her mailbox, whatever becomes of it and of
 * the series. To the plan, the record is shown to her without it; `presentAgain` takes that back before it is written.
 */
export function withAbsences<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
): Observed<S> {
  const { absences } = work.kind;
  const { unit, record } = observed;
  if (absences === undefined || unit.link === null || record.kind !== 'there') return observed;
  if (unit.link.ended !== null && !mayReturn(observed, unit.link, record)) return observed;
  const known = knownDays(work, observed, unit.link.bases.erp);
  const added = newDays(work, observed).filter((day) => !known.includes(day));
  const { field } = absences;
  const actual = record.shown.value;
  const value = [...known, ...added].reduce<S['value']>(
    (all, day) => absences.without(all, day),
    actual,
  );
  const canonical = work.kind.canonical(value);
  const days = [...known, ...added].filter((day) => isDeleted(work, canonical, day));
  if (days.length === 0) return observed;
  const shown = {
    value,
    canonical,
    get base() {
      return baseWithout(work, observed.linkId, record.shown.base, days);
    },
  };
  return {
    ...observed,
    record: { ...record, shown },
    absences: { field, days, added: added.filter((day) => days.includes(day)), actual },
  };
}

/** What lay aside, or was deleted, and is there again is connected as it was: a day that she misses is missed still. */
function mayReturn<S extends Shapes>(
  { item }: Observed<S>,
  { recordBirth }: Link,
  { seen }: RecordThere<S>,
): boolean {
  return item.kind === 'there' && seen.birth === recordBirth;
}

/** Remembered ones that the record has. One that the mailbox shows again was put back by its owner. */
function knownDays<S extends Shapes>(
  work: PairWork<S>,
  { unit: { open }, record, item, linkId }: Observed<S>,
  base: Base,
): readonly string[] {
  const { absences } = work.kind;
  const elements = absences === undefined ? undefined : base[absences.field];
  if (typeof elements !== 'object' || record.kind !== 'there') return [];
  // a pattern that was written and not followed by its exceptions has brought them all back
  const isRewritten = open.some(
    ({ side, rewritesSeries }) => side === 'exchange' && rewritesSeries,
  );
  return Object.keys(elements).filter((day) => {
    if (elements[day] !== markOf(work, linkId, day)) return false;
    if (isDeleted(work, record.shown.canonical, day)) return false;
    return item.kind !== 'there' || isRewritten || isDeleted(work, item.shown.canonical, day);
  });
}

/** Deleted in the mailbox of somebody who is not the owner, since both last agreed, and not in the record. */
function newDays<S extends Shapes>(work: PairWork<S>, observed: Observed<S>): readonly string[] {
  const { absences, rules } = work.kind;
  const { unit, record, item, linkId } = observed;
  if (absences === undefined || unit.link === null || isBaseUnknown(unit.link)) return [];
  if (record.kind !== 'there' || item.kind !== 'there' || !isGuest(work, record.seen)) return [];
  const { field } = absences;
  const travel = travelFor(work, observed, unit.link);
  const shown = item.shown.canonical[field];
  const key = keysOf(rules).find((one) => one === field);
  if (typeof shown !== 'object' || key === undefined) return [];
  if (!waysOf(field, rules[key], travel).toErp) return [];
  const before = unit.link.bases.exchange[field];
  return Object.keys(shown).filter((day) => {
    if (shown[day] !== absences.deleted || isDeleted(work, record.shown.canonical, day))
      return false;
    const then = typeof before === 'object' ? before[day] : undefined;
    return then !== work.fingerprinter.of(linkId, `${field}/${day}`, absences.deleted);
  });
}

/** Whether the record is a colleague's, and the employee only takes part in it. */
export function isGuest<S extends Shapes>(
  { kind, pair }: PairWork<S>,
  { record, employees }: RecordSeen<S['record']>,
): boolean {
  return employees.length > 1 && kind.recordFacts(record).ownerId !== pair.employeeId;
}

function isDeleted<S extends Shapes>(
  { kind: { absences } }: PairWork<S>,
  canonical: ReturnType<PairWork<S>['kind']['canonical']>,
  day: string,
): boolean {
  const shown = absences === undefined ? undefined : canonical[absences.field];
  return typeof shown === 'object' && shown[day] === absences?.deleted;
}

function markOf<S extends Shapes>(work: PairWork<S>, linkId: string, day: string): Fingerprint {
  return work.fingerprinter.of(linkId, `${work.kind.absences?.field ?? ''}/${day}`, NOT_THERE);
}

/** The base of what the ERP shows, with the tombstones in it. */
export function baseWithout<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  base: Base,
  days: readonly string[],
): Base {
  const field = work.kind.absences?.field;
  if (field === undefined || days.length === 0) return base;
  const elements = base[field];
  const marks = Object.fromEntries(days.map((day) => [day, markOf(work, linkId, day)]));
  return { ...base, [field]: { ...(typeof elements === 'object' ? elements : {}), ...marks } };
}

/** A value for the ERP with the occurrences that only this employee does not have. */
export function presentAgain<S extends Shapes>(
  work: PairWork<S>,
  { absences }: Observed<S>,
  value: S['value'],
): S['value'] {
  if (absences === undefined) return value;
  const { field, days, actual } = absences;
  const key = keysOf(work.kind.rules).find((one) => one === field);
  if (key === undefined) return value;
  return days.reduce<S['value']>((all, day) => work.kind.withElement(all, key, day, actual), value);
}
