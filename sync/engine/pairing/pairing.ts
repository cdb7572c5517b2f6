import type { Link, Parked, Side } from '../../ports/store.js';
import { instantOf, millisecondsOf } from '../../../mappings/values.js';
import type { Feed } from '../feed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { NEVER_AGREED } from './never-agreed.js';
import { byKey } from './pairing-by-key.js';
import { byUid } from './pairing-by-uid.js';
import type { PairedBy } from './pairing-notes.js';
import type { Reason } from '../reasons.js';
import type { Interrupted } from '../recover.js';
import { sortOutTwins } from './sameness.js';
import { EMPTY_SETTLEMENT, settleSafely } from '../settlement.js';
import { AMBIGUOUS, findStrangers } from './strangers.js';
import { lookAt } from './stranger-sights.js';
import type { Seen } from './stranger-sights.js';
import { keyForRecord } from '../record-key.js';

/** Links that were found, and what was not. */
export interface Twins {
  readonly links: readonly { readonly by: PairedBy; readonly link: Link }[];
  /** Not to be made on the other side, and why. */
  readonly unpaired: readonly {
    readonly side: Side;
    readonly id: string;
    readonly reason: Reason;
  }[];
}

const NO_TWINS: Twins = { links: [], unpaired: [] };

/**
 * Before anything is made on the other side: what is there already and was never linked, or is not any more, is linked
 * (rules 1, 7, 14, 22; scenarios 3, 4, 7). The links are committed without bases, so the plan takes what is equal for
 * settled, and lets an administrator decide about what differs; neither side is written but for the mark. What could be
 * several things is parked with its reason, and made nowhere.
 */
export async function pairAnew<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
): Promise<void> {
  const twins = await findTwins(work, feed, interrupted, true);
  for (let at = 0; at < twins.links.length; at += LINKS_PER_COMMIT) {
    await commitLinks(work, feed, twins.links.slice(at, at + LINKS_PER_COMMIT));
  }
  if (twins.unpaired.length > 0) await park(work, feed, twins);
  for (const { by, link } of twins.links) {
    work.anew?.paired.push({ by, recordId: link.recordId, itemId: link.itemId });
  }
  work.anew?.unpaired.push(...twins.unpaired);
}

/**
 * The same without remembering it; what is not to be made anywhere is left out of the feed. `mayAskErp` = false: a look at
 * the ERP's keys, which raises the fence, is left out.
 */
export async function findTwins<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
  mayAskErp: boolean,
): Promise<Twins> {
  const strangers = await findStrangers(work, feed, interrupted);
  if (strangers === null) return NO_TWINS;
  const keyed = await byKey(work, strangers, mayAskErp);
  const left = {
    ...strangers,
    records: without(
      strangers.records,
      keyed.links.map(({ recordId }) => recordId),
    ),
    items: without(
      strangers.items,
      keyed.links.map(({ itemId }) => itemId),
    ),
  };
  const seen = await lookAt(work, left);
  const moved = await byUid(work, feed, seen.items);
  const movedIds = new Set(moved.map(({ itemId }) => itemId));
  const items = seen.items.filter(({ id }) => !movedIds.has(id));
  const sorted = sortOutTwins(seen.records, items);
  const found = new Set([...movedIds, ...sorted.pairs.map(({ itemId }) => itemId)]);
  const twins: Twins = {
    links: [
      ...keyed.links.map((link) => ({ by: 'key' as const, link })),
      ...moved.map((link) => ({ by: 'uid' as const, link })),
      ...contentLinks(work, seen, sorted.pairs),
    ],
    unpaired: [
      ...sorted.ambiguous.map((one) => ({ ...one, reason: AMBIGUOUS })),
      ...keyed.lost.filter(({ id }) => !found.has(id)),
    ],
  };
  leaveOut(feed, twins);
  return twins;
}

function contentLinks<S extends Shapes>(
  work: PairWork<S>,
  { records, items }: { readonly records: readonly Seen[]; readonly items: readonly Seen[] },
  pairs: readonly { readonly recordId: string; readonly itemId: string }[],
): Twins['links'] {
  const births = new Map(records.map(({ id, birth }) => [id, birth]));
  const uids = new Map(items.map(({ id, uid }) => [id, uid]));
  return pairs.map(({ recordId, itemId }) => {
    const birth = births.get(recordId) ?? '';
    const ids = { recordId, recordBirth: birth, itemId, uid: uids.get(itemId) ?? null };
    const key = keyForRecord(work, birth);
    return { by: 'content', link: { ...NEVER_AGREED, ...ids, id: work.chance.key(), key } };
  });
}

const LINKS_PER_COMMIT = 500;

async function commitLinks<S extends Shapes>(
  work: PairWork<S>,
  { since }: Feed,
  found: Twins['links'],
): Promise<void> {
  const at = work.clock.now();
  const ids = new Set(
    found.flatMap(({ link }) => [`erp ${link.recordId}`, `exchange ${link.itemId}`]),
  );
  await settleSafely(work, {
    ...EMPTY_SETTLEMENT,
    links: found.map(({ link }) => link),
    healed: since.parked.filter(({ side, id }) => ids.has(`${side} ${id}`)),
    journal: found.map(({ by, link: { recordId, itemId, ended } }) => ({
      ...{ at, event: ended === null ? 'linked' : 'unlinked', side: 'exchange', recordId, itemId },
      ...{ fields: [], losses: [], detail: ended ?? PAIRED_BY[by] },
    })),
  });
}

const PAIRED_BY = {
  key: 'pairedByKey',
  uid: 'pairedByUid',
  content: 'pairedByContent',
} as const satisfies Record<PairedBy, Reason>;

const LOOK_AGAIN_MS = 24 * 3_600_000;

/** A change of any of them brings them back; otherwise they are looked at daily. */
async function park<S extends Shapes>(
  work: PairWork<S>,
  { since }: Feed,
  { unpaired }: Twins,
): Promise<void> {
  const at = work.clock.now();
  const retryAt = instantOf(millisecondsOf(at) + LOOK_AGAIN_MS);
  const before = new Map(since.parked.map((one) => [`${one.side} ${one.id}`, one]));
  const parked = unpaired.map(({ side, id, reason }): Parked => {
    const times = (before.get(`${side} ${id}`)?.times ?? 0) + 1;
    return { side, id, reason, times, retryAt, kind: 'rejected' };
  });
  const isNew = ({ side, id, reason }: Parked): boolean =>
    before.get(`${side} ${id}`)?.reason !== reason;
  await settleSafely(work, {
    ...EMPTY_SETTLEMENT,
    parked,
    journal: parked.filter(isNew).map(({ side, id, reason }) => ({
      ...{ at, event: 'parked', side, fields: [], losses: [], detail: reason },
      ...(side === 'erp' ? { recordId: id, itemId: null } : { recordId: null, itemId: id }),
    })),
  });
}

function leaveOut({ records, items }: Feed, { unpaired }: Twins): void {
  for (const { side, id } of unpaired) (side === 'erp' ? records : items).delete(id);
}

function without<T>(all: ReadonlyMap<string, T>, ids: readonly string[]): ReadonlyMap<string, T> {
  const gone = new Set(ids);
  return new Map([...all].filter(([id]) => !gone.has(id)));
}
