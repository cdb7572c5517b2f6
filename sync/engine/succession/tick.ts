import { Untranslatable } from '../../../mappings/translation.js';
import { REACTION } from '../../ports/failure.js';
import type { ConnectorFailure } from '../../ports/failure.js';
import type { RecordUpdate } from '../../ports/erp.js';
import type { ItemUpdate } from '../../ports/exchange.js';
import type { Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { inBatches } from './born.js';
import type { Nursery } from './born.js';
import { tickedInOf } from './intent.js';
import type { SuccessionsOf } from './intent.js';
import { pickItem } from './pick.js';
import type { Around, Ticking } from './sight.js';

interface Due<S extends Shapes, E> {
  readonly one: Ticking<S>;
  readonly entry: E;
}

/**
 * Ticks off on the other side, and changes nothing else there. Answers with those that went well, and with the item that
 * Exchange named: the one that was born, not the one that was ticked (protocol fact 74).
 */
export async function tickOff<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  due: readonly Ticking<S>[],
  nursery: Nursery<S>,
  around: Around,
): Promise<ReadonlyMap<Ticking<S>, string | null>> {
  const done = new Map<Ticking<S>, string | null>();
  const toErp: Due<S, RecordUpdate<S['recordPatch']>>[] = [];
  const toExchange: Due<S, ItemUpdate<S['itemPatch']>>[] = [];
  for (const one of due) {
    try {
      const isInErp = tickedInOf(one.intent) === 'erp';
      if (isInErp) toExchange.push(...itemTick(work, hook, one));
      else toErp.push(...recordTick(work, hook, one, nursery));
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      park(one, 'untranslatable', error.sentence[work.pair.policy.language], around);
    }
  }
  const at = { hook, done, around };
  await tickRecords(work, toErp, at);
  await tickItems(work, toExchange, at);
  return done;
}

interface Ticked<S extends Shapes> {
  readonly hook: SuccessionsOf<S>;
  readonly done: Map<Ticking<S>, string | null>;
  readonly around: Around;
}

async function tickRecords<S extends Shapes>(
  work: PairWork<S>,
  due: readonly Due<S, RecordUpdate<S['recordPatch']>>[],
  ticked: Ticked<S>,
): Promise<void> {
  for (const batch of inBatches(due)) {
    const entries = batch.map(({ entry }) => entry);
    const answers = await work.erp.update(work.lease, entries, work.signal);
    batch.forEach(({ one }, at) => {
      const answer = answers[at];
      if (answer?.ok === true) took(one, 'erp', null, ticked);
      else failed(one, answer?.failure, ticked.around);
    });
  }
}

async function tickItems<S extends Shapes>(
  work: PairWork<S>,
  due: readonly Due<S, ItemUpdate<S['itemPatch']>>[],
  ticked: Ticked<S>,
): Promise<void> {
  for (const batch of inBatches(due)) {
    const entries = batch.map(({ entry }) => entry);
    const answers = await work.exchange.update(work.pair.mailbox, entries, work.signal);
    batch.forEach(({ one, entry }, at) => {
      const answer = answers[at];
      if (answer?.ok !== true) return failed(one, answer?.failure, ticked.around);
      const { id } = answer.value;
      took(one, 'exchange', id === entry.ref.id ? null : id, ticked);
    });
  }
}

function itemTick<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
): readonly Due<S, ItemUpdate<S['itemPatch']>>[] {
  const { record, item } = one.observed;
  if (record.kind !== 'there' || item.kind !== 'there') return [];
  const wanted = hook.finishedLike(item.shown.value, record.shown.value);
  const { value: patch } = kind.toExchange(wanted, item.seen.item, translation);
  return patch === null ? [] : [{ one, entry: { ref: item.seen.ref, patch, mark: null } }];
}

function recordTick<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  nursery: Nursery<S>,
): readonly Due<S, RecordUpdate<S['recordPatch']>>[] {
  const { record } = one.observed;
  const born = pickItem(work, hook, one, nursery);
  if (record.kind !== 'there' || born === null) return [];
  const wanted = hook.finishedLike(record.shown.value, born.value);
  const { value: patch } = work.kind.toErp(wanted, record.seen.record, work.translation);
  const { id, version } = record.seen;
  return patch === null ? [] : [{ one, entry: { id, version, patch, writeId: one.intent.id } }];
}

function took<S extends Shapes>(
  one: Ticking<S>,
  side: Side,
  namedItemId: string | null,
  { hook, done, around }: Ticked<S>,
): void {
  const { recordId, itemId, id: linkId } = one.link;
  const step = { intents: [one.intent], losses: [], linkId };
  around.ledger.wrote('updated', side, step, recordId, itemId, hook.finished);
  done.set(one, namedItemId);
}

function failed<S extends Shapes>(
  one: Ticking<S>,
  failure: ConnectorFailure | undefined,
  around: Around,
): void {
  if (failure === undefined) return;
  const reaction = REACTION[failure.kind];
  if (reaction === 'backOff') around.ledger.backOff(failure.retryAfterMs);
  if (reaction === 'parkRecord' || reaction === 'pausePair')
    around.ledger.refused(...tickedAt(one), failure);
}

/** Where it was ticked; it is tried again when that is due. */
function park<S extends Shapes>(
  one: Ticking<S>,
  kind: Parameters<Around['ledger']['park']>[2],
  reason: string,
  { ledger }: Around,
): void {
  ledger.park(...tickedAt(one), kind, reason);
}

function tickedAt<S extends Shapes>({ intent, link }: Ticking<S>): [side: Side, id: string] {
  return tickedInOf(intent) === 'erp' ? ['erp', link.recordId] : ['exchange', link.itemId];
}
