import type { TranslationContext } from '../../mappings/kind.js';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
  ExchangeExceptionTarget,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
} from '../../mappings/exchange-item.js';
import { instantOf, parseInstant, parseZone } from '../../mappings/values.js';
import type { Instant } from '../../mappings/values.js';
import { DateTime } from 'luxon';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';

/** Both sides as simply as they can be: what they show after a patch. Written without the code that is tested. */

export const CONTEXT: TranslationContext = {
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  employeeId: 'E01',
  content: DEFAULT_CONTENT,
  priorities: [
    { id: 'P1', name: 'sehr hoch', importance: 'high', isDefault: false },
    { id: 'P2', name: 'hoch', importance: 'high', isDefault: true },
    { id: 'P3', name: 'normal', importance: 'normal', isDefault: true },
    { id: 'P4', name: 'egal', importance: 'normal', isDefault: false },
    { id: 'P5', name: 'niedrig', importance: 'low', isDefault: true },
  ],
};

/** A record of the ERP that says nothing yet. */
export const EMPTY_RECORD: ErpAppointment = {
  ownerId: 'E01',
  title: '',
  body: '',
  location: '',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2026-01-01T00:00:00Z'),
    endsAt: parseInstant('2026-01-01T00:00:00Z'),
  },
  timeZone: parseZone('UTC'),
  rrule: null,
  exceptions: [],
  isPrivate: false,
  showAs: 'busy',
  reminderMinutes: null,
  priorityId: null,
  participants: [],
  equipment: [],
  activityTypeId: null,
  company: null,
  contact: null,
  project: null,
  isMeeting: false,
  isProtected: false,
};

/** What the ERP shows after a write. */
export function patchRecord(
  record: ErpAppointment | null,
  patch: ErpAppointmentPatch | null,
): ErpAppointment {
  return { ...(record ?? EMPTY_RECORD), ...patch };
}

/** An item of Exchange that says nothing yet. */
export const EMPTY_ITEM: ExchangeAppointment = {
  uid: '040000008200E00074C5B7101A82E008',
  type: 'Single',
  subject: '',
  bodyText: '',
  location: '',
  start: parseInstant('2026-01-01T00:00:00Z'),
  end: parseInstant('2026-01-01T00:30:00Z'),
  isAllDay: false,
  sensitivity: 'Normal',
  freeBusy: 'Busy',
  reminderIsSet: true,
  reminderMinutes: 15,
  importance: 'Normal',
  startTimeZone: 'UTC',
  endTimeZone: 'UTC',
  recurrence: null,
  modifiedOccurrences: [],
  deletedOccurrences: [],
  isMeeting: false,
  isOrganizer: true,
  organizer: null,
  attendees: [],
  myResponse: 'Organizer',
  isCancelled: false,
  organizerSentAt: null,
  categories: [],
  lastModified: null,
};

/** What Exchange shows after a write and the connector's second look at the exceptions. */
export function patchItem(
  item: ExchangeAppointment | null,
  patch: ExchangeAppointmentPatch | null,
): ExchangeAppointment {
  const before = item ?? EMPTY_ITEM;
  if (patch === null) return before;
  const recurrence = patch.recurrence === undefined ? before.recurrence : patch.recurrence;
  const master: ExchangeAppointment = {
    ...before,
    ...patch.fields,
    type: recurrence === null ? 'Single' : 'RecurringMaster',
    recurrence,
    startTimeZone: patch.timeZone ?? before.startTimeZone,
    endTimeZone: patch.timeZone ?? before.endTimeZone,
    isMeeting: before.isMeeting || patch.invitees !== undefined,
    attendees: [
      ...before.attendees,
      ...(patch.invitees ?? []).map((one) => ({ ...one, response: 'Unknown' as const })),
    ],
  };
  if (recurrence === null) return { ...master, modifiedOccurrences: [], deletedOccurrences: [] };
  return patch.exceptions === undefined ? master : withExceptions(master, patch.exceptions);
}

function withExceptions(
  master: ExchangeAppointment,
  targets: readonly ExchangeExceptionTarget[],
): ExchangeAppointment {
  return {
    ...master,
    modifiedOccurrences: targets.flatMap((target) => materialised(master, target)),
    deletedOccurrences: targets.flatMap((target) =>
      target.kind === 'changed' ? [] : [target.originalStart],
    ),
  };
}

/** The server hands a changed occurrence over with all its fields. */
function materialised(
  master: ExchangeAppointment,
  target: ExchangeExceptionTarget,
): readonly ExchangeModifiedOccurrence[] {
  if (target.kind !== 'changed') return [];
  const regular: ExchangeOccurrenceFields = {
    subject: master.subject,
    bodyText: master.bodyText,
    location: master.location,
    start: target.originalStart,
    end: endOfOccurrence(master, target.originalStart),
    isAllDay: master.isAllDay,
    sensitivity: master.sensitivity,
    freeBusy: master.freeBusy,
    reminderIsSet: master.reminderIsSet,
    reminderMinutes: master.reminderMinutes,
    importance: master.importance,
  };
  const fields = { ...regular, ...target.own, ...target.fields };
  return [
    { itemId: `occurrence ${target.originalStart}`, originalStart: target.originalStart, fields },
  ];
}

/** Windows zones of the tests by hand, so that the table under test is not asked. */
export const WINDOWS: Readonly<Record<string, string>> = {
  'W. Europe Standard Time': 'Europe/Berlin',
  'Eastern Standard Time': 'America/New_York',
  'India Standard Time': 'Asia/Kolkata',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Line Islands Standard Time': 'Pacific/Kiritimati',
  'Hawaiian Standard Time': 'Pacific/Honolulu',
  'Lord Howe Standard Time': 'Australia/Lord_Howe',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'GMT Standard Time': 'Europe/London',
  UTC: 'UTC',
};

function endOfOccurrence(master: ExchangeAppointment, originalStart: Instant): Instant {
  const zone = WINDOWS[master.startTimeZone ?? ''] ?? CONTEXT.zone;
  const wall = (instant: Instant): DateTime => DateTime.fromISO(instant, { zone });
  const flat = (time: DateTime): number => time.setZone('utc', { keepLocalTime: true }).toMillis();
  const start = wall(originalStart);
  const days = Math.round(
    (flat(start.startOf('day')) - flat(wall(master.start).startOf('day'))) / 86_400_000,
  );
  if (days === 0) return master.end;
  // of a clock time that comes twice, the first
  const ends = wall(master.end).plus({ days }).getPossibleOffsets();
  const end = Math.min(...ends.map((time) => time.toMillis()));
  return instantOf(Math.max(end, start.toMillis()));
}
