import { ExchangeError } from '../mailbox/failure.js';
import type { MailboxAddress } from '../mailbox/addresses.js';
import type { FieldRow } from '../mailbox/fields/field-row.js';
import type { Body, ExtendedProperty } from '../mailbox/properties.js';
import { extendedOf } from '../mailbox/mapi-properties.js';
import type { ItemView } from '../mailbox/view.js';
import { readTime } from '../mailbox/zones.js';
import { hasAttachments, sizeOf, topicOf } from './computed/item-computed.js';
import type { PropertyPath } from './paths.js';

/** What a restriction or sort order sees of a property: nothing, one value, or several of a list. */
export type Value = string | number | boolean;

export type ValueReader = (view: ItemView) => readonly Value[];

/** How to read the property of a path. Throws ErrorUnsupportedPathForQuery for what cannot be searched. */
export function valuesOf(path: PropertyPath): ValueReader {
  if (path.kind === 'extended') {
    return (view) => extendedValues(extendedOf(view, path));
  }
  if (path.kind === 'indexed') return entryReader(path);
  const { field } = path;
  if (!field || field.search === 'refused') throw unsupported(path.uri);
  if (field.search === 'nothing') return () => [];
  const computed = COMPUTED_VALUES.get(field.uri);
  if (computed) return (view) => present(computed(view));
  return storedReader(field);
}

function storedReader({ property, form, uri }: FieldRow): ValueReader {
  if (property === null || form === 'dictionary') throw unsupported(uri);
  return ({ properties }) => {
    const value: unknown = properties[property];
    if (form === 'body') return present((value as Body | undefined)?.Value);
    if (form === 'mailbox') return addressValues(value as MailboxAddress | undefined);
    if (form === 'strings') return (value as readonly string[] | undefined) ?? [];
    return present(value);
  };
}

/** The entry of an indexed property: a mail address, a phone number, a part of a postal address. */
function entryReader(path: Extract<PropertyPath, { kind: 'indexed' }>): ValueReader {
  const { entry: named } = path;
  const property = named?.field.property;
  if (!named || !property) throw unsupported(path.uri);
  return ({ properties }) => {
    const entries = properties[property] as Readonly<Record<string, string>> | undefined;
    return present(entries?.[named.entry]);
  };
}

function present(value: unknown): readonly Value[] {
  const isValue =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isValue ? [value] : [];
}

function addressValues(address: MailboxAddress | undefined): readonly string[] {
  if (!address) return [];
  const { Name, EmailAddress } = address;
  return Name === undefined ? [EmailAddress] : [EmailAddress, Name];
}

const NUMBERS = ['Integer', 'Short', 'Long', 'Double', 'Float', 'Currency', 'ApplicationTime'];

function extendedValues(property: ExtendedProperty | null): readonly Value[] {
  if (!property) return [];
  const { path, value } = property;
  const type = path.PropertyType.replace(/Array$/, '');
  const texts = typeof value === 'string' ? [value] : value;
  if (NUMBERS.includes(type)) return texts.map(Number);
  if (type === 'SystemTime') return texts.map((text) => readTime(text, 'UTC'));
  return type === 'Boolean' ? texts.map((text) => text === 'true') : texts;
}

/** What the server works out and still finds by. */
// prettier-ignore
const COMPUTED_VALUES: ReadonlyMap<string, (view: ItemView) => Value | undefined> = new Map<
  string,
  (view: ItemView) => Value | undefined
>([
  ['item:DateTimeReceived', ({ properties, stored }) => properties.DateTimeReceived ?? stored.createdAt],
  ['item:DateTimeSent', ({ properties, stored }) => properties.DateTimeSent ?? stored.createdAt],
  ['item:DateTimeCreated', ({ stored }) => stored.createdAt],
  ['item:LastModifiedTime', ({ stored }) => stored.modifiedAt],
  ['item:LastModifiedName', ({ stored }) => stored.modifiedBy],
  ['item:HasAttachments', ({ properties }) => hasAttachments(properties)],
  ['item:IsDraft', ({ properties }) => properties.IsDraft === true],
  ['item:IsAssociated', () => false],
  ['item:Size', ({ properties }) => sizeOf(properties)],
  ['item:DisplayTo', ({ properties }) => namesOf(properties.ToRecipients ?? properties.RequiredAttendees)],
  ['item:DisplayCc', ({ properties }) => namesOf(properties.CcRecipients ?? properties.OptionalAttendees)],
  ['message:ConversationTopic', ({ properties }) => topicOf(properties)],
  ['calendar:CalendarItemType', ({ calendarItemType }) => calendarItemType ?? undefined],
  ['calendar:OriginalStart', ({ occurrence }) => occurrence?.originalStart],
  ['task:IsComplete', ({ properties }) => properties.Status === 'Completed'],
  ['task:IsRecurring', ({ properties }) => properties.TaskRecurrence !== undefined],
  ['task:Owner', ({ mailbox }) => mailbox.name],
]);

function namesOf(people: readonly MailboxAddress[] = []): string {
  return people.map(({ Name, EmailAddress }) => Name ?? EmailAddress).join('; ');
}

function unsupported(uri: string): ExchangeError {
  return new ExchangeError('ErrorUnsupportedPathForQuery', `${uri} cannot be searched for.`);
}

/** Compares like SQL would: texts without case, as Exchange does. */
export function compareValues(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, two] = [String(left).toLowerCase(), String(right).toLowerCase()];
  if (one === two) return 0;
  return one < two ? -1 : 1;
}

/** The order of two items by the property of a path; what has none comes first. */
export function orderBy(path: PropertyPath): (left: ItemView, right: ItemView) => number {
  const read = path.kind === 'field' && path.uri === 'item:ItemId' ? () => [] : valuesOf(path);
  return (left, right) => {
    const [one] = read(left);
    const [two] = read(right);
    if (one === undefined || two === undefined) {
      return (one === undefined ? 0 : 1) - (two === undefined ? 0 : 1);
    }
    return compareValues(one, two);
  };
}
