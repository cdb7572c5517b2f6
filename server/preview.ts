import { preview } from '../sync/engine/preview.js';
import type { Foreseen } from '../sync/engine/preview.js';
import type { Chance, Clock } from '../sync/ports/clock.js';
import { ConnectorFailure } from '../sync/ports/failure.js';
import type { Sentence } from '../sync/ports/failure.js';
import type { Pair } from '../sync/ports/pair.js';
import type { SyncStore } from '../sync/ports/store.js';
import { translationOf } from './jobs/translation-of.js';
import type { Abgleich } from './wire.js';

/** A pair whose next cycle is looked at: one that is synced, or one as it would be if its employee were enabled. */
export interface PairToPreview {
  readonly pair: Pair;
  /** True where nothing is remembered of it yet. */
  readonly isFirst: boolean;
  /** True where it would read both sides from the beginning, as after a changed setting. */
  readonly isAnew?: boolean;
}

/** How much of what the next cycle of a pair would do; `of` counts ignored things by the rule. */
export interface PreviewCounts {
  readonly create: Record<'erp' | 'exchange', number>;
  readonly update: Record<'erp' | 'exchange', number>;
  readonly remove: Record<'erp' | 'exchange', number>;
  held: number;
  linked: number;
  unlinked: number;
  parked: number;
  unknown: number;
  conflicts: number;
  readonly ignored: Record<string, number>;
}

export interface PairPreview {
  readonly pair: Pair;
  readonly isFirst: boolean;
  readonly counts: PreviewCounts;
  /** The first ones, as many as were asked for; ignored things are only counted. */
  readonly entries: readonly Foreseen<object>[];
  /** Why it could not be looked at to the end; null = it was. */
  readonly problem: Sentence | null;
}

/**
 * Foresees the next cycle of pairs, one after the other, and writes nothing anywhere. What one of them cannot be asked
 * is said in its result and does not end the rest.
 */
export async function* previewPairs(
  pairs: readonly PairToPreview[],
  deps: {
    readonly abgleich: Pick<Abgleich, 'portsFor'>;
    readonly clock: Clock;
    readonly chance: Chance;
    /** How many entries of each pair are kept. */
    readonly limit: number;
  },
  signal: AbortSignal,
): AsyncGenerator<PairPreview> {
  const meetings = new Set<string>(); // what one pair would make, the next one would join (rule 21)
  for (const one of pairs) {
    if (signal.aborted) return;
    yield await previewOne(one, { ...deps, meetings }, signal);
  }
}

async function previewOne(
  { pair, isFirst, isAnew = false }: PairToPreview,
  {
    abgleich,
    clock,
    chance,
    limit,
    meetings,
  }: Parameters<typeof previewPairs>[1] & {
    readonly meetings: Set<string>;
  },
  signal: AbortSignal,
): Promise<PairPreview> {
  const counts = noCounts();
  const entries: Foreseen<object>[] = [];
  const result = { pair, isFirst, counts, entries };
  try {
    const ports = await abgleich.portsFor(pair);
    const folders =
      pair.folders.length > 0 ? pair.folders : await ports.exchange.folders(pair.mailbox, signal);
    const work = {
      ...ports,
      ...{ clock, chance, signal },
      pair: { ...pair, folders },
      // a preview writes nothing, so it needs no right to
      lease: { pairId: pair.id, fence: 0 },
      store: remembering(ports.store, { isFirst, isAnew }),
      translation: translationOf(pair, await ports.priorities(signal)),
    };
    for await (const foreseen of preview(work, { meetings })) {
      count(foreseen, counts);
      if (foreseen.what !== 'ignore' && entries.length < limit) entries.push(foreseen);
    }
    return { ...result, problem: null };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return { ...result, problem: error.sentence ?? { de: error.message, en: error.message } };
  }
}

function remembering(
  store: SyncStore,
  { isFirst, isAnew }: Required<Pick<PairToPreview, 'isFirst' | 'isAnew'>>,
): SyncStore {
  if (isFirst) return nothingRemembered(store);
  if (!isAnew) return store;
  const watermarks = { exchange: {}, erp: null };
  return {
    ...store,
    progress: async (pairId) => ({ ...(await store.progress(pairId)), watermarks }),
  };
}

/** As the store answers about a pair that it has never heard of. */
function nothingRemembered(store: SyncStore): SyncStore {
  const none = { destroyed: 0, links: 0 };
  return {
    ...store,
    progress: async () => ({
      watermarks: { exchange: {}, erp: null },
      ...{ owed: [], parked: [], waiting: [], liveLinks: 0, isUnfinished: false },
    }),
    links: async () => [],
    unlinked: async (_pairId, { recordIds = [], itemIds = [], keys = [] }) => ({
      recordIds,
      itemIds,
      keys,
    }),
    intents: async () => [],
    destruction: async () => ({ pair: none, connection: none }),
  };
}

function noCounts(): PreviewCounts {
  const none = () => ({ erp: 0, exchange: 0 });
  return {
    ...{ create: none(), update: none(), remove: none() },
    ...{ held: 0, linked: 0, unlinked: 0, parked: 0, unknown: 0, conflicts: 0, ignored: {} },
  };
}

function count(foreseen: Foreseen<object>, counts: PreviewCounts): void {
  switch (foreseen.what) {
    case 'create':
    case 'update':
    case 'remove':
      counts.conflicts += foreseen.conflicts.length;
      if (foreseen.held === null) counts[foreseen.what][foreseen.side] += 1;
      else counts.held += 1;
      return;
    case 'hold':
      counts.held += 1;
      return;
    case 'link':
      counts.linked += 1;
      return;
    case 'unlink':
      counts.unlinked += 1;
      return;
    case 'park':
      counts.parked += 1;
      return;
    case 'unknown':
      counts.unknown += 1;
      return;
    case 'ignore':
      counts.ignored[foreseen.why] = (counts.ignored[foreseen.why] ?? 0) + 1;
  }
}
