import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { Chance } from '../sync/ports/clock.js';
import type { KindName, Refusal, Side } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { lostValueContext } from './lost-values.js';
import type { Unseal } from './lost-values.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** A conflict that was decided, whose losing value is kept. Nothing of the value itself. */
export interface ConflictLine {
  /** What a person types; never used again. */
  readonly id: number;
  readonly at: Instant;
  /** Until then the losing value is kept. */
  readonly expiresAt: Instant;
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly field: string;
  readonly winner: Side;
  readonly state: 'lost' | 'expired' | 'asked' | 'restored' | 'refused';
  readonly refusal: Refusal | null;
}

export interface ConflictFilter {
  readonly id?: number | undefined;
  readonly employeeId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly limit?: number | undefined;
}

export interface Conflicts {
  /** Newest first. */
  list(filter: ConflictFilter): Promise<readonly ConflictLine[]>;
  /** The losing value, with an audit row that it was looked at; null where it is not kept (any more). */
  show(
    id: number,
    who: string,
  ): Promise<{ readonly conflict: ConflictLine; readonly value: unknown } | null>;
  /**
   * Asks for the losing value to be written to both sides, with an audit row, and wakes the pair: the next cycle does it, and
   * only where the field was not changed since. null where it is not kept (any more); asked twice it is restored once.
   */
  restore(id: number, who: string): Promise<ConflictLine | null>;
}

/** The journal of conflicts, and the administrator's way to bring a losing value back (rule 18). */
export function conflicts(
  knex: Knex,
  { unseal, chance }: { readonly unseal: Unseal; readonly chance: Chance },
): Conflicts {
  const theOne = async (db: Knex, id: number): Promise<ConflictLine | null> => {
    const [conflict] = await read(db, { id });
    return conflict === undefined || conflict.state === 'expired' ? null : conflict;
  };
  return {
    list: (filter) => reportingFailures(() => read(knex, filter)),

    show: (id, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const conflict = await theOne(db, id);
          const [sealed] = await db<SealedRow>('abgleich.lost_values')
            .select('pair_id', 'link_id', 'field', 'value')
            .where({ id });
          if (conflict === null || sealed === undefined) return null;
          const { pair_id: pairId, link_id: linkId, field, value } = sealed;
          const shown: unknown = JSON.parse(
            unseal(value, lostValueContext(pairId, { linkId, field })),
          );
          await note(db, conflict, 'lostValueShown', who);
          return { conflict, value: shown };
        }),
      ),

    restore: (id, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const { pairId } = (await theOne(db, id)) ?? {};
          if (pairId === undefined) return null;
          await db('abgleich.leases').where({ pair_id: pairId }).forUpdate().select('pair_id');
          const conflict = await theOne(db, id);
          if (conflict?.state === 'lost' || conflict?.state === 'refused') {
            await db.raw(ASK, { id, key: chance.key(), who });
            await note(db, conflict, 'restoreAsked', who);
            await wake(db, { pairIds: [pairId] });
          }
          return theOne(db, id);
        }),
      ),
  };
}

interface SealedRow {
  readonly id: number;
  readonly pair_id: string;
  readonly link_id: string;
  readonly field: string;
  readonly value: string;
}

async function note(
  db: Knex,
  { id, pairId, field, recordId }: ConflictLine,
  change: string,
  who: string,
): Promise<void> {
  const after = { conflict: id, field, recordId };
  await writeAudit(db, { who, subject: `pair:${pairId}`, change, before: null, after });
}

interface ConflictRow extends Omit<ConflictLine, 'at' | 'expiresAt' | 'state'> {
  readonly at: Date;
  readonly expiresAt: Date;
  readonly isExpired: boolean;
  readonly isAsked: boolean | null;
}

async function read(db: Knex, filter: ConflictFilter): Promise<readonly ConflictLine[]> {
  const { rows } = await db.raw<{ rows: ConflictRow[] }>(LIST, {
    id: filter.id ?? null,
    employeeId: filter.employeeId ?? null,
    recordId: filter.recordId ?? null,
    limit: filter.limit ?? null,
  });
  return rows.map(({ isExpired, isAsked, at, expiresAt, ...row }) => ({
    ...row,
    at: instantOf(at.getTime()),
    expiresAt: instantOf(expiresAt.getTime()),
    state: stateOf(isExpired, isAsked, row.refusal),
  }));
}

function stateOf(
  isExpired: boolean,
  isAsked: boolean | null,
  refusal: Refusal | null,
): ConflictLine['state'] {
  if (isAsked === true) return 'asked';
  if (isAsked === false && refusal === null) return 'restored';
  if (isExpired) return 'expired';
  return refusal === null ? 'lost' : 'refused';
}

const LIST = `
  select lost.id, lost.at, expires_at as "expiresAt", lost.pair_id as "pairId", employee_id as "employeeId", kind,
         record_id as "recordId", item_id as "itemId", field, winner, expires_at < now() as "isExpired",
         asked."isAsked", asked.refusal
    from abgleich.lost_values as lost
         join abgleich.pairs on pairs.id = lost.pair_id
         left join abgleich.links on links.pair_id = lost.pair_id and links.id = lost.link_id
         left join lateral (
           select answered_at is null as "isAsked", refusal
             from abgleich.wishes
            where wishes.pair_id = lost.pair_id and wishes.link_id = lost.link_id and lost_value_id = lost.id
            order by wishes.id desc
            limit 1) as asked on true
   where (cast(:id as bigint) is null or lost.id = cast(:id as bigint))
     and (cast(:employeeId as text) is null or employee_id = cast(:employeeId as text))
     and (cast(:recordId as text) is null or record_id = cast(:recordId as text))
   order by lost.id desc
   limit cast(:limit as integer)`;

const ASK = `
  insert into abgleich.wishes (pair_id, link_id, key, lost_value_id, asked_by)
  select pair_id, link_id, :key, id, :who
    from abgleich.lost_values
   where id = :id`;
