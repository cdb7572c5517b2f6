import type { PairWork, Shapes } from '../pair-work.js';
import type { Action } from '../decision.js';
import { intentOf, nothingToWrite } from '../step.js';
import type { DecisionOf, Step } from '../step.js';

/** Writes the answer "declined" into a colleague's record; where it is there already the link just ends. */
export function declineInErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { link, record, value }: DecisionOf<S, 'declineInErp'>,
): Step<S> {
  const patch = work.kind.toErp(value, record.seen.record, work.translation).value;
  if (patch === null) return nothingToWrite(action);
  const { id: recordId, birth: recordBirth, version: recordVersion } = record.seen;
  const { id: linkId, key, attempt, itemId, itemVersion } = link;
  const ids = { recordId, recordBirth, recordVersion, itemId, itemVersion };
  const promise = {
    side: 'erp',
    what: 'update',
    linkId,
    key,
    attempt,
    ...ids,
    target: null,
  } as const;
  const intent = intentOf(work, promise);
  const entry = { id: recordId, writeId: intent.id, version: recordVersion, patch };
  const step = nothingToWrite(action);
  return { ...step, erp: { kind: 'update', entry }, intents: [intent] };
}
