import type { Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { BornItem, Nursery } from './born.js';
import { tickedInOf } from './intent.js';
import type { SuccessionsOf } from './intent.js';
import { hasGoneOn, pickItem } from './pick.js';
import type { Around, Ticking } from './sight.js';

/**
 * How far a tick has come: both sides have it; the other side is to be ticked; it cannot be told, or tried, now; or there is
 * nothing to carry over any more.
 */
export type Stand = 'landed' | 'due' | 'unsure' | 'moot';

/** Pure. */
export function standOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  nursery: Nursery<S>,
  around: Around,
): Stand {
  const { record, item } = one.observed;
  const isUnsure = ({ kind }: { readonly kind: string }): boolean =>
    kind === 'unknown' || kind === 'unreadable';
  if (isUnsure(record) || isUnsure(item)) return 'unsure';
  const tickedIn = tickedInOf(one.intent);
  if (one.hasLanded || tickedIn === 'both') return 'landed';
  const stand =
    tickedIn === 'erp'
      ? standInExchange(work, hook, one, nursery)
      : standInErp(work, hook, one, nursery, around);
  const from: Side = tickedIn;
  const { recordId, itemId } = one.link;
  const isResting = around.feed.since.parked.some(
    ({ side, id, retryAt }) =>
      side === from && id === (from === 'erp' ? recordId : itemId) && retryAt > work.clock.now(),
  );
  return stand === 'due' && isResting ? 'unsure' : stand;
}

function standInExchange<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  nursery: Nursery<S>,
): Stand {
  const { record, item } = one.observed;
  if (item.kind === 'there' && hasGoneOn(work, hook, one, item.shown.value)) return 'landed';
  if (item.kind !== 'there')
    return itemElsewhere(work, hook, one, nursery) === null ? 'moot' : 'landed';
  const { comesAgain, isFinished } = hook.stageOf(item.shown.value);
  const isStillTicked = record.kind === 'there' && hook.stageOf(record.shown.value).isFinished;
  return comesAgain && !isFinished && isStillTicked ? 'due' : 'moot';
}

function standInErp<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  nursery: Nursery<S>,
  { interrupted }: Around,
): Stand {
  if (interrupted.ledTo.has(one.intent.id)) return 'landed';
  const { record } = one.observed;
  if (record.kind !== 'there') return 'moot';
  const { comesAgain, isFinished } = hook.stageOf(record.shown.value);
  if (isFinished) return 'landed';
  const born = pickItem(work, hook, one, nursery);
  return comesAgain && born?.stage.isFinished === true ? 'due' : 'moot';
}

/** The item that goes on, where it is not in its place any more: by its new mark, or by the old one and its due date. */
export function itemElsewhere<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  { items }: Nursery<S>,
): BornItem<S> | null {
  const { births } = one.intent;
  const remarked = items.find(({ key }) => key?.startsWith(births.nextKey) === true);
  if (remarked !== undefined) return remarked;
  const marked = items.filter(({ key, stage }) => key === one.link.key && stage.comesAgain);
  const isOn = ({ place, value }: BornItem<S>): boolean =>
    place !== 'inFolder' && hasGoneOn(work, hook, one, value);
  return marked.find(isOn) ?? null;
}
