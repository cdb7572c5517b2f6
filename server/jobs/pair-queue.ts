import type { Sentence } from '../../sync/ports/failure.js';
import type { Lease } from '../../sync/ports/store.js';

/** A lease with how many cycles in a row failed before this one. */
export interface Claim extends Lease {
  readonly failures: number;
}

/** How a cycle ended, for whoever takes the pair next. */
export interface Release {
  /** When the pair wants to run again, in milliseconds from now; null = only when it is woken. A wake beats both. */
  readonly dueInMs: number | null;
  /** Why the cycle failed; null = it did not. */
  readonly trouble: Sentence | null;
}

/** The pairs that wait for a cycle, shared by all workers. One holder per pair, for 10 s unless renewed. */
export interface PairQueue {
  /** Takes one pair, due or not; null where another worker has it. */
  acquire(pairId: string): Promise<Claim | null>;
  /** Takes up to `limit` pairs that are due and not switched off, the longest waiting ones first. */
  claimDue(limit: number): Promise<readonly Claim[]>;
  /** Makes them last 10 s from now; answers those that are still ours. */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]>;
  /** False where the pair was taken over meanwhile. */
  release(lease: Lease, how: Release): Promise<boolean>;
}
