import { itemNotFound, locate } from './locate.js';
import type { Located } from './locate.js';
import { ExchangeError } from './failure.js';
import type { MailboxHost } from './host.js';
import { isMeeting, isOrganizer, postingsOfDelete } from './ledger.js';
import type { Mailbox } from './mailbox.js';
import { occurrenceProperties } from './series.js';
import { contentOf } from './stored-item.js';
import type { ItemProperties, ResponseType } from './properties.js';
import type { StoredItem } from './stored-item.js';
import { itemTarget } from './targets.js';
import type { ItemTarget } from './targets.js';
import { withChangedOccurrence } from './updates.js';
import type { ItemView } from './view.js';

export type AnswerKind = Extract<ResponseType, 'Accept' | 'Tentative' | 'Decline'>;

export interface Answering {
  readonly host: MailboxHost;
  readonly cause: string;
  readonly by: string;
  /** false: the calendar shows the answer, and nobody is told. */
  readonly isSent: boolean;
}

/**
 * Answers a meeting, named by its request in the inbox or its item in the calendar. The request goes to Deleted
 * Items, a declined meeting as well (D:acceptitem, D:declineitem). Returns the calendar item.
 */
export function answerMeeting(
  mailbox: Mailbox,
  target: ItemTarget,
  { answer, ...answering }: Answering & { readonly answer: AnswerKind },
): ItemView {
  const named = locate(mailbox, target);
  const { item, occurrence } = calendarItemOf(mailbox, named);
  const properties = occurrence ? occurrenceProperties(item, occurrence) : item.properties;
  checkAnswerable(properties, answer);
  note(mailbox, { item, occurrence }, { answer, answering });
  if (answering.isSent) postResponse(mailbox, { item, occurrence }, { answer, answering });
  const trash = mailbox.folder('deleteditems');
  if (named.item !== item) mailbox.store.relocate(named.item, trash);
  if (answer === 'Decline' && !occurrence) mailbox.store.relocate(item, trash);
  return mailbox.viewOf(item);
}

/** Calls a meeting off: attendees are told, and the item goes to Deleted Items. Returns it there. */
export function cancelMeeting(
  mailbox: Mailbox,
  target: ItemTarget,
  { host, cause, by, isSent }: Answering,
): ItemView {
  const { item, occurrence } = locate(mailbox, target);
  const properties = occurrence ? occurrenceProperties(item, occurrence) : item.properties;
  if (item.kind !== 'CalendarItem' || !isOrganizer(properties)) {
    throw new ExchangeError('ErrorCalendarIsNotOrganizer', 'Only the organizer can cancel.');
  }
  if (occurrence || !isMeeting(properties)) {
    const send = isSent ? 'SendToAllAndSaveCopy' : 'SendToNone';
    mailbox.remove(target, 'MoveToDeletedItems', { headerZone: null, send, cause, by });
    return mailbox.viewOf(item);
  }
  const cancelled = { ...properties, IsCancelled: true };
  mailbox.store.replace(item, { ...contentOf(item), properties: cancelled }, by);
  const send = isSent ? 'SendToAllAndSaveCopy' : 'SendToNone';
  host.post(mailbox, postingsOfDelete(item, properties, send), cause);
  mailbox.store.relocate(item, mailbox.folder('deleteditems'));
  return mailbox.viewOf(item);
}

/** Takes a cancelled meeting off the calendar, with the mail that told of it. */
export function removeCancelled(mailbox: Mailbox, target: ItemTarget): ItemView {
  const { item: mail } = locate(mailbox, target);
  if (mail.kind !== 'MeetingCancellation') {
    throw new ExchangeError('ErrorInvalidReferenceItem', 'Not the cancellation of a meeting.');
  }
  const trash = mailbox.folder('deleteditems');
  const { UID, RecurrenceId } = mail.properties;
  const about = inCalendar(mailbox, UID, RecurrenceId);
  if (about) mailbox.store.relocate(about, trash);
  mailbox.store.relocate(mail, trash);
  return mailbox.viewOf(mail);
}

/** The calendar's item of a UID; of the series, or of one occurrence that lies there alone. */
export function inCalendar(
  mailbox: Mailbox,
  uid: string | undefined,
  recurrenceId?: number,
): StoredItem | null {
  const { items } = mailbox.folder('calendar');
  const isIt = ({ properties }: StoredItem): boolean =>
    properties.UID === uid && properties.RecurrenceId === recurrenceId;
  return [...items.values()].find(isIt) ?? null;
}

function calendarItemOf(mailbox: Mailbox, named: Located): Located {
  if (named.item.kind === 'CalendarItem') return named;
  if (named.item.kind !== 'MeetingRequest') {
    throw new ExchangeError('ErrorInvalidReferenceItem', 'Not a meeting.');
  }
  const { AssociatedCalendarItemId: id, UID, RecurrenceId } = named.item.properties;
  try {
    if (id !== undefined) return locate(mailbox, itemTarget(id));
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error; // it was moved since
  }
  const item = inCalendar(mailbox, UID, RecurrenceId);
  if (!item) throw itemNotFound();
  return { item, occurrence: null };
}

function checkAnswerable(properties: ItemProperties, answer: AnswerKind): void {
  if (isOrganizer(properties)) {
    throw new ExchangeError(
      `ErrorCalendarIsOrganizerFor${answer}`,
      'The organizer cannot answer their own meeting.',
    );
  }
  if (properties.IsCancelled && answer !== 'Decline') {
    throw new ExchangeError(`ErrorCalendarIsCancelledFor${answer}`, 'The meeting was cancelled.');
  }
}

const SHOWN_AS: Record<AnswerKind, 'Busy' | 'Tentative' | 'Free'> = {
  Accept: 'Busy',
  Tentative: 'Tentative',
  Decline: 'Free',
};

function note(
  mailbox: Mailbox,
  { item, occurrence }: Located,
  { answer, answering }: { answer: AnswerKind; answering: Answering },
): void {
  const { host, by } = answering;
  const changed = {
    MyResponseType: answer,
    LegacyFreeBusyStatus: SHOWN_AS[answer],
    AppointmentReplyTime: Math.floor(host.nowMs() / 1000) * 1000,
  };
  const content = contentOf(item);
  if (!occurrence) {
    const properties = { ...item.properties, ...changed };
    mailbox.store.replace(item, { ...content, properties }, by);
    return;
  }
  const draft = { set: changed, removed: new Set<never>(), extended: new Map<string, never>() };
  const context = { modes: host.modes, headerZone: null, now: host.nowMs() };
  const exceptions = withChangedOccurrence(item, { occurrence, draft }, context);
  mailbox.store.replace(item, { ...content, exceptions }, by);
}

function postResponse(
  mailbox: Mailbox,
  { item, occurrence }: Located,
  { answer, answering: { host, cause } }: { answer: AnswerKind; answering: Answering },
): void {
  const organizer = item.properties.Organizer?.EmailAddress;
  if (organizer === undefined) return;
  const { Subject: subject = '' } = item.properties;
  const posting = { to: [organizer], item, subject, answer } as const;
  const about = occurrence === null ? {} : { occurrence };
  host.post(mailbox, [{ kind: 'response', ...posting, ...about }], cause);
}
