import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
  ExchangeAttendee,
  ExchangeDayOfWeek,
  ExchangeInvitee,
  ExchangeMailbox,
  ExchangeOccurrenceFields,
  ExchangePattern,
  ExchangeRange,
  ExchangeRecurrence,
} from '../../mappings/exchange-item.js';
import { instantOf, parseEmail } from '../../mappings/values.js';
import type { Instant } from '../../mappings/values.js';
import { hasAttachments } from './ews/computed/item-computed.js';
import type { MailboxAddress } from './mailbox/addresses.js';
import { bodyAs } from './mailbox/bodies.js';
import type { ItemChange } from './mailbox/changes.js';
import { isMeeting, isOrganizer } from './mailbox/ledger.js';
import type { Mailbox } from './mailbox/mailbox.js';
import type {
  DayOfWeek,
  ItemInput,
  PropertyName,
  Recurrence,
  RecurrencePattern,
  RecurrenceRange,
} from './mailbox/properties.js';
import { deletedOccurrences, isMaster, modifiedOccurrences } from './mailbox/series.js';
import type { StoredItem } from './mailbox/stored-item.js';
import type { ItemView } from './mailbox/view.js';

/** Between the port's words and the mailbox's own; no decisions here. */

/** A stored item as the port shows it, its exceptions inside. */
export function appointmentOf(mailbox: Mailbox, stored: StoredItem): ExchangeAppointment {
  const view = mailbox.viewOf(stored);
  const { UID, RecurrenceId, StartTimeZone, EndTimeZone, Recurrence, Categories } = view.properties;
  const isSeries = isMaster(stored);
  return {
    ...fieldsOf(view),
    uid: UID ?? null,
    recurrenceId: isSeries || RecurrenceId === undefined ? null : instantOf(RecurrenceId),
    type: isSeries ? 'RecurringMaster' : 'Single',
    startTimeZone: StartTimeZone ?? null,
    endTimeZone: EndTimeZone ?? null,
    recurrence: Recurrence ? recurrenceOf(Recurrence) : null,
    modifiedOccurrences: (isSeries ? modifiedOccurrences(stored) : []).map((occurrence) => {
      const changed = mailbox.viewOf(stored, occurrence);
      const originalStart = instantOf(occurrence.originalStart);
      const isAttached = hasAttachments(changed.properties);
      const attendees = attendeesOf(changed);
      const own = {
        ...{ fields: fieldsOf(changed), hasAttachments: isAttached },
        ...(attendees.length > 0 && { attendees }),
        ...(changed.properties.IsCancelled === true && { isCancelled: true }),
      };
      return { itemId: changed.id, originalStart, ...own };
    }),
    deletedOccurrences: (isSeries ? deletedOccurrences(stored) : []).map(({ originalStart }) =>
      instantOf(originalStart),
    ),
    isMeeting: isMeeting(view.properties) || !isOrganizer(view.properties),
    ...peopleOf(view),
    organizerSentAt: sentAt(mailbox, stored),
    categories: Categories ?? [],
    hasAttachments: hasAttachments(view.properties),
    lastModified: instantOf(stored.modifiedAt),
  };
}

function peopleOf({
  properties,
}: ItemView): Pick<
  ExchangeAppointment,
  'isOrganizer' | 'organizer' | 'attendees' | 'myResponse' | 'isCancelled'
> {
  const { Organizer } = properties;
  return {
    isOrganizer: isOrganizer(properties),
    organizer: Organizer === undefined ? null : mailboxOf(Organizer),
    attendees: attendeesOf({ properties }),
    myResponse: properties.MyResponseType ?? 'Organizer',
    isCancelled: properties.IsCancelled ?? false,
  };
}

function attendeesOf({ properties }: Pick<ItemView, 'properties'>): readonly ExchangeAttendee[] {
  const listed = [
    ...(properties.RequiredAttendees ?? []).map((one) => [one, 'Required'] as const),
    ...(properties.OptionalAttendees ?? []).map((one) => [one, 'Optional'] as const),
    ...(properties.Resources ?? []).map((one) => [one, 'Resource'] as const),
  ];
  return listed.map(([one, role]) => ({
    ...mailboxOf(one),
    role,
    response: one.ResponseType ?? 'Unknown',
  }));
}

/** Of an attendee's copy: the latest that came of the series or of one of its occurrences. */
function sentAt(mailbox: Mailbox, stored: StoredItem): Instant | null {
  const { OwnerCriticalChange: ofSeries } = stored.properties;
  if (isOrganizer(stored.properties) || ofSeries === undefined) return null;
  const changed = isMaster(stored) ? modifiedOccurrences(stored) : [];
  const all = changed.map(
    (one) => mailbox.viewOf(stored, one).properties.OwnerCriticalChange ?? ofSeries,
  );
  return instantOf(Math.max(ofSeries, ...all));
}

function mailboxOf({ Name, EmailAddress }: MailboxAddress): ExchangeMailbox {
  const address = EmailAddress.includes('@') ? parseEmail(EmailAddress) : null;
  return { address, name: Name ?? '' };
}

/** What a single, a master and an occurrence have in common. */
export function fieldsOf({ properties }: ItemView): ExchangeOccurrenceFields {
  return {
    subject: properties.Subject ?? '',
    bodyText: bodyAs(properties.Body ?? { BodyType: 'Text', Value: '' }, 'Text').Value,
    location: properties.Location ?? '',
    start: instantOf(properties.Start ?? 0),
    end: instantOf(properties.End ?? 0),
    isAllDay: properties.IsAllDayEvent ?? false,
    sensitivity: properties.Sensitivity ?? 'Normal',
    freeBusy: properties.LegacyFreeBusyStatus ?? 'Busy',
    reminderIsSet: properties.ReminderIsSet ?? false,
    reminderMinutes: properties.ReminderMinutesBeforeStart ?? 0,
    importance: properties.Importance ?? 'Normal',
  };
}

/** What a patch sets, without its exceptions; a `recurrence` of null is not among it. */
export function inputOf(patch: ExchangeAppointmentPatch): ItemInput {
  const { fields, timeZone, recurrence } = patch;
  const { bodyText } = fields;
  const all: [PropertyName, unknown][] = [
    ['Subject', fields.subject],
    ['Sensitivity', fields.sensitivity],
    [
      'Body',
      typeof bodyText === 'string' ? { BodyType: 'Text', Value: cleaned(bodyText) } : undefined,
    ],
    ['Importance', fields.importance],
    ['ReminderIsSet', fields.reminderIsSet],
    ['ReminderMinutesBeforeStart', fields.reminderMinutes],
    ['Start', fields.start],
    ['End', fields.end],
    ['IsAllDayEvent', fields.isAllDay],
    ['LegacyFreeBusyStatus', fields.freeBusy],
    ['Location', fields.location],
    ...listsOf(patch.invitees ?? []),
    ['Recurrence', recurrence ? storedRecurrence(recurrence) : undefined],
    ['StartTimeZone', timeZone],
    ['EndTimeZone', timeZone],
  ];
  return Object.fromEntries(
    all
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? cleaned(value) : value]),
  );
}

/** The steps of an update. */
export function changesOf(patch: ExchangeAppointmentPatch): ItemChange[] {
  const input = inputOf(patch);
  const names = Object.keys(input) as PropertyName[];
  const lists = new Set<string>(listsOf(patch.invitees ?? []).map(([name]) => name));
  const sets = names.map((property): ItemChange => {
    return { action: lists.has(property) ? 'append' : 'set', property, value: input };
  });
  const shorter = (patch.shorterLists ?? []).flatMap(({ role, attendees }): ItemChange[] => {
    const property = PROPERTY_OF[role];
    if (attendees.length === 0) return [{ action: 'delete', property }];
    return [{ action: 'set', property, value: Object.fromEntries(listsOf(attendees)) }];
  });
  const all = [...shorter, ...sets];
  return patch.recurrence === null ? [...all, { action: 'delete', property: 'Recurrence' }] : all;
}

const PROPERTY_OF = {
  Required: 'RequiredAttendees',
  Optional: 'OptionalAttendees',
  Resource: 'Resources',
} as const;

/** Who comes onto which list. */
function listsOf(invitees: readonly ExchangeInvitee[]): [PropertyName, unknown][] {
  const named = [
    ['RequiredAttendees', 'Required'],
    ['OptionalAttendees', 'Optional'],
    ['Resources', 'Resource'],
  ] as const;
  return named.flatMap(([property, role]): [PropertyName, unknown][] => {
    const here = invitees.filter((one) => one.role === role);
    const people = here.map(({ name, address }) => ({ Name: name, EmailAddress: address }));
    return people.length === 0 ? [] : [[property, people]];
  });
}

/** What XML cannot carry does not arrive on the wire either: control characters and halves of characters. */
function cleaned(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '');
}

function recurrenceOf({ pattern, range }: Recurrence): ExchangeRecurrence {
  return { pattern: patternOf(pattern), range: rangeOf(range) };
}

function patternOf(pattern: RecurrencePattern): ExchangePattern {
  switch (pattern.kind) {
    case 'DailyRecurrence':
      return { kind: 'Daily', interval: pattern.Interval };
    case 'WeeklyRecurrence':
      return {
        kind: 'Weekly',
        interval: pattern.Interval,
        daysOfWeek: pattern.DaysOfWeek,
        firstDayOfWeek: pattern.FirstDayOfWeek ?? null,
      };
    case 'AbsoluteMonthlyRecurrence':
      return {
        kind: 'AbsoluteMonthly',
        interval: pattern.Interval,
        dayOfMonth: pattern.DayOfMonth,
      };
    case 'RelativeMonthlyRecurrence':
      return {
        kind: 'RelativeMonthly',
        interval: pattern.Interval,
        dayOfWeek: pattern.DaysOfWeek,
        index: pattern.DayOfWeekIndex,
      };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'AbsoluteYearly', dayOfMonth: pattern.DayOfMonth, month: pattern.Month };
    case 'RelativeYearlyRecurrence':
      return {
        kind: 'RelativeYearly',
        dayOfWeek: pattern.DaysOfWeek,
        index: pattern.DayOfWeekIndex,
        month: pattern.Month,
      };
  }
}

function rangeOf(range: RecurrenceRange): ExchangeRange {
  switch (range.kind) {
    case 'NoEndRecurrence':
      return { kind: 'NoEnd', startDate: range.StartDate };
    case 'EndDateRecurrence':
      return { kind: 'EndDate', startDate: range.StartDate, endDate: range.EndDate };
    case 'NumberedRecurrence':
      return {
        kind: 'Numbered',
        startDate: range.StartDate,
        numberOfOccurrences: range.NumberOfOccurrences,
      };
  }
}

function storedRecurrence({ pattern, range }: ExchangeRecurrence): Recurrence {
  return { pattern: storedPattern(pattern), range: storedRange(range) };
}

function storedPattern(pattern: ExchangePattern): RecurrencePattern {
  switch (pattern.kind) {
    case 'Daily':
      return { kind: 'DailyRecurrence', Interval: pattern.interval };
    case 'Weekly':
      return {
        kind: 'WeeklyRecurrence',
        Interval: pattern.interval,
        DaysOfWeek: pattern.daysOfWeek,
        ...firstDay(pattern.firstDayOfWeek),
      };
    case 'AbsoluteMonthly':
      return {
        kind: 'AbsoluteMonthlyRecurrence',
        Interval: pattern.interval,
        DayOfMonth: pattern.dayOfMonth,
      };
    case 'RelativeMonthly':
      return {
        kind: 'RelativeMonthlyRecurrence',
        Interval: pattern.interval,
        DaysOfWeek: pattern.dayOfWeek,
        DayOfWeekIndex: pattern.index,
      };
    case 'AbsoluteYearly':
      return {
        kind: 'AbsoluteYearlyRecurrence',
        DayOfMonth: pattern.dayOfMonth,
        Month: pattern.month,
      };
    case 'RelativeYearly':
      return {
        kind: 'RelativeYearlyRecurrence',
        DaysOfWeek: pattern.dayOfWeek,
        DayOfWeekIndex: pattern.index,
        Month: pattern.month,
      };
  }
}

function firstDay(day: ExchangeDayOfWeek | null): { FirstDayOfWeek?: DayOfWeek } {
  return day === null ? {} : { FirstDayOfWeek: day };
}

function storedRange(range: ExchangeRange): RecurrenceRange {
  const StartDate = range.startDate;
  switch (range.kind) {
    case 'NoEnd':
      return { kind: 'NoEndRecurrence', StartDate };
    case 'EndDate':
      return { kind: 'EndDateRecurrence', StartDate, EndDate: range.endDate };
    case 'Numbered':
      return {
        kind: 'NumberedRecurrence',
        StartDate,
        NumberOfOccurrences: range.numberOfOccurrences,
      };
  }
}
