import type { Instant } from '../../../mappings/values.js';
import type { Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';

const SURE_MS = 120_000;

/**
 * The side that was changed later, for the rule `newest` (rule 16): by both servers' own times, corrected by how far each
 * clock was seen to be off. Within two minutes, where a side does not say when, or where a clock was not measured: `erp`.
 */
export function newerSide<S extends Shapes>(
  { erp, exchange }: Pick<PairWork<S>, 'erp' | 'exchange'>,
  changedAt: Instant,
  lastModified: Instant | null,
): Side {
  const inErp = corrected(changedAt, clockOffsetOf(erp));
  const inExchange =
    lastModified === null ? null : corrected(lastModified, clockOffsetOf(exchange));
  if (inErp === null || inExchange === null) return 'erp';
  return inExchange - inErp > SURE_MS ? 'exchange' : 'erp';
}

function corrected(at: Instant, offsetMs: number | null): number | null {
  return offsetMs === null ? null : Date.parse(at) - offsetMs;
}

/** A port that does not measure has our clock. */
export function clockOffsetOf(port: { clockOffsetMs?(): number | null }): number | null {
  return port.clockOffsetMs === undefined ? 0 : port.clockOffsetMs();
}
