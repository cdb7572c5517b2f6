import type { Clock } from '../../sync/ports/clock.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Instant } from '../../mappings/values.js';
import type {
  Destruction,
  FieldSource,
  Held,
  Intent,
  JournalEntry,
  Lease,
  Link,
  LinkNames,
  LostValue,
  Owed,
  PairProgress,
  Parked,
  Settlement,
  SyncStore,
  Verdict,
  Watermarks,
  Refusal,
  Wish,
  Write,
} from '../../sync/ports/store.js';

/** What is remembered of one pair. Tests may look at it; only the store writes it. */
export interface PairMemory {
  readonly connectionId: string;
  readonly employeeId: string;
  readonly sources: Map<string, Omit<FieldSource, 'employeeId'>>;
  fence: number;
  watermarks: Watermarks;
  owed: readonly Owed[];
  lastSettlement: string | null;
  readonly links: Map<string, Link>;
  readonly intents: Map<string, Intent>;
  readonly parked: Map<string, Parked>;
  readonly held: Map<string, HeldMemory>;
  readonly journal: JournalEntry[];
  readonly lostValues: LostValue[];
  /** The same, by the settlements that they came with. */
  readonly lostTogether: (readonly LostValue[])[];
  /** The audit trail, oldest first. */
  readonly writes: { readonly linkId: string; readonly write: Write }[];
  readonly wishes: Map<number, Wish & { refusal?: Refusal | null }>;
  readonly destructions: { readonly at: Instant; readonly actions: number }[];
}

type HeldMemory = Held & { readonly at: Instant; readonly verdict: Verdict | null };

/** SyncStore in memory, with the promises of the one on PostgreSQL; both run test/contracts/store.ts. */
export class MemoryStore implements SyncStore {
  private readonly pairs = new Map<string, PairMemory>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A pair must be known before anything is remembered of it. */
  addPair(pairId: string, connectionId = 'connection', employeeId = pairId): void {
    this.pairs.set(pairId, {
      connectionId,
      employeeId,
      sources: new Map(),
      fence: 0,
      watermarks: { exchange: {}, erp: null },
      owed: [],
      lastSettlement: null,
      links: new Map(),
      intents: new Map(),
      parked: new Map(),
      held: new Map(),
      journal: [],
      lostValues: [],
      lostTogether: [],
      writes: [],
      wishes: new Map(),
      destructions: [],
    });
  }

  /** A new holder: every lease given before is outdated. */
  acquire(pairId: string): Lease {
    const pair = this.pair(pairId);
    pair.fence += 1;
    return { pairId, fence: pair.fence };
  }

  /** What an administrator says about all that is held of a pair. */
  decide(pairId: string, verdict: Verdict): void {
    const { held } = this.pair(pairId);
    for (const [key, one] of held) held.set(key, { ...one, verdict });
  }

  /** An administrator wants writes taken back, newest first, or a losing value restored; answers the wish's id. */
  wish(pairId: string, linkId: string, wanted: Wish['for']): number {
    const pair = this.pair(pairId);
    const id = pair.wishes.size + 1;
    const { recordId = '', itemId = '' } = pair.links.get(linkId) ?? {};
    const key = `wish-${String(id).padStart(11, '0')}`;
    pair.wishes.set(id, { id, linkId, recordId, itemId, key, for: withBeside(pair, wanted) });
    return id;
  }

  /** Everything remembered of a pair, for tests to look at. */
  pair(pairId: string): PairMemory {
    const pair = this.pairs.get(pairId);
    if (!pair) throw new ConnectorFailure('gone', `there is no pair ${pairId}`);
    return pair;
  }

  async progress(pairId: string): Promise<PairProgress> {
    const pair = this.pair(pairId);
    return copyOf({
      watermarks: pair.watermarks,
      owed: pair.owed,
      parked: sortedByKey(pair.parked),
      waiting: [...pair.held.values()].map((one) => {
        const { linkId, side, recordVersion, itemVersion, reason, verdict } = one;
        const { recordId = '', itemId = '' } = pair.links.get(linkId) ?? {};
        const held = { linkId, side, recordVersion, itemVersion, reason };
        return { ...held, recordId, itemId, verdict };
      }),
      liveLinks: liveLinks(pair),
      isUnfinished: pair.lastSettlement !== null,
      ...wishesOf(pair),
    });
  }

  async links(pairId: string, by: Parameters<SyncStore['links']>[1]): Promise<readonly Link[]> {
    const all = [...(this.pairs.get(pairId)?.links.values() ?? [])];
    const [recordIds, itemIds] = [new Set(by.recordIds), new Set(by.itemIds)];
    const [keys, linkIds] = [new Set(by.keys), new Set(by.linkIds)];
    const named = all.filter(
      (link) =>
        (link.recordId !== '' && recordIds.has(link.recordId)) ||
        (link.itemId !== '' && itemIds.has(link.itemId)) ||
        keys.has(link.key) ||
        linkIds.has(link.id) ||
        by.uids?.includes(link.uid ?? '') === true,
    );
    return copyOf([...new Set([...named, ...pageOf(all, by.page)])]);
  }

  async unlinked(pairId: string, names: LinkNames): Promise<Required<LinkNames>> {
    const all = [...(this.pairs.get(pairId)?.links.values() ?? [])];
    const without = (
      ids: readonly string[] = [],
      of: (link: Link) => string,
    ): readonly string[] => {
      const known = new Set(all.map(of));
      return ids.filter((id) => !known.has(id));
    };
    return {
      recordIds: without(names.recordIds, ({ recordId }) => recordId),
      itemIds: without(names.itemIds, ({ itemId }) => itemId),
      keys: without(names.keys, ({ key }) => key),
    };
  }

  async intents(pairId: string): Promise<readonly Intent[]> {
    const open = [...(this.pairs.get(pairId)?.intents.values() ?? [])];
    const bare = open.map(({ trail, ...intent }) => {
      const fields = trail?.fields ?? [];
      return fields.length > 0 ? { ...intent, fields } : intent;
    });
    return copyOf(bare.sort((a, b) => compare(a.promisedAt, b.promisedAt)));
  }

  async promise(lease: Lease, intents: readonly Intent[]): Promise<void> {
    const pair = this.held(lease);
    for (const intent of copyOf(intents)) {
      if (!pair.intents.has(intent.id)) pair.intents.set(intent.id, intent);
    }
  }

  async settle(lease: Lease, settlement: Settlement): Promise<void> {
    const pair = this.held(lease);
    const sent = JSON.stringify(settlement);
    if (sent === pair.lastSettlement) return;
    const { links, closedIntents, journal, parked, healed, held, lostValues, destroyed } =
      copyOf(settlement);
    keepWrites(pair, settlement.done ?? []);
    const overwritten = valuesOf(pair, settlement);
    saveLinks(pair, links);
    pair.lastSettlement = sent;
    for (const id of closedIntents) pair.intents.delete(id);
    for (const linkId of settlement.purged ?? []) purge(pair, linkId);
    for (const one of settlement.answered ?? []) answer(pair, one);
    pair.journal.push(...journal);
    for (const { side, id } of healed) pair.parked.delete(`${side} ${id}`);
    for (const one of parked) pair.parked.set(`${one.side} ${one.id}`, one);
    this.hold(pair, links, held);
    const lost = [...lostValues, ...overwritten];
    pair.lostValues.push(...lost);
    pair.lostTogether.push(lost);
    if (destroyed > 0) pair.destructions.push({ at: this.clock.now(), actions: destroyed });
  }

  async rememberSources(
    lease: Lease,
    sources: readonly Omit<FieldSource, 'employeeId'>[],
  ): Promise<void> {
    const { sources: known } = this.held(lease);
    for (const one of copyOf(sources)) {
      known.set(`${one.recordId} ${one.recordBirth} ${one.field}`, one);
    }
  }

  async sources(_pairId: string, recordIds: readonly string[]): Promise<readonly FieldSource[]> {
    return copyOf(
      [...this.pairs.values()].flatMap(({ employeeId, sources }) =>
        [...sources.values()]
          .filter(({ recordId }) => recordIds.includes(recordId))
          .map((one) => ({ ...one, employeeId })),
      ),
    );
  }

  async advance(lease: Lease, watermarks: Watermarks, owed: readonly Owed[]): Promise<void> {
    const pair = this.held(lease);
    pair.watermarks = copyOf(watermarks);
    pair.lastSettlement = null;
    const byKey = new Map(owed.map((one) => [`${one.side} ${one.id}`, one]));
    pair.owed = copyOf(sortedByKey(byKey));
  }

  async destruction(pairId: string, since: Instant): Promise<Destruction> {
    const pair = this.pair(pairId);
    const neighbours = [...this.pairs.values()].filter(
      ({ connectionId }) => connectionId === pair.connectionId,
    );
    return { pair: destructionOf([pair], since), connection: destructionOf(neighbours, since) };
  }

  private held(lease: Lease): PairMemory {
    const pair = this.pairs.get(lease.pairId);
    if (pair?.fence === lease.fence) return pair;
    throw new ConnectorFailure('stale', `another worker has taken over the pair ${lease.pairId}`);
  }

  private hold(pair: PairMemory, links: readonly Link[], held: readonly Held[]): void {
    for (const [key, one] of pair.held) {
      if (links.some(({ id }) => id === one.linkId)) pair.held.delete(key);
    }
    for (const one of held) {
      const key = `${one.side} ${one.linkId}`;
      const known = pair.held.get(key);
      if (known && showsVersionsOf(known, one)) continue;
      pair.held.set(key, { ...one, at: this.clock.now(), verdict: null });
    }
  }
}

interface Versions {
  readonly recordVersion: string;
  readonly itemVersion: string;
}

function showsVersionsOf(a: Versions, b: Versions): boolean {
  return a.recordVersion === b.recordVersion && a.itemVersion === b.itemVersion;
}

/** Checked on the outcome as a whole: a record may pass from a link that ends to one that begins. */
function saveLinks(pair: PairMemory, links: readonly Link[]): void {
  const after = new Map([...pair.links, ...links.map((link): [string, Link] => [link.id, link])]);
  const taken = new Set<string>();
  for (const { ended, recordId, itemId } of after.values()) {
    if (ended !== null) continue;
    for (const [side, id] of [
      ['record', recordId],
      ['item', itemId],
    ]) {
      if (id !== '' && taken.has(`${side} ${id}`)) {
        throw new ConnectorFailure('rejected', `the ${side} is already in another live link`, {
          code: `links_one_per_${side}`,
        });
      }
      taken.add(`${side} ${id}`);
    }
  }
  for (const link of links) pair.links.set(link.id, link);
}

/** What took effect of the intents that are about to be closed. */
function keepWrites(pair: PairMemory, done: NonNullable<Settlement['done']>): void {
  for (const { intentId, after } of done) {
    const intent = pair.intents.get(intentId);
    if (intent === undefined || intent.what === 'mark') continue;
    const { id: writeId, linkId, side, what, form } = intent;
    const { fields = [], before = null } = intent.trail ?? {};
    pair.writes.push({ linkId, write: { writeId, side, what, fields, before, after, form } });
  }
}

/** What closed intents have overwritten, from their trails. */
function valuesOf(
  pair: PairMemory,
  { overwritten = [], closedIntents, purged = [] }: Settlement,
): readonly LostValue[] {
  return overwritten.flatMap(({ intentId, field, after }) => {
    const intent = closedIntents.includes(intentId) ? pair.intents.get(intentId) : undefined;
    const before = intent?.trail?.before ?? null;
    if (intent === undefined || before === null || purged.includes(intent.linkId)) return [];
    const [root = field] = field.split('/');
    const values = JSON.parse(before) as Record<string, unknown>;
    const { linkId, side } = intent;
    const winner = side === 'erp' ? 'exchange' : 'erp';
    const value = JSON.stringify(values[root] ?? null);
    return [{ linkId, field, winner, value, ...(after !== undefined && { after }) } as const];
  });
}

function withBeside(pair: PairMemory, wanted: Wish['for']): Wish['for'] {
  if (wanted.kind === 'undo' || wanted.lost === null) return wanted;
  const { lost } = wanted;
  const beside = pair.lostTogether
    .filter((settled) => settled.includes(lost))
    .flat()
    .filter((one) => one !== lost && one.linkId === lost.linkId && one.winner === lost.winner);
  return beside.length === 0 ? wanted : { ...wanted, beside };
}

function purge(pair: PairMemory, linkId: string): void {
  const { recordId, itemId } = pair.links.get(linkId) ?? {};
  const isOf = (of: string | null): boolean => of !== null && (of === recordId || of === itemId);
  pair.writes.forEach(({ linkId: of, write }, at) => {
    if (of === linkId) pair.writes[at] = { linkId, write: { ...write, before: null } };
  });
  pair.journal.forEach((entry, at) => {
    if (isOf(entry.recordId) || isOf(entry.itemId))
      pair.journal[at] = { ...entry, losses: [], detail: '' };
  });
  for (const [key, source] of pair.sources) {
    if (source.recordId === recordId) pair.sources.delete(key);
  }
  const kept = pair.lostValues.filter((lost) => lost.linkId !== linkId);
  pair.lostValues.splice(0, pair.lostValues.length, ...kept);
}

function answer(
  pair: PairMemory,
  { wishId, refusal }: { readonly wishId: number; readonly refusal: Refusal | null },
): void {
  const wish = pair.wishes.get(wishId);
  if (wish !== undefined) pair.wishes.set(wishId, { ...wish, refusal });
}

function wishesOf(pair: PairMemory): Pick<PairProgress, 'wishes'> {
  const waiting = [...pair.wishes.values()].filter(({ refusal }) => refusal === undefined);
  return waiting.length === 0 ? {} : { wishes: waiting };
}

function pageOf(links: readonly Link[], page: Parameters<SyncStore['links']>[1]['page']): Link[] {
  if (!page) return [];
  return links
    .filter(({ id, ended }) => ended === null && id > (page.afterLinkId ?? ''))
    .sort((a, b) => compare(a.id, b.id))
    .slice(0, page.limit);
}

function liveLinks(pair: PairMemory): number {
  return [...pair.links.values()].filter(({ ended }) => ended === null).length;
}

function destructionOf(pairs: readonly PairMemory[], since: Instant): Destruction['pair'] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const done = pairs.flatMap((pair) => pair.destructions).filter(({ at }) => at >= since);
  const waiting = pairs
    .flatMap((pair) => [...pair.held.values()])
    .filter(({ at, verdict }) => at >= since && verdict === null);
  return {
    destroyed: sum(done.map(({ actions }) => actions)) + waiting.length,
    links: sum(pairs.map(liveLinks)),
  };
}

function sortedByKey<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Callers keep their objects: what is remembered must not change when they do. */
function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T; // much faster than structuredClone, and all of it is JSON
}
