import { emptyNotes } from '../sync/engine/pairing/pairing-notes.js';
import type { PairingNotes } from '../sync/engine/pairing/pairing-notes.js';
import type { Pair } from '../sync/ports/pair.js';
import { runPairCycle } from './jobs/run-cycle.js';
import type { CycleEnd } from './jobs/run-cycle.js';
import { cycleDeps } from './serve.js';
import type { ServerParts } from './serve.js';
import { acquirePatiently } from './sync-once.js';

/** What became of one pair; `end` null = another process had it all the time. */
export interface PairResynced {
  readonly pair: Pair;
  readonly end: CycleEnd | null;
  readonly notes: PairingNotes;
}

/**
 * One cycle of each pair, one after the other, that begins at the beginning of both sides and connects anew what lost its
 * link. It holds the pair's lease, so a server that is running meanwhile waits for it or is waited for.
 */
export async function resyncPairs(
  pairs: readonly Pair[],
  parts: ServerParts,
  stop: AbortSignal,
): Promise<readonly PairResynced[]> {
  await parts.abgleich.claimErp(stop);
  const deps = cycleDeps(parts);
  const results: PairResynced[] = [];
  for (const pair of pairs) {
    const notes = emptyNotes();
    const claim = await acquirePatiently(pair.id, parts.abgleich.queue, stop);
    const end = claim === null ? null : await runPairCycle(claim, { ...deps, anew: notes }, stop);
    results.push({ pair, end, notes });
  }
  return results;
}
