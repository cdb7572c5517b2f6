import type { Knex } from 'knex';
import type { Loss } from '../mappings/translation.js';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { KindName, LinkEnd, Side, Unrest, Verdict } from '../sync/ports/store.js';
import { reportingFailures } from './store-failure.js';

/** What we remember of one record or item in one pair. */
export interface Trace {
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  /** null = there is no link, only something set aside. */
  readonly link: TracedLink | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly parked: readonly TracedParking[];
  readonly held: readonly TracedHold[];
  /** Writes that are promised and not confirmed. */
  readonly openWrites: number;
  /** What could not be held by the other side when it was last written. */
  readonly losses: readonly Loss[];
  /** When it was last written or connected; null = never, or longer ago than the journal reaches. */
  readonly lastAt: Instant | null;
}

export interface TracedLink {
  readonly key: string;
  readonly uid: string | null;
  readonly ended: LinkEnd | null;
  readonly frozenUntil: Instant | null;
}

export interface TracedParking {
  readonly side: Side;
  readonly kind: string;
  readonly reason: string;
  readonly times: number;
  readonly retryAt: Instant;
}

export interface TracedHold {
  readonly id: number;
  readonly side: Side;
  readonly reason: string;
  readonly verdict: Verdict | null;
}

/**
 * Everything we remember of an ERP id, an item's id, a UID or one of our keys, pair by pair; links that are alive before
 * those that ended. Looking for a UID reads all links: it is for people, not for the sync.
 */
export async function findTraces(knex: Knex, id: string): Promise<readonly Trace[]> {
  return reportingFailures(async () => {
    const { rows } = await knex.raw<{ rows: TraceRow[] }>(TRACES, { id });
    return rows.map(traceFromRow);
  });
}

interface TraceRow {
  readonly pair_id: string;
  readonly employee_id: string;
  readonly kind: KindName;
  readonly has_link: boolean;
  readonly record_id: string | null;
  readonly item_id: string | null;
  readonly key: string | null;
  readonly uid: string | null;
  readonly ended: LinkEnd | null;
  readonly unrest: Unrest | null;
  readonly parked: readonly (Omit<TracedParking, 'retryAt'> & { readonly retryAt: string })[];
  readonly held: readonly TracedHold[];
  readonly open_writes: number;
  readonly losses: readonly Loss[] | null;
  readonly last_at: Date | null;
}

function traceFromRow(row: TraceRow): Trace {
  const { key, uid, ended, unrest } = row;
  const link = { key: key ?? '', uid, ended, frozenUntil: unrest?.frozenUntil ?? null };
  return {
    pairId: row.pair_id,
    employeeId: row.employee_id,
    kind: row.kind,
    link: row.has_link ? link : null,
    recordId: row.record_id,
    itemId: row.item_id,
    parked: row.parked.map((one) => ({ ...one, retryAt: instantOf(Date.parse(one.retryAt)) })),
    held: row.held,
    openWrites: row.open_writes,
    losses: row.losses ?? [],
    lastAt: row.last_at === null ? null : instantOf(row.last_at.getTime()),
  };
}

const TRACES = `
  with found as (
         select pair_id, id as link_id, record_id, item_id, key, uid, ended, unrest, live
           from abgleich.links
          where record_id = :id or item_id = :id or key = :id or uid = :id
         union all
         select pair_id, null, case when side = 'erp' then id end, case when side = 'exchange' then id end,
                null, null, null, null, null
           from abgleich.parked
          where id = :id
            and not exists (select from abgleich.links
                             where links.pair_id = parked.pair_id
                               and (record_id = parked.id or item_id = parked.id))
       )
  select found.pair_id, employee_id, kind, link_id is not null as has_link, record_id, item_id, key, uid, ended, unrest,
         coalesce((select json_agg(json_build_object('side', side, 'kind', parked.kind, 'reason', reason, 'times', times,
                                                     'retryAt', retry_at))
                     from abgleich.parked
                    where parked.pair_id = found.pair_id
                      and ((side = 'erp' and id = record_id) or (side = 'exchange' and id = item_id))), '[]') as parked,
         coalesce((select json_agg(json_build_object('id', held.id, 'side', side, 'reason', reason, 'verdict', verdict))
                     from abgleich.held
                    where held.pair_id = found.pair_id and held.link_id = found.link_id), '[]') as held,
         (select count(*)::integer from abgleich.intents
           where intents.pair_id = found.pair_id and intents.link_id = found.link_id) as open_writes,
         last.losses, last.at as last_at
    from found
         join abgleich.pairs on pairs.id = found.pair_id
         left join lateral (
           select losses, at from abgleich.journal
            where journal.pair_id = found.pair_id and journal.record_id = found.record_id
              and event in ('created', 'updated', 'linked')
            order by id desc limit 1) as last on true
   order by employee_id, kind, live nulls last, link_id`;
