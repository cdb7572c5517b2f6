import type { Clock } from '../../../ports/clock.js';
import type { ConnectorFailure } from '../../../ports/failure.js';

/** Waits so long, or until the signal fires. */
export async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => undefined); // woken
}

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** A refused sign-in, repeated at will, locks the account. */
const FORBIDDEN_MS = 15 * 60_000;

/**
 * How long to wait after so many failures in a row; 0 = the last one followed upon success. A time that the server names is obeyed
 * as it is.
 */
export function patienceMs(failures: number, { kind, retryAfterMs }: ConnectorFailure): number {
  if (retryAfterMs !== null) return retryAfterMs;
  if (kind === 'forbidden') return FORBIDDEN_MS;
  return Math.min(FIRST_MS * 2 ** Math.min(Math.max(failures - 1, 0), 10), LONGEST_MS);
}

/** Whether it has fired by now; the property alone is taken for what it was before the last wait. */
export function hasFired(signal: AbortSignal): boolean {
  return signal.aborted;
}
