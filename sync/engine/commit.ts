import type { Feed } from './feed.js';
import type { CycleReport, Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';
import { settleSafely } from './settlement.js';

/** Commits what a batch left behind: links, bases, closed intents and journal in one transaction. */
export async function commitBatch<S extends Shapes>(
  work: PairWork<S>,
  ledger: Ledger,
): Promise<void> {
  const settlement = ledger.takeSettlement();
  const isEmpty = Object.values(settlement).every(
    (part) => part === 0 || (Array.isArray(part) && part.length === 0),
  );
  if (isEmpty) return;
  await settleSafely(work, settlement);
}

/**
 * Moves the watermarks, last, and never before the work they cover: what was read and not finished is owed in the
 * same transaction. A tombstone is proof that only the change log has: while a deletion is unfinished, the ERP's
 * position stays where it is.
 */
export async function commitCycle<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  ledger: Ledger,
): Promise<CycleReport> {
  const erp = ledger.keepsErpWatermark ? feed.since.watermarks.erp : feed.next.erp;
  await work.store.advance(work.lease, { ...feed.next, erp }, ledger.owed);
  return ledger.report();
}
