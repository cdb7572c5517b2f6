import type { ItemFound, ItemSeen } from '../../ports/exchange.js';
import type { Answer } from '../../ports/failure.js';
import { wasAttendeeCopy } from './meeting.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Unit } from '../unit.js';

/** What must be asked about meetings beside their two sides. */
export interface MeetingSights {
  /** Copies that Exchange made anew after they were deleted: a UID that an ended link has, and no answer to it. */
  isRecreated(unit: Unit): boolean;
  /** Copies that were deleted by being declined. */
  hasDeclined(unit: Unit): boolean;
}

interface ItemReadings<S extends Shapes> {
  readonly places: ReadonlyMap<string, ItemFound | null>;
  readonly items: ReadonlyMap<string, Answer<ItemSeen<S['item']>>>;
}

/** Asks nothing where there is no attendee's copy among the units. */
export async function meetingSights<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  { places, items }: ItemReadings<S>,
): Promise<MeetingSights> {
  if (work.kind.meetings === undefined) return NONE;
  const known = await uidsOfEnded(work, units, items);
  const declined = await declinedOnes(work, units, places);
  return {
    isRecreated: (unit) => known.has(unit.itemId ?? ''),
    hasDeclined: (unit) => declined.has(unit.itemId ?? ''),
  };
}

const NONE: MeetingSights = { isRecreated: () => false, hasDeclined: () => false };

/** Ids of unlinked, unanswered copies whose meeting this pair has had before. */
async function uidsOfEnded<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  items: ItemReadings<S>['items'],
): Promise<ReadonlySet<string>> {
  const uids = new Map<string, string>();
  for (const { link, itemId } of units) {
    const answer = link === null && itemId !== null ? items.get(itemId) : undefined;
    if (itemId === null || answer?.ok !== true) continue;
    const facts = work.kind.itemFacts(answer.value.item);
    const isOpen = facts.answer !== 'accepted' && facts.answer !== 'tentative';
    if (!facts.isOrganizer && isOpen && facts.uid !== null) uids.set(itemId, facts.uid);
  }
  if (uids.size === 0) return new Set();
  const links = await work.store.links(work.pair.id, { uids: [...new Set(uids.values())] });
  const ended = new Set(links.filter((link) => link.ended !== null).map((link) => link.uid));
  return new Set([...uids].filter(([, uid]) => ended.has(uid)).map(([itemId]) => itemId));
}

/** A declined copy lies in Deleted Items with its answer on it. */
async function declinedOnes<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
  places: ItemReadings<S>['places'],
): Promise<ReadonlySet<string>> {
  const deleted = units.flatMap(({ link, itemId }) => {
    const place = itemId === null ? undefined : places.get(itemId);
    const isCopy =
      link?.ended === null && place?.place === 'deleted' && wasAttendeeCopy(work, link);
    return isCopy && itemId !== null ? [{ itemId, id: place.ref.id }] : [];
  });
  if (deleted.length === 0) return new Set();
  const ids = deleted.map(({ id }) => id);
  const answers = await work.exchange.read(work.pair.mailbox, ids, work.signal);
  return new Set(
    deleted.flatMap(({ itemId }, at) => {
      const answer = answers[at];
      const isNo =
        answer?.ok === true && work.kind.itemFacts(answer.value.item).answer === 'declined';
      return isNo ? [itemId] : [];
    }),
  );
}
