import type { FieldRow } from '../mailbox/fields/field-row.js';
import type { ItemView } from '../mailbox/view.js';
import { CALENDAR_COMPUTED } from './computed/calendar-computed.js';
import { CLASS_COMPUTED } from './computed/class-computed.js';
import { ITEM_COMPUTED } from './computed/item-computed.js';
import { MIME_COMPUTED } from './computed/mime-computed.js';
import { writeValue } from './value-writer.js';
import type { ComputedWriter, WriterContext } from './writer-context.js';

/** Writes an item in the schema's order: as `CalendarItem`, `Task`, … */
export function writeItem(view: ItemView, context: WriterContext): string {
  let content = '';
  for (const field of context.shape.fieldsOf(view.kind))
    content += writeField(view, field, context);
  return `<t:${view.kind}>${content}</t:${view.kind}>`;
}

function writeField(view: ItemView, field: FieldRow, context: WriterContext): string {
  const value: unknown = field.property === null ? undefined : view.properties[field.property];
  if (value === undefined) return COMPUTED.get(field.uri)?.(view, context) ?? '';
  return writeValue(value, field, { view, context });
}

/** What the server works out by itself, or puts where nothing is stored. */
const COMPUTED: ReadonlyMap<string, ComputedWriter> = new Map([
  ...ITEM_COMPUTED,
  ...MIME_COMPUTED,
  ...CALENDAR_COMPUTED,
  ...CLASS_COMPUTED,
]);
