import type { Link } from '../../ports/store.js';
import type { Feed } from '../feed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Seen } from './stranger-sights.js';

const LINKS_PER_PAGE = 1_000;

/**
 * Links whose items are nowhere to be found under their ids or marks, where an item nobody is linked to has the UID: a
 * mailbox was moved by a tool that took neither along (scenario 7). The links keep their bases, so what was changed
 * meanwhile travels as ever. Asked only after a complete enumeration of the mailbox.
 */
export async function byUid<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  items: readonly Seen[],
): Promise<readonly Link[]> {
  const byText = onlyOnes(items);
  if (!feed.complete.exchange || byText.size === 0 || feed.since.liveLinks === 0) return [];
  const homeless = await homelessLinks(work, feed, byText);
  return homeless.flatMap((link) => {
    const itemId = byText.get(link.uid ?? '');
    if (itemId === undefined) return [];
    byText.delete(link.uid ?? '');
    feed.items.delete(link.itemId);
    return [{ ...link, itemId, itemVersion: '' }];
  });
}

/** A UID that several items have tells nothing. */
function onlyOnes(items: readonly Seen[]): Map<string, string> {
  const byText = new Map<string, string>();
  const twice = new Set<string>();
  for (const { id, uid } of items) {
    if (uid === null) continue;
    if (byText.has(uid)) twice.add(uid);
    byText.set(uid, id);
  }
  for (const uid of twice) byText.delete(uid);
  return byText;
}

async function homelessLinks<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  byText: ReadonlyMap<string, string>,
): Promise<readonly Link[]> {
  const [folderId] = work.pair.folders;
  const homeless: Link[] = [];
  let afterLinkId: string | null = null;
  for (;;) {
    const page = { afterLinkId, limit: LINKS_PER_PAGE };
    const links: readonly Link[] = await work.store.links(work.pair.id, { page });
    const gone = links.filter(
      ({ itemId, uid }) => feed.items.get(itemId)?.kind === 'vanished' && byText.has(uid ?? ''),
    );
    if (gone.length > 0 && folderId !== undefined) {
      const keys = gone.map(({ key }) => key);
      const { mailbox } = work.pair;
      const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
      const there = new Set(found.map(({ key }) => key));
      homeless.push(...gone.filter(({ key }) => !there.has(key)));
    }
    if (links.length < LINKS_PER_PAGE) return homeless;
    afterLinkId = links.at(-1)?.id ?? null;
  }
}
