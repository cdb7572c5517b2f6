import type { MillisecondClock } from './clock.js';

/** A clock that may wait by itself, as the virtual one does; one that cannot is the machine's, and waits by its timers. */
export interface BaseClock extends MillisecondClock {
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The organisation's time: its clock, moved by as much as somebody outside asked for (`POST /control/clock`).
 * What is due because of a move happens at once.
 */
export class ShiftableClock implements MillisecondClock {
  private readonly base: BaseClock;
  private readonly alarms = new Set<Alarm>();
  private shiftedMs = 0;

  constructor(base: BaseClock) {
    this.base = base;
  }

  nowMs(): number {
    return this.base.nowMs() + this.shiftedMs;
  }

  /** Moves this time against the clock beneath, forwards or back. */
  shift(ms: number): void {
    this.shiftedMs += ms;
    const earliestFirst = [...this.alarms].sort((left, right) => left.dueAt - right.dueAt);
    for (const alarm of earliestFirst) {
      if (!this.alarms.has(alarm)) continue; // an earlier one took it back
      alarm.stop.abort();
      if (alarm.dueAt > this.nowMs()) this.arm(alarm);
      else this.ring(alarm);
    }
  }

  /** Does something after a while; the answer takes it back. It keeps no process alive. */
  after(ms: number, work: () => void): () => void {
    const alarm: Alarm = { dueAt: this.nowMs() + ms, work, stop: new AbortController() };
    this.alarms.add(alarm);
    this.arm(alarm);
    return () => {
      alarm.stop.abort();
      this.alarms.delete(alarm);
    };
  }

  private arm(alarm: Alarm): void {
    alarm.stop = new AbortController();
    const { signal } = alarm.stop;
    const ms = Math.max(0, alarm.dueAt - this.nowMs());
    const ring = (): void => {
      if (!signal.aborted) this.ring(alarm);
    };
    if (this.base.sleep) {
      this.base.sleep(ms, signal).then(ring, () => undefined);
      return;
    }
    const timer = setTimeout(ring, ms).unref();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  private ring(alarm: Alarm): void {
    if (this.alarms.delete(alarm)) alarm.work();
  }
}

interface Alarm {
  readonly dueAt: number;
  readonly work: () => void;
  stop: AbortController;
}
