import type { Knex } from 'knex';
import type { RecordChange, RecordChanges } from '../ports/erp.js';
import type { Position } from './position.js';
import { expired, formatPosition, parsePosition, unseenBy } from './position.js';

/**
 * The records of one employee that changed since a position, or all of them from null or where the log says
 * "everything". Each call is one statement, whose own snapshot is the next position: whatever commits later, however
 * early it began, is not in that snapshot and therefore in the next answer.
 */
export async function changesSince(
  db: Knex,
  employeeId: string,
  position: string | null,
): Promise<RecordChanges> {
  if (position === null) return readAll(db, employeeId, []);
  const since = parsePosition(position);
  const { rows } = await db.raw<{ rows: readonly SinceRow[] }>(SINCE, {
    employeeId,
    ...since,
    ...unseenBy(since.snapshot),
  });
  const row = rows[0];
  if (!row) throw expired('The change log has lost its state row.');
  assertContinues(row, since);
  const changes = (row.touched ?? []).flatMap(changesOf);
  if (row.everything) return readAll(db, employeeId, changes);
  return { changes, position: formatPosition(nextPosition(row)), isComplete: false };
}

interface LogRow {
  readonly log: string;
  readonly snapshot: string;
  readonly seq: string | null;
  readonly mark: string | null;
}

interface SinceRow extends LogRow {
  readonly is_future: boolean;
  readonly is_pruned: boolean;
  /** null = that row was pruned, or there was none. */
  readonly is_same_row: boolean | null;
  readonly everything: boolean;
  readonly touched: readonly Touched[] | null;
}

interface Touched {
  readonly id: string;
  /** The birth marks that the log named. */
  readonly births: readonly string[];
  /** Those of them with a tombstone. */
  readonly buried: readonly string[];
  /** What stands there now; null = nothing. */
  readonly version: string | null;
  readonly birth: string | null;
  readonly in_scope: boolean | null;
  readonly theirs: boolean | null;
}

function assertContinues(row: SinceRow, since: Position): void {
  if (row.log !== since.log) throw expired('The position belongs to another change log.');
  if (row.is_future) throw expired('The position is later than the change log: it was restored.');
  if (row.is_pruned) throw expired('The position is older than the change log.');
  if (row.is_same_row === false) {
    throw expired('The change log has lost rows that were read already: it was restored.');
  }
}

function nextPosition(row: LogRow): Position {
  return { log: row.log, snapshot: row.snapshot, seq: row.seq ?? '0', mark: row.mark ?? '' };
}

/**
 * An ERP that deletes by a mark goes on showing the row, out of scope: its tombstone counts. A record that is not there and has no tombstone is named as seen: reading it tells
 * `gone`, which proves nothing.
 */
function changesOf(touched: Touched): readonly RecordChange[] {
  const { id, version, birth, theirs } = touched;
  const proven = touched.buried.filter((mark) => mark !== birth || touched.in_scope === false);
  const changes = proven.map((mark): RecordChange => ({ kind: 'removed', id, birth: mark }));
  if (version === null) return changes.length > 0 ? changes : [{ kind: 'seen', id, version: '' }];
  if (birth !== null && proven.includes(birth)) return changes;
  if (theirs === true) return [...changes, { kind: 'seen', id, version }];
  // taken out of it: proven where the log spoke of this very record
  return birth !== null && touched.births.includes(birth)
    ? [...changes, { kind: 'removed', id, birth }]
    : changes;
}

/**
 * Not `pg_visible_in_snapshot` row by row: what a snapshot did not see is exactly what is at or above its xmax or in its
 * list, and both are ranges of the index. With a transaction open for days (in any database of the cluster), `xid >= xmin`
 * would walk through all rows since. `any (array(…))` keeps the planner from reading a whole view for ten ids.
 */
const SINCE = `
  with fresh as materialized (
    select l.kind, l.record_id, l.birth
      from (select * from erp.change_log where xid >= :notBegun::xid8
            union all
            select * from erp.change_log where xid = any (:underWay::xid8[])) as l
     where l.kind = 'everything'
        or l.kind = 'appointment'
           and (:employeeId = any (l.employees_before) or :employeeId = any (l.employees_after))
  ), touched as materialized (
    select record_id, array_agg(distinct birth) filter (where birth is not null) as births
      from fresh where kind = 'appointment' group by record_id
  ), current as materialized (
    select a.id, a.version, a.birth, a.in_scope,
           a.owner_id = :employeeId
           or exists (select from erp.appointment_participants as p
                       where p.appointment_id = a.id and p.employee_id = :employeeId) as theirs
      from erp.appointments as a
     where a.id = any (array(select record_id from touched))
  )
  select erp.change_log_identity() as log,
         pg_current_snapshot()::text as snapshot,
         newest.seq::text as seq,
         newest.xid::text || '/' || extract(epoch from newest.at)::text as mark,
         pg_snapshot_xmax(:snapshot::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()) as is_future,
         state.pruned_xid >= pg_snapshot_xmin(:snapshot::pg_snapshot) as is_pruned,
         case when :seq::bigint > state.pruned_seq
              then exists (select from erp.change_log as l
                            where l.seq = :seq::bigint and l.xid::text || '/' || extract(epoch from l.at)::text = :mark)
         end as is_same_row,
         exists (select from fresh where kind = 'everything') as everything,
         (select json_agg(json_build_object(
                   'id', t.record_id, 'births', coalesce(t.births, '{}'),
                   'buried', array(select b.birth from erp.tombstones as b
                                    where b.kind = 'appointment' and b.record_id = t.record_id
                                      and b.birth = any (t.births)),
                   'version', c.version, 'birth', c.birth, 'in_scope', c.in_scope, 'theirs', c.theirs) order by t.record_id collate "C")
            from touched as t left join current as c on c.id = t.record_id) as touched
    from erp.change_log_state as state
    left join lateral (select l.seq, l.xid, l.at from erp.change_log as l order by l.seq desc limit 1) as newest on true`;

/** Everything the employee has, every deletion that is proven, and what is known to be removed besides. */
async function readAll(
  db: Knex,
  employeeId: string,
  known: readonly RecordChange[],
): Promise<RecordChanges> {
  const { rows } = await db.raw<{ rows: readonly AllRow[] }>(ALL, { employeeId });
  const row = rows[0];
  if (!row) throw expired('The change log has lost its state row.');
  const seen = (row.seen ?? []).map(([id, version]): RecordChange => ({
    kind: 'seen',
    id,
    version,
  }));
  const buried = (row.buried ?? []).map(([id, birth]): RecordChange => ({
    kind: 'removed',
    id,
    birth,
  }));
  const taken = known.filter((change) => change.kind === 'removed');
  return {
    changes: [...seen, ...withoutRepeats([...taken, ...buried])],
    position: formatPosition(nextPosition(row)),
    isComplete: true,
  };
}

interface AllRow extends LogRow {
  readonly seen: readonly (readonly [string, string])[] | null;
  readonly buried: readonly (readonly [string, string])[] | null;
}

function withoutRepeats(changes: readonly RecordChange[]): readonly RecordChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}

const ALL = `
  select erp.change_log_identity() as log,
         pg_current_snapshot()::text as snapshot,
         newest.seq::text as seq,
         newest.xid::text || '/' || extract(epoch from newest.at)::text as mark,
         (select json_agg(json_build_array(a.id, a.version))
            from erp.appointments as a
           where (a.owner_id = :employeeId
                  or a.id in (select p.appointment_id from erp.appointment_participants as p
                               where p.employee_id = :employeeId))
             and (a.in_scope
                  or not exists (select from erp.tombstones as t
                                  where t.kind = 'appointment' and t.record_id = a.id and t.birth = a.birth))) as seen,
         (select json_agg(json_build_array(t.record_id, t.birth))
            from erp.tombstones as t
           where t.kind = 'appointment' and :employeeId = any (t.employees)) as buried
    from erp.change_log_state as state
    left join lateral (select l.seq, l.xid, l.at from erp.change_log as l order by l.seq desc limit 1) as newest on true`;
