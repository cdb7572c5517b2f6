import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openDatabase, createDatabase, hasDatabase, withDatabase } from '../db/connect.js';
import type { Database } from '../db/connect.js';
import type { Connection } from '../db/connection-rows.js';
import { connections } from '../db/connections.js';
import type { Connections } from '../db/connections.js';
import { startPostgres } from '../db/embedded.js';
import { employees } from '../db/employees.js';
import type { Employees, Enabling } from '../db/employees.js';
import { audits } from '../db/audits.js';
import type { Audits } from '../db/audits.js';
import { draftPairs } from '../db/draft-pairs.js';
import { findTraces } from '../db/traces.js';
import type { Trace } from '../db/traces.js';
import { frozenRecords } from '../db/frozen.js';
import type { FrozenRecords } from '../db/frozen.js';
import { auditTrail } from '../db/audit-trail.js';
import type { AuditTrail } from '../db/audit-trail.js';
import { conflicts } from '../db/conflicts.js';
import type { Conflicts } from '../db/conflicts.js';
import { heldActions } from '../db/held-actions.js';
import type { HeldActions } from '../db/held-actions.js';
import { journal } from '../db/journal.js';
import type { Journal } from '../db/journal.js';
import { checkKeyMark } from '../db/key-mark.js';
import { leases } from '../db/leases.js';
import { listeners } from '../db/listeners.js';
import type { Seal, Unseal } from '../db/lost-values.js';
import { migrate } from '../db/migrate.js';
import { readPairStates } from '../db/pair-states.js';
import type { PairState } from '../db/pair-states.js';
import { pairs } from '../db/pairs.js';
import type { Pairs } from '../db/pairs.js';
import { projectFile } from '../db/project-files.js';
import { forgetOld } from '../db/retention.js';
import { openKeyFile } from '../db/secrets.js';
import type { Secrets } from '../db/secrets.js';
import { settings } from '../db/settings.js';
import type { Settings } from '../db/settings.js';
import { openStore } from '../db/store.js';
import { listenForWakes, wake } from '../db/wake.js';
import { APPOINTMENT } from '../mappings/appointment/kind.js';
import type { EmailAddress } from '../mappings/values.js';
import { hmacFingerprinter } from '../sync/engine/fingerprint.js';
import type { Fingerprinter } from '../sync/engine/fingerprint.js';
import { withAbsences } from '../sync/erp/absences.js';
import { appointmentsOfErp } from '../sync/erp/adapter.js';
import { serverClock } from '../sync/erp/server-clock.js';
import { directoryOfErp } from '../sync/erp/directory.js';
import type { ListCalendars } from '../sync/ports/calendars.js';
import type { ConnectionCheck } from '../sync/ports/connection-check.js';
import type { MailboxServer } from '../sync/ports/discovery.js';
import type { ErpDirectory } from '../sync/ports/erp.js';
import type { Answer } from '../sync/ports/failure.js';
import type { Pair } from '../sync/ports/pair.js';
import type { SyncStore } from '../sync/ports/store.js';
import { machineChance, machineClock } from './clock.js';
import type { Config } from './config.js';
import type { ConnectionEar, ListenerBook } from './jobs/exchange-listener.js';
import type { GatedPair } from './jobs/epoch-gate.js';
import { namedErp, namedExchange, naming } from './jobs/failure-side.js';
import { gatedPorts } from './jobs/gated-ports.js';
import { holdsItemsOf } from './jobs/holds-items.js';
import { inChosenCalendar } from './jobs/chosen-calendar.js';
import { moveWatch } from './jobs/move-watch.js';
import type { PairQueue } from './jobs/pair-queue.js';
import type { PairPorts } from './jobs/run-cycle.js';
import type { Touched } from './jobs/wake.js';
import type { Log } from './log.js';
import { rememberFor } from './remember-for.js';
import { asConfirmed } from './repair-preview.js';
import { connectors, lookingUp } from './wire-exchange.js';
import type { AppointmentsInExchange, Connector, EwsRequestSeen } from './wire-exchange.js';
import { wireRepair } from './wire-repair.js';
import type { Repair } from './wire-repair.js';

export type { Connection, ConnectionChanges, NewConnection } from '../db/connection-rows.js';
export type { SyncedEmployee } from '../db/employees.js';
export type { Trace } from '../db/traces.js';
export type { FrozenRecord } from '../db/frozen.js';
export type { WriteLine, WriteState } from '../db/audit-trail.js';
export type { ConflictLine } from '../db/conflicts.js';
export type { HeldAction } from '../db/held-actions.js';
export type { JournalLine } from '../db/journal.js';
export type { ChoiceChanges, Choices } from '../db/pair-options.js';
export type { PairChanges } from '../db/pairs.js';
export { usableSyncStart } from '../db/pairs.js';
export type { PairState } from '../db/pair-states.js';
export type { Suspicion } from '../sync/ports/epoch.js';
export { checkAddress, checkApplication, checkProxy, checkUser } from './wire-exchange.js';
export { lookingUp } from './wire-exchange.js';
export type { AppointmentsInExchange, Reachable } from './wire-exchange.js';

/** What the process works with: our database, the ERP, and Exchange, behind the ports. */
export interface Abgleich extends Repair {
  /** Our own database, password included. */
  readonly databaseUrl: string;
  readonly settings: Settings;
  readonly connections: Connections;
  readonly employees: Employees;
  readonly pairs: Pairs;
  readonly journal: Pick<Journal, 'read'>;
  readonly held: HeldActions;
  readonly writes: AuditTrail;
  readonly conflicts: Conflicts;
  readonly frozen: FrozenRecords;
  readonly audits: Audits;
  /** What we remember of an ERP id, an item's id, a UID or a key of ours. */
  findTraces(id: string): Promise<readonly Trace[]>;
  /** The pairs that somebody would have if they were enabled so; nothing stays of it. */
  draftPairs(enabling: Enabling): Promise<readonly Pair[]>;
  /** How the pairs are getting on. */
  pairStates(): Promise<readonly PairState[]>;
  readonly queue: PairQueue;
  readonly directory: ErpDirectory;
  /** Connects what a pair works with; by itself it sends nothing. */
  portsFor(pair: Pair): Promise<PairPorts>;
  /** The same for looking at what a confirmed repair would do, though the connection is in repair mode. */
  repairPortsFor(pair: Pair): Promise<PairPorts>;
  /** The mailboxes of a connection, as its settings are now. */
  exchangeOf(connectionId: string): Promise<AppointmentsInExchange>;
  /** The calendars that may be chosen in the mailboxes of a connection. */
  calendarsOf(connectionId: string): Promise<ListCalendars>;
  /** Looks for the server of a connection that was looked up before; true where it has another address now. */
  lookAgain(connectionId: string, signal: AbortSignal): Promise<boolean>;
  /** Which servers the lookup service names for mailboxes of a connection that was looked up, in their order. */
  serversOf(
    connection: Connection,
    lookup: { readonly mailboxes: readonly EmailAddress[]; readonly endpoint: string },
    signal: AbortSignal,
  ): Promise<readonly Answer<MailboxServer>[]>;
  /** What the administrator may try on a connection; whoever asked closes it. */
  checkOf(connectionId: string): Promise<ConnectionCheck>;
  /** Who listens to Exchange's notifications, among all workers. */
  readonly listeners: ListenerBook;
  /** How a connection is listened to, as its settings are now. */
  readonly earOf: (connectionId: string) => Promise<ConnectionEar>;
  readonly wakePairs: (pairIds: readonly string[]) => Promise<void>;
  /** Makes the pairs of these employees due; null = all pairs. */
  wake(touched: Touched): Promise<void>;
  listenForWakes(onWake: () => void, signal: AbortSignal): Promise<void>;
  /** Forgets what is older than it must be kept, in both databases. */
  forgetOld(): Promise<void>;
  /** Whether our own database answers. */
  isDatabaseThere(): Promise<boolean>;
  close(): Promise<void>;
}

/** What the adapters report while they work. */
export interface Observer {
  readonly log: Log;
  ewsRequest(connection: string, operation: string): void;
}

/** The text of the ERP contract, for whoever builds its views. */
export async function erpContract(): Promise<string> {
  return readFile(projectFile('db/erp/contract.sql'), 'utf8');
}

/** Brings our own schema up to date and answers the names of the steps that were run. */
export async function migrateOwn(databaseUrl: string): Promise<readonly string[]> {
  return migrate(databaseUrl, { folder: projectFile('db/migrations'), schema: 'abgleich' });
}

/** Where our own database is, started first where none was given. */
export async function ownDatabase(
  config: Config,
  log: Log,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, stop: async () => undefined };
  await mkdir(config.dataFolder, { recursive: true });
  const server = await startPostgres({
    dataFolder: join(config.dataFolder, 'postgres'),
    mode: config.postgres,
    log: (line) => log.info({}, line),
  });
  try {
    return { url: await ourDatabaseOn(server.url), stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function ourDatabaseOn(serverUrl: string): Promise<string> {
  const name = 'abgleich';
  if (await hasDatabase(serverUrl, name)) return withDatabase(serverUrl, name);
  return createDatabase(serverUrl, name).catch(async (error: unknown) => {
    if (await hasDatabase(serverUrl, name)) return withDatabase(serverUrl, name); // another process was faster
    throw error;
  });
}

/** Opens everything, our own schema brought up to date. Throws what a person must read; nothing stays open then. */
export async function openAbgleich(config: Config, observer: Observer): Promise<Abgleich> {
  const secrets = await prepareKeys(config);
  const database = await ownDatabase(config, observer.log);
  const open: Database[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(open.map((one) => one.destroy()));
    await database.stop();
  };
  try {
    await migrateOwn(database.url);
    const own = openPool(database.url, config.workers + 4, observer.log);
    const erp = openPool(config.erpUrl ?? database.url, config.workers + 3, observer.log);
    open.push(own, erp);
    await checkKeyMark(own.knex, secrets.fingerprintKeyMark(), config.keyFile);
    return await assemble({ own, erp, secrets, observer, close });
  } catch (error) {
    await close();
    throw error;
  }
}

async function prepareKeys(config: Config): Promise<Secrets> {
  await mkdir(config.dataFolder, { recursive: true });
  return openKeyFile(config.keyFile);
}

function openPool(url: string, poolSize: number, log: Log): Database {
  const onError = (error: Error): void => {
    log.warn({ reason: error.message }, 'a database connection broke');
  };
  return openDatabase(url, { poolSize, onError });
}

interface Parts {
  readonly own: Database;
  readonly erp: Database;
  readonly secrets: Secrets;
  readonly observer: Observer;
  readonly close: () => Promise<void>;
}

async function assemble({ own, erp, secrets, observer, close }: Parts): Promise<Abgleich> {
  const { knex } = own;
  const clock = machineClock;
  const chance = machineChance;
  const installation = await settings(knex).installation();
  const connectionTable = connections(knex, { secrets, chance });
  const seal: Seal = (text, context) => secrets.seal(text, context);
  const unseal: Unseal = (sealed, context) => secrets.unseal(sealed, context);
  const directory = directoryOfErp(erp.knex, clock);
  const erpClock = serverClock(erp.knex, clock);
  const moves = moveWatch({
    get: (id) => connectionTable.get(id),
    find: async (connection, { mailbox, endpoint, isOnly }, signal) =>
      lookingUp(connection, await connectionTable.secretsOf(connection.id), (discovery) =>
        discovery.find(mailbox, { url: endpoint, isOnly }, signal),
      ),
    store: (id, changes) => connectionTable.update(id, changes, 'rule:autodiscover'),
    ...{ clock, log: observer.log },
  });
  const onRequest: EwsRequestSeen = (connection, operation) =>
    observer.ewsRequest(connection, operation);
  const exchange = connectors(connectionTable, onRequest, moves);
  const store = openStore(knex, { seal, unseal, clock });
  const fingerprinter = hmacFingerprinter(secrets.fingerprintKey());
  const priorities = rememberFor(
    PRIORITIES_FRESH_MS,
    (signal: AbortSignal) => naming('erp', directory.priorities(signal)),
    clock,
  );
  const holder = `${hostname()}:${process.pid}`;
  const { repair, gate, claimed } = wireRepair({
    ...{ own: knex, erp: erp.knex, directory, installation },
  });
  const ungated = async (pair: Pair): Promise<{ ports: PairPorts; gated: GatedPair }> => {
    const connector = await exchange.of(pair.connectionId);
    const { writeTimeoutMs } = pair.policy;
    const appointments = appointmentsOfErp(erp.knex, {
      ...{ writeTimeoutMs, claimant: claimed(), serverClock: erpClock },
    });
    const ports = appointmentPorts({
      ...{ pair, connector, store, fingerprinter, priorities },
      appointments: withAbsences(appointments, erp.knex, pair.policy.options.absences),
    });
    const gated: GatedPair = {
      ...{ pair, mailboxes: connector.epochs },
      hasOurItems: (signal) => holdsItemsOf(pair, { exchange: ports.exchange, store }, signal),
    };
    return { ports, gated };
  };

  return {
    databaseUrl: own.url,
    settings: settings(knex),
    connections: connectionTable,
    employees: employees(knex, { clock, chance }),
    pairs: pairs(knex),
    journal: journal(knex),
    held: heldActions(knex),
    writes: auditTrail(knex, { chance }),
    conflicts: conflicts(knex, { unseal, chance }),
    frozen: frozenRecords(knex),
    audits: audits(knex),
    findTraces: (id) => findTraces(knex, id),
    draftPairs: (enabling) => draftPairs(knex, enabling, { clock, chance }),
    pairStates: () => readPairStates(knex),
    queue: leases(knex, { holder }),
    directory,
    ...repair,
    async portsFor(pair) {
      const { ports, gated } = await ungated(pair);
      return { ...ports, ...gatedPorts(ports, gate, gated) };
    },
    repairPortsFor: async (pair) => asConfirmed((await ungated(pair)).ports),
    exchangeOf: async (connectionId) => (await exchange.of(connectionId)).appointments,
    calendarsOf: async (connectionId) => (await exchange.of(connectionId)).calendars,
    lookAgain: (connectionId, signal) => moves.lookAgain(connectionId, signal),
    serversOf: async (connection, { mailboxes, endpoint }, signal) =>
      lookingUp(connection, await connectionTable.secretsOf(connection.id), (discovery) =>
        discovery.serversOf(mailboxes, endpoint, signal),
      ),
    checkOf: (connectionId) => exchange.checkOf(connectionId),
    listeners: listeners(knex, { holder }),
    earOf: (connectionId) => exchange.of(connectionId),
    wakePairs: (pairIds) => wake(knex, { pairIds }),
    wake: (touched) => wake(knex, touched === null ? 'everybody' : { employeeIds: [...touched] }),
    listenForWakes: (onWake, signal) => listenForWakes(own.url, onWake, signal),
    async forgetOld() {
      const gone = await forgetOld(knex, {
        journalDays: JOURNAL_DAYS,
        destructionDays: 7,
        imageDays: IMAGE_DAYS,
      });
      await erp.knex.raw(`select erp.prune_change_log(interval '${CHANGE_LOG_DAYS} days')`);
      observer.log.info({ gone }, 'old rows were forgotten');
    },
    isDatabaseThere: () =>
      knex.raw('select 1').then(
        () => true,
        () => false,
      ),
    async close() {
      await moves.close();
      await exchange.close();
      await close();
    },
  };
}

const PRIORITIES_FRESH_MS = 60_000;
const JOURNAL_DAYS = 365;
const IMAGE_DAYS = 30;

/** A pair that was switched off for longer reads everything once. */
const CHANGE_LOG_DAYS = 90;

/** Appointments are the one kind so far; the next one is a case here. */
function appointmentPorts(parts: {
  readonly pair: Pair;
  readonly connector: Connector;
  readonly appointments: ReturnType<typeof appointmentsOfErp>;
  readonly store: SyncStore;
  readonly fingerprinter: Fingerprinter;
  readonly priorities: PairPorts['priorities'];
}): PairPorts {
  const { pair, connector, appointments, store, fingerprinter, priorities } = parts;
  return {
    kind: APPOINTMENT,
    erp: namedErp(appointments),
    exchange: namedExchange(inChosenCalendar(connector.appointments, connector.calendars, pair)),
    gate: connector.gate,
    store,
    fingerprinter,
    priorities,
  };
}
