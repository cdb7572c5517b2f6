import type { Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { findTicks, touchedLinks } from './find.js';
import { isSuccession, tickedInOf } from './intent.js';
import type { SuccessionsOf } from './intent.js';
import { pickItem } from './pick.js';
import type { Nursery } from './born.js';
import { nurseryOf, observeLinks, withhold } from './sight.js';
import type { Around, Ticking } from './sight.js';

/** A tick that the next cycle carries over. */
export interface Foretold<V> {
  readonly side: Side;
  readonly recordId: string;
  readonly itemId: string;
  readonly before: V;
  readonly after: V;
  readonly fields: readonly string[];
}

/**
 * The same as `carrySuccessions`, and nothing is written. What will be born cannot be foreseen, and what was born is not made
 * on the other side: it is left out of what is planned, and only the next cycle can tell.
 */
export async function foreseeSuccessions<S extends Shapes>(
  work: PairWork<S>,
  around: Around,
): Promise<readonly Foretold<S['value']>[]> {
  const hook = work.kind.successions;
  if (hook === undefined) return [];
  const { feed } = around;
  const intents = around.interrupted.open.filter(isSuccession);
  const linkIds = intents.map(({ births }) => births.linkId);
  const links = linkIds.length === 0 ? [] : await work.store.links(work.pair.id, { linkIds });
  for (const { id } of links) feed.reserved.add(id);
  const asked = links.map((link) => ({ link, recordId: link.recordId, itemId: link.itemId }));
  const observed = await observeLinks(work, asked, around);
  const under = intents.flatMap((intent): Ticking<S>[] => {
    const at = links.findIndex(({ id }) => id === intent.births.linkId);
    const [link, seen] = [links[at], observed[at]];
    const known = { isOld: true, hasLanded: false, namedItemId: null };
    return link === undefined || seen === undefined
      ? []
      : [{ intent, link, observed: seen, ...known }];
  });
  const fresh = await findTicks(work, hook, await touchedLinks(work, around), around);
  const nursery = await nurseryOf(work, hook, [...under, ...fresh], around);
  const foretold = fresh.flatMap((one) => foretoldOf(work, hook, one, nursery));
  for (const one of [...under, ...fresh]) withhold(hook, one, nursery, around);
  for (const { link } of fresh) {
    feed.records.delete(link.recordId);
    feed.items.delete(link.itemId);
  }
  return foretold;
}

function foretoldOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  one: Ticking<S>,
  nursery: Nursery<S>,
): readonly Foretold<S['value']>[] {
  const { record, item } = one.observed;
  const tickedIn = tickedInOf(one.intent);
  if (tickedIn === 'both' || record.kind !== 'there' || item.kind !== 'there') return [];
  const ids = { recordId: one.link.recordId, itemId: one.link.itemId, fields: hook.finished };
  if (tickedIn === 'erp') {
    const before = item.shown.value;
    const after = hook.finishedLike(before, record.shown.value);
    return [{ side: 'exchange', ...ids, before, after }];
  }
  const born = pickItem(work, hook, one, nursery);
  const before = record.shown.value;
  if (born === null) return [];
  return [{ side: 'erp', ...ids, before, after: hook.finishedLike(before, born.value) }];
}
