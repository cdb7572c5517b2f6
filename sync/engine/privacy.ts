import { keysOf } from '../../mappings/keys.js';
import type { Canonical } from '../../mappings/kind.js';
import type { Base, Bases, Link } from '../ports/store.js';
import type { Decision } from './decision.js';
import { baseOf } from './fingerprint.js';
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
 * What both sides count as having shown when something comes back that was private on one of them; the true bases are gone
 * (rule 20). A side that nobody has touched since shows what both had agreed on, so what was edited on the other one
 * meanwhile goes there. Else what was emptied in the ERP comes from the mailbox again, and of the rest nothing is known.
 * Neither side takes the other's privacy away.
 */
export function basesAfterPrivacy<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): Bases {
  const { contents } = work.kind;
  if (contents === undefined || !wasPrivate(link)) return link.bases;
  const [isRecordPrivate, isItemPrivate] = [record, item].map(({ shown }) =>
    work.kind.isPrivate(shown.value),
  );
  const [inErp, inExchange] = [isItemPrivate === true, isRecordPrivate === true];
  const known = agreedOn(work, link, { record, item }) ?? {
    erp: onlyEmptied(work, link, { record, item }),
    exchange: {},
  };
  return {
    erp: withOrWithout(known.erp, contents.privacy, inErp ? record.shown.base : {}),
    exchange: withOrWithout(known.exchange, contents.privacy, inExchange ? item.shown.base : {}),
  };
}

/** What a private record has left of the bases of a link does not tell from what a filter has: it is nothing. */
function wasPrivate({ ended, bases }: Link): boolean {
  const isEmpty = keysOf(bases.erp).length + keysOf(bases.exchange).length === 0;
  return ended === 'itemBecamePrivate' || (ended === 'recordLeftScope' && isEmpty);
}

/**
 * What the side shows that nobody has touched, and what the other one showed of it, as far as it can hold it; null = both were
 * touched. No version of the ERP comes twice (db/erp/contract.sql); one of Exchange's that changes by itself tells less.
 */
function agreedOn<S extends Shapes>(
  { kind, translation, fingerprinter }: PairWork<S>,
  { id, recordVersion, itemVersion }: Link,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): Bases | null {
  if (recordVersion !== '' && recordVersion === record.seen.version) {
    const inExchange = kind.canonical(kind.asExchangeHolds(record.shown.value, translation));
    const exchange = baseOf(fingerprinter, id, inExchange, record.shown);
    return { erp: record.shown.base, exchange };
  }
  if (itemVersion === '' || itemVersion !== item.seen.ref.version) return null;
  const inErp = kind.canonical(kind.asErpHolds(item.shown.value, translation));
  return { erp: baseOf(fingerprinter, id, inErp, item.shown), exchange: item.shown.base };
}

function onlyEmptied<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): Base {
  const isEmptied = (field: string): boolean =>
    link.origin === 'exchange' && wasEmptied(work, { record, item }, field);
  return only(record.shown.base, keysOf(work.kind.rules).filter(isEmptied));
}

function withOrWithout(base: Base, field: string, from: Base): Base {
  const others = Object.entries(base).filter(([name]) => name !== field);
  return Object.fromEntries([...others, ...Object.entries(only(from, [field]))]);
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
