import type { Clock } from '../../ports/clock.js';
import { stopAfter } from './stop-after.js';

/** How long something may take, and what else ends it. */
export interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Does some work under a signal that fires when its time is over (`TimedOut`) or when it is called off (`CalledOff`). */
export async function within<T>(
  { clock, timeoutMs, signal }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = stopAfter(clock, timeoutMs, signal);
  try {
    return await work(stop.signal);
  } finally {
    stop.end();
  }
}
