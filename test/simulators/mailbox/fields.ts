import { CALENDAR_FIELDS } from './fields/calendar-fields.js';
import { CONTACT_FIELDS, LIST_FIELDS } from './fields/contact-fields.js';
import type { FieldRow } from './fields/field-row.js';
import { ITEM_FIELDS } from './fields/item-fields.js';
import {
  MEETING_CANCELLATION_FIELDS,
  MEETING_REQUEST_FIELDS,
  MEETING_RESPONSE_FIELDS,
} from './fields/meeting-fields.js';
import { MESSAGE_FIELDS, POST_FIELDS } from './fields/message-fields.js';
import { TASK_FIELDS } from './fields/task-fields.js';
import type { ItemKind, PropertyName } from './properties.js';

/** Which properties each class of items has, in the order of the EWS schema. */
const OWN_FIELDS: Record<ItemKind, readonly FieldRow[]> = {
  CalendarItem: CALENDAR_FIELDS,
  Task: TASK_FIELDS,
  Contact: CONTACT_FIELDS,
  DistributionList: LIST_FIELDS,
  Message: MESSAGE_FIELDS,
  PostItem: POST_FIELDS,
  MeetingRequest: MEETING_REQUEST_FIELDS,
  MeetingResponse: MEETING_RESPONSE_FIELDS,
  MeetingCancellation: MEETING_CANCELLATION_FIELDS,
};

/** Every class of items that is kept here. */
export const ITEM_KINDS = Object.keys(OWN_FIELDS) as readonly ItemKind[];

const ROWS_BY_KIND: ReadonlyMap<ItemKind, readonly FieldRow[]> = new Map(
  ITEM_KINDS.map((kind) => [kind, [...ITEM_FIELDS, ...OWN_FIELDS[kind]]]),
);

const BY_URI: ReadonlyMap<string, FieldRow> = rowsByUri();

/** Every property once; where classes differ, the first one's row. */
export const FIELDS: readonly FieldRow[] = [...BY_URI.values()];

function rowsByUri(): Map<string, FieldRow> {
  const rows = new Map<string, FieldRow>();
  for (const row of ITEM_KINDS.flatMap(fieldsOfKind)) {
    if (!rows.has(row.uri)) rows.set(row.uri, row);
  }
  return rows;
}

/** null for a name that the schema knows but this server keeps nothing of, or that nobody knows. */
export function fieldByUri(uri: string): FieldRow | null {
  return BY_URI.get(uri) ?? null;
}

/** The row of a property in a class; null where the class has no such property. */
export function fieldOf(kind: ItemKind, property: PropertyName): FieldRow | null {
  return fieldsOfKind(kind).find((row) => row.property === property) ?? null;
}

/** The rows of one class in schema order. */
export function fieldsOfKind(kind: ItemKind): readonly FieldRow[] {
  return ROWS_BY_KIND.get(kind) ?? [];
}
