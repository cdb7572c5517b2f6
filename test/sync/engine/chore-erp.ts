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
import { chore, dueAgain } from './chore-kind.js';
import type { Chore, ChoreRow } from './chore-kind.js';

interface Row {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly chore: ChoreRow;
}

const LONG_AGO = parseInstant('2026-03-01T08:00:00Z');

/** How an ERP goes on with what was ticked off. */
export interface ErpHabits {
  /** With a job of its own, and not in the transaction that ticks it off. */
  readonly isLate: boolean;
  /** Whether a row says which one it follows. */
  readonly tellsOrigin: boolean;
}

/** An ERP that makes the next row by itself when one that comes again is ticked off, whoever ticks it. */
export class ChoreErp implements ErpPort<ChoreRow, Partial<Chore>> {
  writes = 0;
  private readonly rows = new Map<string, Row>();
  private readonly log: { readonly id: string; readonly birth: string }[] = [];
  private readonly keys = new Map<string, { id: string; birth: string; version: string }>();
  private readonly succeeded = new Set<string>();
  private readonly late: (() => void)[] = [];
  private readonly habits: ErpHabits;
  private fence = 0;
  private counter = 0;

  constructor(habits: ErpHabits) {
    this.habits = habits;
  }

  get chores(): readonly Row[] {
    return [...this.rows.values()];
  }

  add(one: Chore): string {
    return this.insert({ ...one, cameFrom: null }).id;
  }

  edit(id: string, change: Partial<Chore>): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`no record ${id}`);
    const after = { ...row, version: this.next('v'), chore: clipped({ ...row.chore, ...change }) };
    this.keep(after);
    const isTicked = row.chore.doneOn === '' && after.chore.doneOn !== '';
    if (isTicked && !this.succeeded.has(row.birth)) this.succeed(after);
  }

  get isExpecting(): boolean {
    return this.late.length > 0;
  }

  /** The job that makes the next rows. */
  giveBirth(): void {
    for (const make of this.late.splice(0)) make();
  }

  delete(id: string): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    if (row) this.log.push({ id, birth: row.birth });
  }

  async changesSince(_employeeId: string, position: string | null): Promise<RecordChanges> {
    const next = String(this.log.length);
    if (position === null) {
      const changes = this.chores.map(
        ({ id, version }) => ({ kind: 'seen', id, version }) as const,
      );
      return { changes, position: next, isComplete: true };
    }
    const last = new Map(this.log.slice(Number(position)).map((row) => [row.id, row.birth]));
    const changes = [...last].map(([id, birth]) => {
      const row = this.rows.get(id);
      return row
        ? ({ kind: 'seen', id, version: row.version } as const)
        : ({ kind: 'removed', id, birth } as const);
    });
    // no order is promised: what was born may be named before what it came from
    return { changes: changes.reverse(), position: next, isComplete: false };
  }

  async read(
    _employeeId: string,
    ids: readonly string[],
  ): Promise<readonly Answer<RecordSeen<ChoreRow>>[]> {
    return ids.map((id) => {
      const row = this.rows.get(id);
      return row ? answered(seenOf(row)) : failed(new ConnectorFailure('gone', 'no such record'));
    });
  }

  async create(
    lease: Lease,
    entries: readonly RecordCreate<Partial<Chore>>[],
  ): Promise<readonly Answer<RecordSeen<ChoreRow>>[]> {
    this.raise(lease);
    return entries.map(({ key, patch }) => {
      if (this.keys.has(key)) return failed(new ConnectorFailure('rejected', 'key exists'));
      this.writes += 1;
      const row = this.insert({ ...chore(), ...patch, cameFrom: null });
      this.keys.set(key, row);
      return answered(seenOf(row));
    });
  }

  async update(
    lease: Lease,
    entries: readonly RecordUpdate<Partial<Chore>>[],
  ): Promise<readonly Answer<RecordSeen<ChoreRow>>[]> {
    this.raise(lease);
    return entries.map(({ id, version, patch, writeId }) => {
      const row = this.rows.get(id);
      if (!row) return failed(new ConnectorFailure('gone', 'no such record'));
      if (row.version !== version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
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
  ): Promise<readonly Answer<RecordSeen<ChoreRow>>[]> {
    return entries.map(() => failed(new ConnectorFailure('gone', 'a chore is no meeting')));
  }

  async findMeetings(): Promise<readonly RecordFound[]> {
    return [];
  }

  private succeed({ id, birth, chore: done }: Row): void {
    const due = dueAgain(done);
    if (due === null) return;
    this.succeeded.add(birth);
    const cameFrom = this.habits.tellsOrigin ? id : null;
    const make = (): void => void this.insert({ ...done, due, doneOn: '', cameFrom });
    if (this.habits.isLate) this.late.push(make);
    else make();
  }

  private raise(lease: Lease): void {
    if (lease.fence < this.fence) throw new ConnectorFailure('stale', 'an earlier holder');
    this.fence = lease.fence;
  }

  private insert(one: ChoreRow): Row {
    const row = {
      id: this.next('A'),
      version: this.next('v'),
      birth: this.next('b'),
      chore: clipped(one),
    };
    this.keep(row);
    return row;
  }

  private keep(row: Row): void {
    this.rows.set(row.id, row);
    this.log.push({ id: row.id, birth: row.birth });
  }

  private next(letter: string): string {
    this.counter += 1;
    return `${letter}${String(this.counter)}`;
  }
}

function clipped(one: ChoreRow): ChoreRow {
  return { ...one, title: one.title.slice(0, 10) };
}

function seenOf({ id, version, birth, chore: record }: Row): RecordSeen<ChoreRow> {
  const rest = { changedAt: LONG_AGO, isInScope: true, employees: ['E01'] };
  return { id, version, birth, ...rest, record };
}
