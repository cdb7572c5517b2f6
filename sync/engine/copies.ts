import type { PairWork, Shapes } from './pair-work.js';
import type { Unit } from './unit.js';

/** An item that carries the mark of a link whose item is another one: a copy, a twin, or the same one moved. */
export function isOtherItemOfLink(unit: Unit): boolean {
  return unit.link !== null && unit.itemId !== null && unit.itemId !== unit.link.itemId;
}

/** Which of the originals of marked strangers are still in their place: then the stranger is a copy. */
export async function originalsThere<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<ReadonlySet<string>> {
  const strangers = units.filter(isOtherItemOfLink);
  const ids = [...new Set(strangers.flatMap((unit) => (unit.link ? [unit.link.itemId] : [])))];
  if (ids.length === 0) return new Set();
  const answers = await work.exchange.read(work.pair.mailbox, ids, work.signal);
  return new Set(
    ids.filter((_, index) => {
      const answer = answers[index];
      if (!answer?.ok) return false;
      const { folderId } = answer.value;
      return folderId === null || work.pair.folders.includes(folderId);
    }),
  );
}

/**
 * Items with the mark of a linked appointment whose own item lies among the deleted ones, so that they have not taken its place:
 * a person copied it and deleted the original. The UID says which of the two is which, where a server gives copies another one.
 * Asked only for what is marked and not where it was.
 */
export async function copiesOfBuried<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<ReadonlySet<string>> {
  const [folderId] = work.pair.folders;
  const strangers = units.filter(({ link, itemId, itemNews, mark }) => {
    const isMarked = mark !== null && link?.key === mark.key && link.attempt === mark.attempt;
    const isOther = isMarked && itemNews?.kind === 'seen' && itemId !== link.itemId;
    return isOther && link.ended === null;
  });
  if (strangers.length === 0 || folderId === undefined) return new Set();
  const { mailbox } = work.pair;
  const keys = [...new Set(strangers.flatMap(({ link }) => link?.key ?? []))];
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const buried = new Map(
    found.flatMap((one) => (one.place === 'deleted' ? [[one.key, one.ref.id] as const] : [])),
  );
  const asked = strangers.flatMap(({ link, itemId }) => {
    const buriedId = buried.get(link?.key ?? '');
    return buriedId === undefined || itemId === null ? [] : [{ link, itemId, buriedId }];
  });
  const uids = await uidsOf(work, [
    ...new Set(asked.flatMap(({ itemId, buriedId }) => [itemId, buriedId])),
  ]);
  const isOriginal = (uid: string | null, id: string): boolean => uids.get(id) === uid;
  return new Set(
    asked
      .filter(({ link, itemId, buriedId }) => {
        const uid = link?.uid ?? null;
        return uid !== null && isOriginal(uid, buriedId) && !isOriginal(uid, itemId);
      })
      .map(({ itemId }) => itemId),
  );
}

/** The UIDs of items, as far as they can be read. */
export async function uidsOf<S extends Shapes>(
  { exchange, pair, kind, signal }: PairWork<S>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (ids.length === 0) return new Map();
  const answers = await exchange.read(pair.mailbox, ids, signal);
  return new Map(
    answers.flatMap((answer, at) =>
      answer.ok ? [[ids[at] ?? '', kind.itemFacts(answer.value.item).uid] as const] : [],
    ),
  );
}

/**
 * Items with the mark of an appointment that was deleted, while that one still lies among the deleted items: nobody has
 * restored it, so they are copies that a person made before. Taken for the restored item, such a copy would bring its owner
 * back into a record that goes on without them, and carry what they wrote into it.
 */
export async function copiesOfDeleted<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<ReadonlySet<string>> {
  const asked = units.flatMap(({ link, itemId, itemNews, mark }) => {
    const isStranger = itemId !== null && itemId !== link?.itemId && itemNews?.kind === 'seen';
    const isOfDeleted = link?.ended === 'deletedEverywhere' && link.key === mark?.key;
    return isStranger && isOfDeleted ? [{ key: link.key, itemId }] : [];
  });
  const [folderId] = work.pair.folders;
  if (asked.length === 0 || folderId === undefined) return new Set();
  const keys = [...new Set(asked.map(({ key }) => key))];
  const found = await work.exchange.findByKey(work.pair.mailbox, { folderId, keys }, work.signal);
  const buried = new Set(found.filter(({ place }) => place === 'deleted').map(({ key }) => key));
  return new Set(asked.filter(({ key }) => buried.has(key)).map(({ itemId }) => itemId));
}
