import type { Clock } from '../../sync/ports/clock.js';
import type { Log } from '../log.js';

/** Something done now and then. Repeats are harmless, and several workers may do it at the same time. */
export interface Chore {
  /** For the log. */
  readonly name: string;
  readonly everyMs: number;
  readonly run: (signal: AbortSignal) => Promise<void>;
}

const RETRY_MS = 60_000;

/** Does each chore at once and then in its rhythm, until the signal fires. One that fails is tried again sooner. */
export async function keepSchedule(
  chores: readonly Chore[],
  deps: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(chores.map((chore) => repeat(chore, deps, signal)));
}

async function repeat(
  { name, everyMs, run }: Chore,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = everyMs;
    await run(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      pauseMs = Math.min(everyMs, RETRY_MS);
      log.warn({ name, reason: String(error) }, 'a chore failed');
    });
    await clock.sleep(pauseMs, signal).catch(() => undefined); // stopped
  }
}
