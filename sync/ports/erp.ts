import type { ErpPriority } from '../../mappings/erp-record.js';
import type { EmailAddress, IanaZone, Instant } from '../../mappings/values.js';
import type { Answer } from './failure.js';
import type { Lease } from './store.js';

/** What the ERP's change log says about one record of one employee. */
export type RecordChange =
  | { readonly kind: 'seen'; readonly id: string; readonly version: string }
  /** Proven: a tombstone of the record, or the employee taken out of it (rules 5 and 9). `birth` tells a reused id apart. */
  | { readonly kind: 'removed'; readonly id: string; readonly birth: string | null };

export interface RecordChanges {
  readonly changes: readonly RecordChange[];
  /** Opaque text; the next call starts here. */
  readonly position: string;
  /** True where `changes` names every record the employee has, because the call started from null. */
  readonly isComplete: boolean;
}

/** A record as it was read, in the words of its kind. */
export interface RecordSeen<Record> {
  readonly id: string;
  /** Changes with the record and its children. */
  readonly version: string;
  /** Never used again, even if the id is (rule 14). */
  readonly birth: string;
  readonly changedAt: Instant;
  /** False where the ERP's own filter leaves it out; that is not a deletion (rule 5). */
  readonly isInScope: boolean;
  /** Ids of all of our employees who take part, owner included. */
  readonly employees: readonly string[];
  /** The Exchange meeting that it stands for, where we know of one (rule 10). */
  readonly meeting?: RecordMeeting | undefined;
  readonly record: Record;
}

/** A meeting as the mailbox of one employee holds it. */
export interface MeetingClaim {
  /** The same for every mailbox that holds the meeting; see sync/engine/meetings/meeting-key.ts. */
  readonly key: string;
  /** True where the mailbox is the organiser's: its employee then owns the record. */
  readonly isOrganizer: boolean;
}

/** A meeting that a record stands for. */
export interface RecordMeeting {
  readonly key: string;
  /** True where the organiser's mailbox brought it, so that the owner is the organiser. */
  readonly isOrganizers: boolean;
  /** Employees whom Exchange invited: their mailboxes get it from there, never from us. */
  readonly invited: readonly string[];
}

export interface RecordCreate<Patch> {
  readonly key: string;
  readonly attempt: number;
  readonly ownerId: string;
  readonly patch: Patch;
  /** The record shall stand for this meeting; employees among the patch's participants were invited to it. */
  readonly meeting?: MeetingClaim | undefined;
}

/** An employee takes part in a record, because what it stands for lies in their mailbox too (rules 9 and 10). */
export interface RecordJoin {
  readonly id: string;
  readonly birth: string;
  readonly employeeId: string;
  /** Left out where the item is a plain copy. */
  readonly meeting?: MeetingClaim | undefined;
  /** True = they own it from now on, and the former owner becomes a participant. */
  readonly asOwner: boolean;
}

export interface RecordUpdate<Patch> {
  readonly id: string;
  /** Remembered with the version it led to, in the same transaction: `findByKey` tells whether the write landed (rule 2). */
  readonly writeId: string;
  /** The version that the write was planned from. */
  readonly version: string;
  readonly patch: Patch;
}

export interface RecordRemove {
  readonly id: string;
  readonly version: string;
  /**
   * `record`: the whole record; otherwise only this employee is taken out of it (rule 9). An owner leaves it to `heirId`,
   * another employee who takes part.
   */
  readonly what: 'record' | { readonly employeeId: string; readonly heirId?: string | undefined };
}

/** A create found by its key, an update by its `writeId`, or the record that stands for a meeting, by the meeting's key. */
export interface RecordFound {
  readonly key: string;
  readonly id: string;
  readonly birth: string;
  /**
   * The version that the write led to; of a meeting the one that it was claimed with, or that our last write led to: as long as
   * the record has it, nobody else has changed the record.
   */
  readonly version: string;
  /** False where the key is known and the record is gone again. */
  readonly exists: boolean;
  /** Of a meeting: employees whom Exchange invited to it, also those who were taken out of the record since. */
  readonly invited?: readonly string[];
}

/**
 * What the engine asks of the ERP for one kind.
 *
 * Promises, checked for every implementation by test/contracts/erp-port.ts:
 *  - Batches answer per entry and in order; one refused entry never takes another one with it.
 *  - `changesSince` never skips a commit, however late it came (rule 12); it may repeat one.
 *    A position of another change log, from the future or older than the log fails as `cursorExpired`.
 *  - `read` shows the record with its children in one snapshot; one that is not there, or has nothing to do with the
 *    employee any more, fails as `gone`.
 *  - A write is one transaction that checks the lease's fence, compares `version`, writes the differences and reads back;
 *    an outdated version or fence fails as `stale` and writes nothing. It answers with what the ERP shows afterwards.
 *  - `create` puts the key into the key table in the same transaction; a key that is there already fails as `rejected`
 *    with code `keyExists`, and nothing is doubled. A meeting has one record: where another one stands for it and is
 *    still there, however late that was committed, the create fails as `stale` with code `meetingExists`.
 *  - `join` may be repeated: who takes part already is not added again, and what stands for the meeting already stays.
 *    Where another record stands for it and is still there, it fails as `stale`; of a record that is gone, or had another
 *    birth, as `gone`. Where the ERP does not let its owner be changed, the employee takes part nevertheless.
 *  - `remove` of what is gone succeeds.
 *  - `findByKey` first raises the fence, so that a write of an earlier holder that is still under way cannot land any more.
 */
export interface ErpPort<Record, Patch> {
  /** How far the server's clock was seen to be ahead of ours; null = not measured. Left out: it has our clock (rule 16). */
  clockOffsetMs?(): number | null;
  changesSince(
    employeeId: string,
    position: string | null,
    signal: AbortSignal,
  ): Promise<RecordChanges>;
  read(
    employeeId: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<Record>>[]>;
  create(
    lease: Lease,
    entries: readonly RecordCreate<Patch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<Record>>[]>;
  update(
    lease: Lease,
    entries: readonly RecordUpdate<Patch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<Record>>[]>;
  remove(
    lease: Lease,
    entries: readonly RecordRemove[],
    signal: AbortSignal,
  ): Promise<readonly Answer<null>[]>;
  /** Which records stand for these meetings; `exists` is false where it is gone. Nothing is locked or raised. */
  findMeetings(keys: readonly string[], signal: AbortSignal): Promise<readonly RecordFound[]>;
  join(
    lease: Lease,
    entries: readonly RecordJoin[],
    signal: AbortSignal,
  ): Promise<readonly Answer<RecordSeen<Record>>[]>;
  findByKey(
    lease: Lease,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly RecordFound[]>;
}

/** An employee as the ERP has them. */
export interface ErpEmployee {
  readonly id: string;
  readonly name: string;
  readonly login: string | null;
  readonly email: EmailAddress | null;
  /** A mailbox set by hand; null = the e-mail address is the mailbox (feature A8). */
  readonly mailbox: EmailAddress | null;
  readonly clientId: string | null;
  readonly status: 'active' | 'onLeave' | 'left';
  readonly zone: IanaZone | null;
  readonly mayCreate: boolean;
  readonly mayChange: boolean;
  readonly mayDelete: boolean;
}

/** An installation that wants to sync an ERP. */
export interface ErpClaimant {
  readonly id: string;
  readonly name: string;
  /** Which database it remembers in, by which a copy of it is told from itself; null = its server does not say. */
  readonly home: string | null;
}

/** The installation that holds an ERP. */
export type ErpHolder = ErpClaimant;

/** What the ERP tells about itself: staff and code tables, whose wakes, and whether it fulfils the contract. */
export interface ErpDirectory {
  employees(signal: AbortSignal): Promise<readonly ErpEmployee[]>;
  priorities(signal: AbortSignal): Promise<readonly ErpPriority[]>;
  /** Whether it has clients at all; in one that has, an employee without one is not synced (feature B10). */
  hasClients(signal: AbortSignal): Promise<boolean>;
  /** Calls back with the ids of employees something may have changed for (null = anybody's) until the signal fires. */
  listen(
    onWake: (employeeIds: readonly string[] | null) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Claims the ERP for this installation (feature A10). Throws `forbidden`, naming the holder, where another one has it. */
  claim(claimant: ErpClaimant, signal: AbortSignal): Promise<void>;
  /** Takes the ERP from whoever has it, whose writes are refused from then on; answers with the former holder, null = none. */
  takeOver(claimant: ErpClaimant, signal: AbortSignal): Promise<ErpHolder | null>;
  check(signal: AbortSignal): Promise<readonly CheckRow[]>;
}

/** One line of a check: what was looked at, how it stands, why, and what to do. */
export interface CheckRow {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: { readonly de: string; readonly en: string };
  readonly remedy: { readonly de: string; readonly en: string } | null;
}
