import type { MailboxAddress } from './addresses.js';

/** What only some classes of items hold, in Exchange's own words; times are milliseconds since 1970. */

export interface TaskProperties {
  DueDate?: number;
  StartDate?: number;
  CompleteDate?: number;
  Status?: TaskStatus;
  PercentComplete?: number;
  ActualWork?: number;
  TotalWork?: number;
  BillingInformation?: string;
  Contacts?: readonly string[];
  /** Grows with every one-off that a recurring task leaves behind. */
  ChangeCount?: number;
}

export type TaskStatus = 'NotStarted' | 'InProgress' | 'Completed' | 'WaitingOnOthers' | 'Deferred';

/** Entries of an indexed property: `EmailAddress1`, `BusinessPhone`, `Business:Street` with their texts (fact 38). */
export type Entries = Readonly<Record<string, string>>;

export interface ContactProperties {
  FileAs?: string;
  FileAsMapping?: string;
  DisplayName?: string;
  GivenName?: string;
  Initials?: string;
  MiddleName?: string;
  Nickname?: string;
  Surname?: string;
  Generation?: string;
  CompanyName?: string;
  Department?: string;
  JobTitle?: string;
  OfficeLocation?: string;
  AssistantName?: string;
  Manager?: string;
  Profession?: string;
  SpouseName?: string;
  Children?: readonly string[];
  BusinessHomePage?: string;
  Birthday?: number;
  WeddingAnniversary?: number;
  PostalAddressIndex?: string;
  EmailAddresses?: Entries;
  PhysicalAddresses?: Entries;
  PhoneNumbers?: Entries;
  ImAddresses?: Entries;
  /** Of distribution lists. */
  Members?: readonly MailboxAddress[];
}

export interface MessageProperties {
  Sender?: MailboxAddress;
  From?: MailboxAddress;
  ToRecipients?: readonly MailboxAddress[];
  CcRecipients?: readonly MailboxAddress[];
  BccRecipients?: readonly MailboxAddress[];
  ReplyTo?: readonly MailboxAddress[];
  ReceivedBy?: MailboxAddress;
  ReceivedRepresenting?: MailboxAddress;
  IsReadReceiptRequested?: boolean;
  IsDeliveryReceiptRequested?: boolean;
  InternetMessageId?: string;
  References?: string;
  IsRead?: boolean;
  /** Not sent yet: recipients can still be changed. */
  IsDraft?: boolean;
  DateTimeSent?: number;
  DateTimeReceived?: number;
}

/** Of meeting requests, responses and cancellations, beside what they share with the calendar item. */
export interface MeetingMessageProperties {
  /** Id of the receiver's calendar item. */
  AssociatedCalendarItemId?: string;
  MeetingRequestType?: 'NewMeetingRequest' | 'FullUpdate';
  ResponseType?: string;
  HasBeenProcessed?: boolean;
}
