import type { Instant } from '../../mappings/values.js';
import type { Chance, Clock } from '../../sync/ports/clock.js';
import { VirtualClock } from '../simulators/clock.js';
import { Random, seededChance } from '../simulators/random.js';

export const START = '2026-03-02T08:00:00Z';

interface Now {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly bytes: Random;
}

let now: Now = atTheStart();

function atTheStart(): Now {
  return { clock: new VirtualClock(START), chance: seededChance(16), bytes: new Random(17) };
}

/** Back to the start: the same times and the same chance once more. */
export function rewind(): void {
  now = atTheStart();
}

/** The clock of this run, for whoever moves it. */
export function currentClock(): VirtualClock {
  return now.clock;
}

/** In place of `server/clock.ts`: the clock of a run stands still unless it is moved. */
export const machineClock: Clock = {
  now: (): Instant => now.clock.now(),
  monotonicMs: () => now.clock.monotonicMs(),
  sleep: (ms, signal) => now.clock.sleep(ms, signal),
};

/** In place of `server/clock.ts`: the same keys in every run. */
export const machineChance: Chance = {
  key: () => now.chance.key(),
  fraction: () => now.chance.fraction(),
};

/** In place of the system's: bytes that look like chance, and are the same in every run. */
export function repeatableBytes(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => now.bytes.below(256)));
}
