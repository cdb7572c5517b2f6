import type { Stage } from '../../../mappings/successions.js';
import { Untranslatable } from '../../../mappings/translation.js';
import { UnreadableValue } from '../../../mappings/values.js';
import type { RecordSeen } from '../../ports/erp.js';
import type { ItemFound, ItemSeen } from '../../ports/exchange.js';
import { parseMark } from '../../ports/mark.js';
import type { Feed } from '../feed.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Interrupted } from '../recover.js';
import { isInChain } from './intent.js';
import type { SuccessionsOf } from './intent.js';

/** A record that no link knows, and that a series may go on with. */
export interface BornRecord<S extends Shapes> {
  readonly seen: RecordSeen<S['record']>;
  readonly value: S['value'];
  readonly stage: Stage;
  readonly family: string;
  readonly cameFrom: string | null;
}

/** An item that no live link knows, and that may have been left by a series. */
export interface BornItem<S extends Shapes> {
  readonly seen: ItemSeen<S['item']>;
  readonly place: ItemFound['place'];
  readonly key: string | null;
  readonly value: S['value'];
  readonly stage: Stage;
  readonly family: string;
}

/** What may have been born, each of which belongs to one series only. */
export interface Nursery<S extends Shapes> {
  readonly records: BornRecord<S>[];
  readonly items: BornItem<S>[];
}

/** Of what: families by their texts, items by the keys of their marks or by their own ids too. */
export interface Kin {
  readonly families: ReadonlySet<string>;
  readonly keys: readonly string[];
  readonly itemIds: readonly string[];
}

interface Around {
  readonly feed: Feed;
  readonly interrupted: Interrupted;
}

/** Records without a link among what the feed names and what was set aside. */
export async function bornRecords<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  kin: Kin,
  { feed, interrupted }: Around,
): Promise<BornRecord<S>[]> {
  const named = [...feed.records].flatMap(([id, { kind }]) =>
    kind === 'seen' || kind === 'ask' ? [id] : [],
  );
  const parked = feed.since.parked.flatMap(({ side, id }) => (side === 'erp' ? [id] : []));
  const isFree = (id: string): boolean =>
    !interrupted.waiting.has(id) && !interrupted.retries.has(id);
  const recordIds = [...new Set([...named, ...parked])].filter(isFree);
  const born: BornRecord<S>[] = [];
  for (const asked of inBatches(recordIds)) {
    const unlinked = await work.store.unlinked(work.pair.id, { recordIds: asked });
    if (unlinked.recordIds.length === 0) continue;
    const ids = unlinked.recordIds;
    for (const answer of await work.erp.read(work.pair.employeeId, ids, work.signal)) {
      const one = answer.ok ? bornRecord(work, hook, answer.value) : null;
      if (one === null) continue;
      if (one.cameFrom !== null || kin.families.has(one.family)) born.push(one);
    }
  }
  return born.sort((a, b) => inOrder(a.seen.id, b.seen.id));
}

function bornRecord<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  seen: RecordSeen<S['record']>,
): BornRecord<S> | null {
  const value = readable(() => work.kind.fromErp(seen.record, work.translation));
  if (!seen.isInScope || value === null || isLeftOut(work, value)) return null;
  const told = { stage: hook.stageOf(value), family: hook.familyOf(value) };
  return { seen, value, ...told, cameFrom: hook.cameFrom(seen.record) };
}

/** Items without a link: of the feed, of what was set aside, and wherever their marks lead in the mailbox. */
export async function bornItems<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  kin: Kin,
  { feed }: Around,
): Promise<BornItem<S>[]> {
  const named = [...feed.items].flatMap(([id, news]) => (news.kind === 'vanished' ? [] : [id]));
  const parked = feed.since.parked.flatMap(({ side, id }) => (side === 'exchange' ? [id] : []));
  const places = await placesOf(work, kin.keys);
  const itemIds = [...new Set([...named, ...parked, ...kin.itemIds])];
  const strangers: string[] = [];
  for (const asked of inBatches(itemIds)) {
    strangers.push(...(await work.store.unlinked(work.pair.id, { itemIds: asked })).itemIds);
  }
  const born: BornItem<S>[] = [];
  for (const ids of inBatches([...new Set([...strangers, ...places.keys()])])) {
    for (const answer of await work.exchange.read(work.pair.mailbox, ids, work.signal)) {
      if (!answer.ok) continue;
      const place = places.get(answer.value.ref.id) ?? placeOf(work, answer.value);
      const one = place === null ? null : bornItem(work, hook, answer.value, place);
      if (one !== null && isKinItem(one, kin)) born.push(one);
    }
  }
  return born.sort((a, b) => inOrder(a.seen.ref.id, b.seen.ref.id));
}

/** Those that carry one of these keys and are in no live link. */
async function placesOf<S extends Shapes>(
  work: PairWork<S>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ItemFound['place']>> {
  const [folderId] = work.pair.folders;
  if (keys.length === 0 || folderId === undefined) return new Map();
  const { mailbox } = work.pair;
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const ours = found.filter(({ mark }) => parseMark(mark)?.owner === work.pair.id);
  const itemIds = ours.map(({ ref }) => ref.id);
  const links = itemIds.length === 0 ? [] : await work.store.links(work.pair.id, { itemIds });
  const taken = new Set(links.flatMap(({ ended, itemId }) => (ended === null ? [itemId] : [])));
  const free = ours.filter(({ ref }) => !taken.has(ref.id));
  return new Map(free.map(({ ref, place }) => [ref.id, place]));
}

function placeOf<S extends Shapes>(
  { pair }: PairWork<S>,
  { folderId }: ItemSeen<S['item']>,
): ItemFound['place'] | null {
  return folderId === null || pair.folders.includes(folderId) ? 'inFolder' : null;
}

function bornItem<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  seen: ItemSeen<S['item']>,
  place: ItemFound['place'],
): BornItem<S> | null {
  const value = readable(() => work.kind.fromExchange(seen.item, work.translation));
  if (value === null || isLeftOut(work, value)) return null;
  const mark = parseMark(seen.mark);
  const key = mark?.owner === work.pair.id ? mark.key : null;
  const told = { stage: hook.stageOf(value), family: hook.familyOf(value) };
  return { seen, place, key, value, ...told };
}

function isKinItem<S extends Shapes>(
  { seen, key, family, stage }: BornItem<S>,
  { keys, itemIds, families }: Kin,
): boolean {
  if (keys.some((one) => isInChain(key, one))) return true;
  return itemIds.includes(seen.ref.id) || (isLeft(stage) && families.has(family));
}

/** Ticked off, and it comes once: what Exchange leaves of a series that goes on. */
export function isLeft({ isFinished, comesAgain }: Stage): boolean {
  return isFinished && !comesAgain;
}

function isLeftOut<S extends Shapes>({ kind, pair }: PairWork<S>, value: S['value']): boolean {
  return pair.policy.leavePrivateOut && kind.isPrivate(value);
}

/** What cannot be read is parked where it is planned; it takes no part in this. */
function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof UnreadableValue) return null;
    throw error;
  }
}

const PER_BATCH = 200;

export function inBatches<T>(all: readonly T[]): readonly (readonly T[])[] {
  const batches: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += PER_BATCH) batches.push(all.slice(at, at + PER_BATCH));
  return batches;
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : 1;
}
