import type { ErpAppointment, ErpParticipant } from '../../mappings/erp-record.js';
import { parseInstant, parseZone } from '../../mappings/values.js';

/** Cuts titles as a short column with a trigger does, those of changed occurrences too. */
export function clipTitle(limit: number): (record: ErpAppointment) => ErpAppointment {
  return withTitles((title) => title.slice(0, limit));
}

/** Writes titles in capitals, as some old ERPs do. */
export const upperCaseTitle = withTitles((title) => title.toUpperCase());

function withTitles(change: (title: string) => string): (record: ErpAppointment) => ErpAppointment {
  return (record) => ({
    ...record,
    title: change(record.title),
    exceptions: record.exceptions.map((exception) =>
      exception.fields.title === undefined
        ? exception
        : { ...exception, fields: { ...exception.fields, title: change(exception.fields.title) } },
    ),
  });
}

/** What the reference tables have where an INSERT says nothing. */
export function emptyRecord(ownerId: string): ErpAppointment {
  const noon = parseInstant('2026-01-01T12:00:00Z');
  return {
    ownerId,
    title: '',
    body: '',
    location: '',
    when: { kind: 'timed', startsAt: noon, endsAt: noon },
    timeZone: parseZone('Europe/Berlin'),
    rrule: null,
    exceptions: [],
    participants: [],
    equipment: [],
    isPrivate: false,
    showAs: 'busy',
    reminderMinutes: null,
    priorityId: null,
    activityTypeId: null,
    company: null,
    contact: null,
    project: null,
    isMeeting: false,
    isProtected: false,
  };
}

/** Children in the order in which the port hands them over. */
export function inOrder(record: ErpAppointment): ErpAppointment {
  const exceptions = [...record.exceptions].sort((a, b) => order(a.originalDate, b.originalDate));
  const participants = [...record.participants].sort((a, b) => order(nameOf(a), nameOf(b)));
  return { ...record, exceptions, participants };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function nameOf(participant: ErpParticipant): string {
  return participant.employeeId ?? participant.email ?? '';
}

/** Everybody of ours who takes part, the owner first. */
export function employeesOf(record: ErpAppointment): readonly string[] {
  const others = record.participants.flatMap((one) => one.employeeId ?? []);
  return [record.ownerId, ...others.filter((id) => id !== record.ownerId)];
}
