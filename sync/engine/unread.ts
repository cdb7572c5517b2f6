import type { Loss } from '../../mappings/translation.js';
import type { Link, Side } from '../ports/store.js';
import { UNREAD } from './fingerprint.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';

/**
 * The link with what each side does not get of the other, told to an administrator once, as long as it stays so. No write
 * says it: what stays where it is never travels.
 */
export function withUnread<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  link: Link,
  {
    record,
    item,
    ...known
  }: {
    /** Each is left out where it was just made from the other one. */
    readonly record?: S['record'];
    readonly item?: S['item'];
    readonly before: Link | null;
    readonly ledger: Ledger;
  },
): Link {
  const inErp = record === undefined ? [] : (kind.unwritten?.(record, translation) ?? []);
  const inExchange = item === undefined ? [] : (kind.unread?.(item, translation) ?? []);
  return withTold(withTold(link, 'erp', inErp, known), 'exchange', inExchange, known);
}

function withTold(
  link: Link,
  side: Side,
  losses: readonly Loss[],
  { before, ledger }: { readonly before: Link | null; readonly ledger: Ledger },
): Link {
  if (losses.length === 0) return link;
  const told = before === null ? {} : before.bases[side][UNREAD];
  const isNew = (loss: Loss): boolean =>
    typeof told !== 'object' || told[nameOf(loss)] === undefined;
  const news = losses.filter(isNew);
  if (news.length > 0) ledger.notTakenOver(link, side, news);
  const base = {
    ...link.bases[side],
    [UNREAD]: Object.fromEntries(losses.map((loss) => [nameOf(loss), 'told'])),
  };
  return { ...link, bases: { ...link.bases, [side]: base } };
}

function nameOf({ field, reason }: Loss): string {
  return `${field} ${reason}`;
}
