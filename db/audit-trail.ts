import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { Chance } from '../sync/ports/clock.js';
import type { KindName, Refusal, Side, Write } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** A write of ours, with whose it is and what led to it. */
export interface WriteLine {
  /** What a person types; never used again. */
  readonly id: number;
  readonly at: Instant;
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  /** The cycle that made it, as a person types it. */
  readonly cycle: string;
  readonly side: Side;
  readonly what: Write['what'];
  readonly fields: readonly string[];
  readonly recordId: string | null;
  readonly itemId: string | null;
  /** The side whose change it carried over, in this version; or the wish that it fulfilled. */
  readonly cause:
    | { readonly kind: 'change'; readonly side: Side; readonly version: string | null }
    | { readonly kind: 'wish'; readonly wishId: number };
  readonly state: WriteState;
  /** Why it was not taken back when somebody asked for it. */
  readonly refusal: Refusal | null;
}

/** `final`: the values of before are not kept, or not any more. */
export type WriteState = 'kept' | 'final' | 'asked' | 'takenBack' | 'refused';

/** Each one given narrows; none given means everything. */
export interface WriteFilter {
  readonly ids?: readonly number[] | undefined;
  readonly cycle?: string | undefined;
  readonly employeeId?: string | undefined;
  readonly recordId?: string | undefined;
  /** Only writes older than the one with this id. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export interface AuditTrail {
  /** Newest first. */
  list(filter: WriteFilter): Promise<readonly WriteLine[]>;
  /**
   * Asks for these writes to be taken back, with an audit row per pair, and wakes the pairs: the next cycle does it, and only
   * where nobody changed anything since. Answers all that were named; those whose state is not `asked` cannot be.
   */
  undo(
    which: { readonly ids: readonly number[] } | { readonly cycle: string },
    who: string,
  ): Promise<readonly WriteLine[]>;
}

/** Every write we made, and the administrator's way to take it back (rule 18). */
export function auditTrail(knex: Knex, { chance }: { readonly chance: Chance }): AuditTrail {
  return {
    list: (filter) => reportingFailures(() => read(knex, filter)),

    undo: (which, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const pairIds = [...new Set((await read(db, which)).map(({ pairId }) => pairId))];
          // before anything else, as every settlement does: so the two never wait for each other crosswise
          await db.raw(LOCK_LEASES, { pairIds });
          const lines = await read(db, which);
          const possible = lines.filter(({ state }) => state === 'kept' || state === 'refused');
          const keys = possible.map(() => chance.key());
          await db.raw(ASK, { ids: possible.map(({ id }) => id), keys, who });
          for (const pairId of new Set(possible.map((line) => line.pairId))) {
            const writes = possible.filter((line) => line.pairId === pairId).map(({ id }) => id);
            const entry = { who, subject: `pair:${pairId}`, change: 'undoAsked', before: null };
            await writeAudit(db, { ...entry, after: { writes } });
          }
          if (pairIds.length > 0) await wake(db, { pairIds });
          return read(db, which);
        }),
      ),
  };
}

/** As a person types it; null for anything else. */
function cycleFrom(text: string): { readonly pairId: string; readonly cycle: number } | null {
  const [, pairId = '', cycle = ''] = /^([\w-]{1,64})\.(\d{1,9})$/.exec(text) ?? [];
  return pairId === '' ? null : { pairId, cycle: Number(cycle) };
}

interface WriteRow extends Omit<WriteLine, 'at' | 'cycle' | 'cause' | 'state'> {
  readonly at: Date;
  readonly cycle: number | null;
  readonly recordVersion: string | null;
  readonly itemVersion: string | null;
  readonly wish: number | null;
  readonly hasImage: boolean;
  readonly isAsked: boolean | null;
}

async function read(db: Knex, filter: WriteFilter): Promise<readonly WriteLine[]> {
  const cycle = filter.cycle === undefined ? undefined : cycleFrom(filter.cycle);
  if (cycle === null) return [];
  const { rows } = await db.raw<{ rows: WriteRow[] }>(LIST, {
    ids: filter.ids === undefined ? null : [...filter.ids],
    pairId: cycle?.pairId ?? null,
    cycle: cycle?.cycle ?? null,
    employeeId: filter.employeeId ?? null,
    recordId: filter.recordId ?? null,
    before: filter.before ?? null,
    limit: filter.limit ?? null,
  });
  return rows.map(lineFromRow);
}

function lineFromRow(row: WriteRow): WriteLine {
  const { recordVersion, itemVersion, wish, hasImage, isAsked, ...rest } = row;
  const side: Side = row.side === 'erp' ? 'exchange' : 'erp';
  const version = side === 'erp' ? recordVersion : itemVersion;
  return {
    ...rest,
    at: instantOf(row.at.getTime()),
    cycle: `${row.pairId}.${row.cycle ?? 0}`,
    cause: wish === null ? { kind: 'change', side, version } : { kind: 'wish', wishId: wish },
    state: stateOf(row, { hasImage, isAsked }),
  };
}

function stateOf(
  { what, refusal }: WriteRow,
  { hasImage, isAsked }: { readonly hasImage: boolean; readonly isAsked: boolean | null },
): WriteState {
  if (isAsked === true) return 'asked';
  if (isAsked === false && refusal === null) return 'takenBack';
  if (what !== 'create' && !hasImage) return 'final';
  return refusal === null ? 'kept' : 'refused';
}

const LIST = `
  select writes.id, writes.at, writes.pair_id as "pairId", employee_id as "employeeId", kind, writes.cycle, side, what,
         fields, record_id as "recordId", item_id as "itemId", writes.record_version as "recordVersion",
         writes.item_version as "itemVersion", wish, before is not null as "hasImage", asked."isAsked", asked.refusal
    from abgleich.writes
         join abgleich.pairs on pairs.id = writes.pair_id
         left join abgleich.links on links.pair_id = writes.pair_id and links.id = writes.link_id
         left join lateral (
           select answered_at is null as "isAsked", refusal
             from abgleich.wishes
            where wishes.pair_id = writes.pair_id and wishes.link_id = writes.link_id
              and writes.id = any(wishes.writes)
            order by wishes.id desc
            limit 1) as asked on true
   where (cast(:ids as bigint[]) is null or writes.id = any(cast(:ids as bigint[])))
     and (cast(:pairId as text) is null
          or writes.pair_id = cast(:pairId as text) and writes.cycle = cast(:cycle as integer))
     and (cast(:employeeId as text) is null or employee_id = cast(:employeeId as text))
     and (cast(:recordId as text) is null or record_id = cast(:recordId as text))
     and (cast(:before as bigint) is null or writes.id < cast(:before as bigint))
   order by writes.id desc
   limit cast(:limit as integer)`;

const LOCK_LEASES = `
  select pair_id
    from abgleich.leases
   where pair_id = any(:pairIds)
   order by pair_id
     for update`;

/** What was written to one link is taken back as one edit: the newest first, so that the oldest value stays. */
const ASK = `
  with asked as (
         select id, key
           from unnest(cast(:ids as bigint[]), cast(:keys as text[])) as asked (id, key)
       )
  insert into abgleich.wishes (pair_id, link_id, key, writes, asked_by)
  select pair_id, link_id, min(key), array_agg(id order by id desc), :who
    from abgleich.writes join asked using (id)
   group by pair_id, link_id
   order by max(id) desc`;
