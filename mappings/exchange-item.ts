import type { Instant } from './values.js';

/**
 * What EWS and Graph both hand over, once the wire format is gone. Exchange's own words.
 * A field that the protocol did not carry is null with the meaning "absent", never "empty".
 */
export interface ExchangeAppointment extends ExchangeOccurrenceFields {
  readonly uid: string | null;
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
  readonly categories: readonly string[];
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

export interface ExchangeModifiedOccurrence {
  readonly itemId: string;
  readonly originalStart: Instant;
  /** null where the server lists the exception but could not hand it over: the base is kept and it is reported. */
  readonly fields: ExchangeOccurrenceFields | null;
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
}

/** `originalStart` is where the *new* pattern has the occurrence. */
export type ExchangeExceptionTarget =
  | { readonly originalStart: Instant; readonly kind: 'deleted' }
  | {
      readonly originalStart: Instant;
      readonly kind: 'changed';
      /** Only what differs from the series. */
      readonly fields: Partial<ExchangeOccurrenceFields>;
    };
