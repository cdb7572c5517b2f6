import type { Knex } from 'knex';
import type { ErpPriority } from '../../mappings/erp-record.js';
import type { EmailAddress, IanaZone } from '../../mappings/values.js';
import { UnreadableValue, parseEmail, parseZone } from '../../mappings/values.js';
import type { ErpDirectory, ErpEmployee } from '../ports/erp.js';
import type { Clock } from '../ports/clock.js';
import { checkErp } from './check.js';
import { erpFailure } from './failures.js';
import { claimErp, takeOverErp } from './holder.js';
import { listenToErp } from './listen.js';

/** Staff, code tables, wakes and checks of an ERP that fulfils the contract (db/erp/contract.sql). */
export function directoryOfErp(db: Knex, clock: Pick<Clock, 'now'>): ErpDirectory {
  return {
    employees: (signal) => translated(signal, () => readEmployees(db)),
    priorities: (signal) => translated(signal, () => readPriorities(db)),
    hasClients: (signal) => translated(signal, () => hasClients(db)),
    listen: (onWake, signal) => listenToErp(db, onWake, signal),
    claim: (claimant, signal) => translated(signal, () => claimErp(db, claimant)),
    takeOver: (claimant, signal) => translated(signal, () => takeOverErp(db, claimant)),
    check: (signal) => translated(signal, () => checkErp(db, clock)),
  };
}

async function translated<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    throw erpFailure(error);
  }
}

interface EmployeeRow {
  readonly id: string;
  readonly login: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly mailbox: string | null;
  readonly client_id: string | null;
  readonly status: string;
  readonly may_create: boolean;
  readonly may_change: boolean;
  readonly may_delete: boolean;
  readonly time_zone: string | null;
}

async function readEmployees(db: Knex): Promise<readonly ErpEmployee[]> {
  const { rows } = await db.raw<{ rows: readonly EmployeeRow[] }>(EMPLOYEES);
  return rows.map(employeeFromRow);
}

const EMPLOYEES = `
  select id, nullif(login, '') as login, trim(concat_ws(' ', given_name, surname)) as name,
         email, mailbox, client_id, status, may_create, may_change, may_delete, time_zone
    from erp.employees
   order by surname, given_name, id`;

/** An address or zone that cannot be read is null: the employee is listed, and enabling them says what is missing. */
function employeeFromRow(row: EmployeeRow): ErpEmployee {
  return {
    id: row.id,
    name: row.name,
    login: row.login,
    email: readable<EmailAddress>(row.email, parseEmail),
    mailbox: readable<EmailAddress>(row.mailbox, parseEmail),
    clientId: row.client_id,
    status: statusOf(row.status),
    zone: readable<IanaZone>(row.time_zone, parseZone),
    mayCreate: row.may_create,
    mayChange: row.may_change,
    mayDelete: row.may_delete,
  };
}

function readable<T>(text: string | null, parse: (text: string) => T): T | null {
  if (text === null || text === '') return null;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}

/** A status that the contract does not know counts as left: nobody's calendar is synced by mistake. */
function statusOf(text: string): ErpEmployee['status'] {
  return text === 'active' || text === 'onLeave' ? text : 'left';
}

async function hasClients(db: Knex): Promise<boolean> {
  const { rows } = await db.raw<{ rows: readonly { readonly has: boolean }[] }>(
    'select exists (select from erp.clients) as has',
  );
  return rows[0]?.has === true;
}

async function readPriorities(db: Knex): Promise<readonly ErpPriority[]> {
  const { rows } = await db.raw<{
    rows: readonly (Omit<ErpPriority, 'importance'> & { readonly importance: string })[];
  }>(PRIORITIES);
  return rows.map((row) => ({ ...row, importance: importanceOf(row.importance) }));
}

const PRIORITIES = `
  select id, name, importance, is_default as "isDefault" from erp.priorities order by rank, id`;

function importanceOf(text: string): ErpPriority['importance'] {
  return text === 'low' || text === 'high' ? text : 'normal';
}
