import type { Link, LinkEnd } from '../ports/store.js';
import type { Ledger } from './ledger.js';
import type { Shapes } from './pair-work.js';
import type { Observed } from './sights.js';

const ASIDE: ReadonlySet<LinkEnd> = new Set([
  'recordLeftScope',
  'itemLeftScope',
  'itemBecamePrivate',
  'recordDeletedItemKept',
  'recordDeletedAgain',
  'putBack',
] satisfies LinkEnd[]);

/** Not synced any more, or not for now, while the item stays where it is. */
export function isAside({ ended }: Link): boolean {
  return ended !== null && ASIDE.has(ended);
}

/**
 * What lies aside can be dragged about, and then has another id: the link goes along, or a copy that a person makes of it
 * later would pass for the thing itself, and be brought nowhere.
 */
export function followAside<S extends Shapes>(
  { unit, item, isCopy }: Observed<S>,
  ledger: Pick<Ledger, 'link'>,
): void {
  const { link, itemId } = unit;
  const isThere = item.kind === 'there' || item.kind === 'outOfScope';
  if (link === null || !isAside(link) || isCopy || !isThere) return;
  if (itemId === null || itemId === link.itemId) return;
  ledger.link({ ...link, itemId, itemVersion: '' }, false);
}
