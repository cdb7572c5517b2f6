import type { Knex } from 'knex';
import { parseInstant } from '../mappings/values.js';
import type {
  Lease,
  Owed,
  PairProgress,
  Parked,
  Waiting,
  Watermarks,
} from '../sync/ports/store.js';
import { jsonText } from './json-text.js';
import type { Unseal } from './lost-values.js';
import { WISHES_OF_PAIR, wishFromRow } from './wishes.js';
import type { WishRow } from './wishes.js';

export interface ProgressTable {
  /** null where there is no such pair. One statement; it counts no links. */
  ofPair(pairId: string): Promise<PairProgress | null>;
  /** Whether the lease is the current one, and whether exactly this is remembered already. Locks nothing. */
  compare(
    lease: Lease,
    next: Next,
  ): Promise<{ readonly isHeld: boolean; readonly isSame: boolean }>;
  /** Replaces both. The caller holds the pair's lease row. */
  replace(pairId: string, next: Next): Promise<void>;
}

export interface Next {
  readonly watermarks: Watermarks;
  readonly owed: readonly Owed[];
}

/** How far each pair has read, and what it still owes, on one handle: a pool, or a transaction. */
export function progressTable(db: Knex, unseal: Unseal): ProgressTable {
  return {
    async ofPair(pairId) {
      const { rows } = await db.raw<{ rows: ProgressRow[] }>(PROGRESS, { pairId });
      return rows[0] === undefined ? null : progressFromRow(rows[0], pairId, unseal);
    },

    async compare({ pairId, fence }, next) {
      const { rows } = await db.raw<{ rows: { isHeld: boolean; isSame: boolean }[] }>(COMPARE, {
        pairId,
        fence,
        ...bindingsOf(next),
      });
      return rows[0] ?? { isHeld: false, isSame: false };
    },

    async replace(pairId, next) {
      const bindings = { pairId, ...bindingsOf(next) };
      await db.raw(MOVE_WATERMARKS, bindings);
      await db.raw(REPLACE_OWED, bindings);
    },
  };
}

interface ProgressRow {
  readonly erp_position: string | null;
  readonly cursors: Readonly<Record<string, string>>;
  readonly live_links: number;
  readonly is_unfinished: boolean;
  readonly owed: readonly Owed[] | null;
  readonly parked: readonly ParkedRow[] | null;
  readonly waiting: readonly Waiting[] | null;
  readonly wishes: readonly WishRow[] | null;
}

type ParkedRow = Omit<Parked, 'retryAt'> & { readonly retryAt: string };

function progressFromRow(row: ProgressRow, pairId: string, unseal: Unseal): PairProgress {
  return {
    watermarks: { exchange: row.cursors, erp: row.erp_position },
    owed: row.owed ?? [],
    parked: (row.parked ?? []).map((parked) => ({
      ...parked,
      retryAt: parseInstant(parked.retryAt),
    })),
    waiting: row.waiting ?? [],
    liveLinks: row.live_links,
    isUnfinished: row.is_unfinished,
    ...(row.wishes !== null && {
      wishes: row.wishes.map((wish) => wishFromRow(wish, pairId, unseal)),
    }),
  };
}

function bindingsOf({ watermarks, owed }: Next) {
  return {
    position: watermarks.erp,
    cursors: jsonText(watermarks.exchange),
    owed: jsonText(owed),
  };
}

const PROGRESS = `
  select erp_position, cursors, live_links, last_settlement is not null as is_unfinished,
         (select json_agg(json_build_object('side', side, 'id', id) order by side, id)
            from abgleich.owed where owed.pair_id = progress.pair_id) as owed,
         (select json_agg(json_build_object('side', side, 'id', id, 'kind', kind, 'reason', reason, 'times', times,
                                            'retryAt', retry_at) order by side, id)
            from abgleich.parked where parked.pair_id = progress.pair_id) as parked,
         (select json_agg(json_build_object('linkId', link_id, 'side', side, 'recordVersion', held.record_version,
                                            'itemVersion', held.item_version, 'reason', reason, 'verdict', verdict,
                                            'recordId', coalesce(record_id, ''), 'itemId', coalesce(item_id, ''))
                          order by held.id)
            from abgleich.held join abgleich.links on links.pair_id = held.pair_id and links.id = held.link_id
           where held.pair_id = progress.pair_id) as waiting,${WISHES_OF_PAIR} as wishes
    from abgleich.progress
   where pair_id = :pairId`;

const COMPARE = `
  select leases.fence = :fence as "isHeld",
         progress.last_settlement is null
           and progress.erp_position is not distinct from cast(:position as text)
           and progress.cursors = cast(:cursors as jsonb)
           and not exists (
                 (select side, id from json_to_recordset(cast(:owed as json)) as next (side text, id text)
                  except select side, id from abgleich.owed where pair_id = :pairId)
                 union all
                 (select side, id from abgleich.owed where pair_id = :pairId
                  except select side, id from json_to_recordset(cast(:owed as json)) as next (side text, id text)))
           as "isSame"
    from abgleich.leases join abgleich.progress using (pair_id)
   where pair_id = :pairId`;

const MOVE_WATERMARKS = `
  update abgleich.progress
     set erp_position = :position, cursors = cast(:cursors as jsonb), last_settlement = null
   where pair_id = :pairId`;

const REPLACE_OWED = `
  with next as (
         select distinct side, id
           from json_to_recordset(cast(:owed as json)) as owed (side text, id text)
       ), paid as (
         delete from abgleich.owed
          where pair_id = :pairId and (side, id) not in (select side, id from next)
       )
  insert into abgleich.owed (pair_id, side, id)
  select :pairId, side, id
    from next
      on conflict do nothing`;
