import { isMeeting, isOrganizer } from '../../mailbox/ledger.js';
import {
  deletedOccurrences,
  firstOccurrence,
  lastOccurrence,
  modifiedOccurrences,
} from '../../mailbox/series.js';
import type { Occurrence } from '../../mailbox/series.js';
import { occurrenceId } from '../../mailbox/view.js';
import type { ItemView } from '../../mailbox/view.js';
import { MINUTE, wallClock } from '../../mailbox/zones.js';
import { writeTime } from '../value-writer.js';
import type { ComputedWriter } from '../writer-context.js';
import { element, textElement } from '../xml.js';
import { flag, writeItemId } from './item-computed.js';

/** What the server works out for calendar items, and for the mails about them. */
// prettier-ignore
export const CALENDAR_COMPUTED: readonly (readonly [string, ComputedWriter])[] = [
  ['calendar:RecurrenceId', ({ occurrence, properties }) => writeTime('RecurrenceId', occurrence?.originalStart ?? properties.RecurrenceId)],
  ['calendar:DateTimeStamp', ({ stored, properties }) => writeTime('DateTimeStamp', properties.OwnerCriticalChange ?? stored.modifiedAt)],
  ['calendar:OriginalStart', ({ occurrence }) => writeTime('OriginalStart', occurrence?.originalStart)],
  ['calendar:IsMeeting', ({ properties }) => flag('IsMeeting', isMeetingItem(properties))],
  ['calendar:IsRecurring', (view) => flag('IsRecurring', isRecurring(view))],
  ['calendar:CalendarItemType', (view) => textElement('t:CalendarItemType', typeOf(view))],
  ['calendar:ConflictingMeetingCount', () => '<t:ConflictingMeetingCount>0</t:ConflictingMeetingCount>'],
  ['calendar:AdjacentMeetingCount', () => '<t:AdjacentMeetingCount>0</t:AdjacentMeetingCount>'],
  ['calendar:Duration', ({ properties }) => duration((properties.End ?? 0) - (properties.Start ?? 0))],
  ['calendar:TimeZone', ({ properties }) => textElement('t:TimeZone', properties.StartTimeZone ?? 'UTC')],
  ['calendar:AppointmentState', ({ properties }) => `<t:AppointmentState>${appointmentState(properties)}</t:AppointmentState>`],
  ['calendar:FirstOccurrence', (view) => ofMaster(view, 'FirstOccurrence', firstOccurrence)],
  ['calendar:LastOccurrence', (view) => ofMaster(view, 'LastOccurrence', lastOccurrence)],
  ['calendar:ModifiedOccurrences', writeModified],
  ['calendar:DeletedOccurrences', writeDeleted],
  ['calendar:StartWallClock', ({ properties: { Start, StartTimeZone } }) => wall('StartWallClock', Start, StartTimeZone)],
  ['calendar:EndWallClock', ({ properties: { End, EndTimeZone } }) => wall('EndWallClock', End, EndTimeZone)],
  ['calendar:StartTimeZoneId', ({ properties }) => textElement('t:StartTimeZoneId', properties.StartTimeZone ?? 'UTC')],
  ['calendar:EndTimeZoneId', ({ properties }) => textElement('t:EndTimeZoneId', properties.EndTimeZone ?? 'UTC')],
  ['calendar:IsOrganizer', ({ properties }) => flag('IsOrganizer', isOrganizer(properties))],
];

function isMeetingItem(properties: ItemView['properties']): boolean {
  return isMeeting(properties) || !isOrganizer(properties);
}

/** A mail about a series shows the type of what it is about. */
function typeOf({ calendarItemType, properties }: ItemView): string {
  return calendarItemType ?? (properties.Recurrence ? 'RecurringMaster' : 'Single');
}

/** Fact 49: false on the organizer's own master, true on an attendee's and on occurrences. */
function isRecurring({ kind, calendarItemType, properties }: ItemView): boolean {
  if (kind !== 'CalendarItem') return properties.Recurrence !== undefined;
  if (calendarItemType === 'RecurringMaster') return !isOrganizer(properties);
  return calendarItemType === 'Occurrence' || calendarItemType === 'Exception';
}

/** Bits: 1 meeting, 2 received, 4 cancelled (fact 44). */
function appointmentState(properties: ItemView['properties']): number {
  const meeting = isMeetingItem(properties) ? 1 : 0;
  const received = isOrganizer(properties) ? 0 : 2;
  return meeting + received + (properties.IsCancelled ? 4 : 0);
}

function duration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / MINUTE);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [hours && `${hours}H`, minutes % 60 && `${minutes % 60}M`].filter(Boolean).join('');
  const text = `P${days > 0 ? `${days}D` : ''}${parts === '' ? '' : `T${parts}`}`;
  return textElement('t:Duration', text === 'P' ? 'PT0S' : text);
}

function wall(name: string, at: number | undefined, zone: string | undefined): string {
  return at === undefined ? '' : writeTime(name, wallClock(zone ?? 'UTC', at));
}

function ofMaster(
  view: ItemView,
  name: string,
  find: (master: ItemView['stored']) => Occurrence | null,
): string {
  if (view.calendarItemType !== 'RecurringMaster') return '';
  const occurrence = find(view.stored);
  return occurrence ? element(`t:${name}`, writeOccurrenceInfo(view, occurrence)) : '';
}

function writeOccurrenceInfo(view: ItemView, occurrence: Occurrence): string {
  const id = occurrenceId(view.stored, occurrence.day, view.mailbox);
  return (
    writeItemId({ id, changeKey: view.changeKey }) +
    writeTime('Start', occurrence.start) +
    writeTime('End', occurrence.end) +
    writeTime('OriginalStart', occurrence.originalStart)
  );
}

function writeModified(view: ItemView): string {
  if (view.calendarItemType !== 'RecurringMaster') return '';
  const list = modifiedOccurrences(view.stored);
  const written = list.map((one) => element('t:Occurrence', writeOccurrenceInfo(view, one)));
  return written.length === 0 ? '' : element('t:ModifiedOccurrences', written.join(''));
}

function writeDeleted(view: ItemView): string {
  if (view.calendarItemType !== 'RecurringMaster') return '';
  const list = deletedOccurrences(view.stored);
  const written = list.map((one) =>
    element('t:DeletedOccurrence', writeTime('Start', one.originalStart)),
  );
  return written.length === 0 ? '' : element('t:DeletedOccurrences', written.join(''));
}
