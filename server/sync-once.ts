import type { Pair } from '../sync/ports/pair.js';
import { machineClock } from './clock.js';
import { runPairCycle } from './jobs/run-cycle.js';
import type { CycleDeps, CycleEnd } from './jobs/run-cycle.js';
import type { Claim, PairQueue } from './jobs/pair-queue.js';
import { cycleDeps } from './serve.js';
import type { ServerParts } from './serve.js';

/** What became of one pair. `end` is that of its last cycle; null = another process had it all the time. */
export interface PairResult {
  readonly pair: Pair;
  readonly end: CycleEnd | null;
  readonly cycles: number;
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly conflicts: number;
}

/**
 * Runs all pairs given, again and again, until a round finds nothing left to do: what comes from one mailbox may concern
 * another one, whose pair had its turn already. At most five rounds; what is left then shows in the results.
 */
export async function syncOnce(
  pairs: readonly Pair[],
  parts: ServerParts,
  stop: AbortSignal,
): Promise<readonly PairResult[]> {
  await parts.abgleich.claimErp(stop);
  const deps = cycleDeps(parts);
  const results = await runRounds(pairs.map(nothingYet), deps, parts, stop);
  if (!(await hasMoved(results, parts, stop))) return results;
  return runRounds(results.map(withoutFailure), deps, parts, stop);
}

async function runRounds(
  pairs: readonly PairResult[],
  deps: CycleDeps,
  parts: ServerParts,
  stop: AbortSignal,
): Promise<readonly PairResult[]> {
  let results = pairs;
  for (let round = 1; round <= MOST_ROUNDS && !stop.aborted; round++) {
    const before = results;
    results = await inParallel(before, parts.config.workers, (result) =>
      result.end?.kind === 'failed' ? Promise.resolve(result) : oneMore(result, deps, parts, stop),
    );
    if (!isWorkLeft(before, results)) break;
  }
  return results;
}

/** A process that runs once cannot wait and see: an address that was looked up and does not answer is looked up again at once. */
async function hasMoved(
  results: readonly PairResult[],
  { abgleich }: ServerParts,
  stop: AbortSignal,
): Promise<boolean> {
  const silent = results.filter(
    ({ end }) => end?.kind === 'failed' && end.failure?.kind === 'unreachable',
  );
  let hasMovedAny = false;
  for (const id of new Set(silent.map(({ pair }) => pair.connectionId))) {
    if (!stop.aborted && (await abgleich.lookAgain(id, stop))) hasMovedAny = true;
  }
  return hasMovedAny;
}

function withoutFailure(result: PairResult): PairResult {
  return result.end?.kind === 'failed' ? { ...result, end: null } : result;
}

const MOST_ROUNDS = 5;

function nothingYet(pair: Pair): PairResult {
  return { pair, end: null, cycles: 0, created: 0, updated: 0, removed: 0, conflicts: 0 };
}

async function oneMore(
  result: PairResult,
  deps: CycleDeps,
  { abgleich }: ServerParts,
  stop: AbortSignal,
): Promise<PairResult> {
  const claim = await acquirePatiently(result.pair.id, abgleich.queue, stop);
  if (claim === null) return result;
  const end = await runPairCycle(claim, deps, stop);
  const cycles = result.cycles + 1;
  if (end.kind !== 'done') return { ...result, end, cycles };
  const { created, updated, removed, conflicts } = end.report;
  return {
    pair: result.pair,
    end,
    cycles,
    created: result.created + created.erp + created.exchange,
    updated: result.updated + updated.erp + updated.exchange,
    removed: result.removed + removed.erp + removed.exchange,
    conflicts: result.conflicts + conflicts,
  };
}

/** The lease of a worker that was killed runs out after 10 s. */
const LONGEST_WAIT_MS = 15_000;
const LOOK_EVERY_MS = 250;

/** The pair's lease, as soon as who has it gives it back; null where nobody did for a while. */
export async function acquirePatiently(
  pairId: string,
  queue: Pick<PairQueue, 'acquire'>,
  stop: AbortSignal,
): Promise<Claim | null> {
  const until = machineClock.monotonicMs() + LONGEST_WAIT_MS;
  for (;;) {
    const claim = await queue.acquire(pairId);
    if (claim !== null || machineClock.monotonicMs() >= until || stop.aborted) return claim;
    await machineClock.sleep(LOOK_EVERY_MS, stop).catch(() => undefined); // stopped
  }
}

/** Something written in this round may be news for another pair; something owed wants another look. */
function isWorkLeft(before: readonly PairResult[], after: readonly PairResult[]): boolean {
  return after.some((result, index) => {
    const isOwing = result.end?.kind === 'done' && result.end.report.owed > 0;
    return isOwing || writesOf(result) > writesOf(before[index]);
  });
}

function writesOf(result: PairResult | undefined): number {
  return result === undefined ? 0 : result.created + result.updated + result.removed;
}

async function inParallel<T, R>(
  entries: readonly T[],
  width: number,
  work: (entry: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (;;) {
      const index = next++;
      const entry = entries[index];
      if (entry === undefined) return;
      results.set(index, await work(entry));
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
