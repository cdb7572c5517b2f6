import { invalid, lineOf, textIn, textList } from './ical-text.js';
import type { IcalComponent, IcalLine } from './ical-text.js';
import { readRule } from './ical-recurrence.js';
import { instantOfStamp, wallOfStamp, zoneOfTzid } from './ical-zone.js';
import type { Attendee, ItemInput } from './properties.js';
import { DAY, formatTime, MINUTE, wallClock } from './zones.js';

/** What a VCALENDAR says of one calendar item. */
export interface CalendarContent {
  readonly input: ItemInput;
  /** Local days (since 1970) of occurrences that are not held. */
  readonly deletedDays: readonly number[];
  readonly changed: readonly { readonly day: number; readonly input: ItemInput }[];
}

/** Reads the first event with its overrides; `headerZone` is the zone of times without one. */
export function readCalendar(calendar: IcalComponent, headerZone: string | null): CalendarContent {
  const events = calendar.components.filter(({ name }) => name === 'VEVENT');
  const master = events.find((one) => !lineOf(one, 'RECURRENCE-ID')) ?? events[0];
  if (calendar.name !== 'VCALENDAR' || !master) throw invalid('There is no VEVENT.');
  const context = { calendar, zone: zoneIn(calendar, master, headerZone) };
  const overrides = events.filter((one) => one !== master && lineOf(one, 'RECURRENCE-ID'));
  return {
    input: readEvent(master, context),
    deletedDays: master.lines
      .filter(({ name }) => name === 'EXDATE')
      .flatMap((one) => one.value.split(',').map((stamp) => dayOf(one, stamp, context))),
    changed: overrides.map((one) => ({
      day: dayOfOverride(one, context),
      input: withoutSeries(readEvent(one, context)),
    })),
  };
}

interface Context {
  readonly calendar: IcalComponent;
  /** Of times without a zone, and of whole days. */
  readonly zone: string;
}

/** The event's own zone, else that of the file's first definition, else the request's. */
function zoneIn(calendar: IcalComponent, event: IcalComponent, headerZone: string | null): string {
  const own = lineOf(event, 'DTSTART')?.parameters['TZID'];
  const [definition] = calendar.components.filter(({ name }) => name === 'VTIMEZONE');
  const first = definition ? lineOf(definition, 'TZID')?.value : undefined;
  const named = [own, first].flatMap((tzid) => (tzid === undefined ? [] : [tzid]));
  const zones = named.flatMap((tzid) => zoneOfTzid(tzid, calendar) ?? []);
  return zones[0] ?? headerZone ?? 'UTC';
}

function readEvent(event: IcalComponent, context: Context): ItemInput {
  const uid = textIn(event, 'UID');
  const status = lineOf(event, 'X-MICROSOFT-CDO-BUSYSTATUS')?.value.trim().toUpperCase();
  const isFree = lineOf(event, 'TRANSP')?.value.trim().toUpperCase() === 'TRANSPARENT';
  return {
    Subject: textIn(event, 'SUMMARY') ?? '',
    Body: bodyOf(event),
    Location: textIn(event, 'LOCATION') ?? '',
    ...timesOf(event, context),
    ...seriesOf(event, context),
    ...(uid === null ? {} : { UID: uid }),
    Sensitivity: SENSITIVITIES.get(wordOf(event, 'CLASS')) ?? 'Normal',
    Importance: importanceOf(lineOf(event, 'PRIORITY')),
    LegacyFreeBusyStatus: BUSY.get(status ?? '') ?? (isFree ? 'Free' : 'Busy'),
    Categories: event.lines
      .filter(({ name }) => name === 'CATEGORIES')
      .flatMap(({ value }) => textList(value)),
    ...reminderOf(event, context),
    ...attendeesOf(event),
  };
}

/** HTML where the writer gave it, else the plain text. */
function bodyOf(event: IcalComponent): { BodyType: 'HTML' | 'Text'; Value: string } {
  const html = textIn(event, 'X-ALT-DESC');
  if (html !== null && html.trim() !== '') return { BodyType: 'HTML', Value: html };
  return { BodyType: 'Text', Value: textIn(event, 'DESCRIPTION') ?? '' };
}

function wordOf(event: IcalComponent, name: string): string {
  return lineOf(event, name)?.value.trim().toUpperCase() ?? '';
}

const SENSITIVITIES = new Map([
  ['PUBLIC', 'Normal'],
  ['PRIVATE', 'Private'],
  ['CONFIDENTIAL', 'Confidential'],
  ['X-PERSONAL', 'Personal'],
] as const) as ReadonlyMap<string, NonNullable<ItemInput['Sensitivity']>>;

const BUSY = new Map([
  ['FREE', 'Free'],
  ['TENTATIVE', 'Tentative'],
  ['BUSY', 'Busy'],
  ['OOF', 'OOF'],
  ['WORKINGELSEWHERE', 'WorkingElsewhere'],
] as const) as ReadonlyMap<string, NonNullable<ItemInput['LegacyFreeBusyStatus']>>;

function importanceOf(priority: IcalLine | null): 'Low' | 'Normal' | 'High' {
  const number = Number(priority?.value ?? '5');
  if (number >= 1 && number <= 4) return 'High';
  return number >= 6 ? 'Low' : 'Normal';
}

/** Times go on as texts with their zones; whole days as local midnights (fact 60). */
function timesOf(event: IcalComponent, context: Context): ItemInput {
  const start = lineOf(event, 'DTSTART');
  if (!start) throw invalid('There is no DTSTART.');
  const isDate = isWholeDay(start);
  const isAllDay = isDate || wordOf(event, 'X-MICROSOFT-CDO-ALLDAYEVENT') === 'TRUE';
  const zone = zoneOfLine(start, context);
  const begins = instantOf(start, start.value, context);
  const end = lineOf(event, 'DTEND');
  const ends = end ? instantOf(end, end.value, context) : begins + durationOf(event, isDate);
  return {
    Start: formatTime(begins),
    End: formatTime(ends),
    StartTimeZone: zone,
    EndTimeZone: end ? zoneOfLine(end, context) : zone,
    IsAllDayEvent: isAllDay,
  };
}

function isWholeDay({ parameters, value }: IcalLine): boolean {
  return parameters['VALUE'] === 'DATE' || /^\d{8}$/.test(value.trim());
}

function zoneOfLine({ parameters }: IcalLine, { calendar, zone }: Context): string {
  const tzid = parameters['TZID'];
  return (tzid === undefined ? null : zoneOfTzid(tzid, calendar)) ?? zone;
}

function instantOf(from: IcalLine, stamp: string, context: Context): number {
  const instant = instantOfStamp(stamp, zoneOfLine(from, context));
  if (instant === null) throw invalid(`Not a time: ${stamp}`);
  return instant;
}

function durationOf(event: IcalComponent, isDate: boolean): number {
  const text = lineOf(event, 'DURATION')?.value ?? '';
  return text === '' ? (isDate ? DAY : 0) : span(text);
}

/** Milliseconds of an RFC 5545 duration. */
function span(text: string): number {
  const parts = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
    text.trim(),
  );
  if (!parts) throw invalid(`Not a duration: ${text}`);
  const [, sign, ...numbers] = parts;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = numbers
    .map(Number)
    .map(finite);
  const total = ((weeks * 7 + days) * 24 + hours) * 60 + minutes;
  return (total * MINUTE + seconds * 1000) * (sign === '-' ? -1 : 1);
}

function finite(number: number): number {
  return Number.isFinite(number) ? number : 0;
}

function seriesOf(event: IcalComponent, context: Context): ItemInput {
  const rule = lineOf(event, 'RRULE');
  const start = lineOf(event, 'DTSTART');
  if (!rule || !start) return {};
  const zone = zoneOfLine(start, context);
  const date = dateOf(wallClock(zone, instantOf(start, start.value, context)));
  return {
    Recurrence: readRule(rule.value, {
      date,
      dateOf: (until) => dateOfUntil(until, zone),
      untilOf: (last) => last,
    }),
  };
}

/** A date is the last day; an instant lies on the last day of the series' own clock. */
function dateOfUntil(until: string, zone: string): string {
  const instant = instantOfStamp(until, zone);
  if (instant === null) throw invalid(`Not a time: ${until}`);
  return dateOf(until.endsWith('Z') ? wallClock(zone, instant) : (wallOfStamp(until) ?? instant));
}

function dateOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 10);
}

function dayOfOverride(event: IcalComponent, context: Context): number {
  const id = lineOf(event, 'RECURRENCE-ID');
  if (!id) throw invalid('There is no RECURRENCE-ID.');
  return dayOf(id, id.value, context);
}

/** The day on the clock of the series, whatever zone the line itself is in. */
function dayOf(from: IcalLine, stamp: string, context: Context): number {
  const wall = /^\d{8}$/.test(stamp.trim())
    ? wallOfStamp(stamp)
    : wallClock(context.zone, instantOf(from, stamp, context));
  if (wall === null) throw invalid(`Not a day: ${stamp}`);
  return Math.floor(wall / DAY);
}

function withoutSeries(input: ItemInput): ItemInput {
  const rest = { ...input };
  delete rest.Recurrence;
  delete rest.UID;
  return rest;
}

function reminderOf(event: IcalComponent, context: Context): ItemInput {
  const alarm = event.components.find(({ name }) => name === 'VALARM');
  const trigger = alarm && lineOf(alarm, 'TRIGGER');
  if (!trigger) return { ReminderIsSet: false };
  const start = lineOf(event, 'DTSTART');
  const before =
    trigger.parameters['VALUE'] === 'DATE-TIME' && start
      ? instantOf(start, start.value, context) - instantOf(trigger, trigger.value, context)
      : -span(trigger.value);
  const ReminderMinutesBeforeStart = Math.max(0, Math.round(before / MINUTE));
  return { ReminderIsSet: true, ReminderMinutesBeforeStart };
}

function attendeesOf(event: IcalComponent): ItemInput {
  const lines = event.lines.filter(({ name }) => name === 'ATTENDEE');
  if (lines.length === 0) return {};
  const organizer = addressOf(lineOf(event, 'ORGANIZER'));
  const of = (group: string): Attendee[] =>
    lines.filter((one) => groupOf(one) === group && addressOf(one) !== organizer).map(readAttendee);
  return {
    RequiredAttendees: of('required'),
    OptionalAttendees: of('optional'),
    Resources: of('resource'),
  };
}

function groupOf({ parameters }: IcalLine): string {
  const type = parameters['CUTYPE']?.toUpperCase() ?? '';
  if (type === 'RESOURCE' || type === 'ROOM') return 'resource';
  const role = parameters['ROLE']?.toUpperCase() ?? '';
  if (role === 'NON-PARTICIPANT') return 'resource';
  return role === 'OPT-PARTICIPANT' ? 'optional' : 'required';
}

function readAttendee(from: IcalLine): Attendee {
  const EmailAddress = addressOf(from) ?? '';
  const name = from.parameters['CN'];
  return name === undefined ? { EmailAddress } : { Name: name, EmailAddress };
}

function addressOf(from: IcalLine | null): string | null {
  return from ? from.value.trim().replace(/^mailto:/i, '') : null;
}
