import type { ConnectionConflictRule, Direction } from '../../mappings/field-rules.js';
import type { Weekday } from '../../mappings/appointment/appointment.js';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';
import type { ContentOptions, MeetingContext } from '../../mappings/kind.js';
import type { EmailAddress, IanaZone, Instant, PlainDate } from '../../mappings/values.js';
import type { Mailbox } from './exchange.js';
import type { KindName } from './store.js';

/** One employee and one kind: what is synced as a unit. */
export interface Pair {
  /** Short text of base64url characters; also the `owner` in marks, so it never changes. */
  readonly id: string;
  readonly connectionId: string;
  readonly employeeId: string;
  readonly kind: KindName;
  readonly mailbox: Mailbox;
  /** Exchange folder ids, the one for new items first; empty = not asked for yet. */
  readonly folders: readonly string[];
  readonly policy: PairPolicy;
  /**
   * Employees from whose mailboxes colleagues are invited to their meetings, because they are synced to Exchange with real
   * meetings and mail; known only where this pair waits for invitations itself. Left out = nobody invites.
   */
  readonly inviters?: readonly Inviter[];
}

export interface Inviter {
  readonly employeeId: string;
  /** Of the mailbox; null where only a sign-in name is known. */
  readonly address: EmailAddress | null;
}

/** Whether the mailbox of this pair invites to the meetings of its owner, and waits for those of colleagues (feature C15). */
export function doesInvite({ direction, options }: PairPolicy): boolean {
  const isToExchange = direction === 'both' || direction === 'toExchange';
  return isToExchange && options.realMeetings && options.sendMail;
}

/** What the administrator chose, already resolved from installation, connection and employee. */
export interface PairPolicy {
  readonly direction: Direction;
  readonly conflict: ConnectionConflictRule;
  /** Delete in Exchange what was deleted in the ERP, and the reverse (feature B2). */
  readonly deleteInExchange: boolean;
  readonly deleteInErp: boolean;
  readonly leavePrivateOut: boolean;
  /** Changes before this moment are ignored for what is not linked (feature C8). */
  readonly syncStart: Instant;
  /** Everything that ends on or after this day is brought over, whenever it changed (feature C9); null = off. */
  readonly stockFrom: PlainDate | null;
  /** Destructive actions beyond `count` and beyond `percent` of the links are held (rule 6). */
  readonly guard: { readonly count: number; readonly percent: number };
  readonly zone: IanaZone;
  readonly language: 'de' | 'en';
  /** How long one write call may take, in milliseconds; twice this is what recovery waits (rule 8). */
  readonly writeTimeoutMs: number;
  /** Rights of the employee in the ERP (feature B11). */
  readonly rights: { readonly create: boolean; readonly change: boolean; readonly delete: boolean };
  readonly options: PairOptions;
}

/**
 * What may be chosen for a connection, and otherwise for an employee, or one kind of theirs; the narrower choice counts,
 * option by option.
 */
export interface PairOptions {
  /** Which way single fields travel, where that is narrower than the pair's own direction (feature B5). */
  readonly fields: Readonly<Record<string, Direction>>;
  /** Puts back at once what people change on a side that a field may not travel away from (feature B5). */
  readonly enforce: boolean;
  /** Outlook categories: only items that have one of `only` (null = all), never one of `never` (feature B12). */
  readonly categories: {
    readonly only: readonly string[] | null;
    readonly never: readonly string[];
  };
  /** A rolling window of what is brought over: days back, months ahead; null = no limit (feature B12). */
  readonly window: { readonly daysBack: number | null; readonly monthsAhead: number | null };
  /** The calendar of the mailbox that is synced; null = its own default one (feature B12). */
  readonly calendar: { readonly id: string; readonly name: string } | null;
  /** When no cycle begins, for maintenance (feature B12). */
  readonly pauses: readonly Pause[];
  /** `protected`: what Exchange changes or deletes in a meeting does not reach the ERP, and is shown (feature C5). */
  readonly meetings: 'protected' | 'full';
  /** The owner's mailbox holds a meeting with attendees, the others' copies come from Exchange (feature C15). */
  readonly realMeetings: boolean;
  /** Exchange may send invitations, updates and cancellations for what the sync writes (feature C6). */
  readonly sendMail: boolean;
  /** Requests go to room mailboxes only (feature C4). */
  readonly bookRooms: boolean;
  /** Approved absences go to Exchange with a neutral text (feature C7). */
  readonly absences: boolean;
  readonly content: ContentOptions;
}

/** Every week on these days from one time of the wall to the next; a `to` that is not after `from` is on the day after. */
export interface Pause {
  /** As `22:00`. */
  readonly from: string;
  readonly to: string;
  readonly days: readonly Weekday[];
  readonly zone: IanaZone;
}

export const DEFAULT_OPTIONS: PairOptions = {
  fields: {},
  enforce: false,
  categories: { only: null, never: [] },
  window: { daysBack: null, monthsAhead: null },
  calendar: null,
  pauses: [],
  meetings: 'protected',
  realMeetings: false,
  sendMail: false,
  bookRooms: false,
  absences: false,
  content: DEFAULT_CONTENT,
};

/**
 * How attendees are told apart and written for a pair. Real meetings invite people, so they need the permission to send
 * mail; without it everybody gets a copy without attendees. Booking rooms is a permission of its own.
 */
export function meetingsOf({ mailbox, policy }: Pick<Pair, 'mailbox' | 'policy'>): MeetingContext {
  const { realMeetings, sendMail, bookRooms } = policy.options;
  const invites = realMeetings && sendMail ? 'everybody' : bookRooms ? 'rooms' : 'nobody';
  return { address: mailbox.namedBy === 'upn' ? null : mailbox.address, invites };
}
