import type { Bases, Link, LinkEnd, Side } from '../ports/store.js';
import { withCarriedToErp, withCarriedToItem, withMade } from './carried-over.js';
import type { Decision } from './decision.js';
import type { ItemThere, Observed, RecordThere } from './sights.js';
import { isGuest } from './colleagues/absences.js';
import { hasMoved } from './has-moved.js';
import type { PairWork, Shapes } from './pair-work.js';
import { decideDeclined } from './meetings/plan-answer.js';
import { termsOf } from './terms/terms.js';
import { mayReach } from './terms/travel.js';
import { isPast } from './terms/window.js';

/** Deleted once more after so many times, it stays deleted (rule 22). */
const MOST_PUT_BACKS = 3;

function kept(link: Link, why: LinkEnd) {
  return { kind: 'endLink', link, why } as const;
}

/** The item was deleted, the record is there. */
export function decideItemDeleted<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  record: RecordThere<S>,
): Decision<S> {
  const { policy } = work.pair;
  // what lies behind the window is nobody's business here: an archive that is emptied deletes nothing
  if (isPast(work, record.shown.value)) return kept(link, 'itemDeletedRecordKept');
  const declined = decideDeclined(work, observed, link, record);
  if (declined !== null) return declined;
  const terms = termsOf(work, observed, link);
  const { travel } = terms;
  const mayTravel = mayReach('erp', travel) && travel.rights.delete;
  // nothing is lost where only a guest goes: that a colleague has changed it meanwhile does not bring it back (rule 9)
  const isOnlyGuest = isGuest(work, record.seen) && mayTravel && policy.deleteInErp;
  const last = observed.item.kind === 'deleted' ? (observed.item.last ?? null) : null;
  const bases = withCarriedToItem(observed.unit, terms.bases, { shown: record.shown.base, last });
  const moved =
    !isAsBroughtOver(link, record) &&
    hasMoved(work.kind, 'erp', record.shown.base, { ...terms, bases });
  if (moved && !isOnlyGuest) return { kind: 'createInExchange', record, replaces: link };
  if (mayTravel && policy.deleteInErp) return { kind: 'removeFromErp', link, record };
  if (mayTravel || !travel.enforce || !mayReach('exchange', travel)) {
    return { kind: 'endLink', link, why: 'itemDeletedRecordKept' };
  }
  return observed.putBacks < MOST_PUT_BACKS
    ? { kind: 'createInExchange', record, replaces: link, isPutBack: true }
    : { kind: 'endLink', link, why: 'itemDeletedAgain' };
}

/** The item was made of it, whether or not all of its occurrences and attendees were brought over, and nobody changed it since. */
function isAsBroughtOver<S extends Shapes>(link: Link, { seen }: RecordThere<S>): boolean {
  return link.itemVersion === '' && link.recordVersion === seen.version;
}

/** The record was deleted, or the employee taken out of it; the item is there. */
export function decideRecordRemoved<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  item: ItemThere<S>,
): Decision<S> {
  const { policy } = work.pair;
  if (isPast(work, item.shown.value)) return kept(link, 'recordDeletedItemKept');
  // both sides had it deleted, and what lies there now was taken back: the unit of that item decides about it
  if (wasRestored(observed, item, 'erp')) return kept(link, 'deletedEverywhere');
  const terms = termsOf(work, observed, link);
  const { travel } = terms;
  const isRestored = wasRestored(observed, item, 'exchange');
  const { base } = item.shown;
  const bases = withCarriedToErp(observed.unit, terms.bases, base);
  const known = { ...terms, bases: asPlanned(observed, withMade(observed.unit, bases, base)) };
  const moved = isRestored || hasMoved(work.kind, 'exchange', base, known);
  const mayBeMade = mayReach('erp', travel) && travel.rights.create;
  if (moved && mayBeMade) return { kind: 'createInErp', item, replaces: link };
  // whoever took it back means it, and what may not travel is theirs alone from now on
  if (isRestored) return kept(link, 'recordDeletedItemKept');
  const mayTravel = mayReach('exchange', travel);
  if (mayTravel && policy.deleteInExchange) return { kind: 'removeFromExchange', link, item };
  if (mayTravel || !travel.enforce || !mayBeMade)
    return { kind: 'endLink', link, why: 'recordDeletedItemKept' };
  return observed.putBacks < MOST_PUT_BACKS
    ? { kind: 'createInErp', item, replaces: link, isPutBack: true }
    : { kind: 'endLink', link, why: 'recordDeletedAgain' };
}

/** Once its deletion was planned, the item counts as it was then: what it showed has been looked at, and did not keep it. */
function asPlanned<S extends Shapes>({ unit }: Observed<S>, bases: Bases): Bases {
  const planned = unit.open.findLast(({ side, what }) => side === 'exchange' && what === 'remove');
  return planned?.target ? { ...bases, exchange: planned.target.exchange } : bases;
}

/**
 * Our deletion was promised for an item of another id: it was done, and somebody has taken the item back since. With the
 * same id it was not done yet, and is repeated (rule 11). A deletion in the ERP was promised because the item was deleted.
 */
function wasRestored<S extends Shapes>(
  { unit }: Observed<S>,
  item: ItemThere<S>,
  where: Side,
): boolean {
  const { id } = item.seen.ref;
  const removals = unit.open.filter(({ side, what }) => side === where && what === 'remove');
  return removals.length > 0 && removals.every(({ itemId }) => itemId !== id);
}
