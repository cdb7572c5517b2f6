import { afterEach, beforeEach, expect } from 'vitest';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type {
  ErpPort,
  RecordChange,
  RecordCreate,
  RecordSeen,
  RecordUpdate,
} from '../../sync/ports/erp.js';
import type { Answer } from '../../sync/ports/failure.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Lease } from '../../sync/ports/store.js';
import { meeting } from './erp-records.js';

/** An ERP to run the contract on: employees E01, E02 and E03, priorities P1 and P2, activity type A1, no appointment. */
export interface ErpUnderTest {
  readonly port: ErpPort<ErpAppointment, ErpAppointmentPatch>;
  readonly person: ErpPersonUnderTest;
  /** Puts back what the ERP held at the last `backUp`, change log and all. */
  backUp(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** What a row goes through before the ERP keeps it. */
export interface ErpHabits {
  readonly clipTitleTo?: number;
  readonly refuseTitle?: string;
}

/** The ERP's own users. Each call is one committed transaction. */
export interface ErpPersonUnderTest {
  create(ownerId: string, patch: Partial<ErpAppointment>, id?: string): Promise<string>;
  edit(id: string, patch: Partial<ErpAppointment>): Promise<void>;
  saveUnchanged(id: string): Promise<void>;
  setInScope(id: string, isInScope: boolean): Promise<void>;
  remove(id: string): Promise<void>;
  loseWithoutTrace(id: string): Promise<void>;
  truncate(): Promise<void>;
}

/** What each test of the contract works with; `erp` is another one for each of them. */
export interface ErpBench {
  readonly erp: ErpUnderTest;
  readonly lease: Lease;
  readonly reopen: (habits: ErpHabits) => Promise<void>;
  readonly changes: (employeeId: string, position: string) => Promise<readonly RecordChange[]>;
  readonly positionNow: (employeeId: string) => Promise<string>;
  readonly read: (id: string, employeeId?: string) => Promise<RecordSeen<ErpAppointment>>;
  readonly createOne: (
    key: string,
    patch: ErpAppointmentPatch,
  ) => Promise<Answer<RecordSeen<ErpAppointment>>>;
}

export const never = new AbortController().signal;

/** Opens an ERP before each test of the block that it is called in, and closes it afterwards. */
export function erpBench(open: (habits: ErpHabits) => Promise<ErpUnderTest>): ErpBench {
  let erp: ErpUnderTest;
  const lease = { pairId: 'pair-1', fence: 7 };
  beforeEach(async () => {
    erp = await open({});
  });
  afterEach(async () => {
    await erp.close();
  });
  return {
    get erp() {
      return erp;
    },
    lease,
    async reopen(habits) {
      await erp.close();
      erp = await open(habits);
    },
    changes: async (employeeId, position) =>
      (await erp.port.changesSince(employeeId, position, never)).changes,
    positionNow: async (employeeId) =>
      (await erp.port.changesSince(employeeId, null, never)).position,
    read: async (id, employeeId = 'E01') => valueOf(await erp.port.read(employeeId, [id], never)),
    createOne: async (key, patch) =>
      only(await erp.port.create(lease, [{ key, attempt: 1, ownerId: 'E01', patch }], never)),
  };
}

let keys = 0;

/** A create with a key of its own. */
export function entryOf(
  title: string,
  patch: ErpAppointmentPatch = {},
): RecordCreate<ErpAppointmentPatch> {
  keys += 1;
  return {
    key: `k${String(keys)}`,
    attempt: 1,
    ownerId: 'E01',
    patch: { ...meeting(title), ...patch },
  };
}

/** An update with a `writeId` of its own. */
export function changeOf(
  { id, version }: { readonly id: string; readonly version: string },
  patch: ErpAppointmentPatch,
): RecordUpdate<ErpAppointmentPatch> {
  keys += 1;
  return { id, writeId: `w${String(keys)}`, version, patch };
}

/** The value of the only answer; fails the test with the failure's own words otherwise. */
export function valueOf<T>(answers: readonly Answer<T>[]): T {
  const answer = only(answers);
  if (!answer.ok) throw answer.failure;
  return answer.value;
}

export function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`${String(list.length)} answers`);
  return first;
}

/** The kind of failure of the only answer. */
export function failureOf(answers: readonly Answer<unknown>[]): string {
  const answer = only(answers);
  if (answer.ok) throw new Error('it went well');
  expect(answer.failure).toBeInstanceOf(ConnectorFailure);
  return answer.failure.kind;
}

/** The title of a record, or the kind of the failure. */
export function summaryOf(answer: Answer<RecordSeen<ErpAppointment>>): string {
  return answer.ok ? answer.value.record.title : answer.failure.kind;
}
