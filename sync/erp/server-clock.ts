import type { Knex } from 'knex';
import type { Clock } from '../ports/clock.js';

/** How far the clock of the ERP's server is from ours. */
export interface ServerClock {
  /** In milliseconds ahead of ours, as last measured; null = not yet. */
  offsetMs(): number | null;
  /** Measures, where the last time was more than ten minutes ago. One that cannot be measured stays as it was. */
  refresh(): Promise<void>;
}

const FRESH_MS = 10 * 60_000;
/** An answer that took longer says too little about the moment. */
const QUICK_MS = 5_000;

/** One for all pairs of an ERP. */
export function serverClock(db: Knex, clock: Clock): ServerClock {
  let offset: number | null = null;
  let measuredAt: number | null = null;
  return {
    offsetMs: () => offset,
    async refresh() {
      const before = clock.monotonicMs();
      if (measuredAt !== null && before - measuredAt < FRESH_MS) return;
      const { rows } = await db.raw<{ rows: readonly { readonly ms: number }[] }>(NOW);
      const took = clock.monotonicMs() - before;
      const [row] = rows;
      if (row === undefined || took > QUICK_MS) return;
      offset = Math.round(row.ms + took / 2 - Date.parse(clock.now()));
      measuredAt = before;
    },
  };
}

const NOW = 'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms';
