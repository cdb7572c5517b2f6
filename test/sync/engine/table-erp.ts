import type {
  ErpPort,
  RecordChanges,
  RecordCreate,
  RecordFound,
  RecordJoin,
  RecordRemove,
  RecordSeen,
  RecordUpdate,
} from '../../../sync/ports/erp.js';
import type { Answer } from '../../../sync/ports/failure.js';
import { answered, ConnectorFailure, failed } from '../../../sync/ports/failure.js';
import type { Lease } from '../../../sync/ports/store.js';
import { parseInstant } from '../../../mappings/values.js';

/** A record as it lies in the table. */
export interface Row<R> {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly record: R;
}

const LONG_AGO = parseInstant('2026-03-01T08:00:00Z');

/** The smallest ERP for records of any kind: a change log, tombstones, births, keys and fences. A kind says what is its own. */
export abstract class TableErp<R extends object, P extends object> implements ErpPort<R, P> {
  writes = 0;
  /** What we wrote, oldest first. */
  readonly patches: P[] = [];
  protected readonly rows = new Map<string, Row<R>>();
  private readonly log: { readonly id: string; readonly birth: string }[] = [];
  private readonly keys = new Map<string, { id: string; birth: string; version: string }>();
  private fence = 0;
  private counter = 0;

  /** What a new record shows where nothing is said of it. */
  protected abstract blank(): R;
  /** What it makes of a record that is put into it. */
  protected abstract holds(record: R): R;

  /** What a record shows that is written. */
  protected patched(record: R, patch: P): R {
    return { ...record, ...patch };
  }

  add(record: R): string {
    return this.insert(record).id;
  }

  edit(id: string, change: P): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`no record ${id}`);
    const record = this.holds(this.patched(row.record, change));
    this.keep({ ...row, version: this.next('v'), record });
  }

  delete(id: string): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    if (row) this.log.push({ id, birth: row.birth });
  }

  /** Deleted, and another record has its id. */
  reuse(id: string, record: R): void {
    this.delete(id);
    this.keep({ id, version: this.next('v'), birth: this.next('b'), record: this.holds(record) });
  }

  /** Gone, and nothing says so. */
  loseWithoutTrace(id: string): void {
    this.rows.delete(id);
  }

  async changesSince(_employeeId: string, position: string | null): Promise<RecordChanges> {
    const next = String(this.log.length);
    if (position === null) {
      const all = [...this.rows.values()];
      const changes = all.map(({ id, version }) => ({ kind: 'seen', id, version }) as const);
      return { changes, position: next, isComplete: true };
    }
    const last = new Map(this.log.slice(Number(position)).map((row) => [row.id, row.birth]));
    const changes = [...last].map(([id, birth]) => {
      const row = this.rows.get(id);
      return row
        ? ({ kind: 'seen', id, version: row.version } as const)
        : ({ kind: 'removed', id, birth } as const);
    });
    return { changes, position: next, isComplete: false };
  }

  async read(
    _employeeId: string,
    ids: readonly string[],
  ): Promise<readonly Answer<RecordSeen<R>>[]> {
    return ids.map((id) => {
      const row = this.rows.get(id);
      return row ? answered(seenOf(row)) : failed(new ConnectorFailure('gone', 'no such record'));
    });
  }

  async create(
    lease: Lease,
    entries: readonly RecordCreate<P>[],
  ): Promise<readonly Answer<RecordSeen<R>>[]> {
    this.raise(lease);
    return entries.map(({ key, patch }) => {
      if (this.keys.has(key)) return failed(new ConnectorFailure('rejected', 'key exists'));
      this.writes += 1;
      this.patches.push(patch);
      const row = this.insert(this.patched(this.blank(), patch));
      this.keys.set(key, row);
      return answered(seenOf(row));
    });
  }

  async update(
    lease: Lease,
    entries: readonly RecordUpdate<P>[],
  ): Promise<readonly Answer<RecordSeen<R>>[]> {
    this.raise(lease);
    return entries.map(({ id, version, patch, writeId }) => {
      const row = this.rows.get(id);
      if (!row) return failed(new ConnectorFailure('gone', 'no such record'));
      if (row.version !== version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
      this.patches.push(patch);
      this.edit(id, patch);
      const after = this.rows.get(id) ?? row;
      this.keys.set(writeId, after);
      return answered(seenOf(after));
    });
  }

  async remove(lease: Lease, entries: readonly RecordRemove[]): Promise<readonly Answer<null>[]> {
    this.raise(lease);
    return entries.map(({ id, version }) => {
      const row = this.rows.get(id);
      if (row && row.version !== version) return failed(new ConnectorFailure('stale', 'changed'));
      if (row) this.writes += 1;
      this.delete(id);
      return answered(null);
    });
  }

  async findByKey(lease: Lease, keys: readonly string[]): Promise<readonly RecordFound[]> {
    this.raise(lease);
    return keys.flatMap((key) => {
      const found = this.keys.get(key);
      if (!found) return [];
      const { id, birth, version } = found;
      return [{ key, id, birth, version, exists: this.rows.get(id)?.birth === birth }];
    });
  }

  async join(
    _lease: Lease,
    entries: readonly RecordJoin[],
  ): Promise<readonly Answer<RecordSeen<R>>[]> {
    return entries.map(() => failed(new ConnectorFailure('gone', 'nothing here is a meeting')));
  }

  async findMeetings(): Promise<readonly RecordFound[]> {
    return [];
  }

  protected insert(record: R): Row<R> {
    const id = this.next('A');
    const version = this.next('v');
    const row = { id, version, birth: this.next('b'), record: this.holds(record) };
    this.keep(row);
    return row;
  }

  private raise(lease: Lease): void {
    if (lease.fence < this.fence) throw new ConnectorFailure('stale', 'an earlier holder');
    this.fence = lease.fence;
  }

  private keep(row: Row<R>): void {
    this.rows.set(row.id, row);
    this.log.push({ id: row.id, birth: row.birth });
  }

  private next(letter: string): string {
    this.counter += 1;
    return `${letter}${String(this.counter)}`;
  }
}

function seenOf<R>(row: Row<R>): RecordSeen<R> {
  return { ...row, changedAt: LONG_AGO, isInScope: true, employees: ['E01'] };
}
