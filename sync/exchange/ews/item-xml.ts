import type {
  ExchangeAppointment,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
  ExchangeRecurrence,
} from '../../../mappings/exchange-item.js';
import { UnreadableValue, type Instant } from '../../../mappings/values.js';
import type { ItemRef } from '../../ports/exchange.js';
import { peopleIn } from './people-xml.js';
import { readRecurrence } from './recurrence-xml.js';
import { child, childText, descend, type XmlNode } from './xml-reader.js';
import { instantOf, isTrue, numberIn, oneOf, requiredInstant } from './xml-values.js';

/** What an item element says about a single appointment or a series; exceptions without their fields. */
export function readAppointment(item: XmlNode): ExchangeAppointment {
  const recurrence = recurrenceIn(item);
  return {
    ...readOccurrenceFields(item),
    uid: childText(item, 'UID'),
    recurrenceId: recurrence === null ? instantOf(item, 'RecurrenceId') : null,
    type: recurrence === null ? 'Single' : 'RecurringMaster',
    startTimeZone: zoneIn(item, 'StartTimeZone'),
    endTimeZone: zoneIn(item, 'EndTimeZone'),
    recurrence,
    modifiedOccurrences: listIn(item, 'ModifiedOccurrences', readModified),
    deletedOccurrences: listIn(item, 'DeletedOccurrences', (node) =>
      requiredInstant(node, 'Start'),
    ),
    isMeeting: isTrue(childText(item, 'IsMeeting')),
    ...peopleIn(item, isOrganizer(item)),
    categories: listIn(item, 'Categories', (node) => node.text),
    ...readHasAttachments(item),
    lastModified: instantOf(item, 'LastModifiedTime'),
  };
}

/** What a master, a single and a changed occurrence have in common. Throws `UnreadableValue` without start or end. */
export function readOccurrenceFields(item: XmlNode): ExchangeOccurrenceFields {
  return {
    subject: childText(item, 'Subject') ?? '',
    bodyText: readBody(item),
    location: childText(item, 'Location') ?? '',
    start: requiredInstant(item, 'Start'),
    end: requiredInstant(item, 'End'),
    isAllDay: isTrue(childText(item, 'IsAllDayEvent')),
    sensitivity: readSensitivity(item),
    freeBusy: oneOf(FREE_BUSY, childText(item, 'LegacyFreeBusyStatus'), 'Busy'), // the server's own default
    reminderIsSet: isTrue(childText(item, 'ReminderIsSet')),
    reminderMinutes: numberIn(item, 'ReminderMinutesBeforeStart') ?? 0,
    importance: oneOf(IMPORTANCE, childText(item, 'Importance'), 'Normal'),
  };
}

/** Whether something is attached, where the server says. */
export function readHasAttachments(item: XmlNode): Pick<ExchangeAppointment, 'hasAttachments'> {
  const text = childText(item, 'HasAttachments');
  return text === null ? {} : { hasAttachments: isTrue(text) };
}

/**
 * IsRecurring is false on the organiser's master (protocol fact 49), so it is not asked. A master without its pattern is
 * refused: taken for a single appointment it would end the series on the other side.
 */
function recurrenceIn(item: XmlNode): ExchangeRecurrence | null {
  const node = child(item, 'Recurrence');
  if (node !== null && node.children.length > 0) return readRecurrence(node);
  const type = childText(item, 'CalendarItemType')?.trim();
  if (type === 'RecurringMaster') throw new UnreadableValue('series', 'without a pattern');
  return null;
}

/** Id and ChangeKey of an item element. Throws `UnreadableValue` where it has no id. */
export function readItemRef(item: XmlNode): ItemRef {
  const { Id: id, ChangeKey: version = '' } = child(item, 'ItemId')?.attributes ?? {};
  if (id === undefined || id === '') throw new UnreadableValue('item id', item.name);
  return { id, version };
}

/** The folder an item lies in; null where the answer does not say. */
export function readFolderId(item: XmlNode): string | null {
  return child(item, 'ParentFolderId')?.attributes['Id'] ?? null;
}

/** A level we do not know is taken for private: nothing of it may leave the mailbox by mistake. */
function readSensitivity(item: XmlNode): ExchangeOccurrenceFields['sensitivity'] {
  const text = childText(item, 'Sensitivity');
  return text === null ? 'Normal' : oneOf(SENSITIVITY, text, 'Private');
}

/** We ask for text; HTML, or a body that was cut, would overwrite what the other side holds, so it counts as absent. */
function readBody(item: XmlNode): string | null {
  const body = child(item, 'Body');
  if (body === null || isTrue(body.attributes['IsTruncated'] ?? null)) return null;
  return (body.attributes['BodyType'] ?? 'Text') === 'Text' ? body.text : null;
}

function readModified(node: XmlNode): ExchangeModifiedOccurrence {
  const originalStart = requiredInstant(node, 'OriginalStart');
  return { itemId: readItemRef(node).id, originalStart, fields: null };
}

/** A copy that came by invitation has the "received" bit of AppointmentState (protocol fact 44). */
function isOrganizer(item: XmlNode): boolean {
  if (!isTrue(childText(item, 'IsMeeting'))) return true;
  const response = childText(item, 'MyResponseType')?.trim() ?? '';
  if (response === 'Organizer') return true;
  const state = numberIn(item, 'AppointmentState');
  return (response === '' || response === 'Unknown') && state !== null && (state & 2) === 0;
}

/** The Windows id; newer servers also have it as plain text. null where the zone is one of the item's own making. */
function zoneIn(item: XmlNode, name: 'StartTimeZone' | 'EndTimeZone'): string | null {
  const id = child(item, name)?.attributes['Id'] ?? childText(item, `${name}Id`) ?? '';
  return id === '' ? null : id;
}

function listIn<T>(item: XmlNode, name: string, read: (node: XmlNode) => T): readonly T[] {
  return child(item, name)?.children.map(read) ?? [];
}

/** Where the pattern has an occurrence; one that was never changed starts there. */
export function readOriginalStart(item: XmlNode): Instant | null {
  return (
    instantOf(item, 'OriginalStart') ?? instantOf(item, 'RecurrenceId') ?? instantOf(item, 'Start')
  );
}

/** The item element of a response message: `Items` holds one. null where it holds none. */
export function itemIn(message: XmlNode): XmlNode | null {
  return descend(message, 'Items')?.children[0] ?? null;
}

const SENSITIVITY = ['Normal', 'Personal', 'Private', 'Confidential'] as const;
const FREE_BUSY = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData'] as const;
const IMPORTANCE = ['Low', 'Normal', 'High'] as const;
