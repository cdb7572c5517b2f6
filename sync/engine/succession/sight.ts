import type { Feed } from '../feed.js';
import type { Ledger } from '../ledger.js';
import { observe } from '../observe.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Interrupted } from '../recover.js';
import type { Observed } from '../sights.js';
import type { Link } from '../../ports/store.js';
import type { BornRecord, Kin, Nursery } from './born.js';
import { bornItems, bornRecords, isLeft } from './born.js';
import { familiesOf } from './pick.js';
import { isInChain } from './intent.js';
import type { SuccessionIntent, SuccessionsOf } from './intent.js';

/** What the cycle knows by now, and where it writes down what the next one must look at. */
export interface Around {
  readonly feed: Feed;
  readonly interrupted: Interrupted;
  readonly ledger: Ledger;
}

/** Something that was ticked off, on its way to the other side and to what is born of it. */
export interface Ticking<S extends Shapes> {
  readonly intent: SuccessionIntent;
  readonly link: Link;
  readonly observed: Observed<S>;
  /** An earlier cycle has promised it: what is not there by now comes late, or never. */
  readonly isOld: boolean;
  /** The other side is known to have taken it. */
  readonly hasLanded: boolean;
  /** The item that Exchange named when it took the tick; null = none, or nobody heard. */
  readonly namedItemId: string | null;
}

/** Both sides of links as they are now, whatever made us look. */
export async function observeLinks<S extends Shapes>(
  work: PairWork<S>,
  links: readonly {
    readonly link: Link | null;
    readonly recordId: string;
    readonly itemId: string;
  }[],
  { feed }: Pick<Around, 'feed'>,
): Promise<readonly Observed<S>[]> {
  return observe(
    work,
    links.map(({ link, recordId, itemId }) => ({
      link,
      recordId: recordId === '' ? null : recordId,
      recordNews: feed.records.get(recordId) ?? { kind: 'ask' },
      itemId: itemId === '' ? null : itemId,
      itemNews: feed.items.get(itemId) ?? { kind: 'ask' },
      mark: null,
      open: [],
      landedVersion: null,
    })),
  );
}

/** All that may have been born of these. */
export async function nurseryOf<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  ticking: readonly Pick<Ticking<S>, 'intent' | 'link' | 'observed' | 'namedItemId'>[],
  around: Around,
): Promise<Nursery<S>> {
  if (ticking.length === 0) return { records: [], items: [] };
  const kin: Kin = {
    families: new Set(ticking.flatMap(({ observed }) => familiesOf(hook, observed))),
    keys: [],
    itemIds: ticking.flatMap(({ namedItemId }) => (namedItemId === null ? [] : [namedItemId])),
  };
  const records = await bornRecords(work, hook, kin, around);
  const keys = ticking.flatMap(({ intent: { births }, link }) => [link.key, births.nextKey]);
  const items = await bornItems(work, hook, { ...kin, keys }, around);
  return { records, items };
}

/**
 * Nothing is made of what may have been born of these before it is known what belongs together: the next cycle looks at all
 * of it again.
 */
export function withhold<S extends Shapes>(
  hook: SuccessionsOf<S>,
  { link, observed }: Pick<Ticking<S>, 'link' | 'observed'>,
  nursery: Nursery<S>,
  { feed, ledger }: Around,
): void {
  const families = familiesOf(hook, observed);
  const owe = (side: 'erp' | 'exchange', id: string): void => {
    if (id !== '') ledger.owe(side, id);
  };
  owe('erp', link.recordId);
  owe('exchange', link.itemId);
  for (const { seen } of descendants(nursery.records, link.recordId, families)) {
    feed.records.delete(seen.id);
    owe('erp', seen.id);
  }
  withholdItems(hook, { link, observed }, nursery, { feed, ledger });
}

/** What may be left of it, or of what goes on: its record may not be there yet. */
export function withholdItems<S extends Shapes>(
  hook: SuccessionsOf<S>,
  { link, observed }: Pick<Ticking<S>, 'link' | 'observed'>,
  nursery: Nursery<S>,
  { feed, ledger }: Pick<Around, 'feed' | 'ledger'>,
): void {
  const families = familiesOf(hook, observed);
  for (const { seen, key, stage, family, place } of nursery.items) {
    const isKin = isInChain(key, link.key) || families.includes(family);
    if (!isKin || !isLeft(stage) || place !== 'inFolder') continue;
    feed.items.delete(seen.ref.id);
    ledger.owe('exchange', seen.ref.id);
  }
}

/** All that came from a record, from what came from it, and so on. */
function descendants<S extends Shapes>(
  records: readonly BornRecord<S>[],
  recordId: string,
  families: readonly string[],
): readonly BornRecord<S>[] {
  const ids = new Set([recordId]);
  for (let before = 0; before < ids.size;) {
    before = ids.size;
    for (const { cameFrom, seen } of records)
      if (cameFrom !== null && ids.has(cameFrom)) ids.add(seen.id);
  }
  return records.filter(({ seen, cameFrom, family }) =>
    cameFrom === null ? families.includes(family) : ids.has(seen.id),
  );
}
