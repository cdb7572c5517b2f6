import type { PairWork, Shapes } from '../pair-work.js';
import type { Unit } from '../unit.js';

/**
 * How often what was deleted has been made again already. The links that ended with it are the count, so it survives a
 * restart. Asks nothing where nothing was deleted.
 */
export async function putBacksOf<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<(unit: Unit) => number> {
  const gone = units.filter(isGone);
  if (gone.length === 0) return () => 0;
  const recordIds = gone.flatMap(({ recordId }) => recordId ?? []);
  const itemIds = gone.flatMap(({ itemId }) => itemId ?? []);
  const links = await work.store.links(work.pair.id, { recordIds, itemIds });
  const ended = links.filter((link) => link.ended === 'putBack');
  return ({ recordId, itemId }) =>
    ended.filter((link) => link.recordId === recordId || link.itemId === itemId).length;
}

function isGone({ link, recordNews, itemNews }: Unit): boolean {
  if (link?.ended !== null) return false;
  return (
    recordNews?.kind === 'removed' || itemNews?.kind === 'vanished' || itemNews?.kind === 'ask'
  );
}
