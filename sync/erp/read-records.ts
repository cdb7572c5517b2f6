import type { Knex } from 'knex';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, answered, failed } from '../ports/failure.js';
import type { AppointmentRow } from './rows.js';
import { recordFromRow } from './rows.js';

/**
 * Reads records with their children, by id; ids that are not there are not in the answer. A record with a value that
 * the contract does not allow answers as `rejected`. One statement, so that record and children are of one snapshot.
 */
export async function readRecords(
  db: Knex,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Answer<RecordSeen<ErpAppointment>>>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.raw<{ rows: readonly AppointmentRow[] }>(READ, { ids });
  return new Map(rows.map((row) => [row.id, recordOf(row)]));
}

function recordOf(row: AppointmentRow): Answer<RecordSeen<ErpAppointment>> {
  try {
    return answered(recordFromRow(row));
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    return failed(unreadable(error));
  }
}

/** Names what is wrong and not the value: it may be somebody's address. */
function unreadable({ what }: UnreadableValue): ConnectorFailure {
  return new ConnectorFailure(
    'rejected',
    `The ERP shows an appointment without a usable ${what}.`,
    {
      code: 'unreadable',
      sentence: {
        de: `Das ERP zeigt einen Termin ohne brauchbaren Wert (${what}). Bitte dort berichtigen.`,
        en: `The ERP shows an appointment without a usable ${what}. Please correct it there.`,
      },
    },
  );
}

/**
 * Children are gathered once for all ids: asked row by row, a view over many tables would be computed anew each time.
 * `is_room` is a column that a view may leave out.
 */
const READ = `
  select a.id, a.version, a.birth, a.in_scope, a.owner_id, a.all_day,
         coalesce(a.title, '') as title, coalesce(a.body, '') as body, coalesce(a.location, '') as location,
         to_char(a.changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as changed_at,
         to_char(a.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as starts_at,
         to_char(a.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ends_at,
         a.first_day::text as first_day, a.last_day::text as last_day,
         a.time_zone, a.rrule, a.is_private, a.show_as, a.reminder_minutes, a.priority_id, a.activity_type_id,
         a.is_meeting, a.is_protected,
         case when company.id is not null then json_build_object('id', company.id, 'name', company.name) end as company,
         case when contact.id is not null
              then json_build_object('id', contact.id, 'name', trim(contact.given_name || ' ' || contact.surname))
         end as contact,
         case when project.id is not null then json_build_object('id', project.id, 'name', project.name) end as project,
         meeting.list as meeting_keys, coalesce(nullif(trim(owner.mailbox), ''), trim(owner.email)) as owner_email,
         participants.list as participants, equipment.list as equipment, exceptions.list as exceptions
    from erp.appointments as a
    left join erp.employees as owner on owner.id = a.owner_id
    left join erp.companies as company on company.id = a.company_id
    left join erp.contacts as contact on contact.id = a.contact_id
    left join erp.projects as project on project.id = a.project_id
    left join (
           select k.record_id, k.birth, json_agg(k.key order by k.key collate "C") as list
             from erp.keys as k
            where k.kind = 'meeting' and k.record_id = any (:ids)
            group by k.record_id, k.birth
         ) as meeting on meeting.record_id = a.id and meeting.birth = a.birth
    left join (
           select p.appointment_id,
                  json_agg(json_build_object(
                    'employee_id', p.employee_id, 'reply', p.reply, 'email', p.email,
                    'is_room', to_jsonb(p) -> 'is_room',
                    'mailbox', coalesce(nullif(trim(e.mailbox), ''), trim(e.email)),
                    'name', coalesce(p.name, trim(e.given_name || ' ' || e.surname), p.email, ''))
                    order by coalesce(p.employee_id, p.email) collate "C") as list
             from erp.appointment_participants as p
             left join erp.employees as e on e.id = p.employee_id
            where p.appointment_id = any (:ids)
            group by p.appointment_id
         ) as participants on participants.appointment_id = a.id
    left join (
           select q.appointment_id, json_agg(q.name order by q.position) as list
             from erp.appointment_equipment as q
            where q.appointment_id = any (:ids)
            group by q.appointment_id
         ) as equipment on equipment.appointment_id = a.id
    left join (
           select x.appointment_id,
                  json_agg(json_build_object(
                    'original_date', x.original_date, 'deleted', x.deleted, 'title', x.title, 'body', x.body,
                    'location', x.location, 'all_day', x.all_day,
                    'starts_at', to_char(x.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'ends_at', to_char(x.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                    'first_day', x.first_day, 'last_day', x.last_day, 'is_private', x.is_private,
                    'show_as', x.show_as, 'reminder_changed', x.reminder_changed,
                    'reminder_minutes', x.reminder_minutes, 'priority_id', x.priority_id)
                    order by x.original_date) as list
             from erp.appointment_exceptions as x
            where x.appointment_id = any (:ids)
            group by x.appointment_id
         ) as exceptions on exceptions.appointment_id = a.id
   where a.id = any (:ids)`;
