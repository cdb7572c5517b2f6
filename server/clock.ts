import { randomBytes } from 'node:crypto';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { Chance, Clock } from '../sync/ports/clock.js';

let second = { number: 0, text: instantOf(0) };

/** Asked several times for every appointment: the text of a second is made once. */
function now(): Instant {
  const number = Math.floor(Date.now() / 1000);
  if (second.number !== number) second = { number, text: instantOf(number * 1000) };
  return second.text;
}

/** The machine's own time. */
export const machineClock: Clock = {
  now,
  monotonicMs: () => performance.now(),
  sleep,
};

const KEY_BYTES = 16;
const KEYS_AT_ONCE = 256;
let bytes = Buffer.alloc(0);

/** Asking the system once for many keys costs a tenth of asking for each. No byte is used twice. */
function key(): string {
  if (bytes.length === 0) bytes = randomBytes(KEY_BYTES * KEYS_AT_ONCE);
  const text = bytes.toString('base64url', 0, KEY_BYTES);
  bytes = bytes.subarray(KEY_BYTES);
  return text;
}

/** The machine's own chance, as strong as keys need it. */
export const machineChance: Chance = {
  key,
  fraction: () => randomBytes(4).readUInt32BE() / 2 ** 32,
};

/** A timer cannot wait longer than this (24.8 days) and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(ms, LONGEST_TIMER_MS),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
