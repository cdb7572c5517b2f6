import type { Knex } from 'knex';
import type { ConnectionConflictRule, Direction } from '../mappings/field-rules.js';
import { instantOf, millisecondsOf, parsePlainDate, parseZone } from '../mappings/values.js';
import type { Instant, PlainDate } from '../mappings/values.js';
import { doesInvite } from '../sync/ports/pair.js';
import type { Inviter, Pair } from '../sync/ports/pair.js';
import type { KindName } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import { mailboxFromRow } from './mailbox.js';
import { CHOICES, changesScope, pairOptions, withChoices } from './pair-options.js';
import type { ChoiceChanges, Choices } from './pair-options.js';
import { databaseProblem } from './problem.js';
import { startOver } from './start-over.js';
import { reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** What an administrator chooses for one employee and one kind. */
export interface PairSettings {
  /** null = as the connection has it. */
  readonly direction: Direction | null;
  readonly deleteInExchange: boolean;
  readonly deleteInErp: boolean;
  readonly leavePrivateOut: boolean;
  readonly syncStart: Instant;
  readonly stockFrom: PlainDate | null;
}

/** `choices` are options of its own; see `ChoiceChanges`. */
export type PairChanges = Partial<PairSettings> & { readonly choices?: ChoiceChanges };

export interface Pairs {
  /** null where there is none. Whether the pair may run is the lease's question. */
  get(pairId: string): Promise<Pair | null>;
  /** All pairs, or those of one employee, by employee and kind. */
  list(employeeId?: string): Promise<readonly Pair[]>;
  /** Changes what is named, and wakes the pair. */
  update(pairId: string, changes: PairChanges, who: string): Promise<Pair>;
  /** What was chosen, wider levels first: for the connection, the employee, and the pair itself. */
  choicesOf(pairId: string): Promise<readonly Choices[]>;
  /** Its settings as they were chosen for itself. */
  settingsOf(pairId: string): Promise<PairSettings>;
  /** Remembers the folders that were found in the mailbox, the one for new items first. */
  setFolders(pairId: string, folders: readonly string[]): Promise<void>;
}

/** The pairs with their policy, resolved from pair, employee and connection in one statement. */
export function pairs(knex: Knex): Pairs {
  return {
    get: (pairId) => reportingFailures(async () => (await read(knex, { pairId }))[0] ?? null),

    list: (employeeId) => reportingFailures(() => read(knex, { employeeId })),

    update: (pairId, changes, who) =>
      reportingFailures(() =>
        knex.transaction(async (db) => {
          const before = await settingsRow(db, pairId);
          const { choices = {}, ...settings } = changes;
          const options = withChoices(before.options, choices);
          const after = { ...rowFromSettings(settings), options };
          const entry = { who, subject: `pair:${pairId}`, change: 'changed', before, after };
          if (await writeAudit(db, entry)) {
            await db('abgleich.pairs').where({ id: pairId }).update(after);
            const isOtherMailbox = 'calendar' in choices;
            const isWider = SCOPE.some((name) => name in settings) || changesScope(choices);
            if (isWider) await startOver(db, { id: pairId }, { isOtherMailbox });
            await wake(db, { pairIds: [pairId] });
          }
          const [pair] = await read(db, { pairId });
          if (pair === undefined) throw noSuchPair(pairId);
          return pair;
        }),
      ),

    choicesOf: (pairId) =>
      reportingFailures(async () => {
        const { rows } = await knex.raw<{ rows: PairRow[] }>(PAIRS, { pairId, employeeId: null });
        if (rows[0] === undefined) throw noSuchPair(pairId);
        return rows[0].chosen.map((layer) => CHOICES.parse(layer ?? {}));
      }),

    settingsOf: (pairId) =>
      reportingFailures(async () => settingsFromRow(await settingsRow(knex, pairId))),

    setFolders: (pairId, folders) =>
      reportingFailures(async () => {
        await knex('abgleich.pairs')
          .where({ id: pairId })
          .update({ folders: [...folders] });
      }),
  };
}

/** What decides which things are brought over. */
const SCOPE: readonly (keyof PairSettings)[] = [
  'direction',
  'leavePrivateOut',
  'syncStart',
  'stockFrom',
];

const LONGEST_LOOK_BACK_MS = 30 * 86_400_000;

/** A start in the future, or more than 30 days ago, becomes 30 days ago (feature C8). */
export function usableSyncStart(wanted: Instant, now: Instant): Instant {
  const earliest = instantOf(millisecondsOf(now) - LONGEST_LOOK_BACK_MS);
  return wanted > now || wanted < earliest ? earliest : wanted;
}

interface SettingsRow {
  readonly direction: Direction | null;
  readonly delete_in_exchange: boolean;
  readonly delete_in_erp: boolean;
  readonly leave_private_out: boolean;
  readonly sync_start: Date | Instant;
  readonly stock_from: string | null;
  readonly options: object;
}

function settingsFromRow(row: SettingsRow): PairSettings {
  return {
    direction: row.direction,
    deleteInExchange: row.delete_in_exchange,
    deleteInErp: row.delete_in_erp,
    leavePrivateOut: row.leave_private_out,
    syncStart: instantOf(new Date(row.sync_start).getTime()),
    stockFrom: row.stock_from === null ? null : parsePlainDate(row.stock_from),
  };
}

/** As columns; what is not named stays out. */
export function rowFromSettings(
  settings: Partial<PairSettings>,
): Partial<Omit<SettingsRow, 'options'>> {
  const row = {
    direction: settings.direction,
    delete_in_exchange: settings.deleteInExchange,
    delete_in_erp: settings.deleteInErp,
    leave_private_out: settings.leavePrivateOut,
    sync_start: settings.syncStart,
    stock_from: settings.stockFrom,
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

async function settingsRow(db: Knex, pairId: string): Promise<SettingsRow> {
  const row = await db<SettingsRow & { id: string }>('abgleich.pairs')
    .where({ id: pairId })
    .first(
      'direction',
      'delete_in_exchange',
      'delete_in_erp',
      'leave_private_out',
      'sync_start',
      'stock_from',
      'options',
    );
  if (row === undefined) throw noSuchPair(pairId);
  // in the words of a change, so that the audit compares like with like
  return { ...row, sync_start: instantOf(new Date(row.sync_start).getTime()) };
}

function noSuchPair(pairId: string): Error {
  return databaseProblem('rejected', {
    de: `Es gibt kein Paar „${pairId}“. „employees list“ zeigt die Mitarbeiter, die abgeglichen werden.`,
    en: `There is no pair "${pairId}". "employees list" shows the employees that are synced.`,
  });
}

interface PairRow {
  readonly id: string;
  readonly connection_id: string;
  readonly employee_id: string;
  readonly kind: KindName;
  readonly mailbox: string;
  readonly named_by: 'upn' | null;
  readonly folders: readonly string[];
  readonly direction: Direction;
  readonly conflict: ConnectionConflictRule;
  readonly delete_in_exchange: boolean;
  readonly delete_in_erp: boolean;
  readonly leave_private_out: boolean;
  readonly sync_start: Date;
  readonly stock_from: string | null;
  readonly guard_count: number;
  readonly guard_percent: number;
  readonly zone: string;
  readonly language: 'de' | 'en';
  readonly write_timeout_ms: number;
  readonly may_create: boolean;
  readonly may_change: boolean;
  readonly may_delete: boolean;
  readonly chosen: readonly unknown[];
  /** As a worker would take it up. */
  readonly is_synced: boolean;
}

async function read(
  db: Knex,
  { pairId, employeeId }: { readonly pairId?: string; readonly employeeId?: string | undefined },
): Promise<readonly Pair[]> {
  const bindings = { pairId: pairId ?? null, employeeId: employeeId ?? null };
  const { rows } = await db.raw<{ rows: PairRow[] }>(PAIRS, bindings);
  const found = rows.map(pairFromRow);
  if (!found.some(({ policy }) => doesInvite(policy))) return found;
  const inviters = await invitersOf(db);
  return found.map((pair) =>
    doesInvite(pair.policy) ? { ...pair, inviters: inviters.get(pair.kind) ?? [] } : pair,
  );
}

/** Employees by kind whose pairs run, and invite. */
async function invitersOf(db: Knex): Promise<ReadonlyMap<KindName, readonly Inviter[]>> {
  const bindings = { pairId: null, employeeId: null };
  const { rows } = await db.raw<{ rows: PairRow[] }>(PAIRS, bindings);
  const inviters = new Map<KindName, Inviter[]>();
  for (const row of rows) {
    const { kind, employeeId, policy, mailbox } = pairFromRow(row);
    if (!row.is_synced || !doesInvite(policy)) continue;
    const address = mailbox.namedBy === 'upn' ? null : mailbox.address;
    inviters.set(kind, [...(inviters.get(kind) ?? []), { employeeId, address }]);
  }
  return inviters;
}

function pairFromRow(row: PairRow): Pair {
  return {
    id: row.id,
    connectionId: row.connection_id,
    employeeId: row.employee_id,
    kind: row.kind,
    mailbox: mailboxFromRow(row.mailbox, row.named_by),
    folders: row.folders,
    policy: {
      direction: row.direction,
      conflict: row.conflict,
      deleteInExchange: row.delete_in_exchange,
      deleteInErp: row.delete_in_erp,
      leavePrivateOut: row.leave_private_out,
      syncStart: instantOf(row.sync_start.getTime()),
      stockFrom: row.stock_from === null ? null : parsePlainDate(row.stock_from),
      guard: { count: row.guard_count, percent: row.guard_percent },
      zone: parseZone(row.zone),
      language: row.language,
      writeTimeoutMs: row.write_timeout_ms,
      rights: { create: row.may_create, change: row.may_change, delete: row.may_delete },
      options: pairOptions(row.chosen),
    },
  };
}

const PAIRS = `
  select pairs.id, employees.connection_id, employee_id, pairs.kind, mailbox, employees.options ->> 'namedBy' as named_by, folders,
         coalesce(pairs.direction, directions.direction, 'both') as direction, conflict,
         delete_in_exchange, delete_in_erp, leave_private_out, sync_start, stock_from, guard_count, guard_percent,
         coalesce(employees.zone, connections.zone) as zone, language, write_timeout_ms,
         may_create, may_change, may_delete,
         jsonb_build_array(connections.options -> 'sync', employees.options -> 'sync', pairs.options -> 'sync') as chosen,
         connections.is_enabled and employees.is_enabled and status <> 'left'
           and (client_id is not null or installation.options -> 'erpHasClients' is distinct from 'true') as is_synced
    from abgleich.pairs
         join abgleich.employees on employees.id = pairs.employee_id
         join abgleich.connections on connections.id = employees.connection_id
         left join abgleich.directions on directions.connection_id = connections.id and directions.kind = pairs.kind
         cross join abgleich.installation
   where (cast(:pairId as text) is null or pairs.id = :pairId)
     and (cast(:employeeId as text) is null or employee_id = :employeeId)
   order by employee_id, pairs.kind`;
