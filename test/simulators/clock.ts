import type { Instant } from '../../mappings/values.js';
import type { Clock } from '../../sync/ports/clock.js';

/** What the mailbox model asks of time. */
export interface MillisecondClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}

/** The machine's own clock, for simulators that run in a process of their own. */
export const realClock: MillisecondClock = { nowMs: () => Date.now() };

/**
 * Time that stands still unless moved. `sleep` resolves when the time has been advanced far enough, so a
 * test that waits for ten minutes takes none.
 */
export class VirtualClock implements Clock, MillisecondClock {
  private milliseconds: number;
  private readonly sleepers = new Set<Sleeper>();

  /** `start` is any ISO 8601 text with a zone. */
  constructor(start = '2026-03-02T08:00:00Z') {
    this.milliseconds = Date.parse(start);
    if (Number.isNaN(this.milliseconds)) throw new Error(`not a time: ${start}`);
  }

  nowMs(): number {
    return this.milliseconds;
  }

  now(): Instant {
    return new Date(this.milliseconds).toISOString().replace(/\.\d+Z$/, 'Z') as Instant;
  }

  monotonicMs(): number {
    return this.milliseconds;
  }

  /** How many callers wait in `sleep`. */
  get waiting(): number {
    return this.sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        if (this.sleepers.delete(sleeper)) reject(signal?.reason);
      };
      const wakeUp = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.milliseconds + ms, resolve: wakeUp };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Moves time forward and wakes everybody whose time has come, the earliest first. */
  advance(ms: number): void {
    this.milliseconds += ms;
    const due = [...this.sleepers].filter(({ wakeAt }) => wakeAt <= this.milliseconds);
    for (const sleeper of due.sort((a, b) => a.wakeAt - b.wakeAt)) {
      this.sleepers.delete(sleeper);
      sleeper.resolve();
    }
  }
}

interface Sleeper {
  readonly wakeAt: number;
  readonly resolve: () => void;
}
