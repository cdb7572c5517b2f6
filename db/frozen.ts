import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import { UNTIL_THAWED } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** A record that rests: somebody else kept changing it, or what was written one way was taken back. */
export interface FrozenRecord {
  readonly pairId: string;
  readonly employeeId: string;
  readonly recordId: string;
  readonly itemId: string | null;
  readonly reason: string;
  /** When it is tried again by itself; null = not before somebody thaws it. */
  readonly until: Instant | null;
}

export interface FrozenRecords {
  /** Those of one record, or all, by employee. */
  list(recordId?: string): Promise<readonly FrozenRecord[]>;
  /** Lets the record be synced again at once, with an audit row; answers with those that rested. May be repeated. */
  thaw(recordId: string, who: string): Promise<readonly FrozenRecord[]>;
}

/** What an administrator can do about records that another tool keeps changing. */
export function frozenRecords(knex: Knex): FrozenRecords {
  return {
    list: (recordId) => reportingFailures(() => read(knex, recordId)),

    thaw: (recordId, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const frozen = await read(db, recordId);
          for (const { pairId, itemId, reason } of frozen) {
            await db.raw(THAW, { pairId, recordId });
            const after = { recordId, itemId, reason };
            const subject = `pair:${pairId}`;
            await writeAudit(db, { who, subject, change: 'thawed', before: null, after });
          }
          if (frozen.length > 0) await wake(db, { pairIds: frozen.map(({ pairId }) => pairId) });
          return frozen;
        }),
      ),
  };
}

async function read(db: Knex, recordId?: string): Promise<readonly FrozenRecord[]> {
  const { rows } = await db.raw<{ rows: (Omit<FrozenRecord, 'until'> & { until: Date })[] }>(LIST, {
    recordId: recordId ?? null,
  });
  return rows.map((row) => {
    const until = instantOf(row.until.getTime());
    return { ...row, until: until === UNTIL_THAWED ? null : until };
  });
}

const LIST = `
  select parked.pair_id as "pairId", employee_id as "employeeId", parked.id as "recordId",
         (select min(item_id) from abgleich.links
           where links.pair_id = parked.pair_id and links.record_id = parked.id and links.live) as "itemId",
         reason, retry_at as until
    from abgleich.parked join abgleich.pairs on pairs.id = parked.pair_id
   where parked.kind = 'frozen' and side = 'erp'
     and (cast(:recordId as text) is null or parked.id = cast(:recordId as text))
   order by employee_id, parked.id`;

/**
 * What was taken back on one side stays known, so that the other side's value is brought there again.
 * A cycle under way does not write a link that rests, so this is not overwritten; the parked row makes the next one look.
 */
const THAW = `
  with link as (
         update abgleich.links
            set unrest = case when unrest -> 'undone' is null then null
                              else cast(jsonb_set(cast(unrest as jsonb), '{frozenUntil}', 'null') as json) end
          where pair_id = :pairId and record_id = :recordId and live
       )
  update abgleich.parked
     set retry_at = now()
   where pair_id = :pairId and side = 'erp' and id = :recordId`;
