import type { Successions } from '../../../mappings/successions.js';
import type { RecordSeen } from '../../ports/erp.js';
import type { ItemRef } from '../../ports/exchange.js';
import type { Births, Intent, Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { intentOf } from '../step.js';

export type SuccessionsOf<S extends Shapes> = Successions<S['value'], S['record']>;

/** The one promise that covers a tick, and what both sides give birth to. */
export type SuccessionIntent = Intent & { readonly births: Births };

export function isSuccession(intent: Intent): intent is SuccessionIntent {
  return intent.births !== undefined;
}

/** Where somebody ticked it off: the other side is ticked by us, and neither where both were. */
export type TickedIn = 'erp' | 'exchange' | 'both';

/** What is promised for a link; it has an id of its own, because the link's other writes are confirmed without it. */
export function successionIntent<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { record, item }: { readonly record: RecordSeen<S['record']>; readonly item: ItemRef },
  tickedIn: TickedIn,
): SuccessionIntent {
  const births = {
    linkId: link.id,
    nextLinkId: work.chance.key(),
    nextKey: keyInChain(work, link.key),
  };
  const intent = intentOf(work, {
    side: tickedIn === 'exchange' ? 'erp' : 'exchange',
    what: tickedIn === 'both' ? 'mark' : 'update',
    linkId: work.chance.key(),
    key: link.key,
    attempt: link.attempt,
    recordId: record.id,
    recordBirth: record.birth,
    recordVersion: record.version,
    itemId: item.id,
    itemVersion: item.version,
    target: null,
  });
  return { ...intent, births };
}

/** What is alike in the keys of one series: what Exchange copies carries the key that the item had then. */
const CHAIN = 11;

/** As long as any fresh key. */
function keyInChain<S extends Shapes>({ chance }: PairWork<S>, key: string): string {
  return key.slice(0, CHAIN) + chance.key().slice(CHAIN);
}

export function isInChain(key: string | null, other: string): boolean {
  return key?.slice(0, CHAIN) === other.slice(0, CHAIN);
}

export function tickedInOf({ side, what }: Intent): TickedIn {
  if (what === 'mark') return 'both';
  return side === 'erp' ? 'exchange' : 'erp';
}
