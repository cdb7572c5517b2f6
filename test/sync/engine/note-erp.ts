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
import type { Note } from './note-kind.js';

interface Row {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly note: Note;
}

const LONG_AGO = parseInstant('2026-03-01T08:00:00Z');

/** An ERP of notes that keeps ten characters of a title, with a change log, tombstones, keys and fences. */
export class NoteErp implements ErpPort<Note, Partial<Note>> {
  writes = 0;
  private readonly rows = new Map<string, Row>();
  private readonly log: { readonly id: string; readonly birth: string }[] = [];
  private readonly keys = new Map<string, { id: string; birth: string; version: string }>();
  private fence = 0;
  private counter = 0;

  get notes(): readonly Row[] {
    return [...this.rows.values()];
  }

  add(note: Note): string {
    return this.insert(note).id;
  }

  edit(id: string, change: Partial<Note>): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`no record ${id}`);
    this.keep({ ...row, version: this.next('v'), note: clipped({ ...row.note, ...change }) });
  }

  delete(id: string): void {
    const row = this.rows.get(id);
    this.rows.delete(id);
    if (row) this.log.push({ id, birth: row.birth });
  }

  /** Deleted, and another record has its id. */
  reuse(id: string, note: Note): void {
    this.delete(id);
    this.keep({ id, version: this.next('v'), birth: this.next('b'), note: clipped(note) });
  }

  /** Gone, and nothing says so. */
  loseWithoutTrace(id: string): void {
    this.rows.delete(id);
  }

  async changesSince(_employeeId: string, position: string | null): Promise<RecordChanges> {
    const next = String(this.log.length);
    if (position === null) {
      const changes = this.notes.map(({ id, version }) => ({ kind: 'seen', id, version }) as const);
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
  ): Promise<readonly Answer<RecordSeen<Note>>[]> {
    return ids.map((id) => {
      const row = this.rows.get(id);
      return row ? answered(seenOf(row)) : failed(new ConnectorFailure('gone', 'no such record'));
    });
  }

  async create(
    lease: Lease,
    entries: readonly RecordCreate<Partial<Note>>[],
  ): Promise<readonly Answer<RecordSeen<Note>>[]> {
    this.raise(lease);
    return entries.map(({ key, patch }) => {
      if (this.keys.has(key)) return failed(new ConnectorFailure('rejected', 'key exists'));
      this.writes += 1;
      const row = this.insert({ title: '', room: '', days: {}, about: '', ...patch });
      this.keys.set(key, row);
      return answered(seenOf(row));
    });
  }

  async update(
    lease: Lease,
    entries: readonly RecordUpdate<Partial<Note>>[],
  ): Promise<readonly Answer<RecordSeen<Note>>[]> {
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
  ): Promise<readonly Answer<RecordSeen<Note>>[]> {
    return entries.map(() => failed(new ConnectorFailure('gone', 'a note is no meeting')));
  }

  async findMeetings(): Promise<readonly RecordFound[]> {
    return [];
  }

  private raise(lease: Lease): void {
    if (lease.fence < this.fence) throw new ConnectorFailure('stale', 'an earlier holder');
    this.fence = lease.fence;
  }

  private insert(note: Note): Row {
    const row = {
      id: this.next('A'),
      version: this.next('v'),
      birth: this.next('b'),
      note: clipped(note),
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

function clipped(note: Note): Note {
  return { ...note, title: note.title.slice(0, 10) };
}

function seenOf({ id, version, birth, note }: Row): RecordSeen<Note> {
  return {
    id,
    version,
    birth,
    changedAt: LONG_AGO,
    isInScope: true,
    employees: ['E01'],
    record: note,
  };
}
