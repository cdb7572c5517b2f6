import type {
  ErpAppointment,
  ErpException,
  ErpOccurrenceFields,
  ErpParticipant,
  ErpReference,
  ErpReply,
  ErpWhen,
} from '../../mappings/erp-record.js';
import type { ShowAs } from '../../mappings/appointment/appointment.js';
import type { EmailAddress } from '../../mappings/values.js';
import {
  UnreadableValue,
  parseEmail,
  parseInstant,
  parsePlainDate,
  parseZone,
} from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import { meetingFromKeys } from './meetings.js';

/** A row of the statement in read-records.ts: times as ISO text in UTC, children as JSON. */
export interface AppointmentRow extends TimeColumns {
  readonly id: string;
  readonly version: string;
  readonly birth: string;
  readonly changed_at: string;
  readonly in_scope: boolean;
  readonly owner_id: string;
  readonly owner_email: string | null;
  readonly title: string;
  readonly body: string;
  readonly location: string;
  readonly all_day: boolean;
  readonly time_zone: string;
  readonly rrule: string | null;
  readonly is_private: boolean;
  readonly show_as: string;
  readonly reminder_minutes: number | null;
  readonly priority_id: string | null;
  readonly activity_type_id: string | null;
  readonly company: ErpReference | null;
  readonly contact: ErpReference | null;
  readonly project: ErpReference | null;
  readonly is_meeting: boolean;
  readonly is_protected: boolean;
  /** Rows of the key table that say which meeting it stands for; see meetings.ts. */
  readonly meeting_keys: readonly string[] | null;
  readonly participants: readonly ParticipantRow[] | null;
  readonly equipment: readonly string[] | null;
  readonly exceptions: readonly ExceptionRow[] | null;
}

export interface TimeColumns {
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly first_day: string | null;
  readonly last_day: string | null;
}

export interface ParticipantRow {
  readonly employee_id: string | null;
  readonly email: string | null;
  /** Of an employee. */
  readonly mailbox: string | null;
  readonly name: string;
  readonly reply: string;
  readonly is_room: boolean | null;
}

/** A row of erp.appointment_exceptions without its appointment; null = as in the series. */
export interface ExceptionRow extends TimeColumns {
  readonly original_date: string;
  readonly deleted: boolean;
  readonly title: string | null;
  readonly body: string | null;
  readonly location: string | null;
  readonly all_day: boolean | null;
  readonly is_private: boolean | null;
  readonly show_as: string | null;
  readonly reminder_changed: boolean;
  readonly reminder_minutes: number | null;
  readonly priority_id: string | null;
}

/** Throws `UnreadableValue` where the ERP shows something that the contract does not allow. */
export function recordFromRow(row: AppointmentRow): RecordSeen<ErpAppointment> {
  const participants = (row.participants ?? []).map(participantFromRow);
  const others = participants.flatMap((one) => one.employeeId ?? []);
  return {
    id: row.id,
    version: row.version,
    birth: row.birth,
    changedAt: parseInstant(row.changed_at),
    isInScope: row.in_scope,
    employees: [row.owner_id, ...others.filter((id) => id !== row.owner_id)],
    meeting: meetingFromKeys(row.meeting_keys ?? [], row.birth),
    record: appointmentFromRow(row, participants),
  };
}

function appointmentFromRow(
  row: AppointmentRow,
  participants: readonly ErpParticipant[],
): ErpAppointment {
  return {
    ownerId: row.owner_id,
    ...ownerEmailOf(row),
    title: row.title,
    body: row.body,
    location: row.location,
    when: whenFromRow(row.all_day, row),
    timeZone: parseZone(row.time_zone),
    rrule: row.rrule,
    exceptions: (row.exceptions ?? []).map(exceptionFromRow),
    participants,
    equipment: row.equipment ?? [],
    isPrivate: row.is_private,
    showAs: parseShowAs(row.show_as),
    reminderMinutes: row.reminder_minutes,
    priorityId: row.priority_id,
    activityTypeId: row.activity_type_id,
    company: row.company,
    contact: row.contact,
    project: row.project,
    isMeeting: row.is_meeting,
    isProtected: row.is_protected,
  };
}

function whenFromRow(allDay: boolean, row: TimeColumns): ErpWhen {
  if (allDay) {
    return {
      kind: 'allDay',
      firstDay: parsePlainDate(row.first_day ?? ''),
      lastDay: parsePlainDate(row.last_day ?? ''),
    };
  }
  return {
    kind: 'timed',
    startsAt: parseInstant(row.starts_at ?? ''),
    endsAt: parseInstant(row.ends_at ?? ''),
  };
}

function exceptionFromRow(row: ExceptionRow): ErpException {
  const originalDate = parsePlainDate(row.original_date);
  if (row.deleted) return { originalDate, deleted: true, fields: {} };
  const fields: { -readonly [F in keyof ErpOccurrenceFields]?: ErpOccurrenceFields[F] } = {};
  if (row.title !== null) fields.title = row.title;
  if (row.body !== null) fields.body = row.body;
  if (row.location !== null) fields.location = row.location;
  if (row.all_day !== null) fields.when = whenFromRow(row.all_day, row);
  if (row.is_private !== null) fields.isPrivate = row.is_private;
  if (row.show_as !== null) fields.showAs = parseShowAs(row.show_as);
  if (row.reminder_changed) fields.reminderMinutes = row.reminder_minutes;
  if (row.priority_id !== null) fields.priorityId = row.priority_id;
  return { originalDate, deleted: false, fields };
}

function ownerEmailOf({ owner_email }: AppointmentRow): Pick<ErpAppointment, 'ownerEmail'> {
  const ownerEmail = mailboxOf(owner_email);
  return ownerEmail === null ? {} : { ownerEmail };
}

/** The staff list is not the appointment: an address in it that is none must not park the record. */
function mailboxOf(text: string | null): EmailAddress | null {
  try {
    return text === null || text === '' ? null : parseEmail(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}

function participantFromRow(row: ParticipantRow): ErpParticipant {
  return {
    employeeId: row.employee_id,
    email: row.email === null ? mailboxOf(row.mailbox) : parseEmail(row.email),
    name: row.name,
    reply: parseReply(row.reply),
    ...(row.is_room === true && { isRoom: true }),
  };
}

function parseShowAs(text: string): ShowAs {
  const found = SHOW_AS.find((word) => word === text);
  if (found === undefined) throw new UnreadableValue('show-as', text);
  return found;
}

const SHOW_AS: readonly ShowAs[] = ['free', 'tentative', 'busy', 'away', 'elsewhere'];

function parseReply(text: string): ErpReply {
  const found = REPLIES.find((word) => word === text);
  if (found === undefined) throw new UnreadableValue('reply', text);
  return found;
}

const REPLIES: readonly ErpReply[] = ['none', 'accepted', 'tentative', 'declined'];

/** The row of an exception, as it is inserted. */
export function rowFromException(exception: ErpException): ExceptionRow {
  const fields = exception.deleted ? {} : exception.fields;
  return {
    original_date: exception.originalDate,
    deleted: exception.deleted,
    title: fields.title ?? null,
    body: fields.body ?? null,
    location: fields.location ?? null,
    all_day: fields.when === undefined ? null : fields.when.kind === 'allDay',
    ...timeColumns(fields.when),
    is_private: fields.isPrivate ?? null,
    show_as: fields.showAs ?? null,
    reminder_changed: fields.reminderMinutes !== undefined,
    reminder_minutes: fields.reminderMinutes ?? null,
    priority_id: fields.priorityId ?? null,
  };
}

/** The four time columns; those of the other kind are emptied. */
export function timeColumns(when: ErpWhen | undefined): TimeColumns {
  return {
    starts_at: when?.kind === 'timed' ? when.startsAt : null,
    ends_at: when?.kind === 'timed' ? when.endsAt : null,
    first_day: when?.kind === 'allDay' ? when.firstDay : null,
    last_day: when?.kind === 'allDay' ? when.lastDay : null,
  };
}
