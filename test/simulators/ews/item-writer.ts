import { bodyAs } from '../mailbox/bodies.js';
import type { FieldForm, FieldRow } from '../mailbox/fields.js';
import { isMeeting, isOrganizer } from '../mailbox/ledger.js';
import type { ExchangeModes } from '../mailbox/modes.js';
import type { Attendee, Body, MailboxAddress, Recurrence } from '../mailbox/properties.js';
import {
  deletedOccurrences,
  firstOccurrence,
  lastOccurrence,
  modifiedOccurrences,
} from '../mailbox/series.js';
import type { Occurrence } from '../mailbox/series.js';
import { occurrenceId } from '../mailbox/view.js';
import type { ItemView } from '../mailbox/view.js';
import { formatTime, MINUTE, wallClock } from '../mailbox/zones.js';
import { writeExtendedProperty } from './paths.js';
import { writeRecurrence } from './recurrence-xml.js';
import type { ItemShape } from './shape.js';
import { element, escapeXml, textElement } from './xml.js';

/** What an answer depends on besides the item. */
export interface WriterContext {
  readonly shape: ItemShape;
  readonly headerZone: string | null;
  readonly modes: ExchangeModes;
  /** FindItem and SyncFolderItems: of the organizer only the name (fact 29). */
  readonly isList: boolean;
}

/** Writes an item in the schema's order: as `CalendarItem`, `Task`, … */
export function writeItem(view: ItemView, context: WriterContext): string {
  let content = '';
  for (const field of context.shape.fieldsOf(view.kind))
    content += writeField(view, field, context);
  return `<t:${view.kind}>${content}</t:${view.kind}>`;
}

/** An item's id alone. */
export function writeItemId({ id, changeKey }: { id: string; changeKey: string }): string {
  return `<t:ItemId Id="${id}" ChangeKey="${changeKey}"/>`;
}

function writeField(view: ItemView, field: FieldRow, context: WriterContext): string {
  const value: unknown = field.property === null ? undefined : view.properties[field.property];
  if (value === undefined) return COMPUTED.get(field.element)?.(view, context) ?? '';
  return WRITERS[field.form](`t:${field.element}`, value, context);
}

type ValueWriter = (name: string, value: unknown, context: WriterContext) => string;

const WRITERS: Record<FieldForm, ValueWriter> = {
  text: (name, value) => textElement(name, String(value)),
  choice: (name, value) => textElement(name, String(value)),
  boolean: (name, value) => textElement(name, String(value)),
  int: (name, value) => textElement(name, String(value)),
  double: (name, value) => textElement(name, String(value)),
  time: (name, value) => textElement(name, formatTime(Number(value))),
  strings: (name, value) => {
    const list = value as readonly string[];
    if (list.length === 0) return '';
    return element(name, list.map((text) => textElement('t:String', text)).join(''));
  },
  body: (name, value, { shape, modes }) => {
    const wanted = shape.bodyType === 'Best' && modes.bestBody === 'html' ? 'HTML' : shape.bodyType;
    return writeBody(name, bodyAs(value as Body, wanted));
  },
  mailbox: (name, value, { isList }) => {
    const { Name, EmailAddress } = value as MailboxAddress;
    return element(
      name,
      isList ? nameOnly({ Name: Name ?? EmailAddress }) : writeMailbox(value as MailboxAddress),
    );
  },
  attendees: (name, value) => {
    const list = value as readonly Attendee[];
    return list.length === 0 ? '' : element(name, list.map(writeAttendee).join(''));
  },
  recurrence: (_name, value, { headerZone }) => writeRecurrence(value as Recurrence, headerZone),
  zone: (name, value) => element(name, '', { Id: String(value), Name: String(value) }),
  computed: () => '',
};

function writeBody(name: string, { BodyType, Value }: Body): string {
  return Value === ''
    ? `<${name} BodyType="${BodyType}"/>`
    : `<${name} BodyType="${BodyType}">${escapeXml(Value)}</${name}>`;
}

function nameOnly({ Name }: { Name: string }): string {
  return element('t:Mailbox', textElement('t:Name', Name));
}

function writeMailbox({ Name, EmailAddress }: MailboxAddress): string {
  const content =
    textElement('t:Name', Name ?? EmailAddress) +
    (EmailAddress === '' ? '' : textElement('t:EmailAddress', EmailAddress)) +
    '<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType>';
  return element('t:Mailbox', content);
}

function writeAttendee(attendee: Attendee): string {
  const response = textElement('t:ResponseType', attendee.ResponseType ?? 'Unknown');
  return element('t:Attendee', writeMailbox(attendee) + response);
}

type ComputedWriter = (view: ItemView, context: WriterContext) => string;

const time = (name: string, at: number | undefined): string =>
  at === undefined ? '' : `<t:${name}>${formatTime(at)}</t:${name}>`;
const flag = (name: string, value: boolean): string => `<t:${name}>${String(value)}</t:${name}>`;

/** What the server works out by itself, by element name. */
const COMPUTED: ReadonlyMap<string, ComputedWriter> = new Map<string, ComputedWriter>([
  ['ItemId', writeItemId],
  ['ParentFolderId', ({ folderId }) => element('t:ParentFolderId', '', { Id: folderId })],
  ['DateTimeReceived', ({ stored }) => time('DateTimeReceived', stored.createdAt)],
  ['Size', ({ properties }) => `<t:Size>${1024 + (properties.Body?.Value.length ?? 0)}</t:Size>`],
  ['IsSubmitted', () => flag('IsSubmitted', false)],
  ['IsDraft', () => flag('IsDraft', false)],
  ['IsFromMe', () => flag('IsFromMe', false)],
  ['IsResend', () => flag('IsResend', false)],
  ['IsUnmodified', () => flag('IsUnmodified', false)],
  ['DateTimeSent', ({ stored }) => time('DateTimeSent', stored.createdAt)],
  ['DateTimeCreated', ({ stored }) => time('DateTimeCreated', stored.createdAt)],
  ['ReminderDueBy', ({ properties }) => time('ReminderDueBy', properties.Start)],
  ['ReminderNextTime', ({ properties }) => reminderNextTime(properties)],
  ['DisplayCc', ({ properties }) => names('DisplayCc', properties.OptionalAttendees)],
  ['DisplayTo', ({ properties }) => names('DisplayTo', properties.RequiredAttendees)],
  ['HasAttachments', () => flag('HasAttachments', false)],
  ['ExtendedProperty', writeExtended],
  ['EffectiveRights', () => EFFECTIVE_RIGHTS],
  ['LastModifiedName', ({ stored }) => textElement('t:LastModifiedName', stored.modifiedBy)],
  ['LastModifiedTime', ({ stored }) => time('LastModifiedTime', stored.modifiedAt)],
  ['IsAssociated', () => flag('IsAssociated', false)],
  ['TextBody', ({ properties }) => textBody(properties.Body)],
  ['RecurrenceId', ({ occurrence }) => time('RecurrenceId', occurrence?.originalStart)],
  ['DateTimeStamp', ({ stored }) => time('DateTimeStamp', stored.modifiedAt)],
  ['OriginalStart', ({ occurrence }) => time('OriginalStart', occurrence?.originalStart)],
  ['IsMeeting', ({ properties }) => flag('IsMeeting', isMeetingItem(properties))],
  ['IsRecurring', (view) => flag('IsRecurring', isRecurring(view))],
  [
    'CalendarItemType',
    ({ calendarItemType }) => textElement('t:CalendarItemType', calendarItemType ?? 'Single'),
  ],
  ['Duration', ({ properties }) => duration((properties.End ?? 0) - (properties.Start ?? 0))],
  ['TimeZone', ({ properties }) => textElement('t:TimeZone', properties.StartTimeZone ?? 'UTC')],
  [
    'AppointmentState',
    ({ properties }) => `<t:AppointmentState>${appointmentState(properties)}</t:AppointmentState>`,
  ],
  ['FirstOccurrence', (view) => ofMaster(view, 'FirstOccurrence', firstOccurrence)],
  ['LastOccurrence', (view) => ofMaster(view, 'LastOccurrence', lastOccurrence)],
  ['ModifiedOccurrences', writeModified],
  ['DeletedOccurrences', writeDeleted],
  [
    'StartWallClock',
    ({ properties: { Start, StartTimeZone } }) => wall('StartWallClock', Start, StartTimeZone),
  ],
  [
    'EndWallClock',
    ({ properties: { End, EndTimeZone } }) => wall('EndWallClock', End, EndTimeZone),
  ],
  [
    'StartTimeZoneId',
    ({ properties }) => textElement('t:StartTimeZoneId', properties.StartTimeZone ?? 'UTC'),
  ],
  [
    'EndTimeZoneId',
    ({ properties }) => textElement('t:EndTimeZoneId', properties.EndTimeZone ?? 'UTC'),
  ],
  ['IsOrganizer', ({ properties }) => flag('IsOrganizer', isOrganizer(properties))],
  ['IsComplete', ({ properties }) => flag('IsComplete', properties.Status === 'Completed')],
]);

/** What the caller may do: everything, it is their own mailbox. */
export const EFFECTIVE_RIGHTS = element(
  't:EffectiveRights',
  [
    'CreateAssociated',
    'CreateContents',
    'CreateHierarchy',
    'Delete',
    'Modify',
    'Read',
    'ViewPrivateItems',
  ]
    .map((right) => flag(right, true))
    .join(''),
);

function writeExtended({ extended }: ItemView, { shape }: WriterContext): string {
  let written = '';
  for (const { path, key } of shape.extended) {
    const found = extended.get(key);
    if (found) written += writeExtendedProperty(found, path);
  }
  return written;
}

function reminderNextTime({
  ReminderIsSet,
  Start,
  ReminderMinutesBeforeStart = 0,
}: ItemView['properties']): string {
  if (!ReminderIsSet || Start === undefined) return '';
  return time('ReminderNextTime', Start - ReminderMinutesBeforeStart * MINUTE);
}

function names(name: string, attendees: readonly Attendee[] | undefined): string {
  const list = (attendees ?? []).map(({ Name, EmailAddress }) => Name ?? EmailAddress);
  return textElement(`t:${name}`, list.join('; '));
}

function textBody(body: Body | undefined): string {
  return writeBody('t:TextBody', bodyAs(body ?? { BodyType: 'Text', Value: '' }, 'Text'));
}

function isMeetingItem(properties: ItemView['properties']): boolean {
  return isMeeting(properties) || !isOrganizer(properties);
}

/** Fact 49: false on the organizer's own master, true on an attendee's and on occurrences. */
function isRecurring({ calendarItemType, properties }: ItemView): boolean {
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
  return at === undefined ? '' : time(name, wallClock(zone ?? 'UTC', at));
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
    time('Start', occurrence.start) +
    time('End', occurrence.end) +
    time('OriginalStart', occurrence.originalStart)
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
    element('t:DeletedOccurrence', time('Start', one.originalStart)),
  );
  return written.length === 0 ? '' : element('t:DeletedOccurrences', written.join(''));
}
