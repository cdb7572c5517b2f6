import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { RecordSeen, RecordUpdate } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, failed } from '../ports/failure.js';
import type { AppointmentColumns } from './columns.js';
import { columnsOf, inColumnGroups, recordset } from './columns.js';
import { followVersions, rememberInvited } from './meetings.js';
import type { Followed } from './meetings.js';
import type { ParticipantChange, StaffByAddress } from './participants.js';
import {
  deleteParticipants,
  insertParticipants,
  participantChange,
  staffAmong,
} from './participants.js';
import type { ExceptionRow } from './rows.js';
import { rowFromException } from './rows.js';
import { readRecords } from './read-records.js';

type Entry = RecordUpdate<ErpAppointmentPatch>;
type Seen = RecordSeen<ErpAppointment>;

/**
 * Writes what differs between the records and the patches: nothing of a field that already has its value, and only
 * the exceptions that are new, gone or other than before. A record whose version is not the planned one is left alone.
 */
export async function updateRecords(
  trx: Knex.Transaction,
  entries: readonly Entry[],
): Promise<readonly Answer<Seen>[]> {
  const ids = entries.map((entry) => entry.id);
  const before = await readRecords(trx, ids);
  const refused = entries.map((entry) => refusal(entry, before.get(entry.id)));
  const staff = await staffAmong(
    trx,
    entries.map(({ patch }) => patch.participants),
  );
  const changes = entries.flatMap((entry, at) => {
    const seen = before.get(entry.id);
    return seen?.ok === true && refused[at] === null
      ? changeOf(seen.value, entry.patch, staff)
      : [];
  });
  const written = changes.filter((change) => !isEmpty(change));
  await updateRows(trx, written);
  await writeExceptions(trx, written);
  await writeParticipants(trx, written);
  await trx.raw('set constraints all immediate');
  const after = new Map([
    ...before,
    ...(await readRecords(
      trx,
      written.map(({ id }) => id),
    )),
  ]);
  const answers = entries.map((entry, at) => refused[at] ?? shown(after, entry));
  await rememberInvited(trx, written.flatMap(invitationsOf));
  const ofMeetings = written.filter(({ seen }) => seen.meeting !== undefined);
  await followVersions(
    trx,
    followed(
      ofMeetings.map(({ seen }) => seen),
      after,
    ),
  );
  await rememberWrites(trx, entries, answers);
  return answers;
}

/** What became of records that we have just written. */
export function followed(
  before: readonly Seen[],
  after: ReadonlyMap<string, Answer<Seen>>,
): readonly Followed[] {
  return before.flatMap(({ id, birth, version: from }) => {
    const seen = after.get(id);
    return seen?.ok === true ? [{ id, birth, from, to: seen.value.version }] : [];
  });
}

/** Also of writes that found nothing to change: whoever finishes an interrupted cycle asks whether they landed. */
async function rememberWrites(
  trx: Knex.Transaction,
  entries: readonly Entry[],
  answers: readonly Answer<Seen>[],
): Promise<void> {
  const rows = answers.flatMap((answer, at) => {
    const writeId = entries[at]?.writeId;
    if (!answer.ok || writeId === undefined) return [];
    const { id, birth, version } = answer.value;
    return [{ write_id: writeId, kind: 'appointment', record_id: id, birth, version }];
  });
  if (rows.length > 0) await trx.raw(REMEMBER, { rows: JSON.stringify(rows) });
}

const REMEMBER = `
  insert into erp.writes (write_id, kind, record_id, birth, version)
  select * from json_to_recordset(:rows) as v(
    write_id text, kind text, record_id text, birth text, version text)
  on conflict (write_id) do update set version = excluded.version`;

function shown(records: ReadonlyMap<string, Answer<Seen>>, { id }: Entry): Answer<Seen> {
  return records.get(id) ?? failed(gone(id));
}

function refusal(entry: Entry, seen: Answer<Seen> | undefined): Answer<Seen> | null {
  if (seen === undefined) return failed(gone(entry.id));
  if (!seen.ok) return seen;
  return seen.value.version === entry.version ? null : failed(stale(entry.id));
}

/** The failure for a record that is not there, or not this employee's. */
export function gone(id: string): ConnectorFailure {
  return new ConnectorFailure('gone', `The ERP has no appointment ${id} for this employee.`);
}

/** The failure for a record that is not in the planned version any more. */
export function stale(id: string): ConnectorFailure {
  return new ConnectorFailure('stale', `Appointment ${id} was changed in the ERP meanwhile.`);
}

interface Change {
  readonly id: string;
  readonly columns: AppointmentColumns;
  /** Dates of exceptions that go, or make room for another content. */
  readonly removed: readonly string[];
  readonly added: readonly ExceptionRow[];
  readonly participants: ParticipantChange;
  /** As it was before. */
  readonly seen: Seen;
}

function isEmpty({ columns, removed, added, participants }: Change): boolean {
  const children = [removed, added, participants.removed, participants.added];
  return Object.keys(columns).length === 0 && children.every((list) => list.length === 0);
}

/** Who comes to a meeting by a write of ours was invited to it by Exchange. */
function invitationsOf({ seen, participants }: Change): Parameters<typeof rememberInvited>[1] {
  if (seen.meeting === undefined) return [];
  const { id, birth, version } = seen;
  return [
    { id, birth, version, invited: participants.added.flatMap((row) => row.employee_id ?? []) },
  ];
}

function changeOf(seen: Seen, patch: ErpAppointmentPatch, staff: StaffByAddress): Change {
  const now = columnsOf(seen.record);
  const wanted = Object.entries(columnsOf(patch));
  const columns = Object.fromEntries(wanted.filter(([column, value]) => now[column] !== value));
  const participants = participantChange(seen.record, patch.participants, staff);
  return { id: seen.id, columns, participants, seen, ...exceptionChanges(seen.record, patch) };
}

function exceptionChanges(
  now: ErpAppointment,
  patch: ErpAppointmentPatch,
): Pick<Change, 'removed' | 'added'> {
  if (patch.exceptions === undefined) return { removed: [], added: [] };
  const wanted = new Map(patch.exceptions.map((one) => [one.originalDate, rowFromException(one)]));
  const had = new Map(now.exceptions.map((one) => [one.originalDate, rowFromException(one)]));
  const differs = ([date, row]: [string, ExceptionRow]): boolean =>
    !isDeepStrictEqual(row, new Map<string, ExceptionRow>(had).get(date));
  return {
    removed: [...had]
      .filter(([date, row]) => !isDeepStrictEqual(row, wanted.get(date)))
      .map(([date]) => date),
    added: [...wanted].filter(differs).map(([, row]) => row),
  };
}

/** One statement for all rows that change the same columns: a column that did not change is not named. */
async function updateRows(trx: Knex.Transaction, changes: readonly Change[]): Promise<void> {
  for (const group of inColumnGroups(changes)) {
    if (group.columns.length === 0) continue;
    const assignments = group.columns.map((column) => `${column} = v.${column}`).join(', ');
    const rows = group.entries.map(({ id, columns }) => ({ id, ...columns }));
    await trx.raw(
      `update erp.appointments as a set ${assignments}
         from ${recordset(['id', ...group.columns])} where a.id = v.id`,
      { rows: JSON.stringify(rows) },
    );
  }
}

async function writeExceptions(trx: Knex.Transaction, changes: readonly Change[]): Promise<void> {
  const removed = changes.flatMap(({ id, removed: dates }) =>
    dates.map((date) => ({ appointment_id: id, original_date: date })),
  );
  if (removed.length > 0) await trx.raw(DELETE_EXCEPTIONS, { rows: JSON.stringify(removed) });
  await insertExceptions(
    trx,
    changes.flatMap(({ id, added }) => added.map((row) => ({ appointment_id: id, ...row }))),
  );
}

async function writeParticipants(trx: Knex.Transaction, changes: readonly Change[]): Promise<void> {
  const ofEach = <Row>(rowsOf: (change: ParticipantChange) => readonly Row[]) =>
    changes.flatMap(({ id, participants }) =>
      rowsOf(participants).map((row) => ({ appointment_id: id, ...row })),
    );
  await deleteParticipants(
    trx,
    ofEach(({ removed }) => removed),
  );
  await insertParticipants(
    trx,
    ofEach(({ added }) => added),
  );
}

const DELETE_EXCEPTIONS = `
  delete from erp.appointment_exceptions as x
   using json_to_recordset(:rows) as v(appointment_id text, original_date date)
   where x.appointment_id = v.appointment_id and x.original_date = v.original_date`;

/** Inserts rows of erp.appointment_exceptions. */
export async function insertExceptions(
  trx: Knex.Transaction,
  rows: readonly (ExceptionRow & { readonly appointment_id: string })[],
): Promise<void> {
  if (rows.length > 0) await trx.raw(INSERT_EXCEPTIONS, { rows: JSON.stringify(rows) });
}

const INSERT_EXCEPTIONS = `
  insert into erp.appointment_exceptions (
    appointment_id, original_date, deleted, title, body, location, all_day, starts_at, ends_at, first_day, last_day,
    is_private, show_as, reminder_changed, reminder_minutes, priority_id)
  select * from json_to_recordset(:rows) as v(
    appointment_id text, original_date date, deleted boolean, title text, body text, location text, all_day boolean,
    starts_at timestamptz, ends_at timestamptz, first_day date, last_day date,
    is_private boolean, show_as text, reminder_changed boolean, reminder_minutes integer, priority_id text)`;
