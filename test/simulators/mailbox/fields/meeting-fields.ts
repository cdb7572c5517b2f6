import { CALENDAR_FIELDS } from './calendar-fields.js';
import { computed, NAMED, READ_ONLY, stored, UNSEARCHABLE } from './field-row.js';
import type { FieldRow } from './field-row.js';
import { MESSAGE_FIELDS } from './message-fields.js';

/** What all mails about meetings have beside what a message has. */
// prettier-ignore
const MEETING_FIELDS: readonly FieldRow[] = [
  ...MESSAGE_FIELDS,
  computed('meeting:AssociatedCalendarItemId', UNSEARCHABLE),
  computed('meeting:IsDelegated'),
  computed('meeting:IsOutOfDate'),
  stored('meeting:HasBeenProcessed', 'boolean', READ_ONLY),
  stored('meeting:ResponseType', 'choice', READ_ONLY),
  ...fromCalendar(['UID', 'RecurrenceId', 'DateTimeStamp', 'IsOrganizer']),
];

/** Nothing of a meeting mail can be written but what a message lets write. */
export const MEETING_REQUEST_FIELDS: readonly FieldRow[] = [
  ...MEETING_FIELDS,
  stored('meetingRequest:MeetingRequestType', 'choice', READ_ONLY),
  computed('meetingRequest:IntendedFreeBusyStatus'),
  ...fromCalendar([
    ...['Start', 'End', 'OriginalStart', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location'],
    ...['When', 'IsMeeting', 'IsCancelled', 'IsRecurring', 'MeetingRequestWasSent'],
    ...['CalendarItemType', 'MyResponseType', 'Organizer', 'RequiredAttendees'],
    ...['OptionalAttendees', 'Resources', 'Duration', 'TimeZone', 'AppointmentReplyTime'],
    ...['AppointmentSequenceNumber', 'AppointmentState', 'Recurrence', 'StartTimeZone'],
    ...['EndTimeZone', 'ConferenceType', 'AllowNewTimeProposal', 'IsOnlineMeeting'],
    ...['MeetingWorkspaceUrl', 'NetShowUrl', 'StartWallClock', 'EndWallClock'],
    ...['StartTimeZoneId', 'EndTimeZoneId'],
  ]),
];

const SHORT_FIELDS = fromCalendar(['Start', 'End', 'Location', 'Recurrence', 'CalendarItemType']);

export const MEETING_CANCELLATION_FIELDS: readonly FieldRow[] = [
  ...MEETING_FIELDS,
  ...SHORT_FIELDS,
];

export const MEETING_RESPONSE_FIELDS: readonly FieldRow[] = [
  ...MEETING_FIELDS,
  ...SHORT_FIELDS,
  computed('meeting:ProposedStart', NAMED),
  computed('meeting:ProposedEnd', NAMED),
];

function fromCalendar(elements: readonly string[]): FieldRow[] {
  return elements.flatMap((name) =>
    CALENDAR_FIELDS.filter(({ element }) => element === name).map((row): FieldRow => ({
      ...row,
      write: 'never',
    })),
  );
}
