import type { Knex } from 'knex';
import type { Instant } from '../mappings/values.js';
import type { Destruction, Held } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

export interface HeldTable {
  /** Adds; one that is there with the same versions keeps its time, one with other versions is a new one. */
  put(pairId: string, held: readonly Held[], at: Instant): Promise<void>;
  /** Drops what waits for a link that was settled: it was decided otherwise, or done. */
  drop(pairId: string, linkIds: readonly string[]): Promise<void>;
  countDestroyed(pairId: string, actions: number, at: Instant): Promise<void>;
  /** null where there is no such pair. */
  destruction(pairId: string, since: Instant): Promise<Destruction | null>;
}

/** What was destroyed, and what waits for an administrator (rule 6), on one handle: a pool, or a transaction. */
export function heldTable(db: Knex): HeldTable {
  return {
    async put(pairId, held, at) {
      const rows = [...new Map(held.map((one) => [`${one.side} ${one.linkId}`, one])).values()];
      if (rows.length > 0) await db.raw(PUT_HELD, { pairId, at, rows: jsonText(rows) });
    },

    async drop(pairId, linkIds) {
      if (linkIds.length > 0) await db.raw(DROP, { pairId, linkIds: [...linkIds] });
    },

    async countDestroyed(pairId, actions, at) {
      if (actions > 0) await db.raw(COUNT_DESTROYED, { pairId, actions, at });
    },

    async destruction(pairId, since) {
      const { rows } = await db.raw<{ rows: DestructionRow[] }>(DESTRUCTION, { pairId, since });
      return rows[0] === undefined ? null : destructionFromRow(rows[0]);
    },
  };
}

interface DestructionRow {
  readonly pairDestroyed: number;
  readonly pairLinks: number;
  readonly connectionDestroyed: number;
  readonly connectionLinks: number;
}

function destructionFromRow(row: DestructionRow): Destruction {
  return {
    pair: { destroyed: row.pairDestroyed, links: row.pairLinks },
    connection: { destroyed: row.connectionDestroyed, links: row.connectionLinks },
  };
}

const PUT_HELD = `
  insert into abgleich.held (pair_id, link_id, side, record_version, item_version, reason, held_at)
  select :pairId, "linkId", side, "recordVersion", "itemVersion", reason, cast(:at as timestamptz)
    from json_to_recordset(cast(:rows as json)) as held (
           "linkId" text, side text, "recordVersion" text, "itemVersion" text, reason text)
      on conflict (pair_id, link_id, side) do update
     set record_version = excluded.record_version, item_version = excluded.item_version, reason = excluded.reason,
         held_at = excluded.held_at, verdict = null, decided_by = null, decided_at = null
   where (held.record_version, held.item_version) <> (excluded.record_version, excluded.item_version)`;

const DROP = `
  delete from abgleich.held
   where pair_id = :pairId and link_id = any(:linkIds)`;

const COUNT_DESTROYED = `
  insert into abgleich.destructions (pair_id, at, actions)
  values (:pairId, :at, :actions)`;

const DESTRUCTION = `
  with pair as (
         select pairs.id, employees.connection_id, progress.live_links,
                (select coalesce(sum(actions), 0) from abgleich.destructions where pair_id = pairs.id and at >= :since)
                + (select count(*) from abgleich.held where pair_id = pairs.id and held_at >= :since and verdict is null) as destroyed
           from abgleich.pairs
                join abgleich.employees on employees.id = pairs.employee_id
                join abgleich.progress on progress.pair_id = pairs.id
          where employees.connection_id = (
                  select connection_id
                    from abgleich.pairs join abgleich.employees on employees.id = pairs.employee_id
                   where pairs.id = :pairId)
       )
  select cast(sum(destroyed) filter (where id = :pairId) as bigint) as "pairDestroyed",
         sum(live_links) filter (where id = :pairId) as "pairLinks",
         cast(sum(destroyed) as bigint) as "connectionDestroyed",
         sum(live_links) as "connectionLinks"
    from pair
  having count(*) > 0`;
