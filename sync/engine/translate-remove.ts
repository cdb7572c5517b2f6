import { formatMark, GOING } from '../ports/mark.js';
import type { Bases, Intent, Link, Side, Trail } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action } from './decision.js';
import { intentOf } from './step.js';
import type { DecisionOf, Step } from './step.js';
import { PART_TRAIL, trailOfRemoval } from './undo/trail.js';

/** Takes a record, or only this employee's part in it, away because the item was deleted. */
export function removeFromErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { link, record, isCalledOff }: DecisionOf<S, 'removeFromErp'>,
): Step<S> {
  const { ownerId } = work.kind.recordFacts(record.seen.record);
  const others = record.seen.employees.filter((id) => id !== work.pair.employeeId);
  // a colleague's deletion takes only her out; the owner's, or the last one's, deletes the record (rule 9)
  const { employeeId } = work.pair;
  const isOwner = ownerId === employeeId;
  // somebody else invited them all: who happens to own the record is a participant like any other
  const isNobodysOwn = isCalledOff !== true && record.seen.meeting?.isOrganizers === false;
  const heirId = isOwner && isNobodysOwn ? [...others].sort()[0] : undefined;
  const isWhole = others.length === 0 || (isOwner && heirId === undefined);
  const what = isWhole ? ('record' as const) : { employeeId, heirId };
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: { kind: 'remove', entry: { id: record.seen.id, version: record.seen.version, what } },
    exchange: null,
    intents: [
      removal(
        work,
        { side: 'erp', recordVersion: record.seen.version, itemVersion: link.itemVersion },
        link,
        isWhole ? trailOfRemoval(record.shown.value) : PART_TRAIL,
      ),
    ],
    losses: [],
    expected: {},
    destroys: 1,
  };
}

/** Puts an item into Deleted Items: its record was deleted, or it is our own twin. */
export function removeFromExchange<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { kind, link, item }: DecisionOf<S, 'removeFromExchange' | 'removeTwin'>,
): Step<S> {
  const { ref } = item.seen;
  // what lies among the deleted items with it was put there by us (rule 11)
  const mark = formatMark({ key: link.key, attempt: GOING, owner: work.pair.id });
  const isTwin = kind === 'removeTwin';
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: null,
    exchange: { kind: 'remove', entry: { ref, mark } },
    intents: isTwin
      ? []
      : [
          removal(
            work,
            { side: 'exchange', recordVersion: link.recordVersion, itemVersion: ref.version },
            link,
            trailOfRemoval(item.shown.value),
            { erp: {}, exchange: item.shown.base },
          ),
        ],
    losses: [],
    expected: {},
    destroys: isTwin ? 0 : 1,
  };
}

function removal<S extends Shapes>(
  work: PairWork<S>,
  of: { readonly side: Side; readonly recordVersion: string; readonly itemVersion: string },
  link: Link,
  trail: Trail,
  /** What the side showed that it is removed from: whatever it shows more was edited in passing. */
  target: Bases | null = null,
): Intent {
  const { id: linkId, key, attempt, recordId, recordBirth, itemId } = link;
  const ids = { recordId, recordBirth, itemId };
  return intentOf(work, {
    ...of,
    ...{ what: 'remove', linkId, key, attempt, ...ids, target, trail },
  });
}
