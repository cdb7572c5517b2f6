import type { Knex } from 'knex';
import type { ErpAbsence, ErpAppointment } from '../../mappings/erp-record.js';
import { parseInstant, parsePlainDate, parseZone } from '../../mappings/values.js';
import type { RecordChange, RecordSeen } from '../ports/erp.js';
import { parsePosition, unseenBy } from './position.js';

const PREFIX = 'absence:';

/** Absences and appointments number their records each for itself. */
export function isAbsence(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** What changed since a position: approved ones are there, and all others of theirs are proven not to be. */
export async function absencesSince(
  db: Knex,
  employeeId: string,
  position: string,
): Promise<readonly RecordChange[]> {
  const { rows } = await db.raw<{ rows: readonly Touched[] }>(SINCE, {
    employeeId,
    ...unseenBy(parsePosition(position).snapshot),
  });
  return rows.flatMap(changesOf);
}

/** All of an employee's, with what is proven of those that are gone. */
export async function allAbsences(db: Knex, employeeId: string): Promise<readonly RecordChange[]> {
  const { rows } = await db.raw<{ rows: readonly Touched[] }>(ALL, { employeeId });
  return rows.flatMap(changesOf);
}

/** Those of the ids that are approved absences of the employee. */
export async function readAbsences(
  db: Knex,
  employeeId: string,
  ids: readonly string[],
): Promise<readonly RecordSeen<ErpAppointment>[]> {
  const names = ids.map((id) => id.slice(PREFIX.length));
  const { rows } = await db.raw<{ rows: readonly AbsenceRow[] }>(READ, { employeeId, names });
  return rows.map((row) => ({
    id: PREFIX + row.id,
    version: row.version,
    birth: PREFIX + row.birth,
    changedAt: parseInstant(row.changed_at),
    isInScope: row.in_scope,
    employees: [employeeId],
    record: recordOf(row, employeeId),
  }));
}

interface Touched {
  readonly id: string;
  /** Birth marks with a tombstone. */
  readonly buried: readonly string[];
  /** What stands there now; null = nothing. */
  readonly version: string | null;
  readonly birth: string | null;
  /** Approved, and the employee's. */
  readonly stands: boolean | null;
}

function changesOf({ id: name, buried, version, birth, stands }: Touched): readonly RecordChange[] {
  const id = PREFIX + name;
  const removed = (mark: string): RecordChange => ({ kind: 'removed', id, birth: PREFIX + mark });
  const gone = buried.filter((mark) => mark !== birth).map(removed);
  // not there and not buried: reading it tells that it is gone, which proves nothing
  if (version === null || birth === null) {
    return gone.length > 0 ? gone : [{ kind: 'seen', id, version: '' }];
  }
  return [...gone, stands === true ? { kind: 'seen', id, version } : removed(birth)];
}

interface AbsenceRow {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly changed_at: string;
  readonly in_scope: boolean;
  readonly first_day: string;
  readonly last_day: string;
  readonly half_day: string;
}

function recordOf(row: AbsenceRow, ownerId: string): ErpAppointment {
  const absence: ErpAbsence = {
    firstDay: parsePlainDate(row.first_day),
    lastDay: parsePlainDate(row.last_day),
    halfDay: row.half_day === 'morning' || row.half_day === 'afternoon' ? row.half_day : 'none',
  };
  const { firstDay, lastDay } = absence;
  return { ...NOTHING_TOLD, ownerId, when: { kind: 'allDay', firstDay, lastDay }, absence };
}

const NOTHING_TOLD = {
  title: '',
  body: '',
  location: '',
  timeZone: parseZone('UTC'),
  rrule: null,
  exceptions: [],
  participants: [],
  equipment: [],
  isPrivate: false,
  showAs: 'away',
  reminderMinutes: null,
  priorityId: null,
  activityTypeId: null,
  company: null,
  contact: null,
  project: null,
  isMeeting: false,
  isProtected: false,
} as const satisfies Partial<ErpAppointment>;

/** The two ranges of the log's index are those of changes.ts. */
const SINCE = `
  with touched as materialized (
    select l.record_id as id, array_agg(distinct l.birth) as births
      from (select * from erp.change_log where xid >= :notBegun::xid8
            union all
            select * from erp.change_log where xid = any (:underWay::xid8[])) as l
     where l.kind = 'absence'
       and (:employeeId = any (l.employees_before) or :employeeId = any (l.employees_after))
     group by l.record_id
  )
  select t.id, a.version, a.birth, a.status = 'approved' and a.employee_id = :employeeId as stands,
         array(select b.birth from erp.tombstones as b
                where b.kind = 'absence' and b.record_id = t.id and b.birth = any (t.births)) as buried
    from touched as t
    left join erp.absences as a on a.id = t.id`;

const ALL = `
  select coalesce(a.id, b.record_id) as id, a.version, a.birth, a.status = 'approved' as stands,
         case when b.birth is null then '{}' else array[b.birth] end as buried
    from (select * from erp.absences where employee_id = :employeeId) as a
    full join (select record_id, birth from erp.tombstones
                where kind = 'absence' and :employeeId = any (employees)) as b on b.record_id = a.id`;

const READ = `
  select id, version, birth, in_scope, half_day, first_day::text as first_day, last_day::text as last_day,
         to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as changed_at
    from erp.absences
   where id = any (:names) and employee_id = :employeeId and status = 'approved'`;
