import { extendedKey } from './extended.js';
import { isMeeting, isOrganizer } from './ledger.js';
import type { ExtendedPath, ExtendedProperty, ItemProperties } from './properties.js';
import type { ItemView } from './view.js';
import { formatTime, MINUTE } from './zones.js';

/**
 * An extended property of an item: one that was set, else what MAPI calls a property that the item has under
 * another name in EWS (MS-OXPROPS). Mail programs ask and search for these by number.
 */
export function extendedOf(
  view: ItemView,
  { path, key }: { readonly path: ExtendedPath; readonly key: string },
): ExtendedProperty | null {
  const stored = view.extended.get(key);
  if (stored) return stored;
  if (key === KEYWORDS) return categoriesOf(view, path);
  const value = MAPI.get(key)?.(view);
  return value === undefined || value === null ? null : { path, value: textOf(value) };
}

const KEYWORDS = extendedKey({
  DistinguishedPropertySetId: 'PublicStrings',
  PropertyName: 'Keywords',
  PropertyType: 'StringArray',
});

function categoriesOf({ properties }: ItemView, path: ExtendedPath): ExtendedProperty | null {
  const { Categories = [] } = properties;
  return Categories.length === 0 ? null : { path, value: Categories };
}

/** Whether the server works the property out, so that no index knows it. */
export function isMapi(key: string): boolean {
  return MAPI.has(key) || key === KEYWORDS;
}

type MapiValue = string | number | boolean | Date | null | undefined;

function textOf(value: Exclude<MapiValue, null | undefined>): string {
  return value instanceof Date ? formatTime(value.getTime()) : String(value);
}

function time(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

const SENSITIVITIES = { Normal: 0, Personal: 1, Private: 2, Confidential: 3 } as const;
const BUSY = { Free: 0, Tentative: 1, Busy: 2, OOF: 3, WorkingElsewhere: 4, NoData: -1 } as const;
const STATUSES = {
  NotStarted: 0,
  InProgress: 1,
  Completed: 2,
  WaitingOnOthers: 3,
  Deferred: 4,
} as const;

type Reader = (view: ItemView) => MapiValue;

/** Reads one of the item's properties; only of calendar items where `Appointment` is the set. */
function of(read: (properties: ItemProperties) => MapiValue): Reader {
  return ({ properties }) => read(properties);
}

function ofEvent(read: (properties: ItemProperties) => MapiValue): Reader {
  return ({ kind, properties }) => (kind === 'CalendarItem' ? read(properties) : null);
}

const TAGS: readonly (readonly [tag: string, read: Reader])[] = [
  ['0x0017', of(({ Importance = 'Normal' }) => ({ Low: 0, Normal: 1, High: 2 })[Importance])],
  ['0x001a', of(({ ItemClass }) => ItemClass)],
  ['0x0036', of(({ Sensitivity = 'Normal' }) => SENSITIVITIES[Sensitivity])],
  ['0x0037', of(({ Subject }) => Subject)],
  ['0x1000', of(({ Body }) => Body?.Value)],
  ['0x0e1b', of(({ Attachments = [] }) => Attachments.length > 0)],
  ['0x0e1d', of(({ Subject }) => Subject)],
  ['0x0e23', ({ stored }) => stored.counter],
  ['0x3001', of(({ DisplayName, Subject }) => DisplayName ?? Subject)],
  ['0x3a06', of(({ GivenName }) => GivenName)],
  ['0x3a11', of(({ Surname }) => Surname)],
  ['0x3a16', of(({ CompanyName }) => CompanyName)],
  ['0x3a17', of(({ JobTitle }) => JobTitle)],
  ['0x3a18', of(({ Department }) => Department)],
  ['0x3007', ({ stored }) => new Date(stored.createdAt)],
  ['0x3008', ({ stored }) => new Date(stored.modifiedAt)],
];

const NAMED: readonly (readonly [set: string, id: number, read: Reader])[] = [
  [
    'Appointment',
    0x8205,
    ofEvent(({ LegacyFreeBusyStatus = 'Busy' }) => BUSY[LegacyFreeBusyStatus]),
  ],
  ['Appointment', 0x8208, ofEvent(({ Location }) => Location)],
  ['Appointment', 0x820d, ofEvent(({ Start }) => time(Start))],
  ['Appointment', 0x820e, ofEvent(({ End }) => time(End))],
  ['Appointment', 0x8213, ofEvent(({ Start = 0, End = 0 }) => (End - Start) / MINUTE)],
  ['Appointment', 0x8215, ofEvent(({ IsAllDayEvent = false }) => IsAllDayEvent)],
  [
    'Appointment',
    0x8217,
    ofEvent((item) => (isMeeting(item) ? 1 : 0) + (isOrganizer(item) ? 0 : 2)),
  ],
  ['Appointment', 0x8223, ofEvent(({ Recurrence }) => Recurrence !== undefined)],
  ['Common', 0x8501, of(({ ReminderMinutesBeforeStart }) => ReminderMinutesBeforeStart)],
  ['Common', 0x8503, of(({ ReminderIsSet }) => ReminderIsSet)],
  ['Common', 0x8506, of(({ Sensitivity }) => Sensitivity === 'Private')],
  ['Task', 0x8101, of(({ Status }) => (Status === undefined ? null : STATUSES[Status]))],
  ['Task', 0x8104, of(({ StartDate }) => time(StartDate))],
  ['Task', 0x8105, of(({ DueDate }) => time(DueDate))],
];

const MAPI: ReadonlyMap<string, Reader> = new Map([
  ...TAGS.map(([PropertyTag, read]): [string, Reader] => {
    return [extendedKey({ PropertyTag, PropertyType: 'String' }), read];
  }),
  ...NAMED.map(([DistinguishedPropertySetId, PropertyId, read]): [string, Reader] => {
    return [extendedKey({ DistinguishedPropertySetId, PropertyId, PropertyType: 'String' }), read];
  }),
]);
