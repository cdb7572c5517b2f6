import type { Instant } from '../../mappings/values.js';

/** The only source of time. Tests hold it still or move it; nothing else asks the machine. */
export interface Clock {
  /** The time of the wall, whole seconds. */
  now(): Instant;
  /** Milliseconds that only ever grow, for measuring spans; their zero means nothing. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once with a rejection (the signal's reason) when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The only source of chance. */
export interface Chance {
  /** A fresh key that nobody can guess: 22 characters of base64url, 128 bits. */
  key(): string;
  /** A number from 0 up to, not including, 1; for jitter. */
  fraction(): number;
}
