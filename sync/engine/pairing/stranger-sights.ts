import { meetingKey } from '../meetings/meeting-key.js';
import { planActions } from '../plan.js';
import { observe } from '../observe.js';
import type { Observed } from '../sights.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { levelsOf } from './sameness.js';
import type { Stranger } from './sameness.js';
import type { Strangers } from './strangers.js';
import type { Unit } from '../unit.js';

/** A stranger as it was read. `birth` is '' for an item, `uid` null for a record. */
export interface Seen extends Stranger {
  readonly birth: string;
  readonly uid: string | null;
  /** Of the meeting that it is, or that it stands for; null = none is known. */
  readonly meeting: string | null;
}

const PER_BATCH = 200;

const ALONE: Unit = {
  link: null,
  recordId: null,
  recordNews: null,
  itemId: null,
  itemNews: null,
  mark: null,
  open: [],
  landedVersion: null,
};

/**
 * Reads what is not linked, once and in batches, and keeps of each only what tells it. What a filter leaves out, and what
 * cannot be read, is not among them.
 */
export async function lookAt<S extends Shapes>(
  work: PairWork<S>,
  { records, items }: Pick<Strangers, 'records' | 'items'>,
): Promise<{ readonly records: readonly Seen[]; readonly items: readonly Seen[] }> {
  const recordUnits = [...records].map(([recordId, recordNews]) => ({
    ...ALONE,
    recordId,
    recordNews,
  }));
  const itemUnits = [...items].map(([itemId, itemNews]) => ({ ...ALONE, itemId, itemNews }));
  return withoutMeetings(await seenOf(work, recordUnits), await seenOf(work, itemUnits));
}

/**
 * A meeting and the record that stands for it know each other by its key, and join.ts connects them: by content they would be held
 * as differing, where an attendee's copy is not like the organiser's (rule 10).
 */
function withoutMeetings(
  records: readonly Seen[],
  items: readonly Seen[],
): { readonly records: readonly Seen[]; readonly items: readonly Seen[] } {
  const inErp = new Set(records.map(({ meeting }) => meeting));
  const both = new Set(items.map(({ meeting }) => meeting).filter((key) => inErp.has(key)));
  const isFree = ({ meeting }: Seen): boolean => meeting === null || !both.has(meeting);
  return { records: records.filter(isFree), items: items.filter(isFree) };
}

async function seenOf<S extends Shapes>(
  work: PairWork<S>,
  units: readonly Unit[],
): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  for (let at = 0; at < units.length; at += PER_BATCH) {
    const observed = await observe(work, units.slice(at, at + PER_BATCH));
    for (const { observed: one, decision } of planActions(work, observed, new Map())) {
      const isWanted = decision.kind === 'createInErp' || decision.kind === 'createInExchange';
      const stranger = strangerOf(work, one, isWanted);
      if (stranger !== null) seen.push(stranger);
    }
  }
  return seen;
}

function strangerOf<S extends Shapes>(
  work: PairWork<S>,
  { record, item }: Observed<S>,
  isWanted: boolean,
): Seen | null {
  if (record.kind === 'there') {
    const { id, birth, meeting } = record.seen;
    const ids = { id, birth, uid: null, meeting: meeting?.key ?? null };
    return { ...ids, isWanted, levels: levelsOf(work, record.shown.value) };
  }
  if (item.kind !== 'there' || isInAnotherFolder(work, item.seen.folderId)) return null;
  const { uid, meeting = null } = work.kind.itemFacts(item.seen.item);
  const levels = levelsOf(work, item.shown.value);
  const ids = { id: item.seen.ref.id, birth: '', uid };
  return { ...ids, meeting: meeting === null ? null : meetingKey(meeting), isWanted, levels };
}

/** Asked for by its id, it may lie in Deleted Items by now. */
function isInAnotherFolder<S extends Shapes>(
  { pair }: PairWork<S>,
  folderId: string | null,
): boolean {
  return folderId !== null && !pair.folders.includes(folderId);
}
