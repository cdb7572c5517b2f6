import { keysOf } from '../../mappings/keys.js';
import type { Canonical } from '../../mappings/kind.js';
import type { Base, Bases, Link } from '../ports/store.js';
import type { Decision } from './decision.js';
import type { ItemThere, Observed, RecordThere } from './sights.js';
import type { PairWork, Shapes } from './pair-work.js';

/**
 * A linked item is not looked at any more. Where it turned private, what came from it does not stay in the ERP: its time
 * does, and the link is remembered (feature C16). What the ERP had first is the ERP's, and is only unlinked; so is what
 * nobody knows the origin of, because a text that is emptied does not come back.
 */
export function decideItemFiltered<S extends Shapes>(
  work: PairWork<S>,
  { item }: Pick<Observed<S>, 'item'>,
  link: Link,
  record: RecordThere<S>,
): Decision<S> {
  if (item.kind !== 'outOfScope' || item.why !== 'private') {
    return { kind: 'endLink', link, why: 'itemLeftScope' };
  }
  const { contents } = work.kind;
  const { ownerId, isProtected } = work.kind.recordFacts(record.seen.record);
  const isTheirs = ownerId === work.pair.employeeId && !isProtected;
  if (contents === undefined || link.origin !== 'exchange' || !isTheirs) {
    return { kind: 'endLink', link, why: 'itemBecamePrivate' };
  }
  const bare = contents.withoutContent(record.shown.value, work.translation);
  return { kind: 'turnPrivate', link, record, value: withPeopleOfErp(work, link, record, bare) };
}

/**
 * Whether it is left out, told before anything else is looked at: neither what it is about nor whether it can be read at all
 * may decide what becomes of it.
 */
export function isLeftOutUnread<S extends Shapes>(
  { pair }: PairWork<S>,
  { isPrivate }: { readonly isPrivate: boolean },
): boolean {
  return pair.policy.leavePrivateOut && isPrivate;
}

/** Whom the ERP alone has named goes on to take part: the mailbox never told of them, and their copies stay. */
function withPeopleOfErp<S extends Shapes>(
  { kind }: PairWork<S>,
  { bases }: Link,
  { shown }: RecordThere<S>,
  bare: S['value'],
): S['value'] {
  const field = keysOf(kind.rules).find((name) => name === kind.meetings?.attendees);
  const there = field === undefined ? undefined : shown.canonical[field];
  if (field === undefined || typeof there !== 'object') return bare;
  const told = bases.exchange[field];
  const own = Object.keys(there).filter((one) => typeof told !== 'object' || !(one in told));
  return own.reduce((value, one) => kind.withElement(value, field, one, shown.value), bare);
}

/**
 * What both sides count as having shown when an item comes back that was private; the true bases are gone (rule 20). What
 * was emptied in the ERP then comes from the mailbox again, and neither side takes the other's privacy away.
 */
export function basesAfterPrivacy<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): Bases {
  const { contents } = work.kind;
  if (contents === undefined || link.ended !== 'itemBecamePrivate') return link.bases;
  const isEmptied = (field: string): boolean =>
    link.origin === 'exchange' && wasEmptied(work, { record, item }, field);
  const emptied = keysOf(work.kind.rules).filter(isEmptied);
  const [isRecordPrivate, isItemPrivate] = [record, item].map(({ shown }) =>
    work.kind.isPrivate(shown.value),
  );
  const erp = isItemPrivate === true ? [...emptied, contents.privacy] : emptied;
  const exchange = isRecordPrivate === true ? [contents.privacy] : [];
  return { erp: only(record.shown.base, erp), exchange: only(item.shown.base, exchange) };
}

/** The record shows what is left of one, and the item more than that. */
function wasEmptied<S extends Shapes>(
  work: PairWork<S>,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
  field: string,
): boolean {
  const isBare = ({ value, canonical }: { value: S['value']; canonical: Canonical }): boolean => {
    const bare = work.kind.contents?.withoutContent(value, work.translation);
    if (bare === undefined) return false;
    return JSON.stringify(work.kind.canonical(bare)[field]) === JSON.stringify(canonical[field]);
  };
  return isBare(record.shown) && !isBare(item.shown);
}

function only(base: Base, fields: readonly string[]): Base {
  return Object.fromEntries(Object.entries(base).filter(([field]) => fields.includes(field)));
}
