import { fieldByUri, FIELDS } from '../mailbox/fields.js';
import type { FieldForm, FieldRow } from '../mailbox/fields/field-row.js';
import type {
  ExtendedPath,
  ExtendedProperty,
  ItemInput,
  PropertyName,
} from '../mailbox/properties.js';
import { TIME_NAMES } from '../mailbox/properties.js';
import { deletedOccurrences, isMaster, modifiedOccurrences } from '../mailbox/series.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { StoredItem } from '../mailbox/stored-item.js';
import type { ItemView } from '../mailbox/view.js';
import { formatTime } from '../mailbox/zones.js';

/** A request to the control address that cannot be understood; the text says what is wrong. */
export class BadControlRequest extends Error {
  override readonly name = 'BadControlRequest';
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new BadControlRequest(`${what} must be a JSON object`);
}

/** A text, or what stands for it when it is absent. */
export function textOr<Fallback>(value: unknown, fallback: Fallback): string | Fallback {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'string') return value;
  throw new BadControlRequest(`${JSON.stringify(value)} must be a text`);
}

/** Reads properties in Exchange's words from JSON: names as in EWS, times as ISO text, a body as text or object. */
export function readJsonItem(json: JsonObject): ItemInput {
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const field = fieldNamed(name);
    if (!field?.property || field.write === 'never') {
      throw new BadControlRequest(`${name} cannot be set`);
    }
    input[field.property] = CHECKS[field.form](value, name);
  }
  return input;
}

/** The names of properties to delete. */
export function readJsonNames(value: unknown): PropertyName[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new BadControlRequest('delete must be a list of property names');
  return value.map((name: unknown) => {
    const property = fieldNamed(String(name))?.property;
    if (!property) throw new BadControlRequest(`${String(name)} is not a property`);
    return property;
  });
}

/** `[{path: {PropertySetId, PropertyName, PropertyType}, value}]` */
export function readJsonExtended(value: unknown): ExtendedProperty[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new BadControlRequest('extended must be a list');
  return value.map((entry: unknown) => {
    const { path, value: text } = objectOf(entry, 'an extended property');
    const address = objectOf(path, 'path') as unknown as ExtendedPath;
    return { path: { ...address, PropertyType: address.PropertyType }, value: String(text) };
  });
}

function fieldNamed(name: string): FieldRow | null {
  return FIELDS.find(({ element }) => element === name) ?? fieldByUri(name);
}

type Check = (value: unknown, name: string) => unknown;

const needs =
  (type: 'string' | 'boolean' | 'number'): Check =>
  (value, name) => {
    if (typeof value === type) return value;
    throw new BadControlRequest(`${name} must be a ${type}`);
  };

const CHECKS: Record<FieldForm, Check> = {
  text: needs('string'),
  choice: needs('string'),
  time: needs('string'),
  zone: needs('string'),
  boolean: needs('boolean'),
  int: needs('number'),
  double: needs('number'),
  body: (value) =>
    typeof value === 'string' ? { BodyType: 'Text', Value: value } : objectOf(value, 'Body'),
  strings: listOf((one, name) => needs('string')(one, name)),
  attendees: listOf(mailboxOf),
  mailbox: (value) => objectOf(value, 'a mailbox'),
  mailboxes: listOf(mailboxOf),
  members: listOf(mailboxOf),
  recurrence: recurrenceOf,
  taskRecurrence: recurrenceOf,
  dictionary: (value, name) => objectOf(value, name),
  flag: (value) => objectOf(value, 'Flag'),
  attachments: (_value, name) => {
    throw new BadControlRequest(`${name} cannot be set`);
  },
  computed: () => undefined,
};

function mailboxOf(value: unknown): unknown {
  return typeof value === 'string' ? { EmailAddress: value } : objectOf(value, 'a mailbox');
}

function recurrenceOf(value: unknown): unknown {
  const { pattern, range } = objectOf(value, 'Recurrence');
  return { pattern: objectOf(pattern, 'pattern'), range: objectOf(range, 'range') };
}

function listOf(check: Check): Check {
  return (value, name) => {
    if (!Array.isArray(value)) throw new BadControlRequest(`${name} must be a list`);
    return value.map((one: unknown) => check(one, name));
  };
}

/** An item as JSON for whoever looks from outside: Exchange's words, times as ISO text, its exceptions inside. */
export function jsonOfItem(mailbox: Mailbox, item: StoredItem): JsonObject {
  const view = mailbox.viewOf(item);
  const shown = jsonOfView(view);
  if (!isMaster(item)) return shown;
  return {
    ...shown,
    ModifiedOccurrences: modifiedOccurrences(item).map((one) =>
      jsonOfView(mailbox.viewOf(item, one)),
    ),
    DeletedOccurrences: deletedOccurrences(item).map((one) => formatTime(one.originalStart)),
  };
}

/** One item or occurrence as JSON. */
export function jsonOfView(view: ItemView): JsonObject {
  const times = TIME_NAMES.flatMap((name) => {
    const at = view.properties[name];
    return at === undefined ? [] : [[name, formatTime(at)] as const];
  });
  const { occurrence } = view;
  return {
    id: view.id,
    changeKey: view.changeKey,
    kind: view.kind,
    CalendarItemType: view.calendarItemType,
    ...view.properties,
    ...Object.fromEntries(times),
    ...(occurrence ? { OriginalStart: formatTime(occurrence.originalStart) } : {}),
    LastModifiedTime: formatTime(view.stored.modifiedAt),
    LastModifiedName: view.stored.modifiedBy,
    extended: [...view.extended.values()],
  };
}
