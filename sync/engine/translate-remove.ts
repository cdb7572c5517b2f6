import { formatMark } from '../ports/mark.js';
import type { Intent, Link, Side } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action } from './decision.js';
import { intentOf } from './step.js';
import type { DecisionOf, Step } from './step.js';

/** Takes a record, or only this employee's part in it, away because the item was deleted. */
export function removeFromErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { link, record }: DecisionOf<S, 'removeFromErp'>,
): Step<S> {
  const { ownerId } = work.kind.recordFacts(record.seen.record);
  const others = record.seen.employees.filter((id) => id !== work.pair.employeeId);
  // a colleague's deletion takes only her out; the owner's, or the last one's, deletes the record (rule 9)
  const isWhole = ownerId === work.pair.employeeId || others.length === 0;
  const what = isWhole ? ('record' as const) : { employeeId: work.pair.employeeId };
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: { kind: 'remove', entry: { id: record.seen.id, version: record.seen.version, what } },
    exchange: null,
    intents: [removal(work, 'erp', link, record.seen.version, link.itemVersion)],
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
  const mark =
    item.seen.mark ?? formatMark({ key: link.key, attempt: link.attempt, owner: work.pair.id });
  const isTwin = kind === 'removeTwin';
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: null,
    exchange: { kind: 'remove', entry: { ref, mark } },
    intents: isTwin ? [] : [removal(work, 'exchange', link, link.recordVersion, ref.version)],
    losses: [],
    expected: {},
    destroys: isTwin ? 0 : 1,
  };
}

function removal<S extends Shapes>(
  work: PairWork<S>,
  side: Side,
  link: Link,
  recordVersion: string,
  itemVersion: string,
): Intent {
  const { id: linkId, key, attempt, recordId, recordBirth, itemId } = link;
  const ids = { recordId, recordBirth, recordVersion, itemId, itemVersion };
  return intentOf(work, { side, what: 'remove', linkId, key, attempt, ...ids, target: null });
}
