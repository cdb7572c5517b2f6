import type { Knex } from 'knex';
import type { Instant } from '../mappings/values.js';
import type { FieldSource, Lease } from '../sync/ports/store.js';
import { jsonText } from './json-text.js';

export interface FieldSourceTable {
  /** What mailboxes of this pair's kind brought into these records, its own included. */
  find(pairId: string, recordIds: readonly string[]): Promise<readonly FieldSource[]>;
  /** Inserts or replaces the pair's rows; false where the lease is not the current one, and then nothing is written. */
  put(
    lease: Lease,
    sources: readonly Omit<FieldSource, 'employeeId'>[],
    at: Instant,
  ): Promise<boolean>;
}

/** Where values of shared records came from (rule 16), for all pairs. */
export function fieldSourceTable(db: Knex): FieldSourceTable {
  return {
    async find(pairId, recordIds) {
      if (recordIds.length === 0) return [];
      const { rows } = await db.raw<{ rows: FieldSource[] }>(FIND, { pairId, ids: [...recordIds] });
      return rows;
    },
    async put({ pairId, fence }, sources, at) {
      const byPlace = new Map(
        sources.map((one) => [JSON.stringify([one.recordId, one.recordBirth, one.field]), one]),
      );
      const rows = jsonText([...byPlace.values()]);
      const { rows: held } = await db.raw<{ rows: unknown[] }>(PUT, { pairId, fence, rows, at });
      return held.length === 1;
    },
  };
}

const FIND = `
  select sources.record_id as "recordId", sources.record_birth as "recordBirth", sources.field, sources.value,
         theirs.employee_id as "employeeId"
    from abgleich.pairs as ours
    join abgleich.pairs as theirs on theirs.kind = ours.kind
    join abgleich.field_sources as sources on sources.pair_id = theirs.id
   where ours.id = :pairId and sources.record_id = any(:ids)
   order by sources.record_id, sources.field, theirs.employee_id`;

/** A later holder of the pair has its row: what an earlier one brings in then is not remembered. */
const PUT = `
  with held as (
         select pair_id from abgleich.leases where pair_id = :pairId and fence = :fence for update
       ), put as (
         insert into abgleich.field_sources (pair_id, record_id, record_birth, field, value, at)
         select held.pair_id, source."recordId", source."recordBirth", source.field, source.value,
                cast(:at as timestamptz)
           from held, json_to_recordset(cast(:rows as json)) as source (
                  "recordId" text, "recordBirth" text, field text, value text)
             on conflict (record_id, record_birth, field, pair_id) do update
            set value = excluded.value, at = excluded.at
       )
  select pair_id from held`;
