import { isDeepStrictEqual } from 'node:util';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { EmailAddress, Instant } from '../../mappings/values.js';
import type { Clock } from '../../sync/ports/clock.js';
import type {
  ErpPort,
  RecordChanges,
  RecordCreate,
  RecordFound,
  RecordJoin,
  RecordRemove,
  RecordSeen,
  RecordUpdate,
} from '../../sync/ports/erp.js';
import type { Answer } from '../../sync/ports/failure.js';
import { ConnectorFailure, answered, failed } from '../../sync/ports/failure.js';
import type { Lease } from '../../sync/ports/store.js';
import { changesSince } from './memory-erp-feed.js';
import { withMailboxes, withStaff } from './memory-erp-participants.js';
import { emptyRecord, employeesOf, inOrder } from './memory-erp-rows.js';
import {
  claimMeeting,
  findMeeting,
  followVersion,
  isTaken,
  meetingExists,
  meetingOf,
  ownedBy,
  rememberInvited,
  withJoined,
} from './memory-erp-meetings.js';
import type { MemoryErpPerson, Row, State } from './memory-erp-state.js';
import { copyOf, emptyState, gone, keyExists, ownerStays, stale } from './memory-erp-state.js';

export interface MemoryErpOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** What the ERP makes of a row before it keeps it: memory-erp-rows.ts has some. Default: keeps it as it is. */
  readonly normalise?: (record: ErpAppointment) => ErpAppointment;
  /** Employees with their mailboxes; nobody of them is known by an address otherwise. */
  readonly staff?: Readonly<Record<string, EmailAddress>>;
  /** A sentence where the ERP refuses the row, else null. Default: refuses nothing. */
  readonly refuse?: (record: ErpAppointment) => string | null;
}

/**
 * The ERP in memory: the behaviour of db/erp/reference.sql behind the port, for engine tests. It runs the same contract
 * (test/contracts/erp-port.ts) as the adapter on PostgreSQL. `person` edits it from outside; `rows` shows what it holds.
 */
export class MemoryErp implements ErpPort<ErpAppointment, ErpAppointmentPatch> {
  /** How many records our own side has written since the start: creates, updates with a difference, removes. */
  writes = 0;
  readonly #options: MemoryErpOptions;
  #state: State = emptyState('log-1');
  /** Never goes back, not even with a restored state: versions, births and ids stay unique. */
  #counter = 0;

  constructor(options: MemoryErpOptions) {
    this.#options = options;
  }

  get rows(): readonly RecordSeen<ErpAppointment>[] {
    return [...this.#state.rows.values()].map((row) => this.#seen(row));
  }

  /** Every key of a create and `writeId` of an update that took effect. */
  get keys(): readonly string[] {
    return [...this.#state.keys.keys()];
  }

  /** A copy of everything, as a backup would hold it. */
  backup(): State {
    return copyOf(this.#state);
  }

  /** Puts a backup back: positions taken since then are of a future that never was. */
  restore(backup: State): void {
    this.#state = copyOf(backup);
  }

  /** Forgets the change log, as pruning does: positions from before are older than the log. */
  forgetLog(): void {
    this.#state.logId = `log-${this.#next()}`;
  }

  readonly person: MemoryErpPerson = {
    create: (ownerId, patch, id = `T${this.#next()}`) => {
      this.#insert(id, { ...emptyRecord(ownerId), ...patch, ownerId: patch.ownerId ?? ownerId });
      return id;
    },
    edit: (id, patch) => {
      this.#change(this.#row(id), { ...this.#row(id).record, ...patch });
    },
    saveUnchanged: (id) => {
      this.#change(this.#row(id), this.#row(id).record);
    },
    setInScope: (id, isInScope) => {
      const row = this.#row(id);
      if (row.isInScope !== isInScope) this.#keep({ ...row, isInScope }, employeesOf(row.record));
    },
    remove: (id) => {
      this.#delete(this.#row(id));
    },
    loseWithoutTrace: (id) => {
      this.#state.rows.delete(id);
    },
    truncate: () => {
      this.#state.rows.clear();
      this.#log('', [], '');
    },
  };

  async changesSince(
    employeeId: string,
    position: string | null,
    signal: AbortSignal,
  ): Promise<RecordChanges> {
    signal.throwIfAborted();
    return changesSince(this.#state, employeeId, position);
  }

  async read(
    employeeId: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<ErpAppointment>>[]> {
    signal.throwIfAborted();
    return ids.map((id) => {
      const row = this.#state.rows.get(id);
      if (!row || !employeesOf(row.record).includes(employeeId)) return failed(gone(id));
      return answered(this.#seen(row));
    });
  }

  async create(
    lease: Lease,
    entries: readonly RecordCreate<ErpAppointmentPatch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<ErpAppointment>>[]> {
    signal.throwIfAborted();
    this.#fence(lease);
    return entries.map((entry) => this.#createOne(entry));
  }

  async update(
    lease: Lease,
    entries: readonly RecordUpdate<ErpAppointmentPatch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<ErpAppointment>>[]> {
    signal.throwIfAborted();
    this.#fence(lease);
    return entries.map((entry) => this.#updateOne(entry));
  }

  async remove(
    lease: Lease,
    entries: readonly RecordRemove[],
    signal: AbortSignal,
  ): Promise<readonly Answer<null>[]> {
    signal.throwIfAborted();
    this.#fence(lease);
    return entries.map((entry) => this.#removeOne(entry));
  }

  async join(
    lease: Lease,
    entries: readonly RecordJoin[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<ErpAppointment>>[]> {
    signal.throwIfAborted();
    this.#fence(lease);
    return entries.map((entry) => this.#joinOne(entry));
  }

  async findMeetings(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RecordFound[]> {
    signal.throwIfAborted();
    return keys.flatMap((key) => findMeeting(this.#state, key));
  }

  async findByKey(
    lease: Lease,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RecordFound[]> {
    signal.throwIfAborted();
    this.#fence(lease);
    return keys.flatMap((key): RecordFound[] => {
      const made = this.#state.keys.get(key);
      if (!made) return [];
      return [{ key, ...made, exists: this.#state.rows.get(made.id)?.birth === made.birth }];
    });
  }

  #createOne(entry: RecordCreate<ErpAppointmentPatch>): Answer<RecordSeen<ErpAppointment>> {
    if (this.#state.keys.has(entry.key)) return failed(keyExists());
    if (entry.meeting && isTaken(this.#state, entry.meeting, null)) return failed(meetingExists());
    const record = { ...emptyRecord(entry.ownerId), ...entry.patch };
    const refusal = this.#refusal(record);
    if (refusal) return failed(refusal);
    const row = this.#insert(`T${this.#next()}`, record);
    this.#remember(entry.key, row);
    if (entry.meeting) claimMeeting(this.#state, row, entry.meeting, employeesOf(row.record));
    this.writes += 1;
    return answered(this.#seen(row));
  }

  #updateOne(entry: RecordUpdate<ErpAppointmentPatch>): Answer<RecordSeen<ErpAppointment>> {
    const row = this.#state.rows.get(entry.id);
    if (!row) return failed(gone(entry.id));
    if (row.version !== entry.version) return failed(stale(entry.id));
    const record = { ...row.record, ...entry.patch };
    const refusal = this.#refusal(record);
    if (refusal) return failed(refusal);
    const after = this.#change(row, record);
    if (after.version !== row.version) this.writes += 1;
    this.#remember(entry.writeId, after);
    rememberInvited(this.#state, row, after);
    followVersion(this.#state, row, after);
    return answered(this.#seen(after));
  }

  #joinOne(entry: RecordJoin): Answer<RecordSeen<ErpAppointment>> {
    const { id, birth, employeeId, meeting } = entry;
    if (meeting && isTaken(this.#state, meeting, birth)) return failed(meetingExists());
    const row = this.#state.rows.get(id);
    if (row?.birth !== birth) return failed(gone(id));
    const after = this.#change(row, withJoined(row.record, entry));
    if (after.version !== row.version) this.writes += 1;
    followVersion(this.#state, row, after);
    if (meeting) {
      const isOrganizer = meeting.isOrganizer && entry.asOwner;
      claimMeeting(this.#state, after, { ...meeting, isOrganizer }, [employeeId]);
    }
    return answered(this.#seen(after));
  }

  #removeOne(entry: RecordRemove): Answer<null> {
    const row = this.#state.rows.get(entry.id);
    if (!row) return answered(null);
    if (row.version !== entry.version) return failed(stale(entry.id));
    if (entry.what === 'record') {
      this.#delete(row);
    } else {
      const { employeeId, heirId } = entry.what;
      const isHeir = heirId !== undefined && employeesOf(row.record).includes(heirId);
      const isOwner = row.record.ownerId === employeeId;
      if (isOwner && !isHeir) return failed(ownerStays(entry.id));
      const left = isOwner && isHeir ? ownedBy(row.record, heirId) : row.record;
      const participants = left.participants.filter((one) => one.employeeId !== employeeId);
      this.#change(row, { ...left, participants });
    }
    this.writes += 1;
    return answered(null);
  }

  #seen(row: Row): RecordSeen<ErpAppointment> {
    const meeting = meetingOf(this.#state, row);
    const record = withMailboxes(row.record, this.#options.staff ?? {});
    return { ...row, record, employees: employeesOf(record), meeting };
  }

  #remember(key: string, { id, birth, version }: Row): void {
    this.#state.keys.set(key, { id, birth, version });
  }

  #refusal(record: ErpAppointment): ConnectorFailure | null {
    const sentence = this.#options.refuse?.(record) ?? null;
    return sentence === null ? null : new ConnectorFailure('rejected', sentence);
  }

  #insert(id: string, record: ErpAppointment): Row {
    const birth = `b${this.#next()}`;
    return this.#keep(
      { ...this.#stamp(), id, birth, isInScope: true, record: this.#normal(record) },
      [],
    );
  }

  /** Keeps the record, with a new version where a value differs from what was there. */
  #change(row: Row, record: ErpAppointment): Row {
    const normal = this.#normal(record);
    if (isDeepStrictEqual(normal, row.record)) return row;
    return this.#keep({ ...row, record: normal }, employeesOf(row.record));
  }

  #keep(row: Row, employeesBefore: readonly string[]): Row {
    const kept = { ...row, ...this.#stamp() };
    this.#state.rows.set(kept.id, kept);
    this.#log(kept.id, [...employeesBefore, ...employeesOf(kept.record)], kept.birth);
    return kept;
  }

  #delete(row: Row): void {
    const employees = employeesOf(row.record);
    this.#state.rows.delete(row.id);
    this.#state.tombstones.push({ id: row.id, birth: row.birth, employees });
    this.#log(row.id, employees, row.birth);
  }

  #log(id: string, employees: readonly string[], birth: string): void {
    this.#state.log.push({ id, employees: [...new Set(employees)], birth, mark: this.#next() });
  }

  #fence(lease: Lease): void {
    const highest = this.#state.fences.get(lease.pairId) ?? 0;
    if (lease.fence < highest) {
      throw new ConnectorFailure('stale', 'Another worker holds this pair by now.', {
        code: 'fence',
      });
    }
    this.#state.fences.set(lease.pairId, lease.fence);
  }

  #row(id: string): Row {
    const row = this.#state.rows.get(id);
    if (!row) throw new Error(`no appointment ${id} in the ERP`);
    return row;
  }

  #stamp(): { readonly version: string; readonly changedAt: Instant } {
    return { version: `v${this.#next()}`, changedAt: this.#options.clock.now() };
  }

  #normal(record: ErpAppointment): ErpAppointment {
    const kept = this.#options.normalise?.(record) ?? record;
    return inOrder(withStaff(kept, this.#options.staff ?? {}));
  }

  #next(): number {
    this.#counter += 1;
    return this.#counter;
  }
}
