import { bodyAs } from './bodies.js';
import { component, line, textLine } from './ical-text.js';
import type { IcalComponent, IcalLine } from './ical-text.js';
import { writeRule } from './ical-recurrence.js';
import { localStamp, utcStamp, writeZone } from './ical-zone.js';
import type { Attendee, ItemProperties } from './properties.js';
import { dayOfDate } from './recurrence.js';
import { deletedOccurrences, modifiedOccurrences } from './series.js';
import type { Occurrence } from './series.js';
import type { StoredItem } from './stored-item.js';
import type { ItemView } from './view.js';
import { instantOfWall, DAY, wallClock } from './zones.js';

/** A calendar item as iCalendar (MS-OXCICAL): a series with its changed and deleted occurrences, all else alone. */
export function calendarOf(
  view: ItemView,
  viewOf: (item: StoredItem, occurrence: Occurrence) => ItemView,
): IcalComponent {
  const zone = view.properties.StartTimeZone ?? 'UTC';
  const year = new Date(view.properties.Start ?? 0).getUTCFullYear();
  const isMaster = view.calendarItemType === 'RecurringMaster';
  const changed = isMaster ? modifiedOccurrences(view.stored) : [];
  const events = [view, ...changed.map((one) => viewOf(view.stored, one))].map(eventOf);
  return component(
    'VCALENDAR',
    [
      line('METHOD', 'PUBLISH'),
      line('PRODID', 'Microsoft Exchange Server 2010'),
      line('VERSION', '2.0'),
    ],
    [writeZone(zone, year), ...events],
  );
}

function eventOf(view: ItemView): IcalComponent {
  const { properties } = view;
  const lines = [
    ...peopleOf(properties),
    textLine('DESCRIPTION', descriptionOf(properties), language(properties)),
    ...seriesLines(view),
    line('UID', properties.UID ?? ''),
    textLine('SUMMARY', properties.Subject ?? '', language(properties)),
    ...timeLines(view),
    line('CLASS', CLASSES[properties.Sensitivity ?? 'Normal']),
    line('PRIORITY', { Low: '9', Normal: '5', High: '1' }[properties.Importance ?? 'Normal']),
    line('DTSTAMP', utcStamp(view.stored.modifiedAt)),
    line('TRANSP', properties.LegacyFreeBusyStatus === 'Free' ? 'TRANSPARENT' : 'OPAQUE'),
    line('STATUS', statusOf(properties)),
    line('SEQUENCE', String(properties.AppointmentSequenceNumber ?? 0)),
    textLine('LOCATION', properties.Location ?? '', language(properties)),
    ...categoriesOf(properties),
    ...microsoftLines(view),
  ];
  return component('VEVENT', lines, alarmsOf(properties));
}

function language({ Culture }: ItemProperties): { readonly LANGUAGE: string | null } {
  return { LANGUAGE: Culture ?? null };
}

function descriptionOf({ Body = { BodyType: 'Text', Value: '' } }: ItemProperties): string {
  return bodyAs(Body, 'Text').Value.replace(/\r\n$/, '');
}

/** Only meetings name people; an organizer alone is nobody to write to. */
function peopleOf(properties: ItemProperties): IcalLine[] {
  const { Organizer, RequiredAttendees = [], OptionalAttendees = [], Resources = [] } = properties;
  const attendees = [
    ...RequiredAttendees.map((one) => attendeeLine(one, 'REQ-PARTICIPANT', null)),
    ...OptionalAttendees.map((one) => attendeeLine(one, 'OPT-PARTICIPANT', null)),
    ...Resources.map((one) => attendeeLine(one, 'NON-PARTICIPANT', 'RESOURCE')),
  ];
  if (attendees.length === 0 || !Organizer) return attendees;
  const parameters = { CN: Organizer.Name ?? Organizer.EmailAddress };
  return [line('ORGANIZER', `mailto:${Organizer.EmailAddress}`, parameters), ...attendees];
}

function attendeeLine(attendee: Attendee, role: string, type: string | null): IcalLine {
  return line('ATTENDEE', `mailto:${attendee.EmailAddress}`, {
    CUTYPE: type,
    ROLE: role,
    PARTSTAT: ANSWERS[attendee.ResponseType ?? 'Unknown'],
    RSVP: 'TRUE',
    CN: attendee.Name ?? attendee.EmailAddress,
  });
}

const ANSWERS = {
  Unknown: 'NEEDS-ACTION',
  NoResponseReceived: 'NEEDS-ACTION',
  Organizer: 'ACCEPTED',
  Accept: 'ACCEPTED',
  Tentative: 'TENTATIVE',
  Decline: 'DECLINED',
} as const;

const CLASSES = {
  Normal: 'PUBLIC',
  Personal: 'X-PERSONAL',
  Private: 'PRIVATE',
  Confidential: 'CONFIDENTIAL',
} as const;

function statusOf({ IsCancelled, LegacyFreeBusyStatus }: ItemProperties): string {
  if (IsCancelled === true) return 'CANCELLED';
  return LegacyFreeBusyStatus === 'Tentative' ? 'TENTATIVE' : 'CONFIRMED';
}

/** Whole days have dates and no zone. */
function timeLines({ properties }: ItemView): IcalLine[] {
  const { Start = 0, End = 0, StartTimeZone = 'UTC', EndTimeZone = StartTimeZone } = properties;
  return [
    timeLine('DTSTART', Start, { zone: StartTimeZone, isDate: properties.IsAllDayEvent ?? false }),
    timeLine('DTEND', End, { zone: EndTimeZone, isDate: properties.IsAllDayEvent ?? false }),
  ];
}

function timeLine(
  name: string,
  instant: number,
  { zone, isDate }: { readonly zone: string; readonly isDate: boolean },
): IcalLine {
  const stamp = localStamp(zone, instant);
  return isDate
    ? line(name, stamp.slice(0, 8), { VALUE: 'DATE' })
    : line(name, stamp, { TZID: zone });
}

function seriesLines({ calendarItemType, properties, stored, occurrence }: ItemView): IcalLine[] {
  const zone = stored.properties.StartTimeZone ?? 'UTC';
  const isDate = stored.properties.IsAllDayEvent ?? false;
  if (occurrence) return [timeLine('RECURRENCE-ID', occurrence.originalStart, { zone, isDate })];
  const { Recurrence, Start = 0 } = properties;
  if (calendarItemType !== 'RecurringMaster' || !Recurrence) return [];
  const rule = writeRule(Recurrence, {
    date: Recurrence.range.StartDate,
    dateOf: (until) => until,
    untilOf: (date) => untilOf(date, { Start, zone, isDate }),
  });
  const gone = deletedOccurrences(stored);
  return [
    line('RRULE', rule),
    ...gone.map(({ originalStart }) => timeLine('EXDATE', originalStart, { zone, isDate })),
  ];
}

/** The last day at the time of day of the series, in UTC; of whole days the date alone (RFC 5545 3.3.10). */
function untilOf(
  date: string,
  {
    Start,
    zone,
    isDate,
  }: { readonly Start: number; readonly zone: string; readonly isDate: boolean },
): string {
  if (isDate) return date.replace(/-/g, '');
  const wall = wallClock(zone, Start);
  const time = wall - Math.floor(wall / DAY) * DAY;
  return utcStamp(instantOfWall(zone, dayOfDate(date) * DAY + time));
}

function categoriesOf({ Categories = [] }: ItemProperties): IcalLine[] {
  if (Categories.length === 0) return [];
  const escaped = Categories.map((name) => textLine('', name).value);
  return [line('CATEGORIES', escaped.join(','))];
}

const BUSY = {
  Free: 'FREE',
  Tentative: 'TENTATIVE',
  Busy: 'BUSY',
  OOF: 'OOF',
  WorkingElsewhere: 'WORKINGELSEWHERE',
  NoData: 'BUSY',
} as const;

const INSTANCES = { Single: '0', RecurringMaster: '1', Occurrence: '2', Exception: '3' } as const;

function microsoftLines({ properties, calendarItemType }: ItemView): IcalLine[] {
  const busy = BUSY[properties.LegacyFreeBusyStatus ?? 'Busy'];
  const upper = (value: boolean | undefined): string => (value === true ? 'TRUE' : 'FALSE');
  return [
    line('X-MICROSOFT-CDO-APPT-SEQUENCE', String(properties.AppointmentSequenceNumber ?? 0)),
    line('X-MICROSOFT-CDO-BUSYSTATUS', busy),
    line('X-MICROSOFT-CDO-INTENDEDSTATUS', busy),
    line('X-MICROSOFT-CDO-ALLDAYEVENT', upper(properties.IsAllDayEvent)),
    line(
      'X-MICROSOFT-CDO-IMPORTANCE',
      { Low: '0', Normal: '1', High: '2' }[properties.Importance ?? 'Normal'],
    ),
    line('X-MICROSOFT-CDO-INSTTYPE', INSTANCES[calendarItemType ?? 'Single']),
    line('X-MICROSOFT-DISALLOW-COUNTER', upper(properties.AllowNewTimeProposal === false)),
  ];
}

function alarmsOf(properties: ItemProperties): IcalComponent[] {
  if (properties.ReminderIsSet !== true) return [];
  const minutes = properties.ReminderMinutesBeforeStart ?? 15;
  return [
    component('VALARM', [
      line('DESCRIPTION', 'REMINDER'),
      line('TRIGGER', `-PT${minutes}M`, { RELATED: 'START' }),
      line('ACTION', 'DISPLAY'),
    ]),
  ];
}
