import type { Knex } from 'knex';
import type { ErpAppointment, ErpParticipant } from '../../mappings/erp-record.js';
import { foldedAddress } from './addresses.js';

/** A row of erp.appointment_participants, as it is inserted. */
export interface ParticipantInsert {
  readonly employee_id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly reply: string;
  readonly is_room?: boolean;
}

/** What to delete and insert so that a record has the participants of a patch. The contract knows no UPDATE of them. */
export interface ParticipantChange {
  readonly removed: readonly Pick<ParticipantInsert, 'employee_id' | 'email'>[];
  readonly added: readonly ParticipantInsert[];
}

export type StaffByAddress = ReadonlyMap<string, string>;

/**
 * Our employees by the addresses among these participants. An address that several employees have is nobody's: a shared
 * mailbox stays somebody from outside.
 */
export async function staffAmong(
  db: Knex,
  lists: readonly (readonly ErpParticipant[] | undefined)[],
): Promise<StaffByAddress> {
  const addresses = new Set<string>();
  for (const list of lists) {
    for (const { employeeId, email } of list ?? [])
      if (employeeId === null && email !== null) addresses.add(foldedAddress(email));
  }
  if (addresses.size === 0) return new Map();
  const { rows } = await db.raw<{ rows: readonly StaffRow[] }>(STAFF, {
    addresses: [...addresses],
  });
  return new Map(rows.map(({ address, id }) => [address, id]));
}

interface StaffRow {
  readonly address: string;
  readonly id: string;
}

const STAFF = `
  select a.address, min(e.id) as id
    from erp.employees as e,
         lateral (values (lower(trim(e.mailbox))), (lower(trim(e.email)))) as a(address)
   where a.address = any (:addresses)
   group by a.address
  having count(distinct e.id) = 1`;

/** The participants as rows: staff by their ids, each once, and nobody who is the owner. */
export function participantRows(
  list: readonly ErpParticipant[],
  ownerId: string,
  staff: StaffByAddress,
): readonly ParticipantInsert[] {
  const rows = new Map<string, ParticipantInsert>();
  for (const { employeeId, email, name, reply, isRoom } of list) {
    const id = employeeId ?? (email === null ? null : (staff.get(foldedAddress(email)) ?? null));
    if (id === ownerId || (id === null && email === null)) continue;
    const row =
      id === null
        ? { employee_id: null, email, name, reply, ...(isRoom === true && { is_room: true }) }
        : { employee_id: id, email: null, name: null, reply };
    rows.set(identityOf(row), row);
  }
  return [...rows.values()];
}

/** What differs from the participants that the record has. */
export function participantChange(
  { ownerId, participants }: ErpAppointment,
  wanted: readonly ErpParticipant[] | undefined,
  staff: StaffByAddress,
): ParticipantChange {
  if (wanted === undefined) return { removed: [], added: [] };
  const rows = participantRows(wanted, ownerId, staff);
  const now = participantRows(participants, ownerId, new Map());
  const had = new Map(now.map((row) => [identityOf(row), row]));
  const isNew = (row: ParticipantInsert): boolean => had.get(identityOf(row))?.reply !== row.reply;
  const kept = new Set(rows.filter((row) => !isNew(row)).map(identityOf));
  return {
    removed: now.filter((row) => !kept.has(identityOf(row))),
    added: rows.filter(isNew),
  };
}

function identityOf({ employee_id, email }: Pick<ParticipantInsert, 'employee_id' | 'email'>) {
  return employee_id === null ? `@ ${foldedAddress(email ?? '')}` : `# ${employee_id}`;
}

type OfAppointment<Row> = Row & { readonly appointment_id: string };

export async function insertParticipants(
  trx: Knex.Transaction,
  rows: readonly OfAppointment<ParticipantInsert>[],
): Promise<void> {
  if (rows.length === 0) return;
  const isAsked = rows.some((row) => row.is_room === true);
  const statement = isAsked && (await hasRooms(trx)) ? INSERT_ROOMS : INSERT;
  await trx.raw(statement, { rows: JSON.stringify(rows) });
}

export async function deleteParticipants(
  trx: Knex.Transaction,
  rows: readonly OfAppointment<Pick<ParticipantInsert, 'employee_id' | 'email'>>[],
): Promise<void> {
  if (rows.length > 0) await trx.raw(DELETE, { rows: JSON.stringify(rows) });
}

/** The column may be left out by a view; then a room is somebody from outside there. */
async function hasRooms(trx: Knex.Transaction): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: readonly unknown[] }>(
    `select from pg_catalog.pg_attribute
      where attrelid = 'erp.appointment_participants'::regclass and attname = 'is_room' and not attisdropped`,
  );
  return rows.length === 1;
}

const INSERT_ROOMS = `
  insert into erp.appointment_participants (appointment_id, employee_id, email, name, reply, is_room)
  select * from json_to_recordset(:rows) as v(
    appointment_id text, employee_id text, email text, name text, reply text, is_room boolean)`;

const INSERT = `
  insert into erp.appointment_participants (appointment_id, employee_id, email, name, reply)
  select * from json_to_recordset(:rows) as v(
    appointment_id text, employee_id text, email text, name text, reply text)`;

const DELETE = `
  delete from erp.appointment_participants as p
   using json_to_recordset(:rows) as v(appointment_id text, employee_id text, email text)
   where p.appointment_id = v.appointment_id
     and (p.employee_id = v.employee_id
          or v.employee_id is null and p.employee_id is null and lower(p.email) = lower(v.email))`;
