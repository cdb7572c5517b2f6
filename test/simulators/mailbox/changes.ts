import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import { fieldOfProperty } from './fields.js';
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
  | { readonly action: 'setExtended'; readonly extended: ExtendedProperty }
  | { readonly action: 'deleteExtended'; readonly path: ExtendedPath };

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
      checkChange(change, kind);
      const { property } = change;
      const there = set.get(property) ?? before[property];
      set.delete(property);
      if (change.action === 'delete') removed.add(property);
      else removed.delete(property);
      if (change.action === 'set') set.set(property, change.value[property]);
      if (change.action === 'append') {
        set.set(property, appended(property, change.value[property], there));
      }
    }
  }
  return { set: Object.fromEntries(set), removed, extended };
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
  Message: 'IPM.Note',
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
  Task: { ReminderIsSet: false, Status: 'NotStarted', PercentComplete: 0 },
  Contact: { ReminderIsSet: false },
  Message: { ReminderIsSet: false, IsRead: false },
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
): void {
  const field = fieldOfProperty(change.property);
  if (field.kinds && !field.kinds.includes(kind)) {
    throw new ExchangeError('ErrorInvalidPropertyRequest', `${field.uri} is not of a ${kind}.`);
  }
  if (change.action === 'delete' && (field.write !== 'always' || MANDATORY.has(change.property))) {
    throw new ExchangeError('ErrorInvalidPropertyDelete', `${field.uri} cannot be deleted.`);
  }
  if (field.write !== 'always') {
    throw new ExchangeError('ErrorInvalidPropertySet', `${field.uri} cannot be set.`);
  }
}

const APPENDABLE: ReadonlySet<PropertyName> = new Set([
  'Body',
  'RequiredAttendees',
  'OptionalAttendees',
  'Resources',
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

/** Evidence B 7a, 7c, 7d, 7f. */
function withinLimits(properties: ItemProperties): ItemProperties {
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
