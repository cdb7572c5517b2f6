import type { EmailAddress, Instant } from './values.js';

/**
 * What EWS and Graph both hand over, once the wire format is gone. Exchange's own words.
 * A field that the protocol did not carry is null with the meaning "absent", never "empty".
 */
export interface ExchangeAppointment extends ExchangeOccurrenceFields {
  readonly uid: string | null;
  /** Original start of an occurrence that is here alone, without its series. */
  readonly recurrenceId?: Instant | null;
  readonly type: 'Single' | 'RecurringMaster';
  /** Names of Exchange zones (Windows ids); null where the server named none. */
  readonly startTimeZone: string | null;
  readonly endTimeZone: string | null;
  readonly recurrence: ExchangeRecurrence | null;
  readonly modifiedOccurrences: readonly ExchangeModifiedOccurrence[];
  /** Original starts of deleted occurrences. */
  readonly deletedOccurrences: readonly Instant[];
  readonly isMeeting: boolean;
  /** True where this mailbox is the organiser or there is no meeting. */
  readonly isOrganizer: boolean;
  /** Who invited; null where nobody did, or the server did not say. */
  readonly organizer: ExchangeMailbox | null;
  /** All three lists in one, as the server has them; an attendee's copy knows only its own answer. */
  readonly attendees: readonly ExchangeAttendee[];
  /** What the owner of this mailbox answered. */
  readonly myResponse: ExchangeResponse;
  /** The organiser called it off; the copy stays until its owner removes it. */
  readonly isCancelled: boolean;
  /**
   * When the organiser last sent out what this copy, or one of its occurrences, shows (PidLidOwnerCriticalChange); null = not a
   * copy, or not said.
   */
  readonly organizerSentAt: string | null;
  readonly categories: readonly string[];
  /** Pictures within the body do not count; left out where the server did not say. */
  readonly hasAttachments?: boolean;
  /** When anybody last changed it, by the server's clock. */
  readonly lastModified: Instant | null;
}

/** What a master, a single and a changed occurrence have in common. */
export interface ExchangeOccurrenceFields {
  readonly subject: string;
  /** The body as plain text (the server converts HTML); null where it was not asked for. */
  readonly bodyText: string | null;
  readonly location: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly isAllDay: boolean;
  readonly sensitivity: ExchangeSensitivity;
  readonly freeBusy: ExchangeFreeBusy;
  readonly reminderIsSet: boolean;
  readonly reminderMinutes: number;
  readonly importance: 'Low' | 'Normal' | 'High';
}

/** `address` is null for somebody without an SMTP address (an X500 name, a private list). */
export interface ExchangeMailbox {
  readonly address: EmailAddress | null;
  readonly name: string;
}

export interface ExchangeAttendee extends ExchangeMailbox {
  readonly role: 'Required' | 'Optional' | 'Resource';
  readonly response: ExchangeResponse;
}

export type ExchangeResponse =
  'Unknown' | 'Organizer' | 'Tentative' | 'Accept' | 'Decline' | 'NoResponseReceived';

/** Somebody to be put on the list. */
export interface ExchangeInvitee {
  readonly address: EmailAddress;
  readonly name: string;
  readonly role: ExchangeAttendee['role'];
}

export interface ExchangeModifiedOccurrence {
  readonly itemId: string;
  readonly originalStart: Instant;
  /** null where the server lists the exception but could not hand it over: the base is kept and it is reported. */
  readonly fields: ExchangeOccurrenceFields | null;
  /** Of its own; left out where the server did not say. */
  readonly hasAttachments?: boolean;
  /** Who takes part in it; left out where the server names nobody, and then those of the series do. */
  readonly attendees?: readonly ExchangeAttendee[];
  /** The organiser called it off; it stays in an attendee's copy until its owner removes it. */
  readonly isCancelled?: boolean;
}

export type ExchangeSensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';
export type ExchangeFreeBusy =
  'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';

export type ExchangeDayOfWeek =
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Sunday'
  | 'Day'
  | 'Weekday'
  | 'WeekendDay';
export type ExchangeDayOfWeekIndex = 'First' | 'Second' | 'Third' | 'Fourth' | 'Last';
export type ExchangeMonth =
  | 'January'
  | 'February'
  | 'March'
  | 'April'
  | 'May'
  | 'June'
  | 'July'
  | 'August'
  | 'September'
  | 'October'
  | 'November'
  | 'December';

/** One pattern and one range. Yearly patterns have no interval (protocol fact 47). */
export interface ExchangeRecurrence {
  readonly pattern: ExchangePattern;
  readonly range: ExchangeRange;
}

export type ExchangePattern =
  | { readonly kind: 'Daily'; readonly interval: number }
  | {
      readonly kind: 'Weekly';
      readonly interval: number;
      readonly daysOfWeek: readonly ExchangeDayOfWeek[];
      readonly firstDayOfWeek: ExchangeDayOfWeek | null;
    }
  | { readonly kind: 'AbsoluteMonthly'; readonly interval: number; readonly dayOfMonth: number }
  | {
      readonly kind: 'RelativeMonthly';
      readonly interval: number;
      readonly dayOfWeek: ExchangeDayOfWeek;
      readonly index: ExchangeDayOfWeekIndex;
    }
  | { readonly kind: 'AbsoluteYearly'; readonly dayOfMonth: number; readonly month: ExchangeMonth }
  | {
      readonly kind: 'RelativeYearly';
      readonly dayOfWeek: ExchangeDayOfWeek;
      readonly index: ExchangeDayOfWeekIndex;
      readonly month: ExchangeMonth;
    };

/** Dates are `yyyy-mm-dd` on the series' wall clock. */
export type ExchangeRange =
  | { readonly kind: 'NoEnd'; readonly startDate: string }
  | { readonly kind: 'EndDate'; readonly startDate: string; readonly endDate: string }
  | { readonly kind: 'Numbered'; readonly startDate: string; readonly numberOfOccurrences: number };

/**
 * What to write: only the fields that change. Recurrence, Start and End are present only when they change,
 * because Exchange drops exceptions otherwise (rule 3).
 */
export interface ExchangeAppointmentPatch {
  readonly fields: Partial<ExchangeOccurrenceFields>;
  /** Written together with every start and end (protocol facts 56 to 60). */
  readonly timeZone?: string;
  /** null ends the repetition. */
  readonly recurrence?: ExchangeRecurrence | null;
  /**
   * The whole list of exceptions the series shall have after this write, in order of `originalStart`;
   * absent where exceptions are not touched by this write. The connector brings about what is missing, also
   * what the write of the pattern wiped.
   */
  readonly exceptions?: readonly ExchangeExceptionTarget[];
  /**
   * Who comes onto the list of attendees, beside those who are on it. Not the list itself: written back it would lose
   * what people answered, and private lists (evidence B 10c).
   */
  readonly invitees?: readonly ExchangeInvitee[];
  /** Lists from which somebody goes, as they shall be; only where nobody who stays loses an answer or has no address. */
  readonly shorterLists?: readonly ExchangeAttendeeList[];
}

/** One of the three lists of an item. */
export interface ExchangeAttendeeList {
  readonly role: ExchangeAttendee['role'];
  readonly attendees: readonly ExchangeInvitee[];
}

/** `originalStart` is where the *new* pattern has the occurrence. */
export type ExchangeExceptionTarget =
  | { readonly originalStart: Instant; readonly kind: 'deleted' }
  /** Deleted when the pattern still had it, and on the server's list since: nothing can or need be done about it. */
  | { readonly originalStart: Instant; readonly kind: 'offPattern' }
  | {
      readonly originalStart: Instant;
      readonly kind: 'changed';
      /** Only what differs from the series. */
      readonly fields: Partial<ExchangeOccurrenceFields>;
      /** What its owner alone knows of it: left as it is while it is there, and given back where it must be made anew. */
      readonly own?: Partial<ExchangeOccurrenceFields>;
    };
