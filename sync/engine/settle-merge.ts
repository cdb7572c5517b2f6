import type { Base, Bases, Link } from '../ports/store.js';
import type { Outcome } from './apply.js';
import type { Ledger } from './ledger.js';
import type { Conflict } from './merge.js';
import type { PairWork, Shapes } from './pair-work.js';
import { fail } from './settle-failure.js';
import { readBackBase, recordBase } from './settled-base.js';
import type { DecisionOf, Step } from './step.js';
import { noteTakenOff, withStaying } from './meetings/taken-off.js';
import { printAt } from './undo/trail.js';
import { withUnread } from './unread.js';
import { afterOneWayUndo, afterWrite, calmed } from './unrest.js';
import type { Restless } from './unrest.js';

/** Moves a link on as far as its writes went, field by field. */
export function settleMerge<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  decision: DecisionOf<S, 'merge'>,
  ledger: Ledger,
): void {
  const { link, record, item, merged, freezes } = decision;
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
  const settled = {
    ...link,
    recordId: record.seen.id,
    recordBirth: record.seen.birth,
    recordVersion: isWhole ? (written?.version ?? record.seen.version) : '',
    itemId: item.seen.ref.id,
    itemVersion: isWhole ? itemVersion : leftVersion(exchange),
    uid: work.kind.itemFacts(item.seen.item).uid ?? link.uid,
    ended: null,
    bases,
    // in part the bases are still those of the form that they had, or none
    form: isWhole ? work.kind.form(work.translation) : link.form,
  };
  const restless =
    freezes === undefined
      ? unrestOf(work, outcome, link, bases, merged)
      : afterOneWayUndo(freezes, link, work.clock.now());
  const unrest = restless?.unrest ?? link.unrest;
  const remembered = { ...settled, unrest: isWhole ? calmed(unrest, work.clock.now()) : unrest };
  const shownLast = (outcome.readBack ?? item.seen).item;
  const told = { record: (written ?? record.seen).record, item: shownLast, before: link, ledger };
  const complete = (whole: Link): Link =>
    withStaying(work, withUnread(work, whole, told), decision, {
      exchange: step.exchange,
      item: shownLast,
    });
  ledger.link(isWhole ? complete(remembered) : remembered, isWhole);
  if (restless?.frozen) ledger.freeze(settled, restless);
  if (isWhole) {
    ledger.close(step.linkId, step);
    ledger.destroyed(step);
  }
  if (isWhole && itemVersion === '') ledger.owe('exchange', item.seen.ref.id);
  if (erp?.ok === true)
    ledger.wrote('updated', 'erp', step, record.seen.id, item.seen.ref.id, merged.toErp);
  if (exchange?.ok === true && changedContent(step)) {
    ledger.wrote('updated', 'exchange', step, record.seen.id, item.seen.ref.id, merged.toExchange);
  }
  for (const conflict of merged.conflicts) {
    // what a failed write did not overwrite has not lost yet; what it did is promised
    const isWritten = conflict.winner === 'erp' ? !exchangeFailed : !erpFailed;
    if (isWritten) ledger.conflict(link, conflict, losingPrint(conflict, now));
  }
  if (isWhole) {
    noteOverruled(work, link, { merged, now }, ledger);
    noteTakenOff(work, link, step, decision, ledger);
    if (step.untold !== undefined) ledger.lookedPast(link, 'erp', step.untold, 'attendeesUntold');
  }
  const { absences } = step.action.observed;
  if (isWhole && absences !== undefined && absences.added.length > 0) {
    const fields = absences.added.map((day) => `${absences.field}/${day}`);
    ledger.lookedPast(link, 'exchange', fields, 'missedByOne');
  }
  if (erpFailed)
    fail(erp, step, { side: 'exchange', id: item.seen.ref.id, isCreate: false }, ledger);
  if (exchangeFailed)
    fail(exchange, step, { side: 'erp', id: record.seen.id, isCreate: false }, ledger);
}

function losingPrint({ field, winner }: Conflict, now: Bases): string {
  return printAt(winner === 'erp' ? now.exchange : now.erp, field);
}

function noteOverruled<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { merged, now }: { readonly merged: DecisionOf<S, 'merge'>['merged']; readonly now: Bases },
  ledger: Ledger,
): void {
  const { putBack, lookedPast } = merged;
  for (const overruled of putBack) ledger.putBack(link, overruled, losingPrint(overruled, now));
  for (const side of ['erp', 'exchange'] as const) {
    const isRight = side === 'exchange' && !work.pair.policy.rights.change;
    const why = merged.why ?? (isRight ? 'rights' : 'direction');
    if (lookedPast[side].length > 0) ledger.lookedPast(link, side, lookedPast[side], why);
  }
}

/** Only what was written counts: for what rests nothing is remembered. */
function unrestOf<S extends Shapes>(
  work: PairWork<S>,
  { erp, exchange, step }: Outcome<S>,
  link: Link,
  bases: Bases,
  merged: DecisionOf<S, 'merge'>['merged'],
): Restless | null {
  const toErp = erp?.ok === true ? merged.toErp : [];
  const toExchange = exchange?.ok === true && changedContent(step) ? merged.toExchange : [];
  if (toErp.length + toExchange.length === 0) return null;
  return afterWrite(link, bases, { erp: toErp, exchange: toExchange }, work.clock.now());
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

/** The state that a write left which Exchange refused in part: news of it are ours, and nobody's change. */
function leftVersion(exchange: Outcome<Shapes>['exchange']): string {
  return exchange?.ok === false ? (exchange.failure.leftVersion ?? '') : '';
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

function changedContent<S extends Shapes>({ exchange }: Step<S>): boolean {
  return exchange?.kind === 'update' && exchange.entry.patch !== null;
}
