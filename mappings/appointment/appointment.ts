import type { EmailAddress, IanaZone, Instant, PlainDate } from '../values.js';

/** An appointment as both sides mean it. No EWS word and no ERP word appears in this file. */
export interface Appointment {
  readonly subject: string;
  /** Plain text: lines end in \n, no blanks at line ends, no empty lines at the end. */
  readonly body: string;
  readonly location: string;
  readonly when: When;
  readonly series: Series | null;
  /** Sorted by `originalDate`, at most one per date; empty unless `series` is set. */
  readonly exceptions: readonly SeriesException[];
  readonly isPrivate: boolean;
  readonly showAs: ShowAs;
  /** Minutes before the start; null = no reminder. */
  readonly reminder: number | null;
  readonly importance: Importance;
  /** An item with attendees, or a record that is marked as one (feature C5). */
  readonly isMeeting: boolean;
  /** Everybody who takes part but the owner of the mailbox, the organiser among them; sorted by address, each once. */
  readonly attendees: readonly Attendee[];
  /** What they, and the owner of the mailbox, answered; who did not answer is not in it. Sorted by address. */
  readonly replies: readonly AttendeeReply[];
  /** Which message of the organiser an attendee's copy shows; '' elsewhere. It never travels: it tells whose edit it was. */
  readonly sentAt: string;
  /** What the ERP tells about the appointment (participants, company, …), shown below the body; ERP → Exchange only. */
  readonly about: string;
}

/** All-day has dates and no zone: kept as two instants, it would shift for whoever travels. */
export type When =
  | {
      readonly kind: 'timed';
      readonly start: Instant;
      readonly end: Instant;
      /** The wall clock on which a series repeats, and which the appointment was made on. */
      readonly zone: IanaZone;
    }
  /** `lastDay` is the last day that belongs to it, not the day after. */
  | { readonly kind: 'allDay'; readonly firstDay: PlainDate; readonly lastDay: PlainDate };

/** A person or a room by its address. Names and roles differ from side to side and are no difference. A guest was invited by a colleague. */
export interface Attendee {
  readonly address: EmailAddress;
  readonly name: string;
  readonly role: 'organizer' | 'guest' | 'required' | 'optional' | 'resource';
}

export interface AttendeeReply {
  readonly address: EmailAddress;
  readonly reply: 'accepted' | 'tentative' | 'declined';
}

export type ShowAs = 'free' | 'tentative' | 'busy' | 'away' | 'elsewhere';
export type Importance = 'low' | 'normal' | 'high';
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/**
 * How an appointment repeats. Its first occurrence is the appointment's own `when`, which always fits the
 * pattern; each further one has the same wall-clock time and length in days and minutes.
 */
export interface Series {
  readonly pattern: Pattern;
  readonly ends: SeriesEnd;
}

/** `interval` counts the pattern's own unit: every n days, weeks, months or years; 1 to 999. */
export type Pattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      /** In the order Monday to Sunday, each at most once, never empty. */
      readonly weekdays: readonly Weekday[];
      /** Matters for interval > 1 only: where one week ends and the next begins. */
      readonly weekStart: Weekday;
    }
  /** `day` 1 to 31; a month without that day has it on its last day. */
  | { readonly kind: 'monthlyOnDay'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'monthlyOnWeekday';
      readonly interval: number;
      readonly index: WeekIndex;
      readonly on: WeekdayClass;
    }
  | {
      readonly kind: 'yearlyOnDay';
      readonly interval: number;
      /** 1 = January */
      readonly month: number;
      readonly day: number;
    }
  | {
      readonly kind: 'yearlyOnWeekday';
      readonly interval: number;
      readonly month: number;
      readonly index: WeekIndex;
      readonly on: WeekdayClass;
    };

export type WeekIndex = 'first' | 'second' | 'third' | 'fourth' | 'last';
/** One weekday, or any day, any of Monday to Friday, any of Saturday and Sunday. */
export type WeekdayClass = Weekday | 'day' | 'workday' | 'weekendDay';

export type SeriesEnd =
  | { readonly kind: 'never' }
  /** The last occurrence is on or before this day on the series' wall clock. */
  | { readonly kind: 'onDate'; readonly lastDay: PlainDate }
  | { readonly kind: 'afterCount'; readonly count: number };

/**
 * One occurrence that is not as the pattern has it. The key is the day on which the pattern has it, on the
 * series' wall clock: moving the series from 9 to 10 o'clock keeps that day (rule 15).
 */
export interface SeriesException {
  readonly originalDate: PlainDate;
  readonly change: OccurrenceChange;
}

export type OccurrenceChange =
  | { readonly kind: 'deleted' }
  /** Only what differs from the series; never empty. The rest follows the series. */
  | { readonly kind: 'changed'; readonly fields: Partial<OccurrenceFields> };

/** What one occurrence can have of its own. */
export type OccurrenceFields = Pick<
  Appointment,
  'subject' | 'body' | 'location' | 'when' | 'isPrivate' | 'showAs' | 'reminder' | 'importance'
>;
