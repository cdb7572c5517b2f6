import type { EmailAddress, IanaZone, Instant, PlainDate } from './values.js';
import type { Importance, ShowAs } from './appointment/appointment.js';

/** What the ERP adapter hands over: one row of the contract with its children (db/erp/contract.sql). */
export interface ErpAppointment extends ErpOccurrenceFields {
  readonly ownerId: string;
  /** The owner's mailbox, where the ERP knows it: as whose attendee the others are invited. */
  readonly ownerEmail?: EmailAddress;
  readonly timeZone: IanaZone;
  /** RFC 5545 RRULE value without DTSTART; UNTIL is a date on the series' wall clock; null = single. */
  readonly rrule: string | null;
  /** Sorted by `originalDate`. */
  readonly exceptions: readonly ErpException[];
  /** Sorted by id or address. */
  readonly participants: readonly ErpParticipant[];
  readonly equipment: readonly string[];
  readonly activityTypeId: string | null;
  readonly company: ErpReference | null;
  readonly contact: ErpReference | null;
  readonly project: ErpReference | null;
  /** A conference record (feature C5). */
  readonly isMeeting: boolean;
  readonly isProtected: boolean;
  /** Set where it is no appointment but an approved absence of its owner (feature C7); then nothing else of it counts. */
  readonly absence?: ErpAbsence;
}

/** When somebody is away. Why is not read. */
export interface ErpAbsence {
  readonly firstDay: PlainDate;
  readonly lastDay: PlainDate;
  readonly halfDay: 'none' | 'morning' | 'afternoon';
}

/** What a record and a changed occurrence have in common. */
export interface ErpOccurrenceFields {
  readonly title: string;
  readonly body: string;
  readonly location: string;
  readonly when: ErpWhen;
  readonly isPrivate: boolean;
  readonly showAs: ShowAs;
  readonly reminderMinutes: number | null;
  readonly priorityId: string | null;
}

export type ErpWhen =
  | { readonly kind: 'timed'; readonly startsAt: Instant; readonly endsAt: Instant }
  | { readonly kind: 'allDay'; readonly firstDay: PlainDate; readonly lastDay: PlainDate };

export interface ErpException {
  readonly originalDate: PlainDate;
  readonly deleted: boolean;
  /** Overrides; a field that is not there is as in the series. `reminderMinutes: null` = no reminder for this one. */
  readonly fields: Partial<ErpOccurrenceFields>;
}

export type ErpReply = 'none' | 'accepted' | 'tentative' | 'declined';

/**
 * One of ours (`employeeId`, and then `email` is the mailbox, where there is one) or somebody from outside (`email`).
 * Where it is written, an `email` that is one of our employees' mailboxes may come without their id: the ERP adapter
 * makes a participant of that employee of it, and nothing of it where it is the owner's.
 */
export interface ErpParticipant {
  readonly employeeId: string | null;
  readonly email: EmailAddress | null;
  readonly name: string;
  readonly reply: ErpReply;
  /** A room, vehicle or device, which is asked by its mailbox; left out = a person. */
  readonly isRoom?: boolean;
}

export interface ErpReference {
  readonly id: string;
  readonly name: string;
}

/**
 * What to write: only the fields that change. `exceptions` and `participants`, when present, are the whole lists the
 * record shall have; a participant is the same one by employee or, from outside, by address.
 */
export type ErpAppointmentPatch = Partial<
  Omit<ErpAppointment, 'ownerId' | 'ownerEmail' | 'equipment' | 'company' | 'contact' | 'project'>
>;

/** An ERP priority and the importance it stands for (feature D4: several may share one). */
export interface ErpPriority {
  readonly id: string;
  readonly name: string;
  readonly importance: Importance;
  /** Of those that share an importance, the one to use for a value that comes from Exchange. */
  readonly isDefault: boolean;
}
