/**
 * What an item holds, in Exchange's own words (the element names of the EWS schema). Times are milliseconds
 * since 1970; zones are Windows ids; everything is plain JSON.
 */
export interface ItemProperties {
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
  // calendar items
  UID?: string;
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
  // messages
  IsRead?: boolean;
  // tasks
  DueDate?: number;
  StartDate?: number;
  CompleteDate?: number;
  Status?: 'NotStarted' | 'InProgress' | 'Completed' | 'WaitingOnOthers' | 'Deferred';
  PercentComplete?: number;
  Companies?: readonly string[];
  BillingInformation?: string;
  Mileage?: string;
  ActualWork?: number;
  TotalWork?: number;
  // contacts
  FileAs?: string;
  DisplayName?: string;
  GivenName?: string;
  MiddleName?: string;
  Nickname?: string;
  Surname?: string;
  CompanyName?: string;
  Department?: string;
  JobTitle?: string;
  OfficeLocation?: string;
  BusinessHomePage?: string;
  Birthday?: number;
}

export type PropertyName = keyof ItemProperties;

/** The class of an item: the name of its element in EWS. */
export type ItemKind = 'CalendarItem' | 'Task' | 'Contact' | 'Message';

export type Sensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';
export type LegacyFreeBusyStatus =
  'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData';
export type ResponseType =
  'Unknown' | 'Organizer' | 'Tentative' | 'Accept' | 'Decline' | 'NoResponseReceived';

export interface Body {
  readonly BodyType: 'HTML' | 'Text';
  readonly Value: string;
}

export interface MailboxAddress {
  readonly Name?: string;
  readonly EmailAddress: string;
}

export interface Attendee extends MailboxAddress {
  readonly ResponseType?: ResponseType;
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
