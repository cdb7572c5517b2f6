import type { Feed } from './feed.js';
import type { Ledger } from './ledger.js';
import { observe } from './observe.js';
import type { PairWork, Shapes } from './pair-work.js';
import { planActions } from './plan.js';
import type { Interrupted } from './recover.js';
import type { Step } from './step.js';
import { translate } from './translate.js';
import type { Unit } from './units.js';
import { waitingByLink } from './verdict.js';

/** Reads both sides of a batch, plans, and says it in the words of the sides; what cannot be said is parked. */
export async function planBatch<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  { feed, interrupted, ledger }: { feed: Feed; interrupted: Interrupted; ledger: Ledger },
): Promise<readonly Step<S>[]> {
  const observed = await observe(
    work,
    units.filter((unit) => !mayStillLand(unit, interrupted, ledger)),
  );
  return planActions(work, observed, waitingByLink(feed.since.waiting)).flatMap((action) => {
    const translation = translate(work, action, interrupted);
    if (translation.ok) return [translation.step];
    const { unit } = action.observed;
    const id = translation.side === 'erp' ? unit.recordId : unit.itemId;
    ledger.park(translation.side, id ?? '', 'untranslatable', translation.reason);
    return [];
  });
}

/**
 * A record whose create may still land is left for the next cycle (rule 8); so is an item that carries the key of an
 * unconfirmed create: it landed after we had looked for it, and is no stranger.
 */
function mayStillLand(unit: Unit, interrupted: Interrupted, ledger: Ledger): boolean {
  const { recordId, itemId, mark, link } = unit;
  if (recordId !== null && interrupted.waiting.has(recordId)) {
    ledger.owe('erp', recordId);
    return true;
  }
  const isOpen = interrupted.open.some(({ what, key }) => what === 'create' && key === mark?.key);
  if (link !== null || itemId === null || !isOpen) return false;
  ledger.owe('exchange', itemId);
  return true;
}
