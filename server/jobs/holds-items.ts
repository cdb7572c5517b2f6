import type { ExchangePort } from '../../sync/ports/exchange.js';
import { parseMark } from '../../sync/ports/mark.js';
import type { Pair } from '../../sync/ports/pair.js';
import type { SyncStore } from '../../sync/ports/store.js';

const SAMPLE = 20;

/**
 * Whether a mailbox holds what a pair has linked there, by a sample of its marks; true where nothing is linked. Items keep
 * their marks wherever they are moved or copied to, also by ways that leave hidden messages behind.
 */
export async function holdsItemsOf<Item, Patch>(
  pair: Pair,
  {
    exchange,
    store,
  }: {
    readonly exchange: Pick<ExchangePort<Item, Patch>, 'folders' | 'findByKey'>;
    readonly store: Pick<SyncStore, 'links'>;
  },
  signal: AbortSignal,
): Promise<boolean> {
  const links = await store.links(pair.id, { page: { afterLinkId: null, limit: SAMPLE } });
  if (links.length === 0) return true;
  const [folderId] =
    pair.folders.length > 0 ? pair.folders : await exchange.folders(pair.mailbox, signal);
  if (folderId === undefined) return false;
  const keys = links.map(({ key }) => key);
  const found = await exchange.findByKey(pair.mailbox, { folderId, keys }, signal);
  return found.some(({ mark }) => parseMark(mark)?.owner === pair.id);
}
