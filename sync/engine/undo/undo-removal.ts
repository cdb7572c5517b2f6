import { Untranslatable } from '../../../mappings/translation.js';
import { keysOf } from '../../../mappings/keys.js';
import { REACTION } from '../../ports/failure.js';
import type { Answer } from '../../ports/failure.js';
import { formatMark } from '../../ports/mark.js';
import type { Intent, Link, Refusal, Wish, Write } from '../../ports/store.js';
import type { Loss } from '../../../mappings/translation.js';
import type { Ledger } from '../ledger.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Interrupted } from '../recover.js';
import { intentOf } from '../step.js';
import { markOfBases } from './trail.js';
import { mayReach, travelOf } from '../terms/travel.js';
import { parsed } from './undo-plan.js';

/**
 * Takes a removal of ours back: what was removed is made again where it was, with the values it had, as if a person had made
 * it. The other side gets it as it gets anything new, in the next cycle. The wish's own key finds it after an interruption,
 * so that it is made once. True where the wish is answered.
 */
export async function undoRemoval<S extends Shapes>(
  work: PairWork<S>,
  wish: Wish,
  write: Write,
  link: Link,
  { interrupted, ledger }: { readonly interrupted: Interrupted; readonly ledger: Ledger },
): Promise<void> {
  if (interrupted.open.some(({ key }) => key === wish.key)) return; // it may still land (rule 8)
  if (await isMade(work, wish, write)) return ledger.answer(wish, null);
  const why = await whyNot(work, write, link);
  if (why !== null) return ledger.answer(wish, why);
  const made = translated(work, write);
  if (typeof made === 'string') return ledger.answer(wish, made);
  const intent = intentOf(work, {
    ...{ side: write.side, what: 'create', linkId: link.id, key: wish.key, attempt: 1 },
    ...{ recordId: null, recordBirth: null, recordVersion: null, itemId: null, itemVersion: null },
    target: null,
    trail: { fields: [], before: null, wishId: wish.id },
  });
  await work.store.promise(work.lease, [intent]);
  const answer = await made.send(wish.key);
  settle(wish, { intent, link, losses: made.losses }, answer, ledger);
}

function settle(
  wish: Wish,
  made: { readonly intent: Intent; readonly link: Link; readonly losses: readonly Loss[] },
  answer: Answer<{ readonly id: string }> | undefined,
  ledger: Ledger,
): void {
  const { intent, link, losses } = made;
  if (answer?.ok === true) {
    const { id } = answer.value;
    const [recordId, itemId] = intent.side === 'erp' ? [id, ''] : ['', id];
    ledger.link(link);
    ledger.wrote(
      'created',
      intent.side,
      { ...link, linkId: link.id, intents: [intent], losses },
      recordId,
      itemId,
    );
    ledger.owe(intent.side, id);
    return ledger.answer(wish, null);
  }
  const reaction = answer === undefined ? 'backOff' : REACTION[answer.failure.kind];
  if (reaction === 'backOff') return ledger.backOff(answer?.failure.retryAfterMs ?? null);
  ledger.drop([intent]);
  if (reaction === 'parkRecord' || reaction === 'pausePair') ledger.answer(wish, 'notAccepted');
}

/** An earlier try of this wish was done, and the answer was lost. */
async function isMade<S extends Shapes>(
  { erp, exchange, pair, lease, signal }: PairWork<S>,
  { key }: Wish,
  { side }: Write,
): Promise<boolean> {
  if (side === 'erp') return (await erp.findByKey(lease, [key], signal)).length > 0;
  const [folderId = ''] = pair.folders;
  const search = { folderId, keys: [key] };
  return (await exchange.findByKey(pair.mailbox, search, signal)).length > 0;
}

/** Both sides must still be without it, and the sync must be allowed to write where it was. */
async function whyNot<S extends Shapes>(
  work: PairWork<S>,
  { before, after, fields, form, side }: Write,
  link: Link,
): Promise<Refusal | null> {
  const travel = travelOf(work.pair.policy);
  if (link.ended !== 'deletedEverywhere') return 'notLinked';
  if (before === null) return fields.length > 0 ? 'shared' : 'expired';
  if (after !== markOfBases(link.bases) || form !== work.kind.form(work.translation))
    return 'changedSince';
  // where it may not travel on, it is there alone again: what it was removed after is gone, and writes nothing any more
  if (!mayReach(side, travel) || (side === 'erp' && !travel.rights.create)) return 'oneWay';
  const { recordId, itemId } = link;
  const links = await work.store.links(work.pair.id, { recordIds: [recordId], itemIds: [itemId] });
  if (links.some(({ ended }) => ended === null)) return 'notLinked';
  return (await isThereAgain(work, link)) ? 'changedSince' : null;
}

async function isThereAgain<S extends Shapes>(
  { erp, exchange, pair, signal }: PairWork<S>,
  { recordId, recordBirth, key }: Link,
): Promise<boolean> {
  const [record] = await erp.read(pair.employeeId, [recordId], signal);
  if (record?.ok === true && record.value.birth === recordBirth) return true;
  const [folderId = ''] = pair.folders;
  const found = await exchange.findByKey(pair.mailbox, { folderId, keys: [key] }, signal);
  return found.some(({ place }) => place !== 'deleted');
}

interface Making {
  readonly losses: readonly Loss[];
  readonly send: (key: string) => Promise<Answer<{ readonly id: string }> | undefined>;
}

function translated<S extends Shapes>(
  work: PairWork<S>,
  { side, before }: Write,
): Making | Refusal {
  const value = parsed(before ?? '{}');
  if (!isWhole<S>(work, value)) return 'expired';
  try {
    return side === 'erp' ? makingRecord(work, value) : makingItem(work, value);
  } catch (error) {
    if (error instanceof Untranslatable) return 'notAccepted';
    throw error;
  }
}

function makingRecord<S extends Shapes>(work: PairWork<S>, value: S['value']): Making | Refusal {
  const { value: patch, losses } = work.kind.toErp(value, null, work.translation);
  if (patch === null) return 'notAccepted';
  const { erp, lease, pair, signal } = work;
  const ownerId = pair.employeeId;
  const send: Making['send'] = async (key) => {
    const [answer] = await erp.create(lease, [{ key, attempt: 1, ownerId, patch }], signal);
    return answer;
  };
  return { losses, send };
}

function makingItem<S extends Shapes>(work: PairWork<S>, value: S['value']): Making | Refusal {
  const { value: patch, losses } = work.kind.toExchange(value, null, work.translation);
  if (patch === null) return 'notAccepted';
  const { exchange, pair, signal } = work;
  const [folderId = ''] = pair.folders;
  const send: Making['send'] = async (key) => {
    const mark = formatMark({ key, attempt: 1, owner: pair.id });
    const [answer] = await exchange.create(pair.mailbox, [{ folderId, mark, patch }], signal);
    return answer;
  };
  return { losses, send };
}

/** Kept by another version it may lack a field; half of it is not made. */
function isWhole<S extends Shapes>({ kind }: PairWork<S>, value: object): value is S['value'] {
  return keysOf(kind.rules).every((field) => field in value);
}
