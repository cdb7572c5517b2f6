import { ExchangeError } from '../mailbox/failure.js';
import { fieldsOfKind } from '../mailbox/fields.js';
import type { FieldForm, FieldRow } from '../mailbox/fields.js';
import type { NewItem } from '../mailbox/mailbox.js';
import type { Attendee, ItemKind } from '../mailbox/properties.js';
import { readExtendedProperty } from './paths.js';
import { readRecurrence } from './recurrence-xml.js';
import {
  booleanOf,
  checkOrder,
  integerOf,
  requiredChild,
  schemaError,
  textOf,
  wordOf,
} from './xml.js';
import type { XmlNode } from './xml.js';

const KINDS: readonly ItemKind[] = ['CalendarItem', 'Task', 'Contact', 'Message'];

/** The class that an item's element stands for. */
export function kindOf(node: XmlNode): ItemKind {
  if (node.name === 'Item') return 'Message';
  return wordOf(node.name, KINDS);
}

/** Reads an item element. The schema's order is required, as a real server requires it. */
export function readItem(node: XmlNode): NewItem {
  const kind = kindOf(node);
  checkItemOrder(node, kind);
  const input: Record<string, unknown> = {};
  for (const child of node.children) {
    const field = fieldsOfKind(kind).find(({ element }) => element === child.name);
    if (child.name === 'ExtendedProperty' || child.name === 'MeetingTimeZone') continue;
    if (!field?.property || field.write === 'never') {
      throw new ExchangeError('ErrorInvalidPropertySet', `${child.name} cannot be set.`);
    }
    input[field.property] = readValue(field, child);
  }
  const extended = node.children
    .filter(({ name }) => name === 'ExtendedProperty')
    .map(readExtendedProperty);
  return { kind, input, extended };
}

function checkItemOrder(node: XmlNode, kind: ItemKind): void {
  const rows = fieldsOfKind(kind);
  let last = -1;
  for (const { name } of node.children) {
    const position = rows.findIndex(({ element }) => element === name);
    if (position < 0) continue;
    if (position < last || (position === last && name !== 'ExtendedProperty')) {
      throw schemaError(`The element '${node.name}' has invalid child element '${name}'.`);
    }
    last = position;
  }
}

function readValue(field: FieldRow, node: XmlNode): unknown {
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
  time: ({ text }) => {
    if (!DATE_TIME.test(text)) throw schemaError(`'${text}' is not a valid DateTime value.`);
    return text.trim();
  },
  body: ({ text, attributes }) => ({
    BodyType: wordOf(attributes['BodyType'] ?? '', ['HTML', 'Text']),
    Value: text,
  }),
  mailbox: (node) => readMailbox(requiredChild(node, 'Mailbox')),
  attendees: ({ children }) => children.map(readAttendee),
  recurrence: readRecurrence,
  zone: ({ attributes }) => attributes['Id'] ?? 'UTC',
  computed: () => undefined,
};

function readAttendee(node: XmlNode): Attendee {
  checkOrder(node, ['Mailbox', 'ResponseType', 'LastResponseTime', 'ProposedStart', 'ProposedEnd']);
  return readMailbox(requiredChild(node, 'Mailbox'));
}

function readMailbox(node: XmlNode): Attendee {
  checkOrder(node, ['Name', 'EmailAddress', 'RoutingType', 'MailboxType', 'ItemId']);
  const name = textOf(node, 'Name');
  const address = textOf(node, 'EmailAddress') ?? '';
  return name === null ? { EmailAddress: address } : { Name: name, EmailAddress: address };
}
