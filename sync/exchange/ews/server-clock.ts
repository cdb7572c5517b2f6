import type { Clock } from '../../ports/clock.js';

/** How far the clock of an Exchange server is from ours, by the Date header of its answers (RFC 9110 6.6.1). */
export interface ServerClock {
  /** In milliseconds ahead of ours; null = no answer has said it yet. */
  offsetMs(): number | null;
  /** `sentAtMs` is on the monotonic clock. */
  note(date: string | readonly string[] | undefined, sentAtMs: number): void;
}

/** An answer that took longer says too little about the moment. */
const QUICK_MS = 5_000;

export function serverClock(clock: Clock): ServerClock {
  let offset: number | null = null;
  return {
    offsetMs: () => offset,
    note(date, sentAtMs) {
      const at = typeof date === 'string' ? Date.parse(date) : Number.NaN;
      const took = clock.monotonicMs() - sentAtMs;
      if (Number.isNaN(at) || took > QUICK_MS) return;
      offset = at - Date.parse(clock.now());
    },
  };
}
