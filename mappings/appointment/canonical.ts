import type { Canonical } from '../kind.js';
import { seriesText } from '../recurrence.js';
import { comparedLine, comparedText } from '../text.js';
import { sharedNameOf } from '../zones.js';
import type { Appointment, OccurrenceFields, SeriesException, When } from './appointment.js';

/**
 * The appointment as texts: two values are the same to the sync exactly when these are. Times count to the minute
 * (Outlook cuts seconds, evidence B 7e), zones with one Windows id are one zone, lines end after 255 characters.
 */
export function canonicalAppointment(value: Appointment): Canonical {
  const { series, when } = value;
  return {
    subject: comparedLine(value.subject),
    when: whenText(when),
    series: series === null ? '' : seriesText({ when, series }),
    exceptions: exceptionTexts(value.exceptions),
    location: comparedLine(value.location),
    body: comparedText(value.body),
    isPrivate: String(value.isPrivate),
    showAs: value.showAs,
    reminder: reminderText(value.reminder),
    importance: value.importance,
    isMeeting: String(value.isMeeting),
    attendees: attendeeTexts(value.attendees),
    replies: replyTexts(value.replies),
    sentAt: value.sentAt,
    about: comparedText(value.about),
  };
}

/** What stands for a deleted occurrence. */
export const DELETED = 'deleted';

/** The time of an appointment as a text, with the zone on whose clock it stands. */
export function whenText(when: When): string {
  return when.kind === 'timed' ? `${spanText(when)} ${sharedNameOf(when.zone)}` : spanText(when);
}

/** The text of each field that an occurrence can have of its own. An occurrence has no zone of its own on either side. */
export const FIELD_TEXTS: {
  readonly [F in keyof OccurrenceFields]: (value: OccurrenceFields[F]) => string;
} = {
  subject: comparedLine,
  when: spanText,
  location: comparedLine,
  body: comparedText,
  isPrivate: String,
  showAs: String,
  reminder: reminderText,
  importance: String,
};

function spanText(when: When): string {
  if (when.kind === 'allDay') return `${when.firstDay} ${when.lastDay}`;
  return `${when.start.slice(0, 16)} ${when.end.slice(0, 16)}`;
}

function reminderText(minutes: number | null): string {
  return minutes === null ? '' : String(minutes);
}

/** Who is on the list; what each side calls them and which part they have is no difference. */
function attendeeTexts(attendees: Appointment['attendees']): Readonly<Record<string, string>> {
  if (attendees.length === 0) return NONE;
  return Object.fromEntries(attendees.map(({ address }) => [address, 'there']));
}

function replyTexts(replies: Appointment['replies']): Readonly<Record<string, string>> {
  if (replies.length === 0) return NONE;
  return Object.fromEntries(replies.map(({ address, reply }) => [address, reply]));
}

const NONE = {};

function exceptionTexts(exceptions: readonly SeriesException[]): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { originalDate, change } of exceptions) {
    texts[originalDate] = change.kind === 'deleted' ? DELETED : changeText(change.fields);
  }
  return texts;
}

function changeText(fields: Partial<OccurrenceFields>): string {
  const { subject, when, location, body, isPrivate, showAs, reminder, importance } = fields;
  return JSON.stringify({
    subject: subject === undefined ? undefined : comparedLine(subject),
    when: when === undefined ? undefined : spanText(when),
    location: location === undefined ? undefined : comparedLine(location),
    body: body === undefined ? undefined : comparedText(body),
    isPrivate,
    showAs,
    reminder,
    importance,
  });
}
