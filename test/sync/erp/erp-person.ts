import type { Knex } from 'knex';
import type { ErpAppointment } from '../../../mappings/erp-record.js';
import { rowFromException, timeColumns } from '../../../sync/erp/rows.js';
import type { ErpPersonUnderTest } from '../../contracts/erp-port.js';

/** Writes the reference tables as the ERP's own program would; none of the adapter's statements are used. */
export function personAt(db: Knex): ErpPersonUnderTest {
  const table = (trx: Knex, name: string): Knex.QueryBuilder => trx(`erp.${name}`);

  return {
    create: async (ownerId, patch, id) =>
      db.transaction(async (trx) => {
        const row = { owner_id: ownerId, ...columns(patch), ...(id === undefined ? {} : { id }) };
        const made: readonly { readonly id: string }[] = await table(trx, 'appointments')
          .insert(row)
          .returning('id');
        const [{ id: newId } = { id: '' }] = made;
        await writeChildren(trx, newId, patch);
        return newId;
      }),
    edit: async (id, patch) => {
      await db.transaction(async (trx) => {
        const row = columns(patch);
        if (Object.keys(row).length > 0) await table(trx, 'appointments').where({ id }).update(row);
        await writeChildren(trx, id, patch);
      });
    },
    saveUnchanged: async (id) => {
      await db.raw('update erp.appointments set title = title, body = body where id = ?', [id]);
    },
    setInScope: async (id, isInScope) => {
      await table(db, 'appointments').where({ id }).update({ in_scope: isInScope });
    },
    remove: async (id) => {
      await table(db, 'appointments').where({ id }).delete();
    },
    loseWithoutTrace: async (id) => {
      await db.transaction(async (trx) => {
        await trx.raw('alter table erp.appointments disable trigger user');
        await table(trx, 'appointments').where({ id }).delete();
        await trx.raw('alter table erp.appointments enable trigger user');
      });
    },
    truncate: async () => {
      await db.raw('truncate erp.appointments cascade');
    },
  };
}

function columns(patch: Partial<ErpAppointment>): Record<string, unknown> {
  const all: Record<string, unknown> = {
    owner_id: patch.ownerId,
    title: patch.title,
    body: patch.body,
    location: patch.location,
    time_zone: patch.timeZone,
    rrule: patch.rrule,
    is_private: patch.isPrivate,
    show_as: patch.showAs,
    reminder_minutes: patch.reminderMinutes,
    priority_id: patch.priorityId,
    activity_type_id: patch.activityTypeId,
    is_meeting: patch.isMeeting,
    is_protected: patch.isProtected,
    ...(patch.when && { all_day: patch.when.kind === 'allDay', ...timeColumns(patch.when) }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function writeChildren(trx: Knex, id: string, patch: Partial<ErpAppointment>): Promise<void> {
  const participants = patch.participants?.map(({ employeeId, email, name, reply }) => ({
    appointment_id: id,
    employee_id: employeeId,
    email: employeeId === null ? email : null,
    name: employeeId === null ? name : null,
    reply,
  }));
  const equipment = patch.equipment?.map((name, at) => ({
    appointment_id: id,
    position: at + 1,
    name,
  }));
  const exceptions = patch.exceptions?.map((one) => ({
    appointment_id: id,
    ...rowFromException(one),
  }));
  await replace(trx, 'erp.appointment_participants', id, participants);
  await replace(trx, 'erp.appointment_equipment', id, equipment);
  await replace(trx, 'erp.appointment_exceptions', id, exceptions);
}

async function replace(
  trx: Knex,
  table: string,
  id: string,
  rows: readonly object[] | undefined,
): Promise<void> {
  if (rows === undefined) return;
  await trx(table).where({ appointment_id: id }).delete();
  if (rows.length > 0) await trx(table).insert(rows);
}
