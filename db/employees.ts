import type { Knex } from 'knex';
import { parseEmail, parseZone } from '../mappings/values.js';
import type { EmailAddress, IanaZone, PlainDate } from '../mappings/values.js';
import type { Chance, Clock } from '../sync/ports/clock.js';
import type { ErpEmployee } from '../sync/ports/erp.js';
import type { Mailbox } from '../sync/ports/exchange.js';
import type { KindName } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { rowFromSettings } from './pairs.js';
import type { PairSettings } from './pairs.js';
import { CHOICES, changesScope, withChoices } from './pair-options.js';
import type { ChoiceChanges, Choices } from './pair-options.js';
import { databaseProblem } from './problem.js';
import { startOver } from './start-over.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** Somebody of the ERP's staff who was chosen for syncing. */
export interface SyncedEmployee {
  /** The ERP's. */
  readonly id: string;
  readonly connectionId: string;
  readonly name: string;
  readonly mailbox: EmailAddress;
  /** `upn` where the mailbox is the name by which its owner signs in (feature A8). */
  readonly namedBy: Mailbox['namedBy'];
  readonly isEnabled: boolean;
  readonly status: ErpEmployee['status'];
  readonly zone: IanaZone | null;
  /** The ERP's client; null = none. */
  readonly clientId: string | null;
  /** Why nothing of theirs is synced, whatever else is chosen; null = nothing is in the way here. */
  readonly whyNot: WhyNotSynced | null;
}

export type WhyNotSynced =
  | 'switchedOff'
  | 'left' // feature B6
  | 'noClient'; // the ERP has clients, and they are in none of them (feature B10)

/** How an employee is taken in. What is not named keeps its default, or stays as it is. */
export interface Enabling {
  readonly connectionId: string;
  readonly employee: ErpEmployee;
  readonly kinds: readonly KindName[];
  /** Brings over what ends on or after this day (feature C9); null = nothing from before. */
  readonly stockFrom?: PlainDate | null;
  /** What else is chosen for their pairs, from their first cycle on. */
  readonly settings?: Partial<Pick<PairSettings, 'direction' | 'leavePrivateOut'>>;
  /** A mailbox set by hand (feature A8), which the ERP's address does not overwrite; null = as the ERP has it. */
  readonly mailbox?: EmailAddress | null;
}

export interface Employees {
  /**
   * Chooses an employee, or changes the connection of one who was chosen before: pairs and links stay (feature B13).
   * Fails as `rejected`, with a sentence, for one who has left or has no mailbox.
   */
  enable(enabling: Enabling, who: string): Promise<SyncedEmployee>;
  /** Nothing of theirs is deleted; enabling again goes on where it stopped. */
  disable(employeeId: string, who: string): Promise<SyncedEmployee>;
  /** By name; disabled ones too. */
  list(): Promise<readonly SyncedEmployee[]>;
  /** Takes over name, status, mailbox, client and rights of those who were chosen; answers whose changed. */
  refresh(staff: readonly ErpEmployee[]): Promise<readonly string[]>;
  /** Whether the ERP has clients at all: only then an employee without one is not synced. */
  noteClients(hasClients: boolean): Promise<void>;
  /** Changes options that count for all kinds of theirs; pairs that have their own keep them. */
  choose(employeeId: string, choices: ChoiceChanges, who: string): Promise<SyncedEmployee>;
  /** What was chosen for the employee, and not for one kind of theirs. */
  choicesOf(employeeId: string): Promise<Choices>;
}

/** The synced employees of this installation. Every change leaves an audit row in its transaction. */
export function employees(
  knex: Knex,
  { clock, chance }: { readonly clock: Clock; readonly chance: Chance },
): Employees {
  return {
    enable: ({ connectionId, employee, kinds, stockFrom, settings, mailbox }, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          if (employee.status === 'left') throw hasLeft(employee);
          const connection = await connectionOf(db, connectionId);
          const [before] = await rowsOf(db).where({ id: employee.id });
          const options = optionsWith(before?.options, mailbox);
          const row = rowFromErp(employee, { ...connection, options });
          const after = { ...row, connection_id: connection.id, is_enabled: true };
          await save(db, employee.id, after, { who, change: 'enabled' });
          const chosen = { ...(stockFrom === undefined ? {} : { stockFrom }), ...settings };
          const pairs = kinds.map((kind) => ({
            id: `p${chance.key().slice(0, 12)}`,
            employee_id: employee.id,
            kind,
            ...rowFromSettings({ syncStart: clock.now(), ...chosen }),
          }));
          const columns = Object.keys(rowFromSettings(chosen));
          await addPairs(db, employee.id, { pairs, columns });
          // ids and cursors of one server mean nothing to another one, whatever the address
          const isOtherMailbox =
            before !== undefined &&
            (before.mailbox !== row.mailbox || before.connection_id !== connection.id);
          if (isOtherMailbox || columns.length > 0) {
            await startOver(db, { employee_id: employee.id }, { isOtherMailbox });
          }
          await wake(db, { employeeIds: [employee.id] });
          return employeeFromRow(await rowOf(db, employee.id), await erpHasClients(db));
        }),
      ),

    disable: (employeeId, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          await rowOf(db, employeeId);
          await save(db, employeeId, { is_enabled: false }, { who, change: 'disabled' });
          return employeeFromRow(await rowOf(db, employeeId), await erpHasClients(db));
        }),
      ),

    async list() {
      const rows = await reportingFailures(async () => await rowsOf(knex).orderBy(['name', 'id']));
      const needsClient = await reportingFailures(() => erpHasClients(knex));
      return rows.map((row) => employeeFromRow(row, needsClient));
    },

    noteClients: (hasClients) =>
      reportingFailures(async () => {
        if ((await erpHasClients(knex)) === hasClients) return;
        await knex.raw(NOTE_CLIENTS, { hasClients: JSON.stringify(hasClients) });
      }),

    choose: (employeeId, choices, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const before = await rowOf(db, employeeId);
          const options = withChoices(before.options, choices);
          if (await save(db, employeeId, { options }, { who, change: 'changed' })) {
            if (changesScope(choices)) {
              await startOver(db, { employee_id: employeeId }, { isOtherMailbox: false });
            }
            await wake(db, { employeeIds: [employeeId] });
          }
          return employeeFromRow(await rowOf(db, employeeId), await erpHasClients(db));
        }),
      ),

    choicesOf: (employeeId) =>
      reportingFailures(async () => {
        const { options } = await rowOf(knex, employeeId);
        return CHOICES.parse(options.sync ?? {});
      }),

    refresh: (staff) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const byId = new Map(staff.map((employee) => [employee.id, employee]));
          const changed: string[] = [];
          for (const { id, connection_id, mailbox, options, may_create } of await rowsOf(db)) {
            const employee = byId.get(id);
            if (employee === undefined) continue;
            const { mailbox_from } = await connectionOf(db, connection_id);
            const row = rowFromErp(employee, { mailbox_from, mailbox, options });
            if (!(await save(db, id, row, { who: 'erp', change: 'changed' }))) continue;
            changed.push(id);
            const isOtherMailbox = row.mailbox !== mailbox;
            // what the right did not cover was left out, and is not read again by itself
            if (isOtherMailbox || (row.may_create && !may_create)) {
              await startOver(db, { employee_id: id }, { isOtherMailbox });
            }
          }
          await wake(db, { employeeIds: changed });
          return changed;
        }),
      ),
  };
}

interface EmployeeRow {
  readonly id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly mailbox: string;
  readonly is_enabled: boolean;
  readonly status: ErpEmployee['status'];
  readonly client_id: string | null;
  readonly zone: string | null;
  readonly may_create: boolean;
  readonly may_change: boolean;
  readonly may_delete: boolean;
  readonly options: EmployeeOptions;
}

/** What no column is for. */
interface EmployeeOptions {
  /** Set by hand. */
  readonly mailbox?: EmailAddress;
  /** Where the mailbox in force is a login. */
  readonly namedBy?: 'upn';
  /** What was chosen for the sync; see `CHOICES`. */
  readonly sync?: object;
}

/** undefined = as it was; null = not set by hand any more. */
function optionsWith(
  before: EmployeeOptions | undefined,
  mailbox: EmailAddress | null | undefined,
): EmployeeOptions {
  if (mailbox === undefined) return before ?? {};
  const others = Object.entries(before ?? {}).filter(([name]) => name !== 'mailbox');
  return { ...Object.fromEntries(others), ...(mailbox === null ? {} : { mailbox }) };
}

/** The same where nothing changes: the order of its keys is the database's, and an audit compares it. */
function optionsNaming(options: EmployeeOptions, namedBy: Mailbox['namedBy']): EmployeeOptions {
  if (options.namedBy === namedBy) return options;
  const others = Object.entries(options).filter(([name]) => name !== 'namedBy');
  return { ...Object.fromEntries(others), ...(namedBy === undefined ? {} : { namedBy }) };
}

const COLUMNS = [
  'id',
  'connection_id',
  'name',
  'mailbox',
  'is_enabled',
  'status',
  'client_id',
  'zone',
  'may_create',
  'may_change',
  'may_delete',
  'options',
] as const;

function rowsOf(db: Knex) {
  return db<EmployeeRow>('abgleich.employees').select<EmployeeRow[]>(...COLUMNS);
}

async function rowOf(db: Knex, id: string): Promise<EmployeeRow> {
  const [row] = await rowsOf(db).where({ id });
  if (row !== undefined) return row;
  throw databaseProblem('rejected', {
    de: `Der Mitarbeiter „${id}“ wird nicht abgeglichen. „employees list“ zeigt alle.`,
    en: `The employee "${id}" is not synced. "employees list" shows all of them.`,
  });
}

/** Inserts or updates, and leaves an audit row; false where nothing changed. */
async function save(
  db: Knex,
  id: string,
  after: Partial<EmployeeRow>,
  { who, change }: { readonly who: string; readonly change: string },
): Promise<boolean> {
  const [before = null] = await rowsOf(db).where({ id }).forUpdate();
  if (!(await writeAudit(db, { who, subject: `employee:${id}`, change, before, after }))) {
    return false;
  }
  await db('abgleich.employees')
    .insert({ id, ...before, ...after })
    .onConflict('id')
    .merge();
  return true;
}

/** Adds what is missing; an employee who was disabled for a while keeps their pairs, and with them the links. */
async function addPairs(
  db: Knex,
  employeeId: string,
  { pairs, columns }: { readonly pairs: readonly object[]; readonly columns: readonly string[] },
): Promise<void> {
  if (pairs.length > 0) {
    const insert = db('abgleich.pairs')
      .insert([...pairs])
      .onConflict(['employee_id', 'kind']);
    await (columns.length > 0 ? insert.merge([...columns]) : insert.ignore());
  }
  await db.raw(PREPARE_PAIRS, { employeeId });
}

function hasLeft({ id, name }: ErpEmployee): Error {
  return databaseProblem('rejected', {
    de: `${name} (${id}) ist im ERP als ausgeschieden geführt und wird nicht abgeglichen. Ändern Sie dort den Status, wenn das nicht stimmt.`,
    en: `${name} (${id}) has left according to the ERP and is not synced. Change the status there if that is wrong.`,
  });
}

interface MailboxRule {
  readonly mailbox_from: 'email' | 'login';
  /** What it was until now, for an employee whose address is gone from the ERP. */
  readonly mailbox?: string;
  readonly options: EmployeeOptions;
}

type ConnectionRule = Pick<MailboxRule, 'mailbox_from'> & { readonly id: string };

async function connectionOf(db: Knex, id: string): Promise<ConnectionRule> {
  const row = await db<ConnectionRule>('abgleich.connections')
    .where({ id })
    .first('id', 'mailbox_from');
  if (row !== undefined) return row;
  throw databaseProblem('rejected', {
    de: `Es gibt keine Verbindung „${id}“. „connections list“ zeigt alle.`,
    en: `There is no connection "${id}". "connections list" shows all of them.`,
  });
}

function rowFromErp(
  employee: ErpEmployee,
  rule: MailboxRule,
): Omit<EmployeeRow, 'id' | 'connection_id' | 'is_enabled'> {
  const { address, namedBy } = mailboxOf(employee, rule);
  return {
    name: employee.name,
    mailbox: address,
    options: optionsNaming(rule.options, namedBy),
    status: employee.status,
    client_id: employee.clientId,
    zone: employee.zone,
    may_create: employee.mayCreate,
    may_change: employee.mayChange,
    may_delete: employee.mayDelete,
  };
}

/** One set by hand, else the login as UPN where the connection says so, else the e-mail address (feature A8). */
function mailboxOf(
  employee: ErpEmployee,
  { mailbox_from, mailbox: before, options }: MailboxRule,
): { readonly address: string; readonly namedBy: Mailbox['namedBy'] } {
  const login = employee.login?.includes('@') === true ? employee.login.toLowerCase() : null;
  const fixed = options.mailbox ?? employee.mailbox;
  const address = fixed ?? (mailbox_from === 'login' ? login : employee.email);
  if (address !== null) {
    const isLogin = fixed === null && mailbox_from === 'login';
    return { address, namedBy: isLogin ? 'upn' : undefined };
  }
  if (before !== undefined) return { address: before, namedBy: options.namedBy };
  const { id, name } = employee;
  throw databaseProblem('rejected', {
    de: `${name} (${id}) hat im ERP keine ${mailbox_from === 'login' ? 'Anmeldung der Form name@firma.de' : 'E-Mail-Adresse'} und kein Postfach. Tragen Sie dort eines ein.`,
    en: `${name} (${id}) has no ${mailbox_from === 'login' ? 'login of the form name@company.com' : 'e-mail address'} and no mailbox in the ERP. Enter one there.`,
  });
}

async function erpHasClients(db: Knex): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { has_clients: boolean }[] }>(HAS_CLIENTS);
  return rows[0]?.has_clients === true;
}

const HAS_CLIENTS = `
  select coalesce((options ->> 'erpHasClients')::boolean, false) as has_clients from abgleich.installation`;

const NOTE_CLIENTS = `
  update abgleich.installation set options = options || jsonb_build_object('erpHasClients', cast(:hasClients as jsonb))`;

function whyNotSynced(row: EmployeeRow, needsClient: boolean): WhyNotSynced | null {
  if (!row.is_enabled) return 'switchedOff';
  if (row.status === 'left') return 'left';
  return needsClient && row.client_id === null ? 'noClient' : null;
}

function employeeFromRow(row: EmployeeRow, needsClient: boolean): SyncedEmployee {
  return {
    id: row.id,
    connectionId: row.connection_id,
    name: row.name,
    mailbox: parseEmail(row.mailbox),
    namedBy: row.options.namedBy,
    isEnabled: row.is_enabled,
    status: row.status,
    zone: row.zone === null ? null : parseZone(row.zone),
    clientId: row.client_id,
    whyNot: whyNotSynced(row, needsClient),
  };
}

/** What every pair has a row in. */
const PREPARE_PAIRS = `
  with theirs as (
         select id from abgleich.pairs where employee_id = :employeeId
       ), progress as (
         insert into abgleich.progress (pair_id) select id from theirs on conflict do nothing
       )
  insert into abgleich.leases (pair_id) select id from theirs on conflict do nothing`;
