import { withAbsences } from './colleagues/absences.js';
import { noteDiffering } from './differing.js';
import type { Feed } from './feed.js';
import { matchMeetings } from './colleagues/join.js';
import type { Ledger } from './ledger.js';
import { withMails } from './meetings/mails.js';
import { observe } from './observe.js';
import type { PairWork, Shapes } from './pair-work.js';
import { planActions } from './plan.js';
import type { Interrupted } from './recover.js';
import { rejoinRestored } from './colleagues/rejoin.js';
import { withSources } from './colleagues/sources.js';
import type { Step } from './step.js';
import { translate } from './translate.js';
import type { Unit } from './unit.js';
import { withoutTicks } from './unticked.js';
import { waitingByLink } from './verdict.js';

/** Reads both sides of a batch, plans, and says it in the words of the sides; what cannot be said is parked. */
export async function planBatch<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  { feed, interrupted, ledger }: { feed: Feed; interrupted: Interrupted; ledger: Ledger },
): Promise<readonly Step<S>[]> {
  const seen = await observe(
    work,
    units.filter(
      (unit) => !isReserved(unit, feed, ledger) && !mayStillLand(unit, interrupted, ledger),
    ),
  );
  const rejoined = await rejoinRestored(work, seen, ledger);
  const matched = await matchMeetings(work, rejoined, ledger);
  const whole = await withSources(work, matched);
  const observed = whole.map((one) => withAbsences(work, one));
  const planned = planActions(work, observed, waitingByLink(feed.since.waiting));
  const actions = withoutTicks(work, planned, ledger);
  if (work.anew !== undefined) noteDiffering(work, actions);
  return actions.flatMap((action) => {
    const translation = translate(work, action, interrupted);
    if (translation.ok) return [withMails(work, translation.step, { feed, interrupted })];
    const { unit } = action.observed;
    const id = translation.side === 'erp' ? unit.recordId : unit.itemId;
    ledger.park(translation.side, id ?? '', 'untranslatable', translation.reason);
    return [];
  });
}

/** What a wish is half-way through would pass for a person's edit; the next cycle looks at it again, proofs included. */
function isReserved(
  { link, recordId, recordNews, itemId }: Unit,
  feed: Feed,
  ledger: Ledger,
): boolean {
  if (link === null || !feed.reserved.has(link.id)) return false;
  if (recordNews?.kind === 'removed') ledger.unfinishedRemoval();
  if (recordId !== null && recordId !== '') ledger.owe('erp', recordId);
  if (itemId !== null && itemId !== '') ledger.owe('exchange', itemId);
  return true;
}

/**
 * A record whose create may still land is left for the next cycle (rule 8); so is an item that carries the key of an
 * unconfirmed create: it landed after we had looked for it, and is no stranger.
 */
function mayStillLand(unit: Unit, interrupted: Interrupted, ledger: Ledger): boolean {
  const { recordId, recordNews, itemId, mark, link } = unit;
  if (recordId !== null && interrupted.waiting.has(recordId)) {
    ledger.owe('erp', recordId);
    // the log proves a deletion once: it must still do so when the item is known
    if (recordNews?.kind === 'removed') ledger.unfinishedRemoval();
    // an item of an earlier record with this id has news of its own
    if (itemId !== null && itemId !== '') ledger.owe('exchange', itemId);
    return true;
  }
  const isOpen = interrupted.open.some(({ what, key }) => what === 'create' && key === mark?.key);
  if (link !== null || itemId === null || !isOpen) return false;
  ledger.owe('exchange', itemId);
  return true;
}
