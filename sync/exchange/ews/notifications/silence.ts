import type { Clock } from '../../../ports/clock.js';

/** Notes signs of life, and how long may pass until the next one. */
export interface Silence {
  /** Something came in. `limitMs` = how long it may be silent from now on. */
  broken(limitMs: number): void;
  /** Fires when it was silent for too long. */
  readonly tooLong: AbortSignal;
  end(): void;
}

/** Begins at once. One timer for a stream's life, not one for each piece. */
export function watchSilence(clock: Clock, firstLimitMs: number): Silence {
  const tooLong = new AbortController();
  const ended = new AbortController();
  let deadline = clock.monotonicMs() + firstLimitMs;
  const watch = async (): Promise<void> => {
    for (;;) {
      const left = deadline - clock.monotonicMs();
      if (left <= 0) break;
      await clock.sleep(left, ended.signal);
    }
    tooLong.abort('TimedOut');
  };
  watch().catch(() => undefined); // ended
  return {
    broken: (limitMs) => void (deadline = clock.monotonicMs() + limitMs),
    tooLong: tooLong.signal,
    end: () => ended.abort('ended'),
  };
}
