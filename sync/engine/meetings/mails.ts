import { keysOf } from '../../../mappings/keys.js';
import type { Guest } from '../../../mappings/kind.js';
import type { PairOptions } from '../../ports/pair.js';
import type { Feed } from '../feed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Interrupted } from '../recover.js';
import type { ExchangeWrite, Step } from '../step.js';
import { mailsOfUpdate, mayTell, specialInNewSeries } from './update-mails.js';
import type { Audience, Mails } from './update-mails.js';

/**
 * The same step, with the permission to tell attendees of it where one edit in the ERP justifies that (feature C6):
 * a new meeting, a meeting or one occurrence at another time or place, one called off, somebody new on the list – of what is still to come,
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
  const mails = mailsOf(work, step, step.exchange, audience);
  if (mails === null) return step;
  const { tell, tellOf, untold } = mails;
  const noted = untold.length === 0 ? step : { ...step, untold };
  if (tell === null && tellOf.length === 0) return noted;
  const intents = step.intents.map((one) =>
    one.side === 'exchange' ? { ...one, mails: true } : one,
  );
  return { ...noted, exchange: telling(step.exchange, mails), intents };
}

function telling<S extends Shapes>(
  write: ExchangeWrite<S>,
  { tell, tellOf }: Mails,
): ExchangeWrite<S> {
  if (write.kind === 'update') {
    const ofOccurrences = tellOf.length > 0 && { tellOf };
    return {
      ...write,
      entry: { ...write.entry, ...(tell !== null && { tell }), ...ofOccurrences },
    };
  }
  if (tell !== 'everybody') return write;
  return write.kind === 'create'
    ? { ...write, entry: { ...write.entry, tell } }
    : { ...write, entry: { ...write.entry, tell } };
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

/** null = nobody is told, and nobody should be. */
function mailsOf<S extends Shapes>(
  work: PairWork<S>,
  { action: { decision, observed } }: Step<S>,
  write: ExchangeWrite<S>,
  audience: Audience,
): Mails | null {
  const { meetings } = work.kind;
  if (
    decision.kind === 'createInExchange' &&
    write.kind === 'create' &&
    decision.replaces === null
  ) {
    const { value } = decision.record.shown;
    const isInvited = (meetings?.newcomers(write.entry.patch) ?? []).length > 0;
    const isDue = isInvited && isToCome(work, value);
    return isDue ? { ...TO_ALL, untold: specialInNewSeries(work, value) } : null;
  }
  if (decision.kind === 'merge' && write.kind === 'update' && write.entry.patch !== null) {
    const { item, merged } = decision;
    const { patch } = write.entry;
    if (!invites(work, item.seen.item)) return null;
    const ahead = isToCome(work, merged.forExchange);
    return mailsOfUpdate(work, { observed, decision, patch, audience, isToCome: ahead });
  }
  if (decision.kind === 'removeFromExchange' && write.kind === 'remove') {
    const { seen, shown } = decision.item;
    const isDue = mayTell(guestsOf(work, seen.item), audience) && isToCome(work, shown.value);
    return isDue ? TO_ALL : null;
  }
  return null;
}

const TO_ALL: Mails = { tell: 'everybody', tellOf: [], untold: [] };

/** Nobody, where somebody else invites, or it was called off. */
function guestsOf<S extends Shapes>(work: PairWork<S>, item: S['item']): readonly Guest[] {
  return invites(work, item) ? (work.kind.meetings?.guests(item) ?? []) : [];
}

function invites<S extends Shapes>({ kind }: PairWork<S>, item: S['item']): boolean {
  const { isOrganizer, isCancelled } = kind.itemFacts(item);
  return isOrganizer && isCancelled !== true;
}

function isToCome<S extends Shapes>(
  { kind, clock, translation }: PairWork<S>,
  value: S['value'],
): boolean {
  return kind.meetings?.endsAfter(value, clock.now(), translation) === true;
}
