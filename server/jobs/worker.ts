import type { Clock } from '../../sync/ports/clock.js';
import type { Log } from '../log.js';
import type { Claim, PairQueue } from './pair-queue.js';

export interface WorkerDeps {
  readonly queue: Pick<PairQueue, 'claimDue'>;
  /** Runs one cycle and gives the pair back; never throws. */
  readonly run: (claim: Claim, stop: AbortSignal) => Promise<unknown>;
  /** How many pairs at once. */
  readonly size: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Worker {
  /** Looks for due pairs now instead of within a second. */
  nudge(): void;
  /** True while it takes pairs and its last look for some succeeded. */
  isWorking(): boolean;
  /**
   * Takes no more pairs and waits for the running cycles; after `deadlineMs` they are called off, which takes as long as
   * the call each of them is in. May be called twice.
   */
  stop(deadlineMs: number): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
const LOOK_AGAIN_AT_MOST_MS = 30_000;

/** Starts taking due pairs from the queue. */
export function startWorker(deps: WorkerDeps): Worker {
  const { queue, run, size, clock, log } = deps;
  const running = new Map<
    string,
    { readonly stop: AbortController; readonly done: Promise<unknown> }
  >();
  const stopping = new AbortController();
  let nap = new AbortController();
  let failedLooks = 0;

  const nudge = (): void => nap.abort();
  const start = (claim: Claim): void => {
    const stop = new AbortController();
    const done = run(claim, stop.signal)
      .catch((error: unknown) => log.error({ reason: String(error) }, 'a cycle broke its promise'))
      .finally(() => {
        running.delete(claim.pairId);
        nudge();
      });
    running.set(claim.pairId, { stop, done });
  };
  const look = async (): Promise<void> => {
    const free = size - running.size;
    if (free <= 0) return;
    try {
      const claims = await queue.claimDue(free);
      for (const claim of claims) start(claim);
      failedLooks = 0;
    } catch (error) {
      failedLooks += 1;
      log.warn({ reason: String(error), failedLooks }, 'due pairs could not be looked up');
    }
  };
  const rest = async (): Promise<void> => {
    const ms = Math.min(LOOK_EVERY_MS * 2 ** Math.min(failedLooks, 10), LOOK_AGAIN_AT_MOST_MS);
    await clock.sleep(ms, nap.signal).catch(() => undefined); // nudged
  };
  const work = async (): Promise<void> => {
    for (;;) {
      nap = new AbortController(); // before the look: a nudge during it shortens the nap
      if (stopping.signal.aborted) return;
      await look();
      await rest();
    }
  };
  const loop = work();

  return {
    nudge,
    isWorking: () => !stopping.signal.aborted && failedLooks === 0,
    async stop(deadlineMs) {
      stopping.abort();
      nudge();
      await loop;
      const ended = Promise.all([...running.values()].map(({ done }) => done));
      const timer = new AbortController();
      const inTime = clock.sleep(deadlineMs, timer.signal).then(
        () => false,
        () => true,
      );
      if (await Promise.race([ended.then(() => true), inTime])) {
        timer.abort();
        return;
      }
      for (const { stop } of running.values()) stop.abort();
      await ended;
    },
  };
}
