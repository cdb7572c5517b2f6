import { Untranslatable } from '../../mappings/translation.js';
import type { Link, LinkEnd, Side } from '../ports/store.js';
import { decideByBase } from './decide-by-base.js';
import type { Action, Decision } from './decision.js';
import type { ItemSight, ItemThere, Observed, RecordSight, RecordThere } from './sights.js';
import { mergeValues } from './merge.js';
import { hasMoved } from './has-moved.js';
import type { Merged } from './merge.js';
import { newerSide } from './terms/newer.js';
import { whyNoNewMeeting } from './meetings/meeting.js';
import type { PairWork, Shapes } from './pair-work.js';
import { decideCalledOff } from './meetings/plan-answer.js';
import { decideShared } from './colleagues/plan-join.js';
import { decideItemDeleted, decideRecordRemoved } from './plan-deleted.js';
import { basesAfterPrivacy, decideItemFiltered } from './privacy.js';
import { ignored, scopeFacts, whyNotToErp, whyNotToExchange } from './terms/scope.js';
import { termsOf } from './terms/terms.js';
import { EVERYWHERE, mayReach } from './terms/travel.js';
import { travelFor } from './terms/travel-for.js';
import { basesOnceThawed, isFrozen } from './unrest.js';
import { isBaseUnknown, isMadeAnew } from './terms/unknown-base.js';
import { judge } from './verdict.js';
import { isPast, liesBehind } from './terms/window.js';
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
    const reason = error.sentence[work.pair.policy.language];
    return recordId === null ? parkOf('exchange', itemId, reason) : parkOf('erp', recordId, reason);
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
  if (link === null || observed.isCopy) return decideStranger(work, observed);
  if (observed.isTwin) return decideTwin(work, observed, link);
  return link.ended === null
    ? decideAlive(work, observed, link, mayOverwrite)
    : decideEnded(work, observed, link, link.ended);
}

function parkOf<S extends Shapes>(side: Side, id: string | null, reason: string): Decision<S> {
  return { kind: 'park', side, id: id ?? '', reason };
}

/** An item without a link that is no new meeting stays where it is; anything else is decided like something new. */
function decideStranger<S extends Shapes>(work: PairWork<S>, observed: Observed<S>): Decision<S> {
  const { record, item } = observed;
  const why = record.kind === 'there' ? null : whyNoNewMeeting(work, observed);
  if (why !== null) return { kind: 'ignore', why, until: null };
  return decideShared(work, observed) ?? decideUnlinked(work, record, item);
}

function decideUnlinked<S extends Shapes>(
  work: PairWork<S>,
  record: RecordSight<S>,
  item: ItemSight<S>,
  replaces: Link | null = null,
): Decision<S> {
  const { policy } = work.pair;
  const travel = travelFor(work, { record, item });
  if (record.kind === 'there') {
    const facts = scopeFacts(work, record.shown.value, record.seen.changedAt);
    const why = whyNotToExchange(policy, travel, facts);
    return why === null ? { kind: 'createInExchange', record, replaces } : ignored(why, facts);
  }
  if (item.kind === 'there') {
    const { lastModified, categories } = work.kind.itemFacts(item.seen.item);
    const facts = scopeFacts(work, item.shown.value, lastModified);
    const why = whyNotToErp(policy, travel, { ...facts, categories });
    return why === null ? { kind: 'createInErp', item, replaces } : ignored(why, facts);
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
  const terms = termsOf(work, observed, link);
  // whatever travels: what a person wrote into it is not thrown away
  const all = { ...terms, travel: EVERYWHERE, open: [] };
  const isTouched = hasMoved(work.kind, 'exchange', item.shown.base, all);
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
      if (item.kind !== 'there') return { kind: 'endLink', link, why: 'deletedEverywhere' };
      return decideByBase(
        work,
        link,
        { side: 'exchange', shown: item.shown.base, version: item.seen.ref.version, mayOverwrite },
        (known) => decideRecordRemoved(work, observed, known, item),
      );
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
      if (isFrozen(link, work.clock.now())) return { kind: 'rest' };
      if (liesBehind(work, observed, { record, item })) return { kind: 'rest' };
      return decideBothThere(work, observed, link, { record, item, mayOverwrite });
    case 'deleted':
      return decideByBase(
        work,
        link,
        { side: 'erp', shown: record.shown.base, version: record.seen.version, mayOverwrite },
        (known) => decideItemDeleted(work, observed, known, record),
      );
    case 'outOfScope':
      return decideItemFiltered(work, observed, link, record);
    case 'elsewhere':
      return { kind: 'endLink', link, why: 'itemLeftScope' };
    case 'missing':
      if (isMadeAnew(link) && mayReach('exchange', travelFor(work, observed))) {
        return { kind: 'createInExchange', record, replaces: link };
      }
      if (isPast(work, record.shown.value)) return { kind: 'endLink', link, why: 'itemLeftScope' };
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
  const calledOff = decideCalledOff(work, observed, link, { record, item });
  if (calledOff !== null) return calledOff;
  const merged = mergeOf(work, observed, link, record, item);
  const isOldForm = link.form !== work.kind.form(work.translation);
  if (isOldForm && merged.bothMoved.length > 0 && !mayOverwrite) {
    const reason = isBaseUnknown(link) ? 'pairedDiffering' : 'formChanged';
    return { kind: 'hold', link, side: 'exchange', reason };
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
  const newer = newerSide(work, record.seen.changedAt, lastModified);
  const terms = termsOf(work, observed, link);
  return mergeValues(work.kind, work.translation, sides, {
    ...terms,
    bases: basesOnceThawed(
      basesAfterPrivacy(work, { ...link, bases: terms.bases }, { record, item }),
      link,
    ),
    newer,
  });
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
  // what it was to lead to has never been there: whatever carries its mark is a copy of something else
  if (link.itemId === '' && item.kind === 'there') {
    return decideUnlinked(work, { kind: 'none' }, item);
  }
  const isRestored = item.kind === 'there' && item.seen.ref.id !== link.itemId;
  switch (ended) {
    case 'deletedEverywhere':
      // deleted for one of several, it went on without them: together again
      if (isRestored && record.kind === 'there') return revive(work, observed, link);
      if (observed.meeting?.kind === 'join' || (isRestored && observed.meeting !== undefined)) {
        return decideShared(work, observed) ?? decideUnlinked(work, record, item);
      }
      return decideUnlinked(
        work,
        record,
        isRestored || record.kind === 'there' ? item : { kind: 'none' },
      );
    case 'recordDeletedItemKept':
    case 'recordDeletedAgain':
    case 'putBack':
      return { kind: 'rest' };
    case 'itemDeletedRecordKept':
    case 'itemDeletedAgain':
    case 'takenBack':
      return isRestored ? revive(work, observed, link) : { kind: 'rest' };
    case 'recordLeftScope':
    case 'itemLeftScope':
    case 'itemBecamePrivate':
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
