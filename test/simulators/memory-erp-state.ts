import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { Instant } from '../../mappings/values.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';

/** What the key table says about one meeting. */
export interface MeetingRow {
  readonly id: string;
  readonly birth: string;
  readonly version: string;
  readonly isOrganizers: boolean;
  readonly invited: readonly string[];
}

/** What a person, or the ERP itself, may set besides what a sync writes. */
export type PersonPatch = Partial<ErpAppointment>;

/** Edits as the ERP's own users make them. Each call is one committed transaction. */
export interface MemoryErpPerson {
  /** Answers with the new id. `id` reuses one (rule 14). */
  create(ownerId: string, patch: PersonPatch, id?: string): string;
  edit(id: string, patch: PersonPatch): void;
  /** Saves the record without changing a value: no version, no log row. */
  saveUnchanged(id: string): void;
  setInScope(id: string, isInScope: boolean): void;
  remove(id: string): void;
  /** The row is gone and nothing says so: no log row, no tombstone. */
  loseWithoutTrace(id: string): void;
  /** All rows go at once; the log only says "everything". */
  truncate(): void;
}

export interface Row {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly changedAt: Instant;
  readonly isInScope: boolean;
  readonly record: ErpAppointment;
}

export interface LogRow {
  /** '' = everything. */
  readonly id: string;
  readonly employees: readonly string[];
  readonly birth: string;
  /** Tells the row from another one with the same number in a restored log. */
  readonly mark: number;
}

export interface Tombstone {
  readonly id: string;
  readonly birth: string;
  readonly employees: readonly string[];
}

export interface State {
  rows: Map<string, Row>;
  log: LogRow[];
  logId: string;
  tombstones: Tombstone[];
  keys: Map<string, { readonly id: string; readonly birth: string; readonly version: string }>;
  meetings: Map<string, MeetingRow>;
  fences: Map<string, number>;
}

export interface Position {
  readonly log: string;
  readonly seq: number;
  readonly mark: number;
}

/** An ERP without a record. */
export function emptyState(logId: string): State {
  return {
    rows: new Map(),
    log: [],
    logId,
    tombstones: [],
    keys: new Map(),
    meetings: new Map(),
    fences: new Map(),
  };
}

/** Nothing that happens to the one happens to the other. */
export function copyOf(state: State): State {
  return structuredClone(state);
}

/** Reads a position that this simulator handed out. */
export function positionFrom(text: string): Position {
  const read: unknown = JSON.parse(text);
  return read as Position;
}

export function gone(id: string): ConnectorFailure {
  return new ConnectorFailure('gone', `The ERP has no appointment ${id} for this employee.`);
}

export function stale(id: string): ConnectorFailure {
  return new ConnectorFailure('stale', `Appointment ${id} was changed in the ERP meanwhile.`);
}

export function keyExists(): ConnectorFailure {
  return new ConnectorFailure('rejected', 'A record with this key was made already.', {
    code: 'keyExists',
  });
}

export function ownerStays(id: string): ConnectorFailure {
  return new ConnectorFailure('rejected', `Appointment ${id} cannot lose its owner.`, {
    code: 'ownerStays',
  });
}
