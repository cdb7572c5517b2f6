/** The contract of db/erp/contract.sql as data, for the check. A test holds the reference tables against it. */

/** What `erp.contract_version()` answers where the support objects fit this program. */
export const CONTRACT_VERSION = 1;

/** `text` = any character type; `integer` = up to four bytes; the others as PostgreSQL names them. */
export type ContractType = 'text' | 'integer' | 'boolean' | 'date' | 'timestamptz' | 'other';

export interface ContractRelation {
  readonly columns: Readonly<Record<string, ContractType>>;
  readonly needs: readonly Privilege[];
  /** Columns that a view may leave out. */
  readonly mayHave?: Readonly<Record<string, ContractType>>;
}

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

const RECORD: Readonly<Record<string, ContractType>> = {
  id: 'text',
  version: 'text',
  changed_at: 'timestamptz',
  in_scope: 'boolean',
  birth: 'text',
};

const TIMES: Readonly<Record<string, ContractType>> = {
  all_day: 'boolean',
  starts_at: 'timestamptz',
  ends_at: 'timestamptz',
  first_day: 'date',
  last_day: 'date',
};

const READ: readonly Privilege[] = ['SELECT'];
const CHILDREN: readonly Privilege[] = ['SELECT', 'INSERT', 'DELETE'];
const WRITE: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** By the name of the relation in schema `erp`. */
export const CONTRACT: Readonly<Record<string, ContractRelation>> = {
  clients: { columns: { id: 'text', name: 'text' }, needs: READ },
  employees: {
    columns: {
      id: 'text',
      login: 'text',
      given_name: 'text',
      surname: 'text',
      email: 'text',
      mailbox: 'text',
      client_id: 'text',
      status: 'text',
      left_on: 'date',
      may_create: 'boolean',
      may_change: 'boolean',
      may_delete: 'boolean',
      time_zone: 'text',
    },
    needs: READ,
  },
  activity_types: {
    columns: { id: 'text', number: 'integer', name: 'text', color: 'text', is_default: 'boolean' },
    needs: READ,
  },
  priorities: {
    columns: {
      id: 'text',
      name: 'text',
      importance: 'text',
      rank: 'integer',
      is_default: 'boolean',
    },
    needs: READ,
  },
  companies: { columns: { id: 'text', name: 'text' }, needs: READ },
  contacts: {
    columns: { id: 'text', company_id: 'text', given_name: 'text', surname: 'text' },
    needs: READ,
  },
  projects: { columns: { id: 'text', name: 'text', company_id: 'text' }, needs: READ },
  appointments: {
    columns: {
      ...RECORD,
      ...TIMES,
      owner_id: 'text',
      title: 'text',
      body: 'text',
      location: 'text',
      time_zone: 'text',
      rrule: 'text',
      is_private: 'boolean',
      show_as: 'text',
      reminder_minutes: 'integer',
      priority_id: 'text',
      activity_type_id: 'text',
      company_id: 'text',
      contact_id: 'text',
      project_id: 'text',
      is_meeting: 'boolean',
      is_protected: 'boolean',
    },
    needs: WRITE,
  },
  appointment_participants: {
    columns: {
      appointment_id: 'text',
      employee_id: 'text',
      email: 'text',
      name: 'text',
      reply: 'text',
    },
    mayHave: { is_room: 'boolean' },
    needs: CHILDREN,
  },
  appointment_equipment: {
    columns: { appointment_id: 'text', position: 'integer', name: 'text' },
    needs: READ,
  },
  appointment_exceptions: {
    columns: {
      ...TIMES,
      appointment_id: 'text',
      original_date: 'date',
      deleted: 'boolean',
      title: 'text',
      body: 'text',
      location: 'text',
      is_private: 'boolean',
      show_as: 'text',
      reminder_changed: 'boolean',
      reminder_minutes: 'integer',
      priority_id: 'text',
    },
    needs: WRITE,
  },
  absences: {
    columns: {
      ...RECORD,
      employee_id: 'text',
      kind: 'text',
      first_day: 'date',
      last_day: 'date',
      half_day: 'text',
      status: 'text',
    },
    needs: READ,
  },
};

/** The support tables that contract.sql makes, and what we do with them. */
export const SUPPORT: Readonly<Record<string, readonly Privilege[]>> = {
  change_log: READ,
  change_log_state: ['SELECT', 'UPDATE'],
  tombstones: READ,
  keys: ['SELECT', 'INSERT'],
  writes: ['SELECT', 'INSERT', 'UPDATE'],
  fences: ['SELECT', 'INSERT', 'UPDATE'],
  holder: ['SELECT', 'INSERT', 'UPDATE'],
};
