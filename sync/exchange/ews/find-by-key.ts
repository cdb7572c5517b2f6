import type { ItemFound } from '../../ports/exchange.js';
import { ConnectorFailure } from '../../ports/failure.js';
import { parseMark } from '../../ports/mark.js';
import { foldersBelow, isCalendar } from './folders-below.js';
import { chunksOf } from './in-batches.js';
import { readFindByMark, writeFindByMark, type MarkedItem } from './operations/find-item.js';
import type { FolderAddress } from './operations/get-folder.js';
import type { Ask } from './requests.js';
import { onlyMessage } from './response-messages.js';

/** Where to look, for which keys. */
export interface KeySearch {
  readonly folderId: string;
  readonly keys: readonly string[];
}

/**
 * All items whose mark has one of the keys: in the folder and in the deleted-items folders, and for keys without one in the
 * folder in all other calendars. What lies in a calendar and among the deleted items at once is answered twice: a copy of what
 * was deleted carries its mark as well, and the engine decides.
 */
export async function findByKey(
  ask: Ask,
  { folderId, keys }: KeySearch,
): Promise<readonly ItemFound[]> {
  const found: ItemFound[] = await search(ask, { id: folderId }, keys, 'inFolder');
  const seen = new Set(found.map(({ key }) => key));
  const missing = keys.filter((key) => !seen.has(key));
  for (const { folder, place } of DELETED_ITEMS)
    found.push(...(await search(ask, folder, keys, place)));
  if (missing.length === 0) return found;
  for (const { folder, place } of await otherCalendars(ask, folderId))
    found.push(...(await search(ask, folder, missing, place)));
  return found;
}

interface Place {
  readonly folder: FolderAddress;
  readonly place: ItemFound['place'];
}

const DELETED_ITEMS: readonly Place[] = [
  { folder: { distinguished: 'deleteditems' }, place: 'deleted' },
  { folder: { distinguished: 'recoverableitemsdeletions' }, place: 'deleted' },
];

/** A calendar that was deleted as a whole lies below Deleted Items, and so do its appointments. */
async function otherCalendars(ask: Ask, folderId: string): Promise<readonly Place[]> {
  const all = await foldersBelow(ask, { distinguished: 'msgfolderroot' });
  const deleted = await foldersBelow(ask, { distinguished: 'deleteditems' });
  const deletedIds = new Set(deleted.map(({ id }) => id));
  return all
    .filter((folder) => folder.id !== folderId && isCalendar(folder))
    .map(({ id }) => ({ folder: { id }, place: deletedIds.has(id) ? 'deleted' : 'elsewhere' }));
}

async function search(
  ask: Ask,
  folder: FolderAddress,
  keys: readonly string[],
  place: ItemFound['place'],
): Promise<ItemFound[]> {
  const wanted = new Set(keys);
  const found: ItemFound[] = [];
  for (const some of chunksOf(keys, 100)) {
    for (const { ref, mark } of await itemsMarked(ask, folder, some)) {
      const key = parseMark(mark)?.key;
      if (key !== undefined && wanted.has(key)) found.push({ key, mark, ref, place });
    }
  }
  return found;
}

async function itemsMarked(
  ask: Ask,
  folder: FolderAddress,
  keys: readonly string[],
): Promise<readonly MarkedItem[]> {
  const prefixes = keys.map((key) => `${key}.`);
  const items: MarkedItem[] = [];
  for (let offset = 0; ;) {
    const response = await ask('FindItem', writeFindByMark({ folder, prefixes, offset }));
    const page = pageOrNone(() => readFindByMark(onlyMessage(response)));
    items.push(...page.items);
    offset += page.count;
    if (page.isLast || page.count === 0) return items;
  }
}

/** Not every mailbox has every deleted-items folder; in one that is not there, nothing lies. */
function pageOrNone(
  read: () => ReturnType<typeof readFindByMark>,
): ReturnType<typeof readFindByMark> {
  try {
    return read();
  } catch (error) {
    const isMissing = error instanceof ConnectorFailure && error.code === 'ErrorFolderNotFound';
    if (isMissing) return { items: [], count: 0, isLast: true };
    throw error;
  }
}
