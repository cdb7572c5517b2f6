import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { timeColumns } from './rows.js';

/** Columns of erp.appointments with their new values; only those that are named are written. */
export type AppointmentColumns = Readonly<Record<string, string | number | boolean | null>>;

/** The columns that a record or a patch has values for. Children are not columns. */
export function columnsOf(
  patch: ErpAppointmentPatch & Partial<ErpAppointment>,
): AppointmentColumns {
  const columns: Record<string, string | number | boolean | null> = {};
  if (patch.title !== undefined) columns['title'] = patch.title;
  if (patch.body !== undefined) columns['body'] = patch.body;
  if (patch.location !== undefined) columns['location'] = patch.location;
  if (patch.when !== undefined) {
    columns['all_day'] = patch.when.kind === 'allDay';
    Object.assign(columns, timeColumns(patch.when));
  }
  if (patch.timeZone !== undefined) columns['time_zone'] = patch.timeZone;
  if (patch.rrule !== undefined) columns['rrule'] = patch.rrule;
  if (patch.isPrivate !== undefined) columns['is_private'] = patch.isPrivate;
  if (patch.showAs !== undefined) columns['show_as'] = patch.showAs;
  if (patch.reminderMinutes !== undefined) columns['reminder_minutes'] = patch.reminderMinutes;
  if (patch.priorityId !== undefined) columns['priority_id'] = patch.priorityId;
  if (patch.activityTypeId !== undefined) columns['activity_type_id'] = patch.activityTypeId;
  if (patch.isMeeting !== undefined) columns['is_meeting'] = patch.isMeeting;
  if (patch.isProtected !== undefined) columns['is_protected'] = patch.isProtected;
  return columns;
}

/** The type of every column we write, as the JSON of a batch is read on the server. */
const TYPES: Readonly<Record<string, string>> = {
  id: 'text',
  owner_id: 'text',
  title: 'text',
  body: 'text',
  location: 'text',
  all_day: 'boolean',
  starts_at: 'timestamptz',
  ends_at: 'timestamptz',
  first_day: 'date',
  last_day: 'date',
  time_zone: 'text',
  rrule: 'text',
  is_private: 'boolean',
  show_as: 'text',
  reminder_minutes: 'integer',
  priority_id: 'text',
  activity_type_id: 'text',
  is_meeting: 'boolean',
  is_protected: 'boolean',
};

/** `json_to_recordset(…) as v(…)` over the binding `rows`, for these columns. Column names are ours, never data. */
export function recordset(columns: readonly string[]): string {
  return `json_to_recordset(:rows) as v(${columnTypes(columns)})`;
}

/** The same with `v.position`, which counts the rows from 1. */
export function numberedRecordset(columns: readonly string[]): string {
  return `rows from (json_to_recordset(:rows) as (${columnTypes(columns)})) with ordinality as v(${[...columns, 'position'].join(', ')})`;
}

function columnTypes(columns: readonly string[]): string {
  return columns.map((column) => `${column} ${TYPES[column] ?? 'text'}`).join(', ');
}

/** Entries that name the same columns, so that one statement serves them all; the order inside a group is kept. */
export function inColumnGroups<Entry extends { readonly columns: AppointmentColumns }>(
  entries: readonly Entry[],
): readonly { readonly columns: readonly string[]; readonly entries: readonly Entry[] }[] {
  const groups = new Map<string, { columns: readonly string[]; entries: Entry[] }>();
  for (const entry of entries) {
    const columns = Object.keys(entry.columns).sort();
    const name = columns.join();
    const group = groups.get(name) ?? { columns, entries: [] };
    group.entries.push(entry);
    groups.set(name, group);
  }
  return [...groups.values()];
}
