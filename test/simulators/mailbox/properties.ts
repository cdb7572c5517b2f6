import type { MailboxAddress } from './addresses.js';
import type {
  ContactProperties,
  MeetingMessageProperties,
  MessageProperties,
  TaskProperties,
} from './class-properties.js';

/**
 * What an item holds, in Exchange's own words (the element names of the EWS schema). Times are milliseconds
 * since 1970; zones are Windows ids; everything is plain JSON.
 */
export interface ItemProperties
  extends TaskProperties, ContactProperties, MessageProperties, MeetingMessageProperties {
  // every item
  ItemClass?: string;
  Subject?: string;
  Sensitivity?: Sensitivity;
  Body?: Body;
  Categories?: readonly string[];
  Importance?: 'Low' | 'Normal' | 'High';
  InReplyTo?: string;
  ReminderDueBy?: number;
  ReminderIsSet?: boolean;
  ReminderMinutesBeforeStart?: number;
  Culture?: string;
  Flag?: Flag;
  Attachments?: readonly StoredAttachment[];
  // calendar items
  UID?: string;
  /** Original start of an occurrence that lies here alone: its owner was invited to nothing else of the series. */
  RecurrenceId?: number;
  Start?: number;
  End?: number;
  IsAllDayEvent?: boolean;
  LegacyFreeBusyStatus?: LegacyFreeBusyStatus;
  Location?: string;
  When?: string;
  IsCancelled?: boolean;
  MeetingRequestWasSent?: boolean;
  IsResponseRequested?: boolean;
  MyResponseType?: ResponseType;
  Organizer?: MailboxAddress;
  RequiredAttendees?: readonly Attendee[];
  OptionalAttendees?: readonly Attendee[];
  Resources?: readonly Attendee[];
  AppointmentSequenceNumber?: number;
  Recurrence?: Recurrence;
  StartTimeZone?: string;
  EndTimeZone?: string;
  ConferenceType?: number;
  AllowNewTimeProposal?: boolean;
  IsOnlineMeeting?: boolean;
  MeetingWorkspaceUrl?: string;
  NetShowUrl?: string;
  AppointmentReplyTime?: number;
  /** PidLidOwnerCriticalChange: when the organiser sent out what an attendee's copy shows (MS-OXOCAL 2.2.1.34). */
  OwnerCriticalChange?: number;
  // tasks
  TaskRecurrence?: TaskRecurrence;
  // tasks and contacts
  Companies?: readonly string[];
  Mileage?: string;
}

export type PropertyName = keyof ItemProperties;

/** The class of an item: the name of its element in EWS. */
export type ItemKind =
  | 'CalendarItem'
  | 'Task'
  | 'Contact'
  | 'DistributionList'
  | 'Message'
  | 'PostItem'
  | 'MeetingRequest'
  | 'MeetingResponse'
  | 'MeetingCancellation';

export type Sensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';
export type LegacyFreeBusyStatus =
  'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';
export type ResponseType =
  'Unknown' | 'Organizer' | 'Tentative' | 'Accept' | 'Decline' | 'NoResponseReceived';

export interface Body {
  readonly BodyType: 'HTML' | 'Text';
  readonly Value: string;
}

export interface Attendee extends MailboxAddress {
  readonly ResponseType?: ResponseType;
  readonly LastResponseTime?: number;
  readonly ProposedStart?: number;
  readonly ProposedEnd?: number;
}

/** A flag for follow-up; times are milliseconds since 1970. */
export interface Flag {
  readonly FlagStatus: 'NotFlagged' | 'Flagged' | 'Complete';
  readonly StartDate?: number;
  readonly DueDate?: number;
  readonly CompleteDate?: number;
}

/** Something attached to an item. `number` is unique in the mailbox and lasts as long as the attachment. */
export interface StoredAttachment {
  readonly number: number;
  readonly Name: string;
  readonly ContentType?: string;
  readonly ContentId?: string;
  readonly ContentLocation?: string;
  readonly IsInline: boolean;
  readonly IsContactPhoto: boolean;
  readonly LastModifiedTime: number;
  /** Base64 of a file; null for an item. */
  readonly Content: string | null;
  readonly item: AttachedItem | null;
}

/** An item inside another one. */
export interface AttachedItem {
  readonly kind: ItemKind;
  readonly properties: ItemProperties;
  readonly extended: readonly ExtendedProperty[];
}

export type DayOfWeek =
  | 'Sunday'
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Day'
  | 'Weekday'
  | 'WeekendDay';

export const DAYS_OF_WEEK: readonly DayOfWeek[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export const DAY_OF_WEEK_INDEXES = ['First', 'Second', 'Third', 'Fourth', 'Last'] as const;

export type MonthName = (typeof MONTHS)[number];
export type DayOfWeekIndex = (typeof DAY_OF_WEEK_INDEXES)[number];

/** One pattern and one range, named as their elements. */
export interface Recurrence {
  readonly pattern: RecurrencePattern;
  readonly range: RecurrenceRange;
}

export type RecurrencePattern =
  | {
      readonly kind: 'RelativeYearlyRecurrence';
      readonly DaysOfWeek: DayOfWeek;
      readonly DayOfWeekIndex: DayOfWeekIndex;
      readonly Month: MonthName;
    }
  | {
      readonly kind: 'AbsoluteYearlyRecurrence';
      readonly DayOfMonth: number;
      readonly Month: MonthName;
    }
  | {
      readonly kind: 'RelativeMonthlyRecurrence';
      readonly Interval: number;
      readonly DaysOfWeek: DayOfWeek;
      readonly DayOfWeekIndex: DayOfWeekIndex;
    }
  | {
      readonly kind: 'AbsoluteMonthlyRecurrence';
      readonly Interval: number;
      readonly DayOfMonth: number;
    }
  | {
      readonly kind: 'WeeklyRecurrence';
      readonly Interval: number;
      readonly DaysOfWeek: readonly DayOfWeek[];
      readonly FirstDayOfWeek?: DayOfWeek;
    }
  | { readonly kind: 'DailyRecurrence'; readonly Interval: number };

/** How a task comes again: on dates as an appointment does, or some time after it was completed (fact 75). */
export interface TaskRecurrence {
  readonly pattern: RecurrencePattern | RegenerationPattern;
  readonly range: RecurrenceRange;
}

export interface RegenerationPattern {
  readonly kind:
    'DailyRegeneration' | 'WeeklyRegeneration' | 'MonthlyRegeneration' | 'YearlyRegeneration';
  readonly Interval: number;
}

/** Dates are `yyyy-mm-dd` on the wall clock of the series. */
export type RecurrenceRange =
  | { readonly kind: 'NoEndRecurrence'; readonly StartDate: string }
  | { readonly kind: 'EndDateRecurrence'; readonly StartDate: string; readonly EndDate: string }
  | {
      readonly kind: 'NumberedRecurrence';
      readonly StartDate: string;
      readonly NumberOfOccurrences: number;
    };

/**
 * What a client sends for new or changed properties: as `ItemProperties`, but every time is the text as it
 * came, because a time without an offset means something only together with the zones (fact 57).
 */
export type ItemInput = {
  [Name in PropertyName]?: ItemProperties[Name] | (Name extends TimeName ? string : never);
};

export const TIME_NAMES = [
  'Start',
  'End',
  'ReminderDueBy',
  'DueDate',
  'StartDate',
  'CompleteDate',
  'Birthday',
  'WeddingAnniversary',
  'DateTimeSent',
  'DateTimeReceived',
  'AppointmentReplyTime',
] as const satisfies readonly PropertyName[];

export type TimeName = (typeof TIME_NAMES)[number];

/** An extended property with its address. `key` is the address in one canonical text (see `extendedKey`). */
export interface ExtendedProperty {
  readonly path: ExtendedPath;
  readonly value: string | readonly string[];
}

/** Either a set (by GUID or well-known name) with a name or number, or a tag. */
export interface ExtendedPath {
  readonly DistinguishedPropertySetId?: string;
  readonly PropertySetId?: string;
  readonly PropertyTag?: string;
  readonly PropertyName?: string;
  readonly PropertyId?: number;
  readonly PropertyType: string;
}
