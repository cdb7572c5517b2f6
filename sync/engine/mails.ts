import { keysOf } from '../../mappings/keys.js';
import type { Guest } from '../../mappings/kind.js';
import type { Telling } from '../ports/exchange.js';
import type { PairOptions } from '../ports/pair.js';
import type { Feed } from './feed.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Interrupted } from './recover.js';
import type { ExchangeWrite, Step } from './step.js';

/** Who may be told at all, by the administrator's choice (features C4, C6). */
type Audience = 'everybody' | 'rooms';

/**
 * The same step, with the permission to tell attendees of it where one edit in the ERP justifies that (feature C6):
 * a new meeting, a meeting at another time or place, one called off, somebody new on the list – of what is still to come,
 * from the mailbox that invites, and only for an edit that the change log has just told. A first sync, a resync, a repair,
 * a retry and what a crash left behind tell nobody: the permission is part of the promise, which is committed before the
 * write, and whoever finds that promise again sends nothing.
 */
export function withMails<S extends Shapes>(
  work: PairWork<S>,
  step: Step<S>,
  news: { readonly feed: Feed; readonly interrupted: Interrupted },
): Step<S> {
  const audience = audienceOf(work.pair.policy.options);
  if (audience === null || step.exchange === null || !isFreshEdit(work, step, news)) return step;
  const exchange = told(work, step, step.exchange, audience);
  if (exchange === null) return step;
  const intents = step.intents.map((one) =>
    one.side === 'exchange' ? { ...one, mails: true } : one,
  );
  return { ...step, exchange, intents };
}

function audienceOf({ sendMail, realMeetings, bookRooms }: PairOptions): Audience | null {
  if (sendMail && realMeetings) return 'everybody';
  return bookRooms ? 'rooms' : null;
}

/** Told by the change log in this cycle, compared with what both sides agreed on, and tried for the first time. */
function isFreshEdit<S extends Shapes>(
  work: PairWork<S>,
  { action }: Step<S>,
  { feed, interrupted }: { readonly feed: Feed; readonly interrupted: Interrupted },
): boolean {
  const { unit } = action.observed;
  const isToldNow = unit.recordNews?.kind === 'seen' || unit.recordNews?.kind === 'removed';
  const isWhole =
    feed.complete.erp || feed.since.watermarks.erp === null || work.anew !== undefined;
  if (!isToldNow || isWhole || unit.open.length > 0) return false;
  if (unit.link === null) return !interrupted.retries.has(unit.recordId ?? '');
  const hasAgreed = keysOf(unit.link.bases.erp).length > 0;
  return hasAgreed && unit.link.form === work.kind.form(work.translation);
}

function told<S extends Shapes>(
  work: PairWork<S>,
  { action: { decision } }: Step<S>,
  write: ExchangeWrite<S>,
  audience: Audience,
): ExchangeWrite<S> | null {
  if (
    decision.kind === 'createInExchange' &&
    write.kind === 'create' &&
    decision.replaces === null
  ) {
    const isInvited = newcomers(work, write.entry.patch).length > 0;
    const isDue = isInvited && isToCome(work, decision.record.shown.value);
    return isDue ? { kind: 'create', entry: { ...write.entry, tell: 'everybody' } } : null;
  }
  if (decision.kind === 'merge' && write.kind === 'update') {
    const tell = isToCome(work, decision.merged.forExchange)
      ? whomToTell(work, decision, write.entry.patch, audience)
      : null;
    return tell === null ? null : { kind: 'update', entry: { ...write.entry, tell } };
  }
  if (decision.kind === 'removeFromExchange' && write.kind === 'remove') {
    const { seen, shown } = decision.item;
    const isDue = mayTell(guestsOf(work, seen.item), audience) && isToCome(work, shown.value);
    return isDue ? { kind: 'remove', entry: { ...write.entry, tell: 'everybody' } } : null;
  }
  return null;
}

/** An update goes to everybody on the list or to nobody (evidence B 10c): where not all may be told, newcomers alone are. */
function whomToTell<S extends Shapes>(
  work: PairWork<S>,
  { item, merged }: Extract<Step<S>['action']['decision'], { kind: 'merge' }>,
  patch: S['itemPatch'] | null,
  audience: Audience,
): Telling | null {
  const added = newcomers(work, patch);
  const guests = [...guestsOf(work, item.seen.item), ...added];
  const overruled = new Set(merged.putBack.map(({ field }) => field));
  const isTold = merged.toExchange.some(
    (field) => work.kind.meetings?.told.includes(field) === true && !overruled.has(field),
  );
  if (isTold && mayTell(guests, audience)) return 'everybody';
  const only = added.flatMap(({ address }) => address ?? []);
  return only.length > 0 ? { only } : null;
}

function mayTell(guests: readonly Guest[], audience: Audience): boolean {
  return guests.length > 0 && (audience === 'everybody' || guests.every(({ isRoom }) => isRoom));
}

/** Nobody, where somebody else invites, or it was called off. */
function guestsOf<S extends Shapes>({ kind }: PairWork<S>, item: S['item']): readonly Guest[] {
  const { isOrganizer, isCancelled } = kind.itemFacts(item);
  return isOrganizer && isCancelled !== true ? (kind.meetings?.guests(item) ?? []) : [];
}

function newcomers<S extends Shapes>(
  { kind }: PairWork<S>,
  patch: S['itemPatch'] | null,
): readonly Guest[] {
  return patch === null ? [] : (kind.meetings?.newcomers(patch) ?? []);
}

function isToCome<S extends Shapes>(
  { kind, clock, translation }: PairWork<S>,
  value: S['value'],
): boolean {
  return kind.meetings?.endsAfter(value, clock.now(), translation) === true;
}
