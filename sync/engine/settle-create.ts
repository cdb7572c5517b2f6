import type { Answer } from '../ports/failure.js';
import type { Bases, Link } from '../ports/store.js';
import type { Outcome } from './apply.js';
import { invitationTo } from './meetings/invitation.js';
import type { Ledger } from './ledger.js';
import type { RecordSight } from './sights.js';
import type { PairWork, Shapes } from './pair-work.js';
import { fail } from './settle-failure.js';
import { withoutElements } from './fingerprint.js';
import { readBackBase, recordBase } from './settled-base.js';
import type { DecisionOf, Step } from './step.js';
import { withUnread } from './unread.js';

/** A record has an item now, or the reason why not is remembered. */
export function settleCreateInExchange<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { record, replaces, isPutBack }: DecisionOf<S, 'createInExchange'>,
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
  if (replaces !== null) endReplaced(replaces, isPutBack, step, ledger);
  const attendees = work.kind.meetings?.attendees;
  const link: Link = {
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
    bases: exchange.value.version === '' ? withoutElements(target, attendees) : bases,
    form: work.kind.form(work.translation),
    origin: replaces?.origin ?? 'erp',
  };
  ledger.link(withUnread(work, link, { record: record.seen.record, before: null, ledger }));
  // deleted before our next look, it would never show in the feed, which tells net changes only
  ledger.owe('exchange', exchange.value.id);
  ledger.wrote('created', 'exchange', step, record.seen.id, exchange.value.id);
  if (step.untold !== undefined) ledger.lookedPast(link, 'erp', step.untold, 'attendeesUntold');
  if (replaces === null && invitationTo(work, record)?.kind === 'willNotCome') {
    ledger.lookedPast(link, 'erp', [], 'nobodyInvites');
  }
}

/** An item has a record now, or the reason why not is remembered. */
export function settleCreateInErp<S extends Shapes>(
  work: PairWork<S>,
  outcome: Outcome<S>,
  { item, replaces, isPutBack }: DecisionOf<S, 'createInErp'>,
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
    if (replaces !== null && stands(erp)) {
      const { isOrganizer } = work.kind.itemFacts(item.seen.item);
      return isOrganizer ? giveWay(replaces, step, ledger) : leave(replaces, step, ledger);
    }
    return fail(erp, step, { side: 'exchange', id: ref.id, isCreate: true }, ledger);
  }
  const target = targetOf(step);
  const base = recordBase(work, erp.value, step) ?? target.erp;
  if (replaces !== null) {
    endReplaced(replaces, isPutBack, step, ledger);
    oweReborn(replaces, step.action.observed.record, ledger);
  }
  const link: Link = {
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
    origin: 'exchange',
  };
  ledger.link(withUnread(work, link, { item: item.seen.item, before: null, ledger }));
  ledger.wrote('created', 'erp', step, erp.value.id, ref.id);
}

/** The meeting goes on without this employee, in the record that another one stands for. */
function stands(answer: Answer<unknown> | null): boolean {
  return answer?.ok === false && answer.failure.code === 'meetingExists';
}

/** Then nothing is made anew, and the copy is its owner's: Exchange brought it, and tells who comes. */
function leave<S extends Shapes>(link: Link, step: Step<S>, ledger: Ledger): void {
  ledger.drop(step.intents);
  ledger.link({ ...link, ended: 'recordDeletedItemKept' });
  ledger.close(link.id, { intents: [] });
  ledger.unlinked(link, 'recordDeletedItemKept');
  oweReborn(link, step.action.observed.record, ledger);
}

/** A colleague's copy was quicker in making it anew: the organiser's item is connected with that record in the next cycle. */
function giveWay<S extends Shapes>(link: Link, step: Step<S>, ledger: Ledger): void {
  ledger.drop(step.intents);
  ledger.link({ ...link, ended: 'deletedEverywhere' });
  ledger.close(link.id, { intents: [] });
  ledger.owe('exchange', link.itemId);
  oweReborn(link, step.action.observed.record, ledger);
}

/** The change log tells of it once: where another record has the id now, that one is looked at in the next cycle. */
export function oweReborn(link: Link, record: RecordSight<Shapes>, ledger: Ledger): void {
  if (record.kind === 'removed' && record.idReused) ledger.owe('erp', link.recordId);
}

/** What the new link takes the place of; unconfirmed writes to it mean nothing any more. */
function endReplaced<S extends Shapes>(
  link: Link,
  isPutBack: true | undefined,
  { action }: Step<S>,
  ledger: Ledger,
): void {
  ledger.link({ ...link, ended: isPutBack ? 'putBack' : 'deletedEverywhere' });
  if (isPutBack) ledger.unlinked(link, 'putBack');
  const { record, item } = action.observed;
  ledger.close(
    link.id,
    { intents: [] },
    {
      ...(record.kind === 'there' && { erp: record.shown.base }),
      ...(item.kind === 'there' && { exchange: item.shown.base }),
    },
  );
}

function targetOf<S extends Shapes>(step: Step<S>): Bases {
  return step.intents[0]?.target ?? { erp: {}, exchange: {} };
}
