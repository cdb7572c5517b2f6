import type { Knex } from 'knex';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { PlainDate } from '../../mappings/values.js';
import { addDays } from '../../mappings/values.js';
import { rowFromException, timeColumns } from '../../sync/erp/rows.js';
import { sampleCalendar } from './sample-appointments.js';
import {
  ACTIVITY_TYPES,
  COMPANIES,
  CONTACTS,
  EMPLOYEES,
  FIRM,
  PRIORITIES,
  PROJECTS,
} from './sample-firm.js';

/**
 * Fills a reference ERP (db/erp/contract.sql and reference.sql, empty) with the sample firm: staff, lists, absences and
 * the 600 appointments of `sampleCalendar`. Their ids are M1 to M600 in the order of the calendar.
 */
export async function fillSampleErp(
  db: Knex,
  { seed, today }: { readonly seed: number; readonly today: PlainDate },
): Promise<void> {
  await fillSampleFirm(db, today);
  await insertSampleAppointments(db, sampleCalendar(seed, today), 'M');
}

/** Staff, lists and absences alone, for the bench and for tests that bring their own appointments. */
export async function fillSampleFirm(db: Knex, today: PlainDate): Promise<void> {
  await db.transaction(async (trx) => {
    await trx('erp.clients').insert([
      { id: 'C1', name: FIRM },
      { id: 'C2', name: 'Muster Service GmbH' },
    ]);
    await trx('erp.employees').insert(EMPLOYEES.map(employeeRow));
    await trx('erp.activity_types').insert(
      ACTIVITY_TYPES.map((type, at) => ({ ...type, is_default: at === 0 })),
    );
    await trx('erp.priorities').insert(
      PRIORITIES.map(({ isDefault, ...rest }, at) => ({
        ...rest,
        rank: at + 1,
        is_default: isDefault,
      })),
    );
    await trx('erp.companies').insert(COMPANIES);
    await trx('erp.contacts').insert(
      CONTACTS.map(({ id, companyId, givenName, surname }) => ({
        id,
        company_id: companyId,
        given_name: givenName,
        surname,
      })),
    );
    await trx('erp.projects').insert(
      PROJECTS.map(({ id, companyId, name }) => ({ id, company_id: companyId, name })),
    );
    await trx('erp.absences').insert(EMPLOYEES.map(({ id }, at) => absenceRow(id, at, today)));
  });
}

function employeeRow({ id, givenName, surname, email }: (typeof EMPLOYEES)[number]): object {
  return {
    id,
    login: email.split('@')[0],
    given_name: givenName,
    surname,
    email,
    client_id: 'C1',
    time_zone: 'Europe/Berlin',
  };
}

function absenceRow(employeeId: string, at: number, today: PlainDate): object {
  const firstDay = addDays(today, at * 17 - 60);
  return {
    employee_id: employeeId,
    kind: at % 3 === 0 ? 'Krankheit' : 'Urlaub',
    first_day: firstDay,
    last_day: addDays(firstDay, at % 6),
    half_day: at % 6 === 0 ? 'morning' : 'none',
    status: (['approved', 'requested', 'approved', 'rejected'] as const)[at % 4],
  };
}

/**
 * Inserts appointments with their children in one transaction, 10,000 in a few seconds. Ids are the prefix and a number
 * from 1; a prefix may be used once.
 */
export async function insertSampleAppointments(
  db: Knex,
  appointments: readonly ErpAppointment[],
  prefix: string,
): Promise<readonly string[]> {
  const ids = appointments.map((_, at) => `${prefix}${String(at + 1)}`);
  const children = (of: (one: ErpAppointment) => readonly object[]): readonly object[] =>
    appointments.flatMap((one, at) => of(one).map((row) => ({ appointment_id: ids[at], ...row })));

  await db.transaction(async (trx) => {
    await insertRows(
      trx,
      'appointments',
      appointments.map((one, at) => appointmentRow(one, ids[at] ?? '')),
    );
    await insertRows(
      trx,
      'appointment_participants',
      children((one) => one.participants.map(participantRow)),
    );
    await insertRows(
      trx,
      'appointment_equipment',
      children((one) => one.equipment.map((name, at) => ({ position: at + 1, name }))),
    );
    await insertRows(
      trx,
      'appointment_exceptions',
      children((one) => one.exceptions.map(rowFromException)),
    );
  });
  return ids;
}

function appointmentRow(one: ErpAppointment, id: string): object {
  return {
    id,
    owner_id: one.ownerId,
    title: one.title,
    body: one.body,
    location: one.location,
    all_day: one.when.kind === 'allDay',
    ...timeColumns(one.when),
    time_zone: one.timeZone,
    rrule: one.rrule,
    is_private: one.isPrivate,
    show_as: one.showAs,
    reminder_minutes: one.reminderMinutes,
    priority_id: one.priorityId,
    activity_type_id: one.activityTypeId,
    company_id: one.company?.id ?? null,
    contact_id: one.contact?.id ?? null,
    project_id: one.project?.id ?? null,
    is_meeting: one.isMeeting,
    is_protected: one.isProtected,
  };
}

function participantRow({
  employeeId,
  email,
  name,
  reply,
}: ErpAppointment['participants'][number]): object {
  return { employee_id: employeeId, email, name: employeeId === null ? name : null, reply };
}

type Table =
  'appointments' | 'appointment_participants' | 'appointment_equipment' | 'appointment_exceptions';

/** One bound value for all rows: PostgreSQL allows 65,535 of them, and one for each value would be 20 times as many. */
async function insertRows(trx: Knex, table: Table, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first).join(', ');
  await trx.raw(
    `insert into erp.${table} (${columns})
     select ${columns} from json_populate_recordset(null::erp.${table}, :rows)`,
    { rows: JSON.stringify(rows) },
  );
}
