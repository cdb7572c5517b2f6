import type { Knex } from 'knex';
import type { Parked, Side } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

export interface ParkedTable {
  /** Adds or replaces. */
  put(pairId: string, parked: readonly Parked[]): Promise<void>;
  remove(pairId: string, healed: readonly ParkedId[]): Promise<void>;
}

export interface ParkedId {
  readonly side: Side;
  readonly id: string;
}

/** Records and items set aside, on one handle. They are read with the pair's progress. */
export function parkedTable(db: Knex): ParkedTable {
  return {
    async put(pairId, parked) {
      const rows = [...new Map(parked.map((one) => [`${one.side} ${one.id}`, one])).values()];
      if (rows.length > 0) await db.raw(PUT_PARKED, { pairId, rows: jsonText(rows) });
    },

    async remove(pairId, healed) {
      if (healed.length > 0) await db.raw(REMOVE_PARKED, { pairId, rows: jsonText(healed) });
    },
  };
}

const PUT_PARKED = `
  insert into abgleich.parked (pair_id, side, id, kind, reason, times, retry_at)
  select :pairId, side, id, kind, reason, times, "retryAt"
    from json_to_recordset(cast(:rows as json)) as parked (
           side text, id text, kind text, reason text, times integer, "retryAt" timestamptz)
      on conflict (pair_id, side, id) do update
     set kind = excluded.kind, reason = excluded.reason, times = excluded.times, retry_at = excluded.retry_at`;

const REMOVE_PARKED = `
  delete from abgleich.parked
   using json_to_recordset(cast(:rows as json)) as healed (side text, id text)
   where pair_id = :pairId and parked.side = healed.side and parked.id = healed.id`;
