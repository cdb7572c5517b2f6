import { isDeepStrictEqual } from 'node:util';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { Instant } from '../../mappings/values.js';
import type { Clock } from '../../sync/ports/clock.js';
import type {
  ErpPort,
  RecordChange,
  RecordChanges,
  RecordCreate,
  RecordFound,
  RecordRemove,
  RecordSeen,
  RecordUpdate,
} from '../../sync/ports/erp.js';
import type { Answer } from '../../sync/ports/failure.js';
import { ConnectorFailure, answered, failed } from '../../sync/ports/failure.js';
import type { Lease } from '../../sync/ports/store.js';
import { emptyRecord, employeesOf, inOrder } from './memory-erp-rows.js';
import type { LogRow, MemoryErpPerson, Position, Row, State } from './memory-erp-state.js';
import {
  copyOf,
  emptyState,
  gone,
  keyExists,
  ownerStays,
  positionFrom,
  stale,
} from './memory-erp-state.js';

export interface MemoryErpOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** What the ERP makes of a row before it keeps it: memory-erp-rows.ts has some. Default: keeps it as it is. */
  readonly normalise?: (record: ErpAppointment) => ErpAppointment;
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
    return [...this.#state.rows.values()].map(seenOf);
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
    const next = JSON.stringify(this.#position());
    if (position === null) return this.#complete(employeeId, [], next);
    const fresh = this.#logSince(position);
    const touched = new Map<string, RecordChange[]>();
    for (const row of fresh) {
      if (!row.employees.includes(employeeId)) continue;
      touched.set(`${row.id} ${row.birth}`, this.#changesOf(row, employeeId));
    }
    const changes = withoutRepeats([...touched.values()].flat());
    if (fresh.some((row) => row.id === '')) return this.#complete(employeeId, changes, next);
    return { changes, position: next, isComplete: false };
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
      return answered(seenOf(row));
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
    const record = { ...emptyRecord(entry.ownerId), ...entry.patch };
    const refusal = this.#refusal(record);
    if (refusal) return failed(refusal);
    const row = this.#insert(`T${this.#next()}`, record);
    this.#remember(entry.key, row);
    this.writes += 1;
    return answered(seenOf(row));
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
    return answered(seenOf(after));
  }

  #removeOne(entry: RecordRemove): Answer<null> {
    const row = this.#state.rows.get(entry.id);
    if (!row) return answered(null);
    if (row.version !== entry.version) return failed(stale(entry.id));
    if (entry.what === 'record') {
      this.#delete(row);
    } else {
      const { employeeId } = entry.what;
      if (row.record.ownerId === employeeId) return failed(ownerStays(entry.id));
      const participants = row.record.participants.filter((one) => one.employeeId !== employeeId);
      this.#change(row, { ...row.record, participants });
    }
    this.writes += 1;
    return answered(null);
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

  #changesOf(row: LogRow, employeeId: string): RecordChange[] {
    const now = this.#state.rows.get(row.id);
    const changes: RecordChange[] = [];
    if (this.#state.tombstones.some((one) => one.id === row.id && one.birth === row.birth)) {
      changes.push({ kind: 'removed', id: row.id, birth: row.birth });
    }
    if (now && employeesOf(now.record).includes(employeeId)) {
      changes.push({ kind: 'seen', id: row.id, version: now.version });
    } else if (now?.birth === row.birth) {
      changes.push({ kind: 'removed', id: row.id, birth: row.birth });
    } else if (!now && changes.length === 0) {
      changes.push({ kind: 'seen', id: row.id, version: '' }); // unproven: reading it says `gone`
    }
    return changes;
  }

  #complete(employeeId: string, known: readonly RecordChange[], position: string): RecordChanges {
    const seen = [...this.#state.rows.values()]
      .filter((row) => employeesOf(row.record).includes(employeeId))
      .map((row): RecordChange => ({ kind: 'seen', id: row.id, version: row.version }));
    const buried = this.#state.tombstones
      .filter((one) => one.employees.includes(employeeId))
      .map((one): RecordChange => ({ kind: 'removed', id: one.id, birth: one.birth }));
    const removed = known.filter((change) => change.kind === 'removed');
    return {
      changes: withoutRepeats([...seen, ...removed, ...buried]),
      position,
      isComplete: true,
    };
  }

  #position(): Position {
    const { log, logId } = this.#state;
    return { log: logId, seq: log.length, mark: log.at(-1)?.mark ?? 0 };
  }

  #logSince(text: string): readonly LogRow[] {
    const { log, logId } = this.#state;
    const since = positionFrom(text);
    const mark = since.seq === 0 ? 0 : log[since.seq - 1]?.mark;
    if (since.log !== logId || since.mark !== mark) {
      throw new ConnectorFailure('cursorExpired', 'The position is not one of this change log.');
    }
    return log.slice(since.seq);
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
    return inOrder(this.#options.normalise?.(record) ?? record);
  }

  #next(): number {
    this.#counter += 1;
    return this.#counter;
  }
}

function seenOf(row: Row): RecordSeen<ErpAppointment> {
  return { ...row, employees: employeesOf(row.record) };
}

function withoutRepeats(changes: readonly RecordChange[]): readonly RecordChange[] {
  const byText = new Map(changes.map((change) => [JSON.stringify(change), change]));
  return [...byText.values()];
}
