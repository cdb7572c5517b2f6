import type { Loss } from '../../mappings/translation.js';
import type { Base, Link } from '../ports/store.js';
import { UNREAD } from './fingerprint.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';

/** The link with what of its item the ERP does not get, each told to an administrator once, as long as it stays so. */
export function withUnread<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  link: Link,
  {
    item,
    before,
    ledger,
  }: { readonly item: S['item']; readonly before: Link | null; readonly ledger: Ledger },
): Link {
  const losses = kind.unread?.(item, translation) ?? [];
  if (losses.length === 0) return link;
  const told = before === null ? {} : before.bases.exchange[UNREAD];
  const isNew = (loss: Loss): boolean =>
    typeof told !== 'object' || told[nameOf(loss)] === undefined;
  const news = losses.filter(isNew);
  if (news.length > 0) ledger.notTakenOver(link, news);
  const exchange: Base = {
    ...link.bases.exchange,
    [UNREAD]: Object.fromEntries(losses.map((loss) => [nameOf(loss), 'told'])),
  };
  return { ...link, bases: { ...link.bases, exchange } };
}

function nameOf({ field, reason }: Loss): string {
  return `${field} ${reason}`;
}
