import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { EmailAddress } from '../../mappings/values.js';
import { parseEmail, parseInstant, parsePlainDate, parseZone } from '../../mappings/values.js';

/** From one instant to another. */
export function timed(start: string, end: string): ErpAppointment['when'] {
  return { kind: 'timed', startsAt: parseInstant(start), endsAt: parseInstant(end) };
}

/** Whole days, the last one included. */
export function allDay(first: string, last: string): ErpAppointment['when'] {
  return { kind: 'allDay', firstDay: parsePlainDate(first), lastDay: parsePlainDate(last) };
}

/** An hour on Tuesday, 3 March 2026. */
export function meeting(title: string): ErpAppointmentPatch {
  return { title, when: timed('2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z') };
}

/** The same, every Tuesday. */
export function series(title: string): ErpAppointmentPatch {
  return { ...meeting(title), rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO' };
}

/** An occurrence that does not take place. */
export function skipped(date: string): ErpAppointment['exceptions'][number] {
  return { originalDate: parsePlainDate(date), deleted: true, fields: {} };
}

/** An occurrence with a title of its own. */
export function renamed(date: string, title: string): ErpAppointment['exceptions'][number] {
  return { originalDate: parsePlainDate(date), deleted: false, fields: { title } };
}

/** One of the employees that every ERP under test has. */
export function staff(employeeId: string): ErpAppointment['participants'][number] {
  const email = STAFF[employeeId] ?? null;
  return { employeeId, email, name: NAMES[employeeId] ?? '', reply: 'none' };
}

/** The employees that every ERP under test has, with their full names. */
const NAMES: Readonly<Record<string, string>> = {
  E01: 'Anna Becker',
  E02: 'Bernd Vogel',
  E03: 'Claudia König',
};

/** Their mailboxes. */
export const STAFF: Readonly<Record<string, EmailAddress>> = {
  E01: parseEmail('anna.becker@muster-maschinenbau.example'),
  E02: parseEmail('bernd.vogel@muster-maschinenbau.example'),
  E03: parseEmail('claudia.koenig@muster-maschinenbau.example'),
};

/** Everything that a sync writes. */
export function everyPatchedField(): ErpAppointmentPatch {
  const moved = timed('2026-03-19T14:00:00Z', '2026-03-19T15:00:00Z');
  return {
    title: 'Jour fixe Qualität',
    body: 'Tagesordnung:\n1. Prüfstände\n2. „Übergabe“ 🚀',
    location: 'Werk 2, Raum Ö',
    when: timed('2026-03-03T09:00:00Z', '2026-03-03T10:00:00Z'),
    timeZone: parseZone('America/New_York'),
    rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO;UNTIL=20261201',
    exceptions: [
      skipped('2026-03-10'),
      {
        originalDate: parsePlainDate('2026-03-17'),
        deleted: false,
        fields: { title: 'Verlegt', when: moved, isPrivate: true, reminderMinutes: null },
      },
      {
        originalDate: parsePlainDate('2026-03-24'),
        deleted: false,
        fields: {
          body: '',
          location: 'Halle 4',
          when: allDay('2026-03-25', '2026-03-26'),
          isPrivate: false,
          showAs: 'free',
          reminderMinutes: 0,
          priorityId: 'P1',
        },
      },
    ],
    isPrivate: false,
    showAs: 'elsewhere',
    reminderMinutes: 15,
    priorityId: 'P1',
    activityTypeId: 'A1',
    isMeeting: true,
    isProtected: false,
  };
}

/** Everything that an ERP user can enter. */
export function everyField(): Partial<ErpAppointment> {
  const guest = parseEmail('gast@kunde.example');
  return {
    ...everyPatchedField(),
    participants: [
      { ...staff('E02'), reply: 'accepted' },
      { ...staff('E03'), reply: 'declined' },
      { employeeId: null, email: guest, name: 'Gerda Gast', reply: 'tentative' },
    ],
    equipment: ['Beamer', 'Konferenzraum 1'],
  };
}
