import type { RecordChange, RecordChanges } from '../ports/erp.js';
import type { ItemChange } from '../ports/exchange.js';
import { ConnectorFailure } from '../ports/failure.js';
import type { Owed, PairProgress, Watermarks } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Interrupted } from './recover.js';
import type { ItemNews, RecordNews } from './unit.js';

/** What both sides show since the watermarks: names only. Both sides of what they touch are read afterwards. */
export interface Feed {
  readonly records: Map<string, RecordNews>;
  readonly items: Map<string, ItemNews>;
  /** Where the next cycle starts when all of this is done. */
  readonly next: Watermarks;
  readonly since: PairProgress;
  /** Which sides named everything they have. */
  readonly complete: { readonly erp: boolean; readonly exchange: boolean };
  /** Ids that the next cycle must look at again (rule 17). */
  readonly later: Owed[];
  /** Links that something an administrator wants is under way for: nothing else is planned for them (rule 18). */
  readonly reserved: Set<string>;
  /** Ids of what was refused, and is not due to be tried again. */
  readonly resting: ReadonlySet<string>;
}

const LINKS_PER_PAGE = 1_000;

/**
 * Reads both sides to the end (rule 5: a move shows as a deletion before the creation), and adds what is owed, what
 * was parked and is due, what an administrator approved, and what unconfirmed writes touched. A cursor that cannot be continued is replaced by a
 * complete enumeration, and what it does not name is looked for.
 */
export async function readFeed<S extends Shapes>(
  work: PairWork<S>,
  interrupted: Pick<Interrupted, 'open' | 'owed'>,
): Promise<Feed> {
  const since = await work.store.progress(work.pair.id);
  const records = new Map<string, RecordNews>();
  const items = new Map<string, ItemNews>();
  const cursors: Record<string, string> = {};
  let itemsComplete = work.pair.folders.length > 0;
  for (const folderId of work.pair.folders) {
    const read = await readFolder(work, folderId, since, items);
    cursors[folderId] = read.cursor;
    itemsComplete &&= read.isComplete;
  }
  const { position, isComplete } = await readRecords(work, since.watermarks.erp, records);
  if (since.liveLinks > 0 && (isComplete || itemsComplete)) {
    await addMissing(work, { isComplete, itemsComplete }, records, items);
  }
  const resting = addUnfinished(work, since, interrupted, records, items);
  const complete = { erp: isComplete, exchange: itemsComplete };
  return {
    records,
    items,
    next: { exchange: cursors, erp: position },
    since,
    complete,
    later: [],
    reserved: new Set(),
    resting,
  };
}

/** All items of the pair's folders by name, without moving on in their feeds. */
export async function enumerateItems<S extends Shapes>(
  work: PairWork<S>,
): Promise<ReadonlyMap<string, ItemNews>> {
  const items = new Map<string, ItemNews>();
  for (const folderId of work.pair.folders) await readPages(work, folderId, null, items);
  return items;
}

async function readFolder<S extends Shapes>(
  work: PairWork<S>,
  folderId: string,
  since: PairProgress,
  items: Map<string, ItemNews>,
): Promise<{ readonly cursor: string; readonly isComplete: boolean }> {
  const known = work.anew ? null : (since.watermarks.exchange[folderId] ?? null);
  try {
    return { cursor: await readPages(work, folderId, known, items), isComplete: known === null };
  } catch (error) {
    if (known === null || !isExpired(error)) throw error;
    return { cursor: await readPages(work, folderId, null, items), isComplete: true };
  }
}

async function readPages<S extends Shapes>(
  work: PairWork<S>,
  folderId: string,
  from: string | null,
  items: Map<string, ItemNews>,
): Promise<string> {
  const { mailbox } = work.pair;
  let cursor = from;
  for (;;) {
    const page = await work.exchange.changesSince(mailbox, { folderId, cursor }, work.signal);
    for (const change of page.changes) noteItem(change, items);
    // a server that repeats itself would keep us here for ever (protocol fact 18)
    if (page.isLast || page.cursor === cursor) return page.cursor;
    cursor = page.cursor;
  }
}

/** Seen in one folder beats vanished from another: the item was moved between the pair's folders. */
function noteItem(change: ItemChange, items: Map<string, ItemNews>): void {
  if (change.kind === 'seen') {
    const { ref, mark, isPrivate } = change;
    items.set(ref.id, { kind: 'seen', ref, mark, isPrivate });
  } else if (items.get(change.id)?.kind !== 'seen') {
    items.set(change.id, { kind: 'vanished' });
  }
}

async function readRecords<S extends Shapes>(
  work: PairWork<S>,
  from: string | null,
  records: Map<string, RecordNews>,
): Promise<{ readonly position: string; readonly isComplete: boolean }> {
  const read = (position: string | null) =>
    work.erp.changesSince(work.pair.employeeId, position, work.signal);
  const answer = await read(work.anew ? null : from).catch(async (error: unknown) => {
    if (from === null || !isExpired(error)) throw error;
    return read(null);
  });
  const taken = work.anew && from !== null ? await removedSince(read, from) : [];
  for (const change of [...taken, ...answer.changes]) {
    records.set(
      change.id,
      change.kind === 'seen' ? { kind: 'seen', version: change.version } : { kind: 'removed' },
    );
  }
  return answer;
}

/** Whom a record was taken from is told by the log alone: beginning anew must not forget what it proves. */
async function removedSince(
  read: (position: string) => Promise<RecordChanges>,
  from: string,
): Promise<readonly RecordChange[]> {
  try {
    return (await read(from)).changes.filter(({ kind }) => kind === 'removed');
  } catch (error) {
    if (!isExpired(error)) throw error;
    return [];
  }
}

function isExpired(error: unknown): boolean {
  return error instanceof ConnectorFailure && error.kind === 'cursorExpired';
}

/** After a complete enumeration: linked things that it did not name. */
async function addMissing<S extends Shapes>(
  work: PairWork<S>,
  which: { readonly isComplete: boolean; readonly itemsComplete: boolean },
  records: Map<string, RecordNews>,
  items: Map<string, ItemNews>,
): Promise<void> {
  let afterLinkId: string | null = null;
  for (;;) {
    const page = { afterLinkId, limit: LINKS_PER_PAGE };
    const links = await work.store.links(work.pair.id, { page });
    for (const link of links) {
      if (which.isComplete && !records.has(link.recordId)) {
        records.set(link.recordId, { kind: 'missing' });
      }
      if (which.itemsComplete && !items.has(link.itemId)) {
        items.set(link.itemId, { kind: 'vanished' });
      }
    }
    if (links.length < LINKS_PER_PAGE) return;
    afterLinkId = links.at(-1)?.id ?? null;
  }
}

function addUnfinished<S extends Shapes>(
  work: PairWork<S>,
  since: PairProgress,
  interrupted: Pick<Interrupted, 'open' | 'owed'>,
  records: Map<string, RecordNews>,
  items: Map<string, ItemNews>,
): ReadonlySet<string> {
  const now = work.clock.now();
  const ask = (side: 'erp' | 'exchange', id: string | null): void => {
    if (id === null || id === '') return;
    const news: Map<string, RecordNews | ItemNews> = side === 'erp' ? records : items;
    if (!news.has(id)) news.set(id, { kind: 'ask' });
  };
  const resting = new Set<string>();
  const isResting = (id: string | null): boolean => id !== null && resting.has(id);
  for (const parked of since.parked) {
    if (parked.retryAt <= now) ask(parked.side, parked.id);
    else resting.add(parked.id);
  }
  for (const { verdict, recordId, itemId } of since.waiting) {
    if (verdict !== 'approved') continue;
    ask('erp', recordId);
    ask('exchange', itemId);
  }
  for (const { recordId, itemId } of since.wishes ?? []) {
    ask('erp', recordId);
    ask('exchange', itemId);
  }
  for (const owed of [...since.owed, ...interrupted.owed]) ask(owed.side, owed.id);
  for (const intent of interrupted.open) {
    // what was refused is not tried again in every cycle; a change of either side brings it back
    if (isResting(intent.recordId) || isResting(intent.itemId)) continue;
    ask('erp', intent.recordId);
    ask('exchange', intent.itemId);
  }
  return resting;
}
