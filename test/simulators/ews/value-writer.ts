import { bodyAs, handedOut } from '../mailbox/bodies.js';
import type { MailboxAddress } from '../mailbox/addresses.js';
import type { Entries } from '../mailbox/class-properties.js';
import { ADDRESS_PARTS } from '../mailbox/fields/contact-fields.js';
import type { FieldForm, FieldRow } from '../mailbox/fields/field-row.js';
import type {
  Attendee,
  Body,
  Flag,
  Recurrence,
  StoredAttachment,
  TaskRecurrence,
} from '../mailbox/properties.js';
import type { ItemView } from '../mailbox/view.js';
import { formatTime } from '../mailbox/zones.js';
import { writeAttachmentInfos } from './attachment-writer.js';
import { writeRecurrence } from './recurrence-xml.js';
import type { WriterContext } from './writer-context.js';
import { element, escapeXml, textElement } from './xml.js';
import { writeZoneDefinition, zoneName } from './zone-definition.js';

/** Writes a stored value in its form. */
export function writeValue(
  value: unknown,
  field: FieldRow,
  { view, context }: { view: ItemView; context: WriterContext },
): string {
  return WRITERS[field.form](`t:${field.element}`, value, { field, view, context });
}

interface Setting {
  readonly field: FieldRow;
  readonly view: ItemView;
  readonly context: WriterContext;
}

type ValueWriter = (name: string, value: unknown, setting: Setting) => string;

/** FindItem and the feed cut what is longer (fact 29). */
const LIST_LENGTH = 255;

const WRITERS: Record<FieldForm, ValueWriter> = {
  text: (name, value, { context }) => {
    const text = String(value);
    return textElement(name, context.isList ? text.slice(0, LIST_LENGTH) : text);
  },
  choice: plain,
  boolean: plain,
  int: plain,
  double: plain,
  time: (name, value) => textElement(name, formatTime(Number(value))),
  strings: (name, value) => {
    const list = value as readonly string[];
    if (list.length === 0) return '';
    return element(name, list.map((text) => textElement('t:String', text)).join(''));
  },
  body: (name, value, { context: { shape, modes } }) => {
    const wanted = shape.bodyType === 'Best' && modes.bestBody === 'html' ? 'HTML' : shape.bodyType;
    return writeBody(name, handedOut(bodyAs(value as Body, wanted), modes.textBodies));
  },
  mailbox: (name, value, { context }) => {
    const address = value as MailboxAddress;
    const { Name = address.EmailAddress } = address;
    const nameOnly = element('t:Mailbox', textElement('t:Name', Name));
    return element(name, context.isList ? nameOnly : writeMailbox(address));
  },
  mailboxes: (name, value) => {
    const list = value as readonly MailboxAddress[];
    return list.length === 0 ? '' : element(name, list.map(writeMailbox).join(''));
  },
  members: (name, value) => {
    const list = value as readonly MailboxAddress[];
    return list.length === 0 ? '' : element(name, list.map(writeMember).join(''));
  },
  attendees: (name, value) => {
    const list = value as readonly Attendee[];
    return list.length === 0 ? '' : element(name, list.map(writeAttendee).join(''));
  },
  recurrence: (_name, value, { context: { headerZone } }) =>
    writeRecurrence(value as Recurrence, headerZone),
  taskRecurrence: (_name, value, { context: { headerZone } }) =>
    writeRecurrence(value as TaskRecurrence, headerZone),
  zone: (name, value, { view, context }) => writeZone(name, String(value), { view, context }),
  dictionary: (name, value, { field, context }) => {
    const entries = wantedEntries(value as Entries, context.shape.entriesOf(field));
    const written =
      field.element === 'PhysicalAddresses' ? writePlaces(entries) : writeEntries(entries);
    return written === '' ? '' : element(name, written);
  },
  flag: (name, value) => writeFlag(name, value as Flag),
  attachments: (name, value, { view }) => {
    const written = writeAttachmentInfos(value as readonly StoredAttachment[], view);
    return written === '' ? '' : element(name, written);
  },
  computed: () => '',
};

function writeZone(
  name: string,
  id: string,
  { view, context }: { view: ItemView; context: WriterContext },
): string {
  if (context.modes.itemZones === 'named') return element(name, '', { Id: id, Name: id });
  const year = new Date(view.properties.Start ?? 0).getUTCFullYear();
  return element(name, writeZoneDefinition(id, year), { Id: id, Name: zoneName(id, year) });
}

function plain(name: string, value: unknown): string {
  return textElement(name, String(value));
}

/** A body under any of its names. */
export function writeBody(name: string, { BodyType, Value }: Body): string {
  return Value === ''
    ? `<${name} BodyType="${BodyType}"/>`
    : `<${name} BodyType="${BodyType}">${escapeXml(Value)}</${name}>`;
}

export function writeMailbox(address: MailboxAddress): string {
  const { Name, EmailAddress, RoutingType = 'SMTP', MailboxType = 'Mailbox' } = address;
  const content =
    textElement('t:Name', Name ?? EmailAddress) +
    (EmailAddress === '' ? '' : textElement('t:EmailAddress', EmailAddress)) +
    textElement('t:RoutingType', RoutingType) +
    textElement('t:MailboxType', MailboxType);
  return element('t:Mailbox', content);
}

function writeMember(address: MailboxAddress): string {
  const key = Buffer.from(address.EmailAddress.toLowerCase()).toString('base64');
  return element('t:Member', writeMailbox(address) + '<t:Status>Normal</t:Status>', { Key: key });
}

function writeAttendee(attendee: Attendee): string {
  const { ResponseType = 'Unknown', LastResponseTime, ProposedStart, ProposedEnd } = attendee;
  return element(
    't:Attendee',
    writeMailbox(attendee) +
      textElement('t:ResponseType', ResponseType) +
      writeTime('LastResponseTime', LastResponseTime) +
      writeTime('ProposedStart', ProposedStart) +
      writeTime('ProposedEnd', ProposedEnd),
  );
}

/** A time under an element's name; '' where there is none. */
export function writeTime(name: string, at: number | undefined): string {
  return at === undefined ? '' : `<t:${name}>${formatTime(at)}</t:${name}>`;
}

function writeFlag(name: string, { FlagStatus, StartDate, DueDate, CompleteDate }: Flag): string {
  return element(
    name,
    textElement('t:FlagStatus', FlagStatus) +
      writeTime('StartDate', StartDate) +
      writeTime('DueDate', DueDate) +
      writeTime('CompleteDate', CompleteDate),
  );
}

function wantedEntries(entries: Entries, wanted: readonly string[] | null): [string, string][] {
  const all = Object.entries(entries);
  if (wanted === null) return all;
  return all.filter(([key]) => wanted.some((one) => key === one || key.startsWith(`${one}:`)));
}

function writeEntries(entries: readonly (readonly [string, string])[]): string {
  const texts = new Map(entries);
  return entries
    .filter(([key]) => !key.includes(':'))
    .map(([key, text]) => {
      if (!key.startsWith('EmailAddress')) return written(key, text, {});
      const { Name = text, ...routing } = {
        ...optional('Name', texts.get(`${key}:Name`)),
        RoutingType: texts.get(`${key}:RoutingType`) ?? 'SMTP',
        MailboxType: texts.get(`${key}:MailboxType`) ?? 'Contact',
      };
      return written(key, text, { Name, ...routing });
    })
    .join('');
}

function written(key: string, text: string, more: Readonly<Record<string, string>>): string {
  return element('t:Entry', escapeXml(text), { Key: key, ...more });
}

function optional(name: 'Name', value: string | undefined): { Name?: string } {
  return value === undefined ? {} : { [name]: value };
}

/** Postal addresses: one entry per address, its parts in the order of the schema. */
function writePlaces(entries: readonly (readonly [string, string])[]): string {
  const texts = new Map(entries);
  const keys = new Set(entries.map(([key]) => key.slice(0, key.indexOf(':'))));
  return [...keys]
    .map((key) => {
      const parts = ADDRESS_PARTS.map((part) => {
        const text = texts.get(`${key}:${part}`);
        return text === undefined ? '' : textElement(`t:${part}`, text);
      });
      return element('t:Entry', parts.join(''), { Key: key });
    })
    .join('');
}
