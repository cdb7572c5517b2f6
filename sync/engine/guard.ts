import { instantOf, millisecondsOf } from '../../mappings/values.js';
import type { Destruction } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Reason } from './reasons.js';

const WINDOW_MS = 24 * 3_600_000;

/**
 * Whether `count` destructive actions may be carried out now (rule 6): held are those beyond so many *and* beyond so
 * many percent of the links, counted over 24 hours, done ones included, per pair and over the whole connection.
 * Answers the reason why they are held, or null.
 */
export async function whyHeld<S extends Shapes>(
  work: PairWork<S>,
  count: number,
): Promise<Reason | null> {
  if (count === 0) return null;
  const since = instantOf(millisecondsOf(work.clock.now()) - WINDOW_MS);
  const done = await work.store.destruction(work.pair.id, since);
  return whyTooMuch(count, done, work.pair.policy.guard);
}

/** Pure part of the guard. The links counted are those alive now plus those that were just ended. */
export function whyTooMuch(
  count: number,
  done: Destruction,
  limits: { readonly count: number; readonly percent: number },
): Reason | null {
  const isTooMuch = ({ destroyed, links }: Destruction['pair']): boolean => {
    const total = destroyed + count;
    return total > limits.count && total * 100 > limits.percent * (links + destroyed);
  };
  if (isTooMuch(done.pair)) return 'tooMuchForEmployee';
  if (isTooMuch(done.connection)) return 'tooMuchOnConnection';
  return null;
}
