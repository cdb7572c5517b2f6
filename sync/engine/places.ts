import type { ItemFound } from '../ports/exchange.js';
import { parseMark } from '../ports/mark.js';
import { uidsOf } from './copies.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Unit } from './unit.js';

/** Where linked items that left their place are now (rule 5); null = nowhere. */
export async function placesOf<S extends Shapes>(
  work: PairWork<S>,
  vanished: readonly Unit[],
): Promise<ReadonlyMap<string, ItemFound | null>> {
  const places = new Map<string, ItemFound | null>();
  const [folderId] = work.pair.folders;
  if (vanished.length === 0 || folderId === undefined) return places;
  const keys = vanished.flatMap((unit) => (unit.link === null ? [] : [unit.link.key]));
  const { mailbox } = work.pair;
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const owners = await ownersOf(work, found);
  const uids = await uidsOf(work, inSeveralPlaces(found));
  for (const unit of vanished) {
    const place = nearest(work, unit, found, { owners, uids });
    const isUnmarked = place === null && unit.itemNews?.kind === 'ask';
    if (unit.itemId !== null && !isUnmarked) places.set(unit.itemId, place);
  }
  return places;
}

/** Which live link each found item belongs to: a copy that is linked already may still carry the original's mark. */
async function ownersOf<S extends Shapes>(
  work: PairWork<S>,
  found: readonly ItemFound[],
): Promise<ReadonlyMap<string, string>> {
  if (found.length === 0) return new Map();
  const itemIds = found.map(({ ref }) => ref.id);
  const links = await work.store.links(work.pair.id, { itemIds });
  return new Map(links.filter((link) => link.ended === null).map((link) => [link.itemId, link.id]));
}

/** Ids of items that share their key: which of them is the original, and which a copy, only its UID tells. */
function inSeveralPlaces(found: readonly ItemFound[]): readonly string[] {
  const isShared = (one: ItemFound): boolean => found.some((o) => o !== one && o.key === one.key);
  return found.filter(isShared).map(({ ref }) => ref.id);
}

const NEAREST: readonly ItemFound['place'][] = ['inFolder', 'elsewhere', 'deleted'];

/**
 * Itself beats its copies, told by id or UID, and still in the folder beats elsewhere beats deleted: those that people made can
 * lie in several places.
 */
function nearest<S extends Shapes>(
  work: PairWork<S>,
  unit: Unit,
  found: readonly ItemFound[],
  {
    owners,
    uids,
  }: {
    readonly owners: ReadonlyMap<string, string>;
    readonly uids: ReadonlyMap<string, string | null>;
  },
): ItemFound | null {
  const ours = found.filter((candidate) => {
    const mark = parseMark(candidate.mark);
    const owner = owners.get(candidate.ref.id) ?? unit.link?.id;
    return owner === unit.link?.id && mark?.key === unit.link?.key && mark?.owner === work.pair.id;
  });
  const uid = unit.link?.uid ?? null;
  const isItself = ({ ref: { id } }: ItemFound): number => {
    if (id === unit.itemId) return 0;
    return uid !== null && uids.get(id) === uid ? 1 : 2;
  };
  const sorted = ours.sort(
    (a, b) => isItself(a) - isItself(b) || NEAREST.indexOf(a.place) - NEAREST.indexOf(b.place),
  );
  return sorted[0] ?? null;
}
