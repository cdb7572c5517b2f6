import type { ItemKind, PropertyName } from './properties.js';

/**
 * One row per property of an item, in the order of the EWS schema (an answer must keep that order, and a
 * request is refused that does not). `property` is null for what the server works out by itself.
 */
export interface FieldRow {
  /** `calendar:Start`: how clients name it. */
  readonly uri: string;
  readonly element: string;
  readonly form: FieldForm;
  readonly property: PropertyName | null;
  /** The classes that have it; null = all. */
  readonly kinds: readonly ItemKind[] | null;
  readonly write: 'always' | 'create' | 'never';
  /** FindItem and SyncFolderItems leave out what is marked `getItemOnly` (facts 22, 29). */
  readonly getItemOnly: boolean;
  /** The smallest base shape that carries it; `named` = only when asked for by name (fact 33). */
  readonly shape: 'default' | 'all' | 'named';
  /** The allowed words of a choice. */
  readonly choices: readonly string[] | null;
}

export type FieldForm =
  | 'text'
  | 'boolean'
  | 'int'
  | 'double'
  | 'time'
  | 'strings'
  | 'choice'
  | 'body'
  | 'mailbox'
  | 'attendees'
  | 'recurrence'
  | 'zone'
  | 'computed';

type Options = Partial<Pick<FieldRow, 'write' | 'getItemOnly' | 'shape' | 'choices'>> & {
  readonly kinds?: readonly ItemKind[];
};

/** A property that is stored. */
function stored(
  uri: string,
  form: FieldForm,
  property: PropertyName,
  more: Options = {},
): FieldRow {
  return row(uri, form, property, { write: 'always', ...more });
}

/** A property that the server works out. */
function computed(uri: string, more: Options = {}): FieldRow {
  return row(uri, 'computed', null, more);
}

function row(uri: string, form: FieldForm, property: PropertyName | null, more: Options): FieldRow {
  const prefix = uri.slice(0, uri.indexOf(':'));
  return {
    uri,
    element: uri.slice(prefix.length + 1),
    form,
    property,
    kinds: more.kinds ?? KINDS_BY_PREFIX.get(prefix) ?? null,
    write: more.write ?? 'never',
    getItemOnly: more.getItemOnly ?? false,
    shape: more.shape ?? 'all',
    choices: more.choices ?? null,
  };
}

const KINDS_BY_PREFIX: ReadonlyMap<string, readonly ItemKind[]> = new Map([
  ['calendar', ['CalendarItem']],
  ['task', ['Task']],
  ['contacts', ['Contact']],
  ['message', ['Message']],
]);

const GET_ONLY = { getItemOnly: true } as const;
const DEFAULT = { shape: 'default' } as const;
const NAMED = { shape: 'named' } as const;

const SENSITIVITIES = ['Normal', 'Personal', 'Private', 'Confidential'];
const IMPORTANCES = ['Low', 'Normal', 'High'];
const FREE_BUSY = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData'];
const STATUSES = ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred'];

// prettier-ignore
export const FIELDS: readonly FieldRow[] = [
  computed('item:ItemId', DEFAULT),
  computed('item:ParentFolderId'),
  stored('item:ItemClass', 'text', 'ItemClass', { write: 'create' }),
  stored('item:Subject', 'text', 'Subject', DEFAULT),
  stored('item:Sensitivity', 'choice', 'Sensitivity', { choices: SENSITIVITIES }),
  stored('item:Body', 'body', 'Body', GET_ONLY),
  computed('item:DateTimeReceived'),
  computed('item:Size'),
  stored('item:Categories', 'strings', 'Categories'),
  stored('item:Importance', 'choice', 'Importance', { choices: IMPORTANCES }),
  stored('item:InReplyTo', 'text', 'InReplyTo'),
  computed('item:IsSubmitted'),
  computed('item:IsDraft'),
  computed('item:IsFromMe'),
  computed('item:IsResend'),
  computed('item:IsUnmodified'),
  computed('item:DateTimeSent'),
  computed('item:DateTimeCreated'),
  stored('item:ReminderDueBy', 'time', 'ReminderDueBy'),
  stored('item:ReminderIsSet', 'boolean', 'ReminderIsSet'),
  computed('item:ReminderNextTime', GET_ONLY),
  stored('item:ReminderMinutesBeforeStart', 'int', 'ReminderMinutesBeforeStart'),
  computed('item:DisplayCc'),
  computed('item:DisplayTo'),
  computed('item:HasAttachments', DEFAULT),
  computed('item:ExtendedProperty', NAMED), // not a name that clients use; it marks the place in the schema
  stored('item:Culture', 'text', 'Culture'),
  computed('item:EffectiveRights'),
  computed('item:LastModifiedName'),
  computed('item:LastModifiedTime'),
  computed('item:IsAssociated'),
  computed('item:TextBody', { ...NAMED, ...GET_ONLY }),

  stored('calendar:UID', 'text', 'UID', DEFAULT),
  computed('calendar:RecurrenceId'),
  computed('calendar:DateTimeStamp'),
  stored('calendar:Start', 'time', 'Start', DEFAULT),
  stored('calendar:End', 'time', 'End', DEFAULT),
  computed('calendar:OriginalStart'),
  stored('calendar:IsAllDayEvent', 'boolean', 'IsAllDayEvent'),
  stored('calendar:LegacyFreeBusyStatus', 'choice', 'LegacyFreeBusyStatus', { choices: FREE_BUSY, shape: 'default' }),
  stored('calendar:Location', 'text', 'Location', DEFAULT),
  stored('calendar:When', 'text', 'When'),
  computed('calendar:IsMeeting'),
  stored('calendar:IsCancelled', 'boolean', 'IsCancelled', { write: 'never' }),
  computed('calendar:IsRecurring'),
  stored('calendar:MeetingRequestWasSent', 'boolean', 'MeetingRequestWasSent', { write: 'never' }),
  stored('calendar:IsResponseRequested', 'boolean', 'IsResponseRequested'),
  computed('calendar:CalendarItemType', DEFAULT),
  stored('calendar:MyResponseType', 'choice', 'MyResponseType', { write: 'never' }),
  stored('calendar:Organizer', 'mailbox', 'Organizer', { write: 'never', shape: 'default' }),
  stored('calendar:RequiredAttendees', 'attendees', 'RequiredAttendees', GET_ONLY),
  stored('calendar:OptionalAttendees', 'attendees', 'OptionalAttendees', GET_ONLY),
  stored('calendar:Resources', 'attendees', 'Resources', GET_ONLY),
  computed('calendar:Duration'),
  computed('calendar:TimeZone'),
  stored('calendar:AppointmentSequenceNumber', 'int', 'AppointmentSequenceNumber', { write: 'never' }),
  computed('calendar:AppointmentState'),
  stored('calendar:Recurrence', 'recurrence', 'Recurrence', GET_ONLY),
  computed('calendar:FirstOccurrence', GET_ONLY),
  computed('calendar:LastOccurrence', GET_ONLY),
  computed('calendar:ModifiedOccurrences', GET_ONLY),
  computed('calendar:DeletedOccurrences', GET_ONLY),
  stored('calendar:StartTimeZone', 'zone', 'StartTimeZone'),
  stored('calendar:EndTimeZone', 'zone', 'EndTimeZone'),
  stored('calendar:ConferenceType', 'int', 'ConferenceType'),
  stored('calendar:AllowNewTimeProposal', 'boolean', 'AllowNewTimeProposal'),
  stored('calendar:IsOnlineMeeting', 'boolean', 'IsOnlineMeeting'),
  stored('calendar:MeetingWorkspaceUrl', 'text', 'MeetingWorkspaceUrl'),
  stored('calendar:NetShowUrl', 'text', 'NetShowUrl'),
  computed('calendar:StartWallClock', NAMED),
  computed('calendar:EndWallClock', NAMED),
  computed('calendar:StartTimeZoneId', NAMED),
  computed('calendar:EndTimeZoneId', NAMED),
  computed('calendar:IsOrganizer'),

  stored('message:IsRead', 'boolean', 'IsRead', DEFAULT),

  stored('task:ActualWork', 'int', 'ActualWork'),
  stored('task:BillingInformation', 'text', 'BillingInformation'),
  stored('task:Companies', 'strings', 'Companies'),
  stored('task:CompleteDate', 'time', 'CompleteDate'),
  stored('task:DueDate', 'time', 'DueDate', DEFAULT),
  computed('task:IsComplete'),
  computed('task:IsRecurring'),
  stored('task:Mileage', 'text', 'Mileage'),
  stored('task:PercentComplete', 'double', 'PercentComplete', DEFAULT),
  stored('task:StartDate', 'time', 'StartDate'),
  stored('task:Status', 'choice', 'Status', { choices: STATUSES, shape: 'default' }),
  stored('task:TotalWork', 'int', 'TotalWork'),

  stored('contacts:FileAs', 'text', 'FileAs', DEFAULT),
  stored('contacts:DisplayName', 'text', 'DisplayName', DEFAULT),
  stored('contacts:GivenName', 'text', 'GivenName'),
  stored('contacts:MiddleName', 'text', 'MiddleName'),
  stored('contacts:Nickname', 'text', 'Nickname'),
  stored('contacts:CompanyName', 'text', 'CompanyName', DEFAULT),
  stored('contacts:Birthday', 'time', 'Birthday'),
  stored('contacts:BusinessHomePage', 'text', 'BusinessHomePage'),
  stored('contacts:Department', 'text', 'Department'),
  stored('contacts:JobTitle', 'text', 'JobTitle'),
  stored('contacts:OfficeLocation', 'text', 'OfficeLocation'),
  stored('contacts:Surname', 'text', 'Surname'),
];

const BY_URI: ReadonlyMap<string, FieldRow> = new Map(FIELDS.map((field) => [field.uri, field]));
const BY_PROPERTY: ReadonlyMap<string, FieldRow> = new Map(
  FIELDS.flatMap((field) => (field.property === null ? [] : [[field.property, field] as const])),
);

/** null for a name that the schema knows but this server keeps nothing of, or that nobody knows. */
export function fieldByUri(uri: string): FieldRow | null {
  return BY_URI.get(uri) ?? null;
}

export function fieldOfProperty(property: PropertyName): FieldRow {
  const found = BY_PROPERTY.get(property);
  if (!found) throw new Error(`no field row for ${property}`);
  return found;
}

/** The rows of one class in schema order. */
export function fieldsOfKind(kind: ItemKind): readonly FieldRow[] {
  return ROWS_BY_KIND[kind];
}

const ROWS_BY_KIND: Record<ItemKind, readonly FieldRow[]> = {
  CalendarItem: rowsOf('CalendarItem'),
  Task: rowsOf('Task'),
  Contact: rowsOf('Contact'),
  Message: rowsOf('Message'),
};

function rowsOf(kind: ItemKind): readonly FieldRow[] {
  return FIELDS.filter(({ kinds }) => kinds === null || kinds.includes(kind));
}
