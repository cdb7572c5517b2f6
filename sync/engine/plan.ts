import { Untranslatable } from '../../mappings/translation.js';
import type { PairPolicy } from '../ports/pair.js';
import type { Link, LinkEnd, Side } from '../ports/store.js';
import type { Action, Decision, ItemThere, RecordThere } from './decision.js';
import { hasMoved, mergeValues } from './merge.js';
import type { Merged, MergeTerms } from './merge.js';
import type { ItemSight, Observed, RecordSight } from './observe.js';
import type { PairWork, Shapes } from './pair-work.js';
import { whyNotToErp, whyNotToExchange } from './scope.js';
import { judge } from './verdict.js';
import type { WaitingByLink } from './verdict.js';

/**
 * Link, both sides as they are, policy, what an administrator decided → what to do. Pure: the same observation gives the
 * same plan.
 */
export function planActions<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
  waiting: WaitingByLink,
): readonly Action<S>[] {
  return observed.map((one) => {
    const decision = decideOrPark(work, one);
    const again = (other: Observed<S>, mayOverwrite: boolean): Decision<S> =>
      decideOrPark(work, other, mayOverwrite);
    return { observed: one, ...judge(one, decision, waiting, again) };
  });
}

/** Comparing asks what the other side could hold; where it can hold nothing of it, the record waits for a change. */
function decideOrPark<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  mayOverwrite = false,
): Decision<S> {
  try {
    return decide(work, observed, mayOverwrite);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    const { recordId, itemId } = observed.unit;
    return recordId === null
      ? parkOf('exchange', itemId, error.message)
      : parkOf('erp', recordId, error.message);
  }
}

function decide<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  mayOverwrite: boolean,
): Decision<S> {
  const { record, item, unit } = observed;
  if (record.kind === 'unreadable') return parkOf('erp', unit.recordId, record.reason);
  if (item.kind === 'unreadable') return parkOf('exchange', unit.itemId, item.reason);
  if (record.kind === 'unknown' || item.kind === 'unknown') return { kind: 'wait' };
  const { link } = unit;
  if (link === null || observed.isCopy) return decideUnlinked(work, record, item);
  if (observed.isTwin) return decideTwin(work, observed, link);
  return link.ended === null
    ? decideAlive(work, observed, link, mayOverwrite)
    : decideEnded(work, observed, link, link.ended);
}

function parkOf<S extends Shapes>(side: Side, id: string | null, reason: string): Decision<S> {
  return { kind: 'park', side, id: id ?? '', reason };
}

function decideUnlinked<S extends Shapes>(
  work: PairWork<S>,
  record: RecordSight<S>,
  item: ItemSight<S>,
  replaces: Link | null = null,
): Decision<S> {
  const { policy } = work.pair;
  if (record.kind === 'there') {
    const lastDay = work.kind.lastDay(record.shown.value, work.translation);
    const why = whyNotToExchange(policy, { changedAt: record.seen.changedAt, lastDay });
    return why === null ? { kind: 'createInExchange', record, replaces } : { kind: 'ignore', why };
  }
  if (item.kind === 'there') {
    const lastDay = work.kind.lastDay(item.shown.value, work.translation);
    const changedAt = work.kind.itemFacts(item.seen.item).lastModified;
    const why = whyNotToErp(policy, { changedAt, lastDay });
    return why === null ? { kind: 'createInErp', item, replaces } : { kind: 'ignore', why };
  }
  return { kind: 'rest' };
}

/** Our own second item, from a try that landed late: gone again if nobody touched it, else it is somebody's now. */
function decideTwin<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
): Decision<S> {
  const { item, record } = observed;
  if (item.kind !== 'there') return { kind: 'rest' };
  const terms = termsOf(work.pair.policy, observed, link);
  const isTouched = hasMoved(work.kind, 'exchange', item.shown.base, { ...terms, open: [] });
  return isTouched ? decideUnlinked(work, record, item) : { kind: 'removeTwin', link, item };
}

/**
 * An alive link.
 *
 *                      item there              item deleted           item elsewhere, private   item nowhere
 *   record there       merge                   delete, or make anew   end: itemLeftScope        hold
 *   record removed     delete, or make anew    end: deleted           end: deleted              end: deleted
 *   record filtered    end: recordLeftScope    end: recordLeftScope   end: recordLeftScope      end: recordLeftScope
 *   record nowhere     hold                    hold                   hold                      hold
 *
 * "Make anew": deleted here, changed there – the change wins, and nothing is lost.
 */
function decideAlive<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  mayOverwrite: boolean,
): Decision<S> {
  const { record, item } = observed;
  switch (record.kind) {
    case 'there':
      return decideRecordThere(work, observed, link, { record, mayOverwrite });
    case 'removed':
      return item.kind === 'there'
        ? decideRecordRemoved(work, observed, link, item)
        : { kind: 'endLink', link, why: 'deletedEverywhere' };
    case 'outOfScope':
      return { kind: 'endLink', link, why: 'recordLeftScope' };
    case 'missing':
      return { kind: 'hold', link, side: 'exchange', reason: 'recordMissing' };
    case 'none':
    case 'unreadable':
    case 'unknown':
      return { kind: 'wait' };
  }
}

function decideRecordThere<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  { record, mayOverwrite }: { readonly record: RecordThere<S>; readonly mayOverwrite: boolean },
): Decision<S> {
  const { item } = observed;
  switch (item.kind) {
    case 'there':
      return decideBothThere(work, observed, link, { record, item, mayOverwrite });
    case 'deleted':
      return decideItemDeleted(work, observed, link, record);
    case 'elsewhere':
    case 'outOfScope':
      return { kind: 'endLink', link, why: 'itemLeftScope' };
    case 'missing':
      return { kind: 'hold', link, side: 'erp', reason: 'itemMissing' };
    case 'none':
    case 'unreadable':
    case 'unknown':
      return { kind: 'wait' };
  }
}

/**
 * An upgrade or a setting may have changed the form of the fingerprints: then everything looks moved on both sides, and
 * letting a rule decide would overwrite one side everywhere. What is equal is remembered in the new form; where one side
 * still shows what it showed, the other one's edit is plain; the rest waits for somebody who says that the rule of
 * conflicts may decide (rule 7).
 */
function decideBothThere<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  {
    record,
    item,
    mayOverwrite,
  }: {
    readonly record: RecordThere<S>;
    readonly item: ItemThere<S>;
    readonly mayOverwrite: boolean;
  },
): Decision<S> {
  const merged = mergeOf(work, observed, link, record, item);
  const isOldForm = link.form !== work.kind.form(work.translation);
  if (isOldForm && merged.conflicts.length > 0 && !mayOverwrite) {
    return { kind: 'hold', link, side: 'exchange', reason: 'formChanged' };
  }
  return { kind: 'merge', link, record, item, merged };
}

function mergeOf<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  record: RecordThere<S>,
  item: ItemThere<S>,
): Merged<S['value']> {
  const sides = { erp: record.shown, exchange: item.shown };
  const lastModified = work.kind.itemFacts(item.seen.item).lastModified;
  const newer = newerSide(record.seen.changedAt, lastModified);
  return mergeValues(work.kind, work.translation, sides, {
    ...termsOf(work.pair.policy, observed, link),
    newer,
  });
}

function termsOf<S extends Shapes>(
  policy: PairPolicy,
  observed: Observed<S>,
  link: Link,
): MergeTerms {
  const { open } = observed.unit;
  const landed = observed.unit.landedVersion;
  return {
    bases: link.bases,
    direction: policy.direction,
    conflict: policy.conflict,
    newer: 'erp',
    open,
    erpIsOurs:
      landed !== null &&
      observed.record.kind === 'there' &&
      observed.record.seen.version === landed,
  };
}

const SURE_MS = 120_000;

/** Within two minutes, or where a side does not say: `erp` (rule 16). */
function newerSide(erp: string, exchange: string | null): Side {
  if (exchange === null) return 'erp';
  return Date.parse(exchange) - Date.parse(erp) > SURE_MS ? 'exchange' : 'erp';
}

function decideItemDeleted<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  record: RecordThere<S>,
): Decision<S> {
  const { policy } = work.pair;
  const moved = hasMoved(work.kind, 'erp', record.shown.base, termsOf(policy, observed, link));
  if (moved) return { kind: 'createInExchange', record, replaces: link };
  const mayTravel = policy.direction === 'both' || policy.direction === 'toErp';
  if (mayTravel && policy.deleteInErp && policy.rights.delete) {
    return { kind: 'removeFromErp', link, record };
  }
  return { kind: 'endLink', link, why: 'itemDeletedRecordKept' };
}

function decideRecordRemoved<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  item: ItemThere<S>,
): Decision<S> {
  const { policy } = work.pair;
  const moved = hasMoved(work.kind, 'exchange', item.shown.base, termsOf(policy, observed, link));
  if (moved && policy.rights.create) return { kind: 'createInErp', item, replaces: link };
  const mayTravel = policy.direction === 'both' || policy.direction === 'toExchange';
  if (mayTravel && policy.deleteInExchange) return { kind: 'removeFromExchange', link, item };
  return { kind: 'endLink', link, why: 'recordDeletedItemKept' };
}

/**
 * A link that ended. What was kept on one side on purpose is not revived by an edit (rule 22); what left the scope
 * comes back when it returns; a person who restores a deleted item means it (scenario 27).
 */
function decideEnded<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
  ended: LinkEnd,
): Decision<S> {
  const { record, item } = observed;
  // the id lives on in another record, and that one is new (rule 14)
  if (record.kind === 'there' && record.seen.birth !== link.recordBirth) {
    return decideUnlinked(work, record, { kind: 'none' });
  }
  const isRestored = item.kind === 'there' && item.seen.ref.id !== link.itemId;
  switch (ended) {
    case 'deletedEverywhere':
      return decideUnlinked(
        work,
        record,
        isRestored || record.kind === 'there' ? item : { kind: 'none' },
      );
    case 'recordDeletedItemKept':
      return { kind: 'rest' };
    case 'itemDeletedRecordKept':
      return isRestored ? revive(work, observed, link) : { kind: 'rest' };
    case 'recordLeftScope':
    case 'itemLeftScope':
      if (record.kind === 'there' && item.kind === 'there') return revive(work, observed, link);
      return { kind: 'rest' };
  }
}

function revive<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
): Decision<S> {
  const { record, item } = observed;
  if (record.kind !== 'there' || item.kind !== 'there') return { kind: 'rest' };
  return { kind: 'merge', link, record, item, merged: mergeOf(work, observed, link, record, item) };
}
