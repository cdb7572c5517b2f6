import type { Knex } from 'knex';
import { reportingFailures } from './store-failure.js';

/** How long what nobody needs any more is kept. */
export interface Retention {
  readonly journalDays: number;
  /** Counts of the delete guard; it looks back one day. */
  readonly destructionDays: number;
}

/**
 * Forgets old lines of the journal, lost values whose time has come, and old counts of the delete guard; answers how
 * many rows went. Times are PostgreSQL's. In batches, so that nobody waits long for a lock.
 */
export async function forgetOld(knex: Knex, retention: Retention): Promise<number> {
  const forget = async (sql: string, bindings: Record<string, number>): Promise<number> => {
    for (let gone = 0; ;) {
      const { rowCount } = await reportingFailures(() =>
        knex.raw<{ rowCount: number }>(sql, { ...bindings, limit: ROWS_PER_BATCH }),
      );
      gone += rowCount;
      if (rowCount < ROWS_PER_BATCH) return gone;
    }
  };
  return (
    (await forget(FORGET_JOURNAL, { days: retention.journalDays })) +
    (await forget(FORGET_LOST_VALUES, {})) +
    (await forget(FORGET_DESTRUCTIONS, { days: retention.destructionDays }))
  );
}

const ROWS_PER_BATCH = 5_000;

/** Lines are numbered in the order of their time, so the oldest ones are found by the primary key. */
const FORGET_JOURNAL = `
  delete from abgleich.journal
   where id in (select id from abgleich.journal order by id limit :limit)
     and at < now() - cast(:days as integer) * interval '1 day'`;

const FORGET_LOST_VALUES = `
  delete from abgleich.lost_values
   where id in (select id from abgleich.lost_values where expires_at < now() order by expires_at limit :limit)`;

const FORGET_DESTRUCTIONS = `
  delete from abgleich.destructions
   where ctid = any(array(
           select ctid from abgleich.destructions
            where at < now() - cast(:days as integer) * interval '1 day' limit :limit))`;
