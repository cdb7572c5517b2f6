import type { Clock } from '../../sync/ports/clock.js';

export interface GatherOptions {
  readonly clock: Clock;
  /** How long events of one pair are gathered, counted from the first one. */
  readonly gatherMs: number;
  /** Makes pairs due. May be called with the next ones before the last call has ended. */
  readonly wake: (pairIds: readonly string[]) => void;
  /** Nothing is woken after it has fired. */
  readonly signal: AbortSignal;
}

export interface ChangeGatherer {
  /** An event came: the pair is woken after the gathering time, and looked at once more when it has been quiet for 5 s. */
  event(pairId: string): void;
  /** Something may have been missed: the pair is woken after the gathering time. */
  gap(pairId: string): void;
}

const SECOND_LOOK_MS = 5_000;

/**
 * Turns events into wakes. A user action and a meeting that arrives bring several events within moments (protocol facts 46 and
 * 77); gathered, they cost one cycle.
 *
 * The second look is for meetings: Exchange works on them for some seconds after the first event. No event says that it is
 * about one, so every change gets it, once its pair has had no event for 5 s. In a row of changes that is one cycle
 * at its end, which finds nothing and costs one request; each change before was looked at later by the next one's wake.
 *
 * A cycle that writes to Exchange raises events too. They bring a cycle that finds nothing to write, and so end by themselves.
 */
export function gatherChanges({ clock, gatherMs, wake, signal }: GatherOptions): ChangeGatherer {
  const gathering = alarms(clock, signal, wake);
  const quiet = alarms(clock, signal, wake);
  return {
    event(pairId) {
      gathering.set(pairId, gatherMs, 'keep');
      quiet.set(pairId, Math.max(SECOND_LOOK_MS, gatherMs), 'putOff');
    },
    gap: (pairId) => gathering.set(pairId, gatherMs, 'keep'),
  };
}

interface Alarms {
  /** `keep`: an alarm that is set already stays as it is. */
  set(pairId: string, afterMs: number, how: 'keep' | 'putOff'): void;
}

/** One alarm per pair. All that are due are rung together, so that 200 pairs are one statement, and one timer serves all. */
function alarms(
  clock: Clock,
  signal: AbortSignal,
  ring: (pairIds: readonly string[]) => void,
): Alarms {
  const dueAt = new Map<string, number>();
  let isWaiting = false;

  const wait = async (): Promise<void> => {
    while (dueAt.size > 0) {
      await clock.sleep(Math.min(...dueAt.values()) - clock.monotonicMs(), signal);
      const now = clock.monotonicMs();
      const due = [...dueAt].filter(([, at]) => at <= now).map(([pairId]) => pairId);
      for (const pairId of due) dueAt.delete(pairId);
      if (due.length > 0) ring(due);
    }
  };
  return {
    set(pairId, afterMs, how) {
      if (how === 'keep' && dueAt.has(pairId)) return;
      dueAt.set(pairId, clock.monotonicMs() + afterMs);
      if (isWaiting) return; // whoever is set later is due later
      isWaiting = true;
      wait()
        .catch(() => dueAt.clear()) // stopped
        .finally(() => (isWaiting = false));
    },
  };
}
