import type { Mailbox } from './mailbox.js';
import type { ItemKind, ItemProperties } from './properties.js';
import type { StoredItem } from './stored-item.js';
import type { ViewMailbox } from './view.js';
import { without } from './without.js';

/** Puts a message into an inbox as transport would: unread, without the sender's categories and blind copies. */
export function deliverMail(mailbox: Mailbox, item: StoredItem, by: string): void {
  const me = { Name: mailbox.name, EmailAddress: mailbox.address };
  const properties: ItemProperties = {
    ...without(item.properties, 'Categories', 'BccRecipients', 'Flag'),
    IsRead: false,
    IsDraft: false,
    ReceivedBy: me,
    ReceivedRepresenting: me,
  };
  const content = { properties, extended: new Map<string, never>(), exceptions: NONE };
  mailbox.store.add(mailbox.folder('inbox'), item.kind, { ...content, by });
}

const NONE = new Map<number, never>();

/** What a mail about a meeting is made of. */
export interface MeetingMail {
  readonly kind: Extract<ItemKind, 'MeetingRequest' | 'MeetingResponse' | 'MeetingCancellation'>;
  /** The calendar item that it is about, as the receiver will see it. */
  readonly about: ItemProperties;
  /** The receiver's own calendar item, where there is one. */
  readonly calendarItemId: string | null;
  readonly from: ViewMailbox;
  readonly more: ItemProperties;
}

/** Puts a mail about a meeting into an inbox. */
export function deliverMeetingMail(mailbox: Mailbox, mail: MeetingMail, at: number): void {
  const { about, from } = mail;
  const sender = { Name: from.name, EmailAddress: from.address };
  const me = { Name: mailbox.name, EmailAddress: mailbox.address };
  const now = Math.floor(at / 1000) * 1000;
  const properties: ItemProperties = {
    ...without(about, 'Categories', 'Attachments'),
    ItemClass: CLASSES[mail.kind],
    ReminderIsSet: false,
    From: sender,
    Sender: sender,
    ToRecipients: [me],
    ReceivedBy: me,
    ReceivedRepresenting: me,
    IsRead: false,
    IsDraft: false,
    IsReadReceiptRequested: false,
    IsDeliveryReceiptRequested: false,
    HasBeenProcessed: false,
    DateTimeSent: now,
    DateTimeReceived: now,
    ...(mail.calendarItemId === null ? {} : { AssociatedCalendarItemId: mail.calendarItemId }),
    ...mail.more,
  };
  const content = { properties, extended: new Map<string, never>(), exceptions: NONE };
  mailbox.store.add(mailbox.folder('inbox'), mail.kind, { ...content, by: from.name });
}

const CLASSES: Record<MeetingMail['kind'], string> = {
  MeetingRequest: 'IPM.Schedule.Meeting.Request',
  MeetingResponse: 'IPM.Schedule.Meeting.Resp',
  MeetingCancellation: 'IPM.Schedule.Meeting.Canceled',
};
