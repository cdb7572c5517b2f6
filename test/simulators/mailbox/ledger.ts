import type { Attendee, ItemProperties, ResponseType } from './properties.js';
import type { Occurrence } from './series.js';
import type { StoredItem } from './stored-item.js';

/** A mail that a real server would have sent. None is ever sent here. */
export interface LedgerMail {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: 'invitation' | 'update' | 'cancellation' | 'response' | 'message';
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly itemId: string;
  readonly uid: string | null;
  /** Of the one occurrence that it is about, ISO 8601 UTC; left out where it is about the whole. */
  readonly originalStart?: string;
  /** The operation that caused it (`CreateItem`, …), or `person` for an edit through the control address. */
  readonly cause: string;
}

/** What Exchange is told about mails with every write to a calendar item (fact 34). */
export type SendMode =
  | 'SendToNone'
  | 'SendOnlyToAll'
  | 'SendToAllAndSaveCopy'
  | 'SendOnlyToChanged'
  | 'SendToChangedAndSaveCopy';

/** A mail with the item it tells about; the organisation records it and delivers it to its own mailboxes. */
export interface Posting {
  readonly kind: LedgerMail['kind'];
  readonly to: readonly string[];
  readonly item: StoredItem;
  readonly subject: string;
  /** Of the sender's series: the only one that it is about. */
  readonly occurrence?: Occurrence | undefined;
  /** Of a response: what was answered. */
  readonly answer?: ResponseType;
}

export function attendeesOf(properties: ItemProperties): readonly Attendee[] {
  return [
    ...(properties.RequiredAttendees ?? []),
    ...(properties.OptionalAttendees ?? []),
    ...(properties.Resources ?? []),
  ];
}

export function isMeeting(properties: ItemProperties): boolean {
  return attendeesOf(properties).length > 0;
}

/** True where this mailbox may invite: organisers' items and plain appointments (facts 43, 44). */
export function isOrganizer(properties: ItemProperties): boolean {
  return (properties.MyResponseType ?? 'Organizer') === 'Organizer';
}

/**
 * The mails of a write to an organiser's item. SendOnlyToChanged mails everybody (evidence B 10c), so the mode
 * only matters where it is SendToNone.
 */
export function postingsOfWrite(
  item: StoredItem,
  change: { readonly before: ItemProperties | null; readonly after: ItemProperties },
  send: SendMode,
): Posting[] {
  const { before, after } = change;
  if (send === 'SendToNone' || !isOrganizer(after)) return [];
  const old = addresses(before ?? {});
  const now = addresses(after);
  const subject = after.Subject ?? '';
  const wasSent = before?.MeetingRequestWasSent === true;
  const invited = now.filter((address) => !wasSent || !old.includes(address));
  const updated = now.filter((address) => wasSent && old.includes(address));
  const removed = old.filter((address) => wasSent && !now.includes(address));
  const all: Posting[] = [
    { kind: 'invitation', to: invited, item, subject },
    { kind: 'update', to: updated, item, subject },
    { kind: 'cancellation', to: removed, item, subject },
  ];
  return all.filter(({ to }) => to.length > 0);
}

/** The mails of a delete: the organiser cancels, an attendee declines; what is cancelled already needs no answer. */
export function postingsOfDelete(
  item: StoredItem,
  properties: ItemProperties,
  send: SendMode,
): Posting[] {
  if (send === 'SendToNone' || !isMeeting(properties) || properties.IsCancelled) return [];
  const subject = properties.Subject ?? '';
  if (isOrganizer(properties)) {
    return [{ kind: 'cancellation', to: addresses(properties), item, subject }];
  }
  const organizer = properties.Organizer?.EmailAddress;
  return organizer === undefined
    ? []
    : [{ kind: 'response', to: [organizer], item, subject, answer: 'Decline' }];
}

function addresses(properties: ItemProperties): string[] {
  return [
    ...new Set(attendeesOf(properties).map(({ EmailAddress }) => EmailAddress.toLowerCase())),
  ];
}
