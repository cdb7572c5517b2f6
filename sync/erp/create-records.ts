import type { Knex } from 'knex';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { RecordCreate, RecordSeen } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, failed } from '../ports/failure.js';
import type { AppointmentColumns } from './columns.js';
import { columnsOf, inColumnGroups, numberedRecordset } from './columns.js';
import { keyExists, meetingExists } from './failures.js';
import { claimMeetings, findMeetings } from './meetings.js';
import { insertParticipants, participantRows, staffAmong } from './participants.js';
import { readRecords } from './read-records.js';
import { rowFromException } from './rows.js';
import { insertExceptions } from './update-records.js';

type Entry = RecordCreate<ErpAppointmentPatch>;
type Seen = RecordSeen<ErpAppointment>;

/**
 * Inserts records, their exceptions and their keys. An entry whose key is there already is not made again.
 * Throws where an inserted row cannot be told to belong to its entry; the batch is then repeated in halves.
 */
export async function createRecords(
  trx: Knex.Transaction,
  entries: readonly Entry[],
): Promise<readonly Answer<Seen>[]> {
  const taken = await keysTaken(trx, entries);
  const others = await ofKnownMeetings(
    trx,
    entries.filter(({ key }) => !taken.has(key)),
  );
  const fresh = entries.filter(({ key }) => !taken.has(key) && !others.has(key));
  const ids = await insertRows(trx, fresh);
  await insertExceptions(
    trx,
    fresh.flatMap((entry) => exceptionRows(entry, ids)),
  );
  const staff = await staffAmong(
    trx,
    fresh.map(({ patch }) => patch.participants),
  );
  await insertParticipants(
    trx,
    fresh.flatMap(({ key, ownerId, patch }) =>
      participantRows(patch.participants ?? [], ownerId, staff).map((row) => ({
        appointment_id: ids.get(key) ?? '',
        ...row,
      })),
    ),
  );
  await trx.raw('set constraints all immediate');
  const records = await readRecords(trx, [...ids.values()]);
  const made = fresh.map((entry) => madeOf(entry, records.get(ids.get(entry.key) ?? '')));
  if (made.length > 1)
    made.forEach(({ entry, seen }) => {
      assertBelongs(entry, seen);
    });
  await insertKeys(trx, made);
  await claimMeetings(trx, made.flatMap(claimOf));
  const answers = new Map(made.map((one) => [one.entry.key, withMeeting(one)]));
  return entries.map(({ key }) => {
    const seen = answers.get(key);
    if (seen) return { ok: true, value: seen };
    return failed(others.has(key) ? meetingExists() : keyExists());
  });
}

/** Keys of entries for whose meeting a record is there, or comes with an entry before it (rule 10). */
async function ofKnownMeetings(
  trx: Knex.Transaction,
  entries: readonly Entry[],
): Promise<ReadonlySet<string>> {
  const asked = entries.flatMap(({ meeting }) => (meeting === undefined ? [] : [meeting.key]));
  const found = await findMeetings(trx, asked);
  const known = new Set(found.filter(({ exists }) => exists).map(({ key }) => key));
  const others = new Set<string>();
  for (const { key, meeting } of entries) {
    if (meeting === undefined) continue;
    if (known.has(meeting.key)) others.add(key);
    known.add(meeting.key);
  }
  return others;
}

/** As it reads now that the meeting is claimed for it. */
function withMeeting({ entry, seen }: Made): Seen {
  if (entry.meeting === undefined) return seen;
  const { key, isOrganizer } = entry.meeting;
  return {
    ...seen,
    meeting: { key, isOrganizers: isOrganizer, invited: [...seen.employees].sort() },
  };
}

function claimOf({ entry, seen }: Made): Parameters<typeof claimMeetings>[1] {
  if (entry.meeting === undefined) return [];
  const { id, birth, version } = seen;
  return [{ id, birth, version, meeting: entry.meeting, invited: seen.employees }];
}

async function keysTaken(
  trx: Knex.Transaction,
  entries: readonly Entry[],
): Promise<ReadonlySet<string>> {
  const keys = entries.map(({ key }) => key);
  const { rows } = await trx.raw<{ rows: readonly { readonly key: string }[] }>(
    'select key from erp.keys where key = any (:keys)',
    { keys },
  );
  return new Set(rows.map(({ key }) => key));
}

interface NewRow {
  readonly key: string;
  readonly columns: AppointmentColumns;
}

/** Answers with the new id of each key. */
async function insertRows(
  trx: Knex.Transaction,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const news = entries.map(({ key, ownerId, patch }): NewRow => ({
    key,
    columns: { owner_id: ownerId, ...columnsOf(patch) },
  }));
  for (const group of inColumnGroups(news)) {
    const names = group.columns.join(', ');
    const { rows } = await trx.raw<{ rows: readonly { readonly id: string }[] }>(
      `insert into erp.appointments (${names})
       select ${names} from ${numberedRecordset(group.columns)} order by position
       returning id`,
      { rows: JSON.stringify(group.entries.map(({ columns }) => columns)) },
    );
    if (rows.length !== group.entries.length) throw notMade();
    group.entries.forEach(({ key }, at) => ids.set(key, rows[at]?.id ?? ''));
  }
  if ((await countNew(trx, [...ids.values()])) !== entries.length) throw notMade();
  return ids;
}

/** How many of these ids this very transaction has logged: an id that is not ours, or comes twice, is not counted. */
async function countNew(trx: Knex.Transaction, ids: readonly string[]): Promise<number> {
  const { rows } = await trx.raw<{ rows: readonly { readonly count: number }[] }>(
    `select count(*)::integer as count from erp.change_log
      where xid = pg_current_xact_id() and kind = 'appointment' and record_id = any (:ids)`,
    { ids },
  );
  return rows[0]?.count ?? 0;
}

function exceptionRows(
  { key, patch }: Entry,
  ids: ReadonlyMap<string, string>,
): Parameters<typeof insertExceptions>[1] {
  const id = ids.get(key) ?? '';
  return (patch.exceptions ?? []).map((one) => ({ appointment_id: id, ...rowFromException(one) }));
}

interface Made {
  readonly entry: Entry;
  readonly seen: Seen;
}

function madeOf(entry: Entry, answer: Answer<Seen> | undefined): Made {
  if (answer === undefined) throw notMade();
  if (!answer.ok) throw answer.failure;
  return { entry, seen: answer.value };
}

/** A trigger swallowed the row, gave another id, logged nothing, or the view does not show what went through it. */
function notMade(): ConnectorFailure {
  return new ConnectorFailure('rejected', 'The ERP took the appointment and does not show it.', {
    code: 'notMade',
    sentence: {
      de: 'Das ERP hat den Termin angenommen, zeigt ihn aber nicht. Bitte den INSTEAD-OF-Trigger von erp.appointments prüfen (RETURNING id, erp.log_change).',
      en: 'The ERP took the appointment and does not show it. Please check the INSTEAD OF trigger of erp.appointments (RETURNING id, erp.log_change).',
    },
  });
}

/**
 * RETURNING promises no order. What the ERP makes of a title (cut, capitals) is let pass; another start or another
 * beginning of the title means that the ids are not in the order of the entries.
 */
function assertBelongs({ patch }: Entry, { record }: Seen): void {
  const title = (patch.title ?? '').slice(0, 20).toLowerCase();
  const sameStart = patch.when === undefined || startOf(patch.when) === startOf(record.when);
  if (sameStart && record.title.toLowerCase().startsWith(title.slice(0, record.title.length)))
    return;
  throw new ConnectorFailure('rejected', 'The ERP answered the new ids in another order.', {
    code: 'otherOrder',
  });
}

function startOf(when: ErpAppointment['when']): string {
  return when.kind === 'allDay' ? when.firstDay : when.startsAt;
}

async function insertKeys(trx: Knex.Transaction, made: readonly Made[]): Promise<void> {
  if (made.length === 0) return;
  const rows = made.map(({ entry, seen }) => ({
    key: entry.key,
    kind: 'appointment',
    record_id: seen.id,
    birth: seen.birth,
    version: seen.version,
    attempt: entry.attempt,
  }));
  await trx.raw(INSERT_KEYS, { rows: JSON.stringify(rows) });
}

const INSERT_KEYS = `
  insert into erp.keys (key, kind, record_id, birth, version, attempt)
  select * from json_to_recordset(:rows) as v(
    key text, kind text, record_id text, birth text, version text, attempt integer)`;
