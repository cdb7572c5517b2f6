import { readCalendar } from './ical-event-reader.js';
import { calendarOf } from './ical-event-writer.js';
import { readTask, writeTask } from './ical-task.js';
import { invalid, readIcal, writeIcal } from './ical-text.js';
import type { Mailbox, WriteContext } from './mailbox.js';
import { readCard, writeCard } from './mime-card.js';
import { readMessage, writeMessage } from './mime-message.js';
import { mintId } from './ids.js';
import type { ItemChange } from './changes.js';
import type { ItemInput, ItemKind, PropertyName } from './properties.js';
import { itemTarget } from './targets.js';
import type { StoredItem } from './stored-item.js';
import { isMaster, occurrenceOn } from './series.js';
import type { Occurrence } from './series.js';
import type { ItemView } from './view.js';

/** What a MimeContent sets: properties of the item, and what is otherwise on single days of a series. */
export interface MimeInput {
  readonly input: ItemInput;
  readonly deletedDays: readonly number[];
  readonly changed: readonly { readonly day: number; readonly input: ItemInput }[];
}

/** The item as the text that programs of other makers read: iCalendar, vCard or a mail (fact 98). */
export function mimeTextOf(
  view: ItemView,
  viewOf: (item: StoredItem, occurrence: Occurrence) => ItemView,
): string {
  const { kind, properties, stored } = view;
  if (kind === 'CalendarItem') return writeIcal(calendarOf(view, viewOf));
  if (kind === 'Task') return writeIcal(writeTask(properties, stored.id, stored.modifiedAt));
  if (kind === 'Contact') return writeIcal(writeCard(properties));
  return writeMessage(properties, stored.createdAt);
}

/** Reads a MimeContent in base64. Throws ErrorMimeContentInvalid and ErrorMimeContentInvalidBase64String. */
export function readMime(kind: ItemKind, base64: string, headerZone: string | null): MimeInput {
  const text = decoded(base64);
  const alone = { deletedDays: [], changed: [] };
  if (kind === 'CalendarItem') return readCalendar(readIcal(text), headerZone);
  if (kind === 'Task') return { input: readTask(readIcal(text)), ...alone };
  if (kind === 'Contact') return { input: readCard(readIcal(text)), ...alone };
  return { input: readMessage(text), ...alone };
}

function decoded(base64: string): string {
  const compact = base64.replace(/\s+/g, '');
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== compact.replace(/=+$/, '')) {
    throw invalid('The content is not base64.');
  }
  return bytes.toString('utf8');
}

/** Brings about what a MimeContent says of single days of the series that was just written. */
export function applyDays(
  mailbox: Mailbox,
  view: ItemView,
  { deletedDays, changed }: MimeInput,
  context: WriteContext,
): ItemView {
  const targetOf = (day: number) =>
    itemTarget(mintId('occurrence', mailbox.guid, view.stored.counter, day));
  const { stored } = view;
  if (!isMaster(stored)) return view;
  // An EXDATE may name a day that the pattern does not have, or that is gone already.
  const isHeld = (day: number): boolean => {
    const occurrence = occurrenceOn(stored, day);
    return occurrence !== null && occurrence.exception?.kind !== 'deleted';
  };
  for (const day of deletedDays.filter(isHeld)) {
    mailbox.remove(targetOf(day), 'HardDelete', context);
  }
  for (const { day, input } of changed) {
    if (!isHeld(day)) continue;
    const changes = changesOf(input);
    mailbox.update(targetOf(day), { changes, conflict: 'AlwaysOverwrite' }, context);
  }
  return mailbox.viewOf(stored);
}

/** The steps of an UpdateItem that set all that a MimeContent names. */
export function changesOf(input: ItemInput): readonly ItemChange[] {
  const names = Object.keys(input) as PropertyName[];
  return names
    .filter((name) => name !== 'UID')
    .map((property) => ({ action: 'set', property, value: input }));
}
