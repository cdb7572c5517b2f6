import { keysOf } from '../../../mappings/keys.js';
import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { ItemThere, Observed, RecordThere } from '../sights.js';
import { inBatches } from './born.js';
import type { Nursery } from './born.js';
import { isSuccession, successionIntent } from './intent.js';
import type { SuccessionsOf, TickedIn } from './intent.js';
import { hasGoneOn, pickItem } from './pick.js';
import { nurseryOf, observeLinks, withhold } from './sight.js';
import type { Around, Ticking } from './sight.js';
import { travelFor } from '../terms/travel-for.js';
import { waysOf } from '../terms/travel.js';
import { isFrozen } from '../unrest.js';

/** Live links that something happened to. */
export async function touchedLinks<S extends Shapes>(
  work: PairWork<S>,
  { feed, interrupted }: Around,
): Promise<readonly Link[]> {
  // what was born late has become a link just now
  if (feed.since.liveLinks === 0 && !interrupted.open.some(isSuccession)) return [];
  const links = new Map<string, Link>();
  const take = (found: readonly Link[]): void => {
    for (const link of found) {
      const isFree = !feed.reserved.has(link.id);
      if (link.ended === null && isFree && isTouched(link, feed)) links.set(link.id, link);
    }
  };
  for (const recordIds of inBatches([...feed.records.keys()]))
    take(await work.store.links(work.pair.id, { recordIds }));
  for (const itemIds of inBatches([...feed.items.keys()]))
    take(await work.store.links(work.pair.id, { itemIds }));
  return [...links.values()];
}

function isTouched(
  { recordId, recordVersion, itemId, itemVersion }: Link,
  { records, items }: Around['feed'],
): boolean {
  const record = records.get(recordId);
  const item = items.get(itemId);
  const isSameRecord = record?.kind === 'seen' && record.version === recordVersion;
  const isSameItem = item?.kind === 'seen' && item.ref.version === itemVersion;
  return (record !== undefined && !isSameRecord) || (item !== undefined && !isSameItem);
}

interface Suspect<S extends Shapes> {
  readonly link: Link;
  readonly observed: Observed<S>;
  readonly record: RecordThere<S>;
  /** null where it cannot be told now. */
  readonly item: ItemThere<S> | null;
}

/**
 * What was ticked off since both sides last agreed, in the ERP, in Exchange, or in both. In Exchange that is proven by what
 * was left of it: an item that merely moves on was put off, or skipped. Where it cannot be told now, all of it waits.
 */
export async function findTicks<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  links: readonly Link[],
  around: Around,
): Promise<readonly Ticking<S>[]> {
  const suspects: Suspect<S>[] = [];
  for (const batch of inBatches(links)) {
    const asked = batch.map((link) => ({ link, recordId: link.recordId, itemId: link.itemId }));
    const observed = await observeLinks(work, asked, around);
    suspects.push(...observed.flatMap((one) => suspectOf(work, hook, one)));
  }
  if (suspects.length === 0) return [];
  const named = suspects.map((one) => ({ ...one, ...promiseOf(work, one, 'both') }));
  const nursery = await nurseryOf(work, hook, named, around);
  const left: Nursery<S> = { records: nursery.records, items: [...nursery.items] };
  return suspects.flatMap((one) => {
    const tickedIn = one.item === null ? null : tickedInOf(work, hook, one, left);
    if (tickedIn !== null) return [{ ...one, ...promiseOf(work, one, tickedIn) }];
    if (one.item === null) withhold(hook, one, nursery, around);
    return [];
  });
}

function suspectOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  observed: Observed<S>,
): readonly Suspect<S>[] {
  const { record, item, unit } = observed;
  const { link } = unit;
  if (link === null || record.kind !== 'there') return [];
  const { comesAgain, isFinished } = hook.stageOf(record.shown.value);
  if (!comesAgain) return [];
  const isUnsure = item.kind === 'unknown' || item.kind === 'unreadable';
  if (isUnsure || isFrozen(link, work.clock.now()))
    return isFinished ? [{ link, observed, record, item: null }] : [];
  if (item.kind !== 'there') return [];
  const stage = hook.stageOf(item.shown.value);
  if (!stage.comesAgain || stage.isFinished) return [];
  // nothing can be compared with what both sides showed: the plan holds it, or takes it as it is
  const isOld = link.form !== work.kind.form(work.translation);
  if (isOld) return isFinished ? [{ link, observed, record, item: null }] : [];
  const isSuspect = isFinished || hasGoneOn(work, hook, { link, observed }, item.shown.value);
  return isSuspect ? [{ link, observed, record, item }] : [];
}

function promiseOf<S extends Shapes>(
  work: PairWork<S>,
  { link, record, item }: Suspect<S>,
  tickedIn: TickedIn,
): Omit<Ticking<S>, 'link' | 'observed'> {
  const ref = item?.seen.ref ?? { id: link.itemId, version: link.itemVersion };
  const intent = successionIntent(work, link, { record: record.seen, item: ref }, tickedIn);
  return { intent, isOld: false, hasLanded: false, namedItemId: null };
}

function tickedInOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  { link, observed, record, item }: Suspect<S>,
  nursery: Nursery<S>,
): TickedIn | null {
  if (item === null) return null;
  const travel = travelFor(work, observed, link);
  const [field] = keysOf(work.kind.rules).filter((name) => name === hook.finished[0]);
  if (field === undefined) return null;
  const may = waysOf(field, work.kind.rules[field], travel);
  const { isFinished } = hook.stageOf(record.shown.value);
  const isOn = hasGoneOn(work, hook, { link, observed }, item.shown.value);
  if (isFinished && isOn) return 'both';
  if (isFinished) return may.toExchange ? 'erp' : null;
  // something finished was left with the due date of before
  const born = pickItem(work, hook, { link, observed, namedItemId: null }, nursery);
  if (!may.toErp || born?.stage.isFinished !== true) return null;
  // it proves one tick, and not that of a twin as well
  nursery.items.splice(nursery.items.indexOf(born), 1);
  return 'exchange';
}
