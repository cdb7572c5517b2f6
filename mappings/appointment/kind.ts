import type { ErpAppointment, ErpAppointmentPatch } from '../erp-record.js';
import type { ExchangeAppointment, ExchangeAppointmentPatch } from '../exchange-item.js';
import type { Canonical, Kind, TranslationContext } from '../kind.js';
import { lastOccurrenceDate } from '../occurrences.js';
import { firstDayOf, occurrenceOn } from '../recurrence.js';
import type { Instant, PlainDate } from '../values.js';
import { localDateOf } from '../wall-clock.js';
import { ZONE_TABLE_VERSION } from '../zone-table.js';
import { withoutOccurrence } from './absence.js';
import type { Appointment } from './appointment.js';
import { answerOf, guestOf, withOwnDecline, withPerson } from './attendees.js';
import { DELETED, canonicalAppointment } from './canonical.js';
import { appointmentFromErp, appointmentToErp } from './erp.js';
import { appointmentFromExchange, appointmentToExchange } from './exchange.js';
import { isPrivateInExchange } from './exchange-fields.js';
import { appointmentWithoutContent } from './discreet.js';
import { endOfAppointment } from './ends-at.js';
import { APPOINTMENT_FIELDS } from './fields.js';
import { lastDayOfTime, nextDayOfAppointment } from './window.js';
import { appointmentErpHolds, appointmentExchangeHolds } from './held.js';
import { inOrder } from './occurrence-fields.js';
import { appointmentSameness } from './sameness.js';
import { occurrenceNews } from './told-occurrences.js';
import { appointmentUnread } from './unread.js';

export type AppointmentKind = Kind<
  Appointment,
  ErpAppointment,
  ErpAppointmentPatch,
  ExchangeAppointment,
  ExchangeAppointmentPatch
>;

/** All that the engine must know about appointments. */
export const APPOINTMENT: AppointmentKind = {
  name: 'appointment',
  rules: APPOINTMENT_FIELDS,
  form: appointmentForm,

  fromErp: appointmentFromErp,
  toErp: appointmentToErp,
  fromExchange: appointmentFromExchange,
  toExchange: appointmentToExchange,
  unread: appointmentUnread,
  asErpHolds: appointmentErpHolds,
  asExchangeHolds: appointmentExchangeHolds,

  canonical: canonicalAppointment,
  sameness: appointmentSameness,
  destroyed: destroyedValues,
  withElement(value, field, element, from) {
    if (field === 'exceptions') return withException(value, element, from);
    if (field === 'attendees') {
      // nobody is invited to what is no meeting, and without attendees Exchange knows none
      const isMeeting = value.isMeeting || from.isMeeting;
      return {
        ...value,
        isMeeting,
        attendees: withPerson(value.attendees, element, from.attendees),
      };
    }
    if (field !== 'replies') return value;
    return { ...value, replies: withPerson(value.replies, element, from.replies) };
  },

  blanks: {
    subject: '',
    body: '',
    location: '',
    showAs: 'busy',
    reminder: null,
    importance: 'normal',
    about: '',
  },

  contents: {
    body: 'body',
    block: 'about',
    reminder: 'reminder',
    privacy: 'isPrivate',
    withoutContent: appointmentWithoutContent,
    endsAt: endOfAppointment,
  },

  meetings: {
    isMeeting: 'isMeeting',
    replies: 'replies',
    sentAt: 'sentAt',
    attendees: 'attendees',
    own: ['showAs', 'reminder', 'isPrivate'],
    told: ['when', 'series', 'location'],
    occurrences: { field: 'exceptions', movedBy: ['when', 'series'], news: occurrenceNews },
    declined: withOwnDecline,
    guests: ({ attendees }) => attendees.map(guestOf),
    newcomers: ({ invitees = [] }) => invitees.map(guestOf),
    takesOff: (patch, { attendees }, address) => {
      const shorter = new Set(patch?.shorterLists?.map(({ role }) => role));
      const theirs = attendees.filter((one) => one.address === address);
      return theirs.every(({ role }) => shorter.has(role));
    },
    endsAfter: appointmentEndsAfter,
  },

  inseparable: { fields: ['when', 'series'], mayBeMixed: beginOnOneDay },

  absences: { field: 'exceptions', deleted: DELETED, without: withoutOccurrence },

  recordFacts: ({ ownerId, isProtected, isMeeting, isPrivate, absence }) => ({
    ownerId,
    isProtected,
    isMeeting,
    isPrivate,
    ...(absence !== undefined && { isPutBack: true }),
  }),
  itemFacts: (item) => {
    const { lastModified, isOrganizer, categories, isMeeting, isCancelled } = item;
    const answer = isOrganizer ? null : answerOf(item.myResponse);
    const uid = identityOf(item);
    const meeting = isMeeting ? uid : null;
    const organizer = item.organizer?.address ?? null;
    const people = { isOrganizer, organizer, isMeeting, meeting, isCancelled, answer };
    const isPrivate = isPrivateInExchange(item.sensitivity);
    return { uid, lastModified, categories, isPrivate, ...people };
  },
  isPrivate: ({ isPrivate }) => isPrivate,
  lastDay: lastDayOfAppointment,
  nextDay: nextDayOfAppointment,
};

/** One occurrence that somebody was invited to alone has the series' UID, and its original start besides. */
function identityOf({ uid, recurrenceId = null }: ExchangeAppointment): string | null {
  return uid === null || recurrenceId === null ? uid : `${uid} ${recurrenceId}`;
}

/** Bump when `canonicalAppointment` or what the translations read changes: every fingerprint is compared anew then. */
const FORM = 2;

/** Asked for every appointment, and the same for a whole cycle. */
const forms = new WeakMap<TranslationContext, string>();

function appointmentForm(context: TranslationContext): string {
  let form = forms.get(context);
  if (form === undefined) {
    form = formOf(context);
    forms.set(context, form);
  }
  return form;
}

/**
 * Zone and table decide what an item without a usable zone means, priorities the importance, the language `about`, and the
 * choice of bodies whether changed occurrences have one. The other choices of contents change nothing of what is read.
 */
function formOf({
  zone,
  language,
  priorities,
  meetings,
  content,
  leavePrivateOut,
}: TranslationContext): string {
  const known = priorities.map(({ id, importance }) => [id, importance].join(' ')).sort();
  const settings = [ZONE_TABLE_VERSION, zone, language, known, meetings?.invites ?? 'nobody'];
  if (content.body === 'never') settings.push('never');
  if (leavePrivateOut === true) settings.push('noPrivate');
  return `appointment.${FORM}.${digestOf(JSON.stringify(settings))}`;
}

/** FNV-1a, 32 bits: tells settings apart, protects nothing. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const letter of text)
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** A subject, location or body emptied, a series made a single appointment, an occurrence or a participant gone: one each. */
function destroyedValues(before: Canonical, after: Canonical): number {
  const emptied = EMPTIABLE.filter((field) => before[field] !== '' && after[field] === '');
  const had = deletedDays(before);
  const deleted = [...deletedDays(after)].filter((day) => !had.has(day));
  return emptied.length + deleted.length + lostAttendees(before, after);
}

const EMPTIABLE: readonly (keyof Appointment)[] = ['subject', 'location', 'body', 'series'];

function lostAttendees(before: Canonical, after: Canonical): number {
  const there = after['attendees'];
  const had = Object.keys(typeof before['attendees'] === 'object' ? before['attendees'] : {});
  return had.filter((address) => typeof there !== 'object' || !(address in there)).length;
}

function deletedDays({ exceptions }: Canonical): ReadonlySet<string> {
  if (typeof exceptions !== 'object') return new Set();
  return new Set(Object.keys(exceptions).filter((day) => exceptions[day] === DELETED));
}

/**
 * Then either pattern has that day, and what one side made of the time of day goes with the other one's pattern. Else one
 * side's pattern would begin on the other one's day: what it had before that day would be gone, and nobody deleted it.
 */
function beginOnOneDay(one: Appointment, other: Appointment): boolean {
  return firstDayOf(one.when) === firstDayOf(other.when);
}

function withException(value: Appointment, originalDate: string, from: Appointment): Appointment {
  const others = value.exceptions.filter((one) => one.originalDate !== originalDate);
  const taken = from.exceptions.filter((one) => one.originalDate === originalDate);
  return { ...value, exceptions: inOrder([...others, ...taken]) };
}

/** A single one counts to the minute, a series and whole days to the day. */
function appointmentEndsAfter(
  value: Appointment,
  now: Instant,
  context: TranslationContext,
): boolean {
  const { series, when } = value;
  if (series === null && when.kind === 'timed') return when.end > now;
  const last = lastDayOfAppointment(value, context);
  return last === null || last >= localDateOf(now, context.zone);
}

function lastDayOfAppointment(value: Appointment, context: TranslationContext): PlainDate | null {
  const { series, when } = value;
  const changed = value.exceptions.flatMap(({ change }) =>
    change.kind === 'changed' && change.fields.when !== undefined
      ? [lastDayOfTime(change.fields.when, context)]
      : [],
  );
  if (series === null) return lastDayOfTime(when, context);
  const last = lastOccurrenceDate(series, firstDayOf(when));
  if (last === null) return null;
  const days = [lastDayOfTime(occurrenceOn(when, last), context), ...changed];
  return days.reduce((latest, day) => (day > latest ? day : latest));
}
