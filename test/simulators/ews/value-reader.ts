import { ADDRESS_PARTS } from '../mailbox/fields/contact-fields.js';
import type { FieldForm, FieldRow } from '../mailbox/fields/field-row.js';
import type { MailboxAddress } from '../mailbox/addresses.js';
import type { Attendee, Flag } from '../mailbox/properties.js';
import { readTime } from '../mailbox/zones.js';
import { readRecurrence, readTaskRecurrence } from './recurrence-xml.js';
import {
  booleanOf,
  checkOrder,
  integerOf,
  requiredAttribute,
  requiredChild,
  schemaError,
  textOf,
  wordOf,
} from './xml.js';
import type { XmlNode } from './xml.js';

/** Reads the value of a property's element by the form of the property. */
export function readValue(field: FieldRow, node: XmlNode): unknown {
  return READERS[field.form](node, field);
}

const DATE_TIME = /^\s*-?\d{4,}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?\s*$/;

const READERS: Record<FieldForm, (node: XmlNode, field: FieldRow) => unknown> = {
  text: ({ text }) => text,
  boolean: ({ text }) => booleanOf(text),
  int: ({ text }) => integerOf(text),
  double: ({ text }) => Number(text),
  choice: ({ text }, { choices }) => wordOf(text, choices ?? []),
  strings: ({ children }) => children.map(({ text }) => text),
  time: ({ text }) => timeText(text),
  body: ({ text, attributes }) => ({
    BodyType: wordOf(attributes['BodyType'] ?? '', ['HTML', 'Text']),
    Value: text,
  }),
  mailbox: (node) => readMailbox(requiredChild(node, 'Mailbox')),
  mailboxes: ({ children }) => children.map(readMailbox),
  members: ({ children }) => children.map((node) => readMailbox(requiredChild(node, 'Mailbox'))),
  attendees: ({ children }) => children.map(readAttendee),
  recurrence: readRecurrence,
  taskRecurrence: readTaskRecurrence,
  zone: ({ attributes }) => attributes['Id'] ?? 'UTC',
  dictionary: (node, field) => Object.fromEntries(node.children.flatMap(entriesOf(field))),
  flag: readFlag,
  attachments: () => undefined,
  computed: () => undefined,
};

function timeText(text: string): string {
  if (!DATE_TIME.test(text)) throw schemaError(`'${text}' is not a valid DateTime value.`);
  return text.trim();
}

function readAttendee(node: XmlNode): Attendee {
  checkOrder(node, ['Mailbox', 'ResponseType', 'LastResponseTime', 'ProposedStart', 'ProposedEnd']);
  return readMailbox(requiredChild(node, 'Mailbox'));
}

function readMailbox(node: XmlNode): MailboxAddress {
  checkOrder(node, ['Name', 'EmailAddress', 'RoutingType', 'MailboxType', 'ItemId']);
  const parts = ['Name', 'RoutingType', 'MailboxType'].flatMap((name) => {
    const text = textOf(node, name);
    return text === null ? [] : [[name, text] as const];
  });
  return { ...Object.fromEntries(parts), EmailAddress: textOf(node, 'EmailAddress') ?? '' };
}

function readFlag(node: XmlNode): Flag {
  checkOrder(node, ['FlagStatus', 'StartDate', 'DueDate', 'CompleteDate']);
  const status = requiredChild(node, 'FlagStatus').text;
  const times = ['StartDate', 'DueDate', 'CompleteDate'].flatMap((name) => {
    const text = textOf(node, name);
    return text === null ? [] : [[name, readTime(timeText(text), 'UTC')] as const];
  });
  return {
    FlagStatus: wordOf(status, ['NotFlagged', 'Flagged', 'Complete'] as const),
    ...Object.fromEntries(times),
  };
}

/** An entry of a dictionary, with its parts: `Business:Street`, `EmailAddress1:Name`. */
function entriesOf(field: FieldRow): (node: XmlNode) => [string, string][] {
  return (node) => {
    const key = wordOf(requiredAttribute(node, 'Key'), field.choices ?? []);
    if (field.element === 'PhysicalAddresses') {
      checkOrder(node, ADDRESS_PARTS);
      return node.children.map(({ name, text }) => [`${key}:${name}`, text]);
    }
    const more = ['Name', 'RoutingType', 'MailboxType'].flatMap((name): [string, string][] => {
      const text = node.attributes[name];
      return text === undefined ? [] : [[`${key}:${name}`, text]];
    });
    return [[key, node.text], ...more];
  };
}
