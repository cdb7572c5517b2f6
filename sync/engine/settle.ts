import { Untranslatable } from '../../mappings/translation.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import { REACTION } from '../ports/failure.js';
import type { Answer, ConnectorFailure } from '../ports/failure.js';
import type { Base, Bases, Link, Side } from '../ports/store.js';
import type { Outcome } from './apply.js';
import { baseOf } from './fingerprint.js';
import type { Fingerprinted } from './fingerprint.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Decision } from './plan.js';
import type { Step } from './step.js';

/**
 * Turns what became of a batch into what is remembered: links with their bases, closed intents, journal, parked and
 * held records, owed ids. A link is moved on only as far as its writes went: a field whose write failed keeps its old
 * base, so that it still counts as moved in the next cycle.
 */
export function settleOutcome<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  ledger: Ledger,
): void {
  const { decision, observed } = outcome.step.action;
  const { recordId } = observed.unit;
  const isRepeated = decision.kind === 'createInExchange' || decision.kind === 'wait';
  if (recordId !== null && !isRepeated) ledger.giveUpCreating(recordId);
  switch (decision.kind) {
    case 'createInExchange':
      return settleCreateInExchange(work, outcome, decision, ledger);
    case 'createInErp':
      return settleCreateInErp(work, outcome, decision, ledger);
    case 'merge':
      return settleMerge(work, outcome, decision, ledger);
    case 'removeFromErp':
      return settleRemoval(outcome, decision.link, 'erp', ledger);
    case 'removeFromExchange':
      return settleRemoval(outcome, decision.link, 'exchange', ledger);
    case 'removeTwin':
      if (outcome.exchange?.ok === false) owe(outcome.step, ledger);
      return;
    case 'endLink':
      return settleEnd(outcome, decision, ledger);
    case 'hold': {
      const { link, side, reason } = decision;
      return ledger.hold(link, side, reason);
    }
    case 'park':
      return ledger.park(decision.side, decision.id, 'untranslatable', decision.reason);
    case 'wait':
      return owe(outcome.step, ledger);
    case 'ignore':
    case 'rest':
      return;
  }
}

type Of<S extends Shapes, K extends Decision<S>['kind']> = Extract<Decision<S>, { kind: K }>;

function settleCreateInExchange<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { record, replaces }: Of<S, 'createInExchange'>,
  ledger: Ledger,
): void {
  const { step, exchange } = outcome;
  if (exchange?.ok !== true || exchange.value === null) {
    return fail(exchange, step, { side: 'erp', id: record.seen.id, isCreate: true }, ledger);
  }
  const target = targetOf(step);
  const base = readBackBase(work, outcome);
  const bases: Bases = { erp: target.erp, exchange: base ?? target.exchange };
  const { uid } =
    outcome.readBack === null ? { uid: null } : work.kind.itemFacts(outcome.readBack.item);
  if (replaces !== null) endReplaced(replaces, ledger);
  ledger.link({
    id: step.linkId,
    key: step.key,
    attempt: step.attempt,
    recordId: record.seen.id,
    recordBirth: record.seen.birth,
    recordVersion: record.seen.version,
    itemId: exchange.value.id,
    itemVersion: base === null ? '' : exchange.value.version,
    uid,
    ended: null,
    bases: exchange.value.version === '' ? withoutElements(target) : bases,
    form: work.kind.form(work.translation),
  });
  // deleted before our next look, it would never show in the feed, which tells net changes only
  ledger.owe('exchange', exchange.value.id);
  ledger.wrote('created', 'exchange', step, record.seen.id, exchange.value.id);
}

/** The item is there, but not all of its exceptions: those of the ERP count as not brought over yet. */
function withoutElements({ erp, exchange }: Bases): Bases {
  const empty = (base: Base): Base =>
    Object.fromEntries(
      Object.entries(base).map(([field, state]) => [field, typeof state === 'string' ? state : {}]),
    );
  return { erp: empty(erp), exchange: empty(exchange) };
}

function settleCreateInErp<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { item, replaces }: Of<S, 'createInErp'>,
  ledger: Ledger,
): void {
  const { step, erp, exchange } = outcome;
  const { ref } = item.seen;
  if (exchange?.ok !== true || exchange.value === null) {
    // nothing was asked of the ERP: somebody changed the item, or Exchange did not take the mark
    ledger.close(step.linkId, step);
    return fail(exchange, step, { side: 'exchange', id: ref.id, isCreate: true }, ledger);
  }
  if (erp?.ok !== true || erp.value === null) {
    return fail(erp, step, { side: 'exchange', id: ref.id, isCreate: true }, ledger);
  }
  const target = targetOf(step);
  const base = recordBase(work, erp.value, step) ?? target.erp;
  if (replaces !== null) endReplaced(replaces, ledger);
  ledger.link({
    id: step.linkId,
    key: step.key,
    attempt: step.attempt,
    recordId: erp.value.id,
    recordBirth: erp.value.birth,
    recordVersion: erp.value.version,
    itemId: ref.id,
    itemVersion: exchange.value.version,
    uid: work.kind.itemFacts(item.seen.item).uid,
    ended: null,
    bases: { erp: base, exchange: target.exchange },
    form: work.kind.form(work.translation),
  });
  ledger.wrote('created', 'erp', step, erp.value.id, ref.id);
}

/** What the new link takes the place of; unconfirmed writes to it mean nothing any more. */
function endReplaced(link: Link, ledger: Ledger): void {
  ledger.link({ ...link, ended: 'deletedEverywhere' });
  ledger.close(link.id, { intents: [] });
}

function settleMerge<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { link, record, item, merged }: Of<S, 'merge'>,
  ledger: Ledger,
): void {
  const { step, erp, exchange } = outcome;
  const erpFailed = erp?.ok === false;
  const exchangeFailed = exchange?.ok === false && step.intents.some((i) => i.side === 'exchange');
  const now: Bases = { erp: record.shown.base, exchange: item.shown.base };
  const after = basesAfter(work, outcome, now);
  const bases: Bases = {
    erp: advanced(link.bases.erp, after.erp, now.erp, { erpFailed, exchangeFailed, merged }),
    exchange: advanced(link.bases.exchange, after.exchange, now.exchange, {
      erpFailed,
      exchangeFailed,
      merged,
    }),
  };
  const isWhole = !erpFailed && !exchangeFailed;
  const written = erp?.ok === true ? erp.value : null;
  const itemVersion = versionAfter(outcome, item.seen.ref.version);
  ledger.link({
    ...link,
    recordId: record.seen.id,
    recordBirth: record.seen.birth,
    recordVersion: isWhole ? (written?.version ?? record.seen.version) : '',
    itemId: item.seen.ref.id,
    itemVersion: isWhole ? itemVersion : '',
    uid: work.kind.itemFacts(item.seen.item).uid ?? link.uid,
    ended: null,
    bases,
    form: work.kind.form(work.translation),
  });
  if (isWhole) {
    ledger.close(step.linkId, step);
    ledger.destroyed(step.destroys);
  }
  if (itemVersion === '') ledger.owe('exchange', item.seen.ref.id);
  if (erp?.ok === true)
    ledger.wrote('updated', 'erp', step, record.seen.id, item.seen.ref.id, merged.toErp);
  if (exchange?.ok === true && changedContent(step)) {
    ledger.wrote('updated', 'exchange', step, record.seen.id, item.seen.ref.id, merged.toExchange);
  }
  for (const conflict of merged.conflicts) ledger.conflict(link, conflict);
  if (erpFailed)
    fail(erp, step, { side: 'exchange', id: item.seen.ref.id, isCreate: false }, ledger);
  if (exchangeFailed)
    fail(exchange, step, { side: 'erp', id: record.seen.id, isCreate: false }, ledger);
}

function basesAfter<S extends Shapes>(work: PairWork<S>, outcome: Outcome<S>, now: Bases): Bases {
  const { step, erp, exchange } = outcome;
  const written = erp?.ok === true ? erp.value : null;
  const erpBase = written === null ? now.erp : (recordBase(work, written, step) ?? now.erp);
  if (exchange?.ok !== true || !changedContent(step))
    return { erp: erpBase, exchange: now.exchange };
  const target = step.intents.find((intent) => intent.side === 'exchange')?.target?.exchange;
  // not read back as ours: what was not written keeps the planned observation, what was written counts as sent (rule 4)
  const exchangeBase = readBackBase(work, outcome) ?? target ?? now.exchange;
  return { erp: erpBase, exchange: exchangeBase };
}

function versionAfter<S extends Shapes>(outcome: Outcome<S>, before: string): string {
  const { exchange, step, readBack } = outcome;
  if (exchange === null) return before;
  if (!exchange.ok || exchange.value === null) return '';
  return changedContent(step) && readBack === null ? '' : exchange.value.version;
}

/** All fields where everything went well; otherwise those whose own write went well, the others as they were. */
function advanced(
  old: Base,
  after: Base,
  now: Base,
  how: {
    readonly erpFailed: boolean;
    readonly exchangeFailed: boolean;
    readonly merged: { readonly toErp: readonly string[]; readonly toExchange: readonly string[] };
  },
): Base {
  if (!how.erpFailed && !how.exchangeFailed) return after;
  const done = how.erpFailed ? how.merged.toExchange : how.merged.toErp;
  const failedBoth = how.erpFailed && how.exchangeFailed;
  if (failedBoth) return old;
  const base: Record<string, Base[string]> = { ...old };
  for (const path of done) {
    const [field = path, element] = path.split('/');
    const source = after[field] ?? now[field];
    if (element === undefined) {
      if (source !== undefined) base[field] = source;
      continue;
    }
    const elements = { ...(typeof base[field] === 'object' ? base[field] : {}) };
    const state = typeof source === 'object' ? source[element] : undefined;
    if (state === undefined) Reflect.deleteProperty(elements, element);
    else elements[element] = state;
    base[field] = elements;
  }
  return base;
}

function settleRemoval<S extends Shapes>(
  outcome: Outcome<S>,
  link: Link,
  side: Side,
  ledger: Ledger,
): void {
  const { step } = outcome;
  const answer = side === 'erp' ? outcome.erp : outcome.exchange;
  if (answer?.ok !== true) {
    const from =
      side === 'erp'
        ? { side: 'exchange' as const, id: link.itemId }
        : { side: 'erp' as const, id: link.recordId };
    ledger.unfinishedRemoval();
    return fail(answer, step, { ...from, isCreate: false }, ledger);
  }
  ledger.link({ ...link, ended: 'deletedEverywhere' });
  ledger.close(step.linkId, step);
  ledger.destroyed(step.destroys);
  ledger.wrote('removed', side, step, link.recordId, link.itemId);
}

function settleEnd<S extends Shapes>(
  outcome: Outcome<S>,
  { link, why }: Of<S, 'endLink'>,
  ledger: Ledger,
): void {
  const { record, item } = outcome.step.action.observed;
  // what turned private leaves no trace of its content (rule 20)
  const isPrivate = isFiltered(record) || isFiltered(item);
  const bases: Bases = isPrivate ? { erp: {}, exchange: {} } : link.bases;
  ledger.link({ ...link, ended: why, bases });
  ledger.close(link.id, outcome.step);
  ledger.unlinked(link, why);
  if (record.kind === 'removed' && record.idReused) ledger.owe('erp', link.recordId);
}

function isFiltered(sight: { readonly kind: string; readonly why?: string }): boolean {
  return sight.kind === 'outOfScope' && sight.why === 'private';
}

function fail<S extends Shapes>(
  answer: Answer<unknown> | null,
  step: Step<S>,
  from: { readonly side: Side; readonly id: string; readonly isCreate: boolean },
  ledger: Ledger,
): void {
  if (answer === null || answer.ok) return owe(step, ledger);
  react(answer.failure, step, from, ledger);
}

function react<S extends Shapes>(
  failure: ConnectorFailure,
  step: Step<S>,
  from: { readonly side: Side; readonly id: string; readonly isCreate: boolean },
  ledger: Ledger,
): void {
  switch (REACTION[failure.kind]) {
    case 'backOff':
      ledger.backOff(failure.retryAfterMs);
      return owe(step, ledger);
    case 'reread':
    case 'resync':
      return owe(step, ledger);
    case 'pausePair':
    case 'parkRecord':
      // a refused create did not happen; a refused change of ours may still match what is there
      if (from.isCreate) ledger.close(step.linkId, step);
      return ledger.park(from.side, from.id, failure.kind, failure.message);
  }
}

function owe<S extends Shapes>({ action }: Step<S>, ledger: Ledger): void {
  const { unit, record, item } = action.observed;
  if (record.kind === 'removed' || item.kind === 'deleted') ledger.unfinishedRemoval();
  if (unit.recordId !== null) ledger.owe('erp', unit.recordId);
  const itemId = item.kind === 'there' ? item.seen.ref.id : unit.itemId;
  if (itemId !== null) ledger.owe('exchange', itemId);
}

function changedContent<S extends Shapes>({ exchange }: Step<S>): boolean {
  return exchange?.kind === 'update' && exchange.entry.patch !== null;
}

function targetOf<S extends Shapes>(step: Step<S>): Bases {
  return step.intents[0]?.target ?? { erp: {}, exchange: {} };
}

function recordBase<S extends Shapes>(
  work: PairWork<S>,
  seen: RecordSeen<S['record']>,
  { linkId, expected }: Step<S>,
): Base | null {
  return shownBase(work, linkId, expected.erp, () =>
    work.kind.fromErp(seen.record, work.translation),
  );
}

function readBackBase<S extends Shapes>(
  work: PairWork<S>,
  { readBack, step }: Outcome<S>,
): Base | null {
  if (readBack === null) return null;
  return shownBase(work, step.linkId, step.expected.exchange, () =>
    work.kind.fromExchange(readBack.item, work.translation),
  );
}

/** null where a side shows after our write what we cannot read: the next cycle looks again and parks it. */
function shownBase<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  expected: Fingerprinted | undefined,
  read: () => S['value'],
): Base | null {
  try {
    return baseOf(work.fingerprinter, linkId, work.kind.canonical(read()), expected);
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof UnreadableValue) return null;
    throw error;
  }
}
