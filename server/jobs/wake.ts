import type { Clock } from '../../sync/ports/clock.js';
import type { Log } from '../log.js';

/** Ids of employees something may have changed for; null = anybody's. */
export type Touched = readonly string[] | null;

/**
 * Gathers signals and passes them on one after the other: what comes in while a call is under way goes with the next
 * one. A call that fails is only logged, because a lost wake costs a poll, never a change.
 */
export function gatherWakes(
  wake: (touched: Touched) => Promise<void>,
  log: Log,
): (touched: Touched) => void {
  let waiting: Set<string> | 'anybody' | null = null;
  let isPassingOn = false;

  const passOn = async (): Promise<void> => {
    isPassingOn = true;
    while (waiting !== null) {
      const touched: Touched = waiting === 'anybody' ? null : [...waiting];
      waiting = null;
      await wake(touched).catch((error: unknown) => {
        log.warn({ reason: String(error) }, 'a wake was lost');
      });
    }
    isPassingOn = false;
  };

  return (touched) => {
    if (touched === null || waiting === 'anybody') waiting = 'anybody';
    else waiting = new Set([...(waiting ?? []), ...touched]);
    if (!isPassingOn) void passOn();
  };
}

export interface Listening {
  /** For the log. */
  readonly name: string;
  /** Listens until the signal fires; throws where the connection breaks. */
  readonly listen: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Listens, and listens again after a broken connection, ever more patiently, until the signal fires. */
export async function keepListening(
  { name, listen, clock, log }: Listening,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const since = clock.monotonicMs();
    await listen(signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ name, reason: String(error) }, 'listening broke off');
    });
    if (clock.monotonicMs() - since > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    await clock.sleep(pauseMs, signal).catch(() => undefined); // stopped
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
