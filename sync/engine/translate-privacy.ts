import type { Action } from './decision.js';
import type { PairWork, Shapes } from './pair-work.js';
import { fingerprinted, intentOf, nothingToWrite } from './step.js';
import type { DecisionOf, Step } from './step.js';

/**
 * Empties a record whose item turned private; one that is empty already is only unlinked. No image of before is kept, and
 * the delete guard is not asked: the owner of the mailbox wants it.
 */
export function turnPrivate<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { link, record, value }: DecisionOf<S, 'turnPrivate'>,
): Step<S> {
  const step = nothingToWrite(action);
  const patch = work.kind.toErp(value, record.seen.record, work.translation).value;
  if (patch === null) return step;
  const { id: recordId, birth: recordBirth, version: recordVersion } = record.seen;
  const { id: linkId, key, attempt, itemId, itemVersion } = link;
  const held = work.kind.canonical(work.kind.asErpHolds(value, work.translation));
  const target = { erp: fingerprinted(work, linkId, held).base, exchange: link.bases.exchange };
  const ids = { recordId, recordBirth, recordVersion, itemId, itemVersion };
  const promise = { side: 'erp', what: 'update', linkId, key, attempt, ...ids, target } as const;
  const intent = intentOf(work, promise);
  const entry = { id: recordId, writeId: intent.id, version: recordVersion, patch };
  return { ...step, erp: { kind: 'update', entry }, intents: [intent] };
}
