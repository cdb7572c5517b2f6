import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import type { Entries } from './class-properties.js';
import { fieldOf } from './fields.js';
import { storedBody } from './bodies.js';
import type {
  Body,
  ExtendedPath,
  ExtendedProperty,
  ItemInput,
  ItemKind,
  ItemProperties,
  PropertyName,
} from './properties.js';
import { TIME_NAMES } from './properties.js';
import { readTime } from './zones.js';

/** One step of an UpdateItem; steps are done in their order (fact 36). */
export type ItemChange =
  | {
      readonly action: 'set' | 'append';
      readonly property: PropertyName;
      readonly value: ItemInput;
    }
  | { readonly action: 'delete'; readonly property: PropertyName }
  | {
      readonly action: 'setEntries';
      readonly property: DictionaryName;
      readonly entries: Entries;
    }
  | { readonly action: 'deleteEntry'; readonly property: DictionaryName; readonly entry: string }
  | { readonly action: 'setExtended'; readonly extended: ExtendedProperty }
  | { readonly action: 'deleteExtended'; readonly path: ExtendedPath };

/** The properties that are written entry by entry (fact 38). */
export type DictionaryName =
  'EmailAddresses' | 'PhysicalAddresses' | 'PhoneNumbers' | 'ImAddresses';

const DICTIONARIES: readonly DictionaryName[] = [
  'EmailAddresses',
  'PhysicalAddresses',
  'PhoneNumbers',
  'ImAddresses',
];

/** The dictionary among all properties; null for any other. */
export function dictionaryOf(property: PropertyName | null): DictionaryName | null {
  return DICTIONARIES.find((name) => name === property) ?? null;
}

/** The sum of all steps: what is set, what is taken away. Times are still texts. */
export interface Draft {
  readonly set: ItemInput;
  readonly removed: ReadonlySet<PropertyName>;
  readonly extended: ReadonlyMap<string, ExtendedProperty | null>;
}

/** Sums up the steps over what is there; refuses steps that Exchange refuses. */
export function sumUp(
  changes: readonly ItemChange[],
  { kind, before }: { kind: ItemKind; before: ItemProperties },
): Draft {
  const set = new Map<PropertyName, unknown>();
  const removed = new Set<PropertyName>();
  const extended = new Map<string, ExtendedProperty | null>();
  for (const change of changes) {
    if (change.action === 'setExtended') {
      extended.set(extendedKey(change.extended.path), change.extended);
    } else if (change.action === 'deleteExtended') {
      extended.set(extendedKey(change.path), null);
    } else {
      checkChange(change, kind, before);
      const { property } = change;
      const there = set.get(property) ?? (removed.has(property) ? undefined : before[property]);
      set.delete(property); // what is set again counts as set now (fact 36)
      if (change.action === 'delete') removed.add(property);
      else {
        removed.delete(property);
        set.set(property, valueAfter(change, there));
      }
    }
  }
  return { set: Object.fromEntries(set), removed, extended };
}

type Writing = Exclude<
  ItemChange,
  { action: 'delete' } | { action: 'setExtended' } | { action: 'deleteExtended' }
>;

function valueAfter(change: Writing, there: unknown): unknown {
  switch (change.action) {
    case 'set':
      return change.value[change.property];
    case 'append':
      return appended(change.property, change.value[change.property], there);
    case 'setEntries':
      return { ...(there as Entries | undefined), ...change.entries };
    case 'deleteEntry':
      return withoutEntry((there as Entries | undefined) ?? {}, change.entry);
  }
}

/** Takes an entry away, with all its parts. */
function withoutEntry(entries: Entries, entry: string): Entries {
  const kept = Object.entries(entries).filter(
    ([key]) => key !== entry && !key.startsWith(`${entry}:`),
  );
  return Object.fromEntries(kept);
}

/** What a set value becomes when it is stored; the times of calendar items are settled elsewhere. */
export function storedValues(input: ItemInput, zone: string): ItemProperties {
  const stored = Object.entries(input).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'Start' || name === 'End') return [];
    const isTime = typeof value === 'string' && TIME_NAMES.some((time) => time === name);
    return [[name, isTime ? readTime(value, zone) : value]];
  });
  return withinLimits(Object.fromEntries(stored));
}

/** Defaults of a new item, each with its source: facts 42, 7f; the rest as the schema's own defaults. */
export function defaultsOf(kind: ItemKind): ItemProperties {
  const shared: ItemProperties = {
    ItemClass: ITEM_CLASS[kind],
    Subject: '',
    Sensitivity: 'Normal',
    Importance: 'Normal',
    Culture: 'de-DE',
    Body: { BodyType: 'Text', Value: '' },
  };
  return { ...shared, ...DEFAULTS_BY_KIND[kind] };
}

const ITEM_CLASS: Record<ItemKind, string> = {
  CalendarItem: 'IPM.Appointment',
  Task: 'IPM.Task',
  Contact: 'IPM.Contact',
  DistributionList: 'IPM.DistList',
  Message: 'IPM.Note',
  PostItem: 'IPM.Post',
  MeetingRequest: 'IPM.Schedule.Meeting.Request',
  MeetingResponse: 'IPM.Schedule.Meeting.Resp',
  MeetingCancellation: 'IPM.Schedule.Meeting.Canceled',
};

const MESSAGE_DEFAULTS: ItemProperties = {
  ReminderIsSet: false,
  IsRead: false,
  IsReadReceiptRequested: false,
  IsDeliveryReceiptRequested: false,
  IsResponseRequested: false,
};

const DEFAULTS_BY_KIND: Record<ItemKind, ItemProperties> = {
  CalendarItem: {
    ReminderIsSet: true,
    ReminderMinutesBeforeStart: 15,
    LegacyFreeBusyStatus: 'Busy',
    IsResponseRequested: true,
    MyResponseType: 'Organizer',
    MeetingRequestWasSent: false,
    IsCancelled: false,
    AppointmentSequenceNumber: 0,
    ConferenceType: 0,
    AllowNewTimeProposal: true,
    IsOnlineMeeting: false,
    IsAllDayEvent: false,
    Location: '',
  },
  Task: { ReminderIsSet: false, Status: 'NotStarted', PercentComplete: 0, ChangeCount: 1 },
  Contact: { ReminderIsSet: false },
  DistributionList: { ReminderIsSet: false },
  Message: { ...MESSAGE_DEFAULTS, IsDraft: true },
  PostItem: { ReminderIsSet: false, IsRead: false },
  MeetingRequest: MESSAGE_DEFAULTS,
  MeetingResponse: MESSAGE_DEFAULTS,
  MeetingCancellation: MESSAGE_DEFAULTS,
};

/** What deleted properties come back as, where an item cannot be without them. */
export function defaultsAmong(kind: ItemKind, names: ReadonlySet<PropertyName>): ItemProperties {
  const defaults = Object.entries(defaultsOf(kind));
  return Object.fromEntries(defaults.filter(([name]) => names.has(name as PropertyName)));
}

const MANDATORY: ReadonlySet<PropertyName> = new Set(['Start', 'End', 'UID', 'ItemClass']);

function checkChange(
  change: { readonly action: string; readonly property: PropertyName },
  kind: ItemKind,
  before: ItemProperties,
): void {
  const { action, property } = change;
  const field = fieldOf(kind, property);
  if (!field) {
    throw new ExchangeError('ErrorInvalidPropertyRequest', `${property} is not of a ${kind}.`);
  }
  const isOpen = field.write === 'always' || (field.write === 'draft' && before.IsDraft === true);
  if (action === 'delete' && (!isOpen || MANDATORY.has(property))) {
    throw new ExchangeError('ErrorInvalidPropertyDelete', `${field.uri} cannot be deleted.`);
  }
  if (!isOpen) {
    throw new ExchangeError('ErrorInvalidPropertySet', `${field.uri} cannot be set.`);
  }
}

const APPENDABLE: ReadonlySet<PropertyName> = new Set([
  'Body',
  'RequiredAttendees',
  'OptionalAttendees',
  'Resources',
  'ToRecipients',
  'CcRecipients',
  'BccRecipients',
  'ReplyTo',
]);

function appended(property: PropertyName, value: unknown, there: unknown): unknown {
  if (!APPENDABLE.has(property)) {
    throw new ExchangeError('ErrorInvalidPropertyAppend', `${property} cannot be appended to.`);
  }
  if (there === undefined) return value;
  if (property !== 'Body') return [...(there as unknown[]), ...(value as unknown[])];
  const [first, second] = [there as Body, value as Body];
  return { ...first, Value: first.Value.replace(/\r\n$/, '') + second.Value };
}

const MAX_REMINDER_MINUTES = 2_629_800;
const REMINDER_MARKER = 1_525_252_321;

/** Evidence B 7a, 7c, 7d, 7f; the parts of a name are refused where they are too long (EL). */
function withinLimits(properties: ItemProperties): ItemProperties {
  for (const name of ['GivenName', 'MiddleName', 'Surname'] as const) {
    if ((properties[name] ?? '').length <= 255) continue;
    throw new ExchangeError('ErrorPropertyUpdate', `${name} is longer than 255 characters.`);
  }
  const { Subject, Categories, Body, ReminderMinutesBeforeStart: minutes } = properties;
  const isReminder =
    minutes === undefined ||
    minutes === REMINDER_MARKER ||
    (minutes >= 0 && minutes <= MAX_REMINDER_MINUTES);
  if (!isReminder) {
    throw new ExchangeError(
      'ErrorInvalidValueForProperty',
      `ReminderMinutesBeforeStart: ${minutes} is not 0 to ${MAX_REMINDER_MINUTES}.`,
    );
  }
  return {
    ...properties,
    ...(Subject === undefined ? {} : { Subject: Subject.slice(0, 255) }),
    ...(Categories === undefined
      ? {}
      : { Categories: Categories.map((name) => name.slice(0, 255)) }),
    ...(Body === undefined ? {} : { Body: storedBody(Body) }),
  };
}
