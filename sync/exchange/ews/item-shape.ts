import { MARK_PATH } from './mark-property.js';
import { element, textElement, type Xml } from './xml-writer.js';

/** A property by its name in the schema, as `item:Subject`. */
export function fieldPath(uri: string): Xml {
  return element('t:FieldURI', { FieldURI: uri });
}

/** Id and ChangeKey with exactly the properties named; bodies as plain text. */
function shape(...properties: readonly Xml[]): Xml {
  return element(
    'm:ItemShape',
    null,
    textElement('t:BaseShape', 'IdOnly'),
    textElement('t:BodyType', 'Text'),
    element('t:AdditionalProperties', null, ...properties),
  );
}

/** What an occurrence can have of its own. */
const OCCURRENCE_FIELDS = [
  'item:Subject',
  'item:Sensitivity',
  'item:Body',
  'item:Importance',
  'item:ReminderIsSet',
  'item:ReminderMinutesBeforeStart',
  'calendar:Start',
  'calendar:End',
  'calendar:IsAllDayEvent',
  'calendar:LegacyFreeBusyStatus',
  'calendar:Location',
];

const MASTER_FIELDS = [
  'item:ParentFolderId',
  'item:Categories',
  'item:HasAttachments',
  'item:LastModifiedTime',
  'calendar:UID',
  'calendar:RecurrenceId',
  'calendar:CalendarItemType',
  'calendar:IsMeeting',
  'calendar:IsCancelled',
  'calendar:Organizer',
  'calendar:RequiredAttendees',
  'calendar:OptionalAttendees',
  'calendar:Resources',
  'calendar:DateTimeStamp',
  'calendar:MyResponseType',
  'calendar:AppointmentState',
  'calendar:Recurrence',
  'calendar:ModifiedOccurrences',
  'calendar:DeletedOccurrences',
  'calendar:StartTimeZone',
  'calendar:EndTimeZone',
];

/** Everything we know of a single appointment or of a series. */
export const APPOINTMENT_SHAPE: Xml = shape(
  ...[...OCCURRENCE_FIELDS, ...MASTER_FIELDS].map(fieldPath),
  MARK_PATH,
);

/** A changed occurrence with its own fields, and who takes part in it. */
export const EXCEPTION_SHAPE: Xml = shape(
  ...[
    ...OCCURRENCE_FIELDS,
    'item:HasAttachments',
    'calendar:OriginalStart',
    'calendar:IsCancelled',
    'calendar:RequiredAttendees',
    'calendar:OptionalAttendees',
    'calendar:Resources',
    'calendar:DateTimeStamp',
  ].map(fieldPath),
);

/** Which occurrence an id or an index stands for. */
export const OCCURRENCE_SHAPE: Xml = shape(
  ...[
    'calendar:UID',
    'calendar:RecurrenceId',
    'calendar:CalendarItemType',
    'calendar:Start',
    'calendar:OriginalStart',
  ].map(fieldPath),
);

/** Each property costs the server a call per item (evidence B 4), so the feed asks for two only. */
export const FEED_SHAPE: Xml = element(
  'm:ItemShape',
  null,
  textElement('t:BaseShape', 'IdOnly'),
  element('t:AdditionalProperties', null, fieldPath('item:Sensitivity'), MARK_PATH),
);

/** Id and mark. */
export const MARK_SHAPE: Xml = element(
  'm:ItemShape',
  null,
  textElement('t:BaseShape', 'IdOnly'),
  element('t:AdditionalProperties', null, MARK_PATH),
);
