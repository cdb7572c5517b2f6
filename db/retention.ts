import type { Knex } from 'knex';
import { reportingFailures } from './store-failure.js';

/** How long what nobody needs any more is kept. */
export interface Retention {
  readonly journalDays: number;
  /** Counts of the delete guard; it looks back one day. */
  readonly destructionDays: number;
  /** The values of before our writes, by which they can be taken back. */
  readonly imageDays: number;
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
    (await forget(FORGET_WRITES, { days: retention.journalDays })) +
    (await forget(FORGET_IMAGES, { days: retention.imageDays })) +
    (await forget(FORGET_LOST_VALUES, {})) +
    (await forget(FORGET_DESTRUCTIONS, { days: retention.destructionDays })) +
    (await forget(FORGET_SOURCES, { days: SOURCE_DAYS }))
  );
}

const ROWS_PER_BATCH = 5_000;

/** Whose edit wins is asked of edits between two cycles; a mailbox that could not be reached for longer is no rival. */
const SOURCE_DAYS = 30;

/** Lines are numbered in the order of their time, so the oldest ones are found by the primary key. */
const FORGET_JOURNAL = `
  delete from abgleich.journal
   where id in (select id from abgleich.journal order by id limit :limit)
     and at < now() - cast(:days as integer) * interval '1 day'`;

const FORGET_WRITES = `
  delete from abgleich.writes
   where id in (select id from abgleich.writes order by id limit :limit)
     and at < now() - cast(:days as integer) * interval '1 day'`;

const FORGET_IMAGES = `
  update abgleich.writes set before = null
   where id in (select id from abgleich.writes
                 where before is not null and at < now() - cast(:days as integer) * interval '1 day'
                 order by at limit :limit)`;

const FORGET_LOST_VALUES = `
  delete from abgleich.lost_values
   where id in (select id from abgleich.lost_values where expires_at < now() order by expires_at limit :limit)`;

const FORGET_DESTRUCTIONS = `
  delete from abgleich.destructions
   where ctid = any(array(
           select ctid from abgleich.destructions
            where at < now() - cast(:days as integer) * interval '1 day' limit :limit))`;

const FORGET_SOURCES = `
  delete from abgleich.field_sources
   where ctid = any(array(
           select ctid from abgleich.field_sources
            where at < now() - cast(:days as integer) * interval '1 day' limit :limit))`;
