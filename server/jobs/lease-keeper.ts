import type { Clock } from '../../sync/ports/clock.js';
import type { Lease } from '../../sync/ports/store.js';
import type { Log } from '../log.js';
import type { PairQueue } from './pair-queue.js';

export interface LeaseKeeper {
  /** Keeps a lease alive until `drop`. `onLost` is called once where that fails: the pair may be another worker's by then. */
  keep(lease: Lease, onLost: () => void): { drop(): void };
}

const RENEW_EVERY_MS = 3_000;

/** A lease lasts 10 s; a second is left for what is under way when we find out. */
const LOST_AFTER_MS = 9_000;

interface Kept {
  readonly lease: Lease;
  readonly onLost: () => void;
  renewedAtMs: number;
  isLost: boolean;
}

/** Renews all leases of this worker with one statement every 3 s, and asks nothing while it holds none. */
export function leaseKeeper(deps: {
  readonly queue: Pick<PairQueue, 'renew'>;
  readonly clock: Clock;
  readonly log: Log;
}): LeaseKeeper {
  const { clock, log } = deps;
  const kept = new Set<Kept>();
  let loop: AbortController | null = null;
  let isAsking = false;

  const lose = (one: Kept): void => {
    if (one.isLost) return;
    one.isLost = true;
    one.onLost();
  };
  const renew = async (): Promise<void> => {
    const asked = [...kept].filter(({ isLost }) => !isLost);
    const askedAtMs = clock.monotonicMs();
    const ours = await deps.queue.renew(asked.map(({ lease }) => lease));
    const isOurs = new Set(ours.map(({ pairId, fence }) => `${pairId} ${fence}`));
    for (const one of asked) {
      if (isOurs.has(`${one.lease.pairId} ${one.lease.fence}`)) one.renewedAtMs = askedAtMs;
      else if (kept.has(one)) lose(one);
    }
  };
  /** Not waited for: while a database hangs, leases run out all the same. */
  const askForMore = (): void => {
    if (isAsking) return;
    isAsking = true;
    renew()
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'leases could not be renewed'))
      .finally(() => (isAsking = false));
  };
  const loseExpired = (): void => {
    const now = clock.monotonicMs();
    for (const one of kept) if (now - one.renewedAtMs >= LOST_AFTER_MS) lose(one);
  };
  const keepRenewing = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(RENEW_EVERY_MS, signal);
      loseExpired();
      askForMore();
    }
  };

  return {
    keep(lease, onLost) {
      const one: Kept = { lease, onLost, renewedAtMs: clock.monotonicMs(), isLost: false };
      kept.add(one);
      if (loop === null) {
        loop = new AbortController();
        keepRenewing(loop.signal).catch(() => undefined); // ends by its signal only
      }
      return {
        drop() {
          kept.delete(one);
          if (kept.size > 0) return;
          loop?.abort();
          loop = null;
        },
      };
    },
  };
}
