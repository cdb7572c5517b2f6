import type { Bases, Link, Side } from '../ports/store.js';
import type { Outcome } from './apply.js';
import { followAside } from './aside.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';
import { oweReborn, settleCreateInErp, settleCreateInExchange } from './settle-create.js';
import { settleDecline } from './meetings/settle-decline.js';
import { fail, owe } from './settle-failure.js';
import { settleJoin } from './colleagues/settle-join.js';
import { settleMerge } from './settle-merge.js';
import { settlePrivacy } from './settle-privacy.js';
import type { DecisionOf } from './step.js';

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
    case 'joinRecord':
      return settleJoin(outcome, decision, ledger);
    case 'merge':
      return settleMerge(work, outcome, decision, ledger);
    case 'declineInErp':
      return settleDecline(outcome, decision, ledger);
    case 'turnPrivate':
      return settlePrivacy(outcome, decision, ledger);
    case 'removeFromErp':
      return settleRemoval(outcome, decision.link, 'erp', ledger);
    case 'removeFromExchange':
      return settleRemoval(outcome, decision.link, 'exchange', ledger);
    case 'removeTwin':
      if (outcome.exchange?.ok === false) owe(outcome.step, ledger);
      return;
    case 'endLink':
      return settleEnd(outcome, decision, ledger);
    case 'hold':
      return ledger.hold(observed, decision.side, decision.reason);
    case 'park':
      return ledger.park(decision.side, decision.id, 'untranslatable', decision.reason);
    case 'wait':
      return owe(outcome.step, ledger);
    case 'ignore':
      return settleIgnored(outcome, decision, ledger);
    case 'rest':
      if (observed.unit.link === null) ledger.forget(observed.unit);
      else followAside(observed, ledger);
      return;
  }
}

function settleIgnored<S extends Shapes>(
  outcome: Outcome<S>,
  { until }: DecisionOf<S, 'ignore'>,
  ledger: Ledger,
): void {
  const { unit, record } = outcome.step.action.observed;
  const side: Side = record.kind === 'there' ? 'erp' : 'exchange';
  const id = side === 'erp' ? unit.recordId : unit.itemId;
  if (until === null || id === null) return ledger.forget(unit);
  ledger.later(side, id, until);
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
    return fail(answer, step, { ...from, isCreate: false }, ledger);
  }
  ledger.link({ ...link, ended: 'deletedEverywhere' });
  ledger.close(step.linkId, step);
  ledger.destroyed(step);
  ledger.wrote('removed', side, step, link.recordId, link.itemId);
  oweReborn(link, step.action.observed.record, ledger);
}

function settleEnd<S extends Shapes>(
  outcome: Outcome<S>,
  { link, why }: DecisionOf<S, 'endLink'>,
  ledger: Ledger,
): void {
  const { record, item } = outcome.step.action.observed;
  // what turned private leaves no trace of its content (rule 20)
  const isPrivate = isFiltered(record) || isFiltered(item);
  const bases: Bases = isPrivate ? { erp: {}, exchange: {} } : link.bases;
  const unrest = isPrivate ? undefined : link.unrest;
  ledger.link({ ...link, ended: why, bases, unrest });
  ledger.close(link.id, outcome.step);
  if (isPrivate) ledger.purge(link.id);
  ledger.unlinked(link, why);
  oweReborn(link, record, ledger);
}

function isFiltered(sight: { readonly kind: string; readonly why?: string }): boolean {
  return sight.kind === 'outOfScope' && sight.why === 'private';
}
