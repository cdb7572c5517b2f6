import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import type { KindName, Side, Verdict } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** A destructive action that waits for an administrator, or waits to be carried out, or was rejected. */
export interface HeldAction {
  /** What a person types; never used again. */
  readonly id: number;
  readonly pairId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  /** The side that would lose something. */
  readonly side: Side;
  /** null = there is none. */
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly reason: string;
  readonly heldAt: Instant;
  /** null = nobody has decided yet. */
  readonly verdict: Verdict | null;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
}

/** Each one given narrows; none given means everything. */
export interface HeldFilter {
  readonly ids?: readonly number[] | undefined;
  readonly employeeId?: string | undefined;
  /** Only what nobody has decided about. */
  readonly isUndecided?: boolean | undefined;
}

export interface HeldActions {
  /** Oldest first. */
  list(filter: HeldFilter): Promise<readonly HeldAction[]>;
  /**
   * Remembers what was decided, with an audit row per pair, and wakes the pairs: the decision is carried out by their next
   * cycle, and only while both sides show the versions that were held. Answers with what was decided now; an action that
   * is over by then is not among it. May be repeated, and changed until it is carried out.
   */
  decide(filter: HeldFilter, verdict: Verdict, who: string): Promise<readonly HeldAction[]>;
}

/** The administrator's side of the delete guard (rule 6). */
export function heldActions(knex: Knex): HeldActions {
  return {
    list: (filter) => reportingFailures(() => read(knex, filter)),

    decide: (filter, verdict, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const pairIds = [...new Set((await read(db, filter)).map(({ pairId }) => pairId))];
          // before the actions, as every settlement does: so the two never wait for each other crosswise
          await db.raw(LOCK_LEASES, { pairIds });
          const { rows } = await db.raw<{ rows: { id: number }[] }>(DECIDE, {
            ...bindingsOf(filter),
            verdict,
            who,
          });
          const decided = await read(db, { ids: rows.map(({ id }) => id) });
          await remember(db, decided, verdict, who);
          if (pairIds.length > 0) await wake(db, { pairIds });
          return decided;
        }),
      ),
  };
}

async function remember(
  db: Knex,
  decided: readonly HeldAction[],
  verdict: Verdict,
  who: string,
): Promise<void> {
  for (const pairId of new Set(decided.map((one) => one.pairId))) {
    const actions = decided
      .filter((one) => one.pairId === pairId)
      .map(({ id, side, recordId, itemId }) => ({ id, side, recordId, itemId }));
    const entry = { who, subject: `pair:${pairId}`, change: verdict, before: null };
    await writeAudit(db, { ...entry, after: { actions } });
  }
}

interface HeldActionRow extends Omit<HeldAction, 'heldAt' | 'decidedAt'> {
  readonly heldAt: Date;
  readonly decidedAt: Date | null;
}

async function read(db: Knex, filter: HeldFilter): Promise<readonly HeldAction[]> {
  const { rows } = await db.raw<{ rows: HeldActionRow[] }>(LIST, bindingsOf(filter));
  return rows.map((row) => ({
    ...row,
    heldAt: instantOf(row.heldAt.getTime()),
    decidedAt: row.decidedAt === null ? null : instantOf(row.decidedAt.getTime()),
  }));
}

function bindingsOf({ ids, employeeId, isUndecided }: HeldFilter) {
  return {
    ids: ids === undefined ? null : [...ids],
    employeeId: employeeId ?? null,
    isUndecided: isUndecided ?? false,
  };
}

const WANTED = `
         (cast(:ids as bigint[]) is null or held.id = any(cast(:ids as bigint[])))
     and (cast(:employeeId as text) is null
          or held.pair_id in (select id from abgleich.pairs where employee_id = cast(:employeeId as text)))
     and (not cast(:isUndecided as boolean) or verdict is null)`;

const LIST = `
  select held.id, held.pair_id as "pairId", employee_id as "employeeId", kind, side, record_id as "recordId",
         item_id as "itemId", reason, held_at as "heldAt", verdict, decided_by as "decidedBy", decided_at as "decidedAt"
    from abgleich.held
         join abgleich.pairs on pairs.id = held.pair_id
         join abgleich.links on links.pair_id = held.pair_id and links.id = held.link_id
   where ${WANTED}
   order by held.id`;

const LOCK_LEASES = `
  select pair_id
    from abgleich.leases
   where pair_id = any(:pairIds)
   order by pair_id
     for update`;

const DECIDE = `
  update abgleich.held
     set verdict = :verdict, decided_by = :who, decided_at = now()
   where ${WANTED} and verdict is distinct from :verdict
  returning id`;
