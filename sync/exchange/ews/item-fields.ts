import type {
  ExchangeAppointmentPatch,
  ExchangeOccurrenceFields,
} from '../../../mappings/exchange-item.js';
import { fieldPath } from './item-shape.js';
import { MARK_PATH, writeMark } from './mark-property.js';
import { writeInvitees, writeLists } from './people-xml.js';
import { writeRecurrence } from './recurrence-xml.js';
import { element, NOTHING, textElement, textOf, type Xml } from './xml-writer.js';

/** Something to write: where it goes in an update, and the element that an item has it in. */
interface Written {
  readonly path: Xml;
  readonly content: Xml;
}

/** A new calendar item. The order is that of the schema's sequence; Exchange refuses any other. */
export function writeNewAppointment(patch: ExchangeAppointmentPatch, mark: string): Xml {
  const { fields, timeZone, recurrence } = patch;
  return element(
    't:CalendarItem',
    null,
    ...writtenIn(fields, CREATE_BEFORE_MARK).map(contentOf),
    writeMark(mark),
    ...writtenIn(fields, CREATE_AFTER_MARK).map(contentOf),
    ...writeInvitees(patch.invitees ?? []).map(({ content }) => content),
    recurrence === undefined || recurrence === null ? NOTHING : writeRecurrence(recurrence),
    ...(timeZone === undefined ? [] : zones(timeZone).map(contentOf)),
  );
}

/**
 * The changes of an update, for a master, a single or an occurrence. They are carried out in order (protocol fact 36): the zone
 * first, since a change of the zone keeps the wall clock and moves the instants, then whether it is all-day, which widens
 * start and end, then these, then the pattern that repeats them.
 */
export function writeChanges(patch: ExchangeAppointmentPatch, mark: string | null): readonly Xml[] {
  const { fields, timeZone, recurrence } = patch;
  return [
    ...(mark === null ? [] : [setMark(mark)]),
    ...writtenIn(fields, UPDATE_BEFORE_TIMES).map(setField),
    ...(timeZone === undefined ? [] : zones(timeZone).map(setField)),
    ...writtenIn(fields, UPDATE_TIMES).map(setField),
    ...(recurrence === undefined ? [] : [writeRecurrenceChange(recurrence)]),
    ...writeLists(patch.shorterLists ?? []).map(({ uri, content }) =>
      content === null
        ? element('t:DeleteItemField', null, fieldPath(uri))
        : setField({ path: fieldPath(uri), content }),
    ),
    ...writeInvitees(patch.invitees ?? []).map(appendTo),
  ];
}

/** The change that makes a single a series, gives a series another pattern, or, with null, ends its repetition. */
export function writeRecurrenceChange(
  recurrence: NonNullable<ExchangeAppointmentPatch['recurrence']> | null,
): Xml {
  const path = fieldPath('calendar:Recurrence');
  if (recurrence === null) return element('t:DeleteItemField', null, path);
  return setField({ path, content: writeRecurrence(recurrence) });
}

/** The change that writes our mark. */
export function setMark(mark: string): Xml {
  return setField({ path: MARK_PATH, content: writeMark(mark) });
}

/** Appended, so that those who are on the list keep what they answered. D:updateitem-operation names the lists as appendable. */
function appendTo({ uri, content }: ReturnType<typeof writeInvitees>[number]): Xml {
  return element(
    't:AppendToItemField',
    null,
    fieldPath(uri),
    element('t:CalendarItem', null, content),
  );
}

function setField({ path, content }: Written): Xml {
  return element('t:SetItemField', null, path, element('t:CalendarItem', null, content));
}

function contentOf({ content }: Written): Xml {
  return content;
}

/** The zone by its Windows id, for start and end (protocol fact 58). */
function zones(timeZone: string): readonly Written[] {
  return ['StartTimeZone', 'EndTimeZone'].map((name) => ({
    path: fieldPath(`calendar:${name}`),
    content: element(`t:${name}`, { Id: timeZone }),
  }));
}

function writtenIn(
  fields: Partial<ExchangeOccurrenceFields>,
  names: readonly (keyof ExchangeOccurrenceFields)[],
): readonly Written[] {
  return names.flatMap((name) => {
    const value = fields[name];
    if (value === undefined || value === null) return [];
    const uri = URIS[name];
    return [{ path: fieldPath(uri), content: contentFor(name, uri, value) }];
  });
}

function contentFor(
  name: keyof ExchangeOccurrenceFields,
  uri: string,
  value: string | number | boolean,
): Xml {
  if (name === 'bodyText') return element('t:Body', { BodyType: 'Text' }, textOf(String(value)));
  return textElement(`t:${uri.slice(uri.indexOf(':') + 1)}`, String(value));
}

const URIS: Record<keyof ExchangeOccurrenceFields, string> = {
  subject: 'item:Subject',
  sensitivity: 'item:Sensitivity',
  bodyText: 'item:Body',
  importance: 'item:Importance',
  reminderIsSet: 'item:ReminderIsSet',
  reminderMinutes: 'item:ReminderMinutesBeforeStart',
  start: 'calendar:Start',
  end: 'calendar:End',
  isAllDay: 'calendar:IsAllDayEvent',
  freeBusy: 'calendar:LegacyFreeBusyStatus',
  location: 'calendar:Location',
};

const CREATE_BEFORE_MARK: readonly (keyof ExchangeOccurrenceFields)[] = [
  'subject',
  'sensitivity',
  'bodyText',
  'importance',
  'reminderIsSet',
  'reminderMinutes',
];
const CREATE_AFTER_MARK: readonly (keyof ExchangeOccurrenceFields)[] = [
  'start',
  'end',
  'isAllDay',
  'freeBusy',
  'location',
];
const UPDATE_BEFORE_TIMES: readonly (keyof ExchangeOccurrenceFields)[] = [
  ...CREATE_BEFORE_MARK,
  'freeBusy',
  'location',
];
const UPDATE_TIMES: readonly (keyof ExchangeOccurrenceFields)[] = ['isAllDay', 'start', 'end'];
