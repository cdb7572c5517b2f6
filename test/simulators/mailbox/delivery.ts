import { sameAddress } from './addresses.js';
import { attendeeCopy, markedCancelled } from './attendee-copy.js';
import { isOrganizer } from './ledger.js';
import type { Posting } from './ledger.js';
import { deliverMail, deliverMeetingMail } from './mail-delivery.js';
import type { Mailbox } from './mailbox.js';
import type { ExchangeModes } from './modes.js';
import {
  cancelInSeries,
  moveInSeries,
  occurrenceAlone,
  placeOfOccurrence,
} from './occurrence-delivery.js';
import type { Attendee, ItemProperties, ResponseType } from './properties.js';
import { inCalendar } from './responses.js';
import type { Occurrence } from './series.js';
import { contentOf } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import type { ViewMailbox } from './view.js';

/** Where mails of one firm go. */
export interface Delivery {
  readonly from: ViewMailbox;
  readonly mailboxes: ReadonlyMap<string, Mailbox>;
  readonly modes: ExchangeModes;
  readonly now: number;
}

/**
 * What a mail does inside the organisation: a message lands in the inbox; an invitation or update puts the
 * attendee's copy into the calendar (same UID, fact 45), a cancellation marks it, an answer is noted on the
 * organiser's item, each with its mail in the inbox. What is about one occurrence changes that one alone. Addresses outside
 * get the ledger row only.
 */
export function deliver(posting: Posting, delivery: Delivery): void {
  for (const address of posting.to) {
    const mailbox = delivery.mailboxes.get(address.toLowerCase());
    if (!mailbox) continue;
    if (posting.kind === 'message') deliverMail(mailbox, posting.item, delivery.from.name);
    else if (mailbox.address !== delivery.from.address) {
      if (posting.occurrence) {
        tellOfOne(mailbox, { ...posting, occurrence: posting.occurrence }, delivery);
      } else tell(mailbox, posting, delivery);
    }
  }
}

function tell(
  mailbox: Mailbox,
  { kind, item, answer }: Posting,
  { from, modes, now }: Delivery,
): void {
  const { UID, RecurrenceId } = item.properties;
  const there = inCalendar(mailbox, UID, RecurrenceId);
  if (kind === 'response') {
    noteAnswer(mailbox, there, { answer: answer ?? 'Unknown', from, now });
    const about = { ...item.properties, Subject: answeredSubject(item.properties, answer) };
    const more = { ResponseType: answer ?? 'Unknown' };
    const calendarItemId = there?.id ?? null;
    const mail = { kind: 'MeetingResponse', about, calendarItemId, from, more } as const;
    deliverMeetingMail(mailbox, mail, now);
  } else if (kind === 'cancellation') {
    cancel(mailbox, there, from.name);
    const about = there?.properties ?? item.properties;
    const mail = { about, calendarItemId: there?.id ?? null, from, more: {} };
    deliverMeetingMail(mailbox, { kind: 'MeetingCancellation', ...mail }, now);
  } else {
    const placed = arrive(
      mailbox,
      { there, content: attendeeCopy(item, there, { modes, now }) },
      from.name,
    );
    const more = {
      MeetingRequestType: kind === 'invitation' ? 'NewMeetingRequest' : 'FullUpdate',
    } as const;
    const mail = { about: placed.properties, calendarItemId: placed.id, from, more };
    deliverMeetingMail(mailbox, { kind: 'MeetingRequest', ...mail }, now);
  }
}

/** A mail about one occurrence, to somebody who was invited to the series or to that one alone. */
function tellOfOne(
  mailbox: Mailbox,
  posting: Posting & { readonly occurrence: Occurrence },
  delivery: Delivery,
): void {
  const { kind, occurrence } = posting;
  const { from, now } = delivery;
  const alone = occurrenceAlone(posting.item, occurrence);
  const place = placeOfOccurrence(mailbox, posting);
  const isOfSeries = place.alone === null && place.series !== null;
  if (!isOfSeries && kind !== 'response')
    return tell(mailbox, { ...posting, item: alone }, delivery);
  const by = { by: from.name, now };
  if (place.series && kind === 'cancellation')
    cancelInSeries(mailbox, place.series, occurrence, by);
  else if (place.series && kind !== 'response') moveInSeries(mailbox, place.series, posting, by);
  const answer = posting.answer ?? 'Unknown';
  const mail = {
    response: { kind: 'MeetingResponse', more: { ResponseType: answer } },
    cancellation: { kind: 'MeetingCancellation', more: {} },
    invitation: { kind: 'MeetingRequest', more: { MeetingRequestType: 'FullUpdate' } },
    update: { kind: 'MeetingRequest', more: { MeetingRequestType: 'FullUpdate' } },
    message: null,
  } as const;
  const about = mail[kind];
  const calendarItemId = (place.alone ?? place.series)?.id ?? null;
  if (about === null) return;
  deliverMeetingMail(mailbox, { ...about, about: alone.properties, calendarItemId, from }, now);
}

/** The answer stands beside the attendee on the organiser's item. */
function noteAnswer(
  mailbox: Mailbox,
  there: StoredItem | null,
  { answer, from, now }: { answer: ResponseType; from: ViewMailbox; now: number },
): void {
  if (!there || !isOrganizer(there.properties)) return;
  const answered = (list: readonly Attendee[]): readonly Attendee[] =>
    list.map((one) =>
      sameAddress(one, { EmailAddress: from.address })
        ? { ...one, ResponseType: answer, LastResponseTime: Math.floor(now / 1000) * 1000 }
        : one,
    );
  const { RequiredAttendees, OptionalAttendees, Resources } = there.properties;
  const properties: ItemProperties = {
    ...there.properties,
    ...(RequiredAttendees ? { RequiredAttendees: answered(RequiredAttendees) } : {}),
    ...(OptionalAttendees ? { OptionalAttendees: answered(OptionalAttendees) } : {}),
    ...(Resources ? { Resources: answered(Resources) } : {}),
  };
  mailbox.store.replace(there, { ...contentOf(there), properties }, from.name);
}

const ANSWER_WORDS: Partial<Record<ResponseType, string>> = {
  Accept: 'Accepted: ',
  Tentative: 'Tentative: ',
  Decline: 'Declined: ',
};

function answeredSubject(
  { Subject = '' }: ItemProperties,
  answer: ResponseType = 'Unknown',
): string {
  return `${ANSWER_WORDS[answer] ?? ''}${Subject}`.slice(0, 255);
}

function arrive(
  mailbox: Mailbox,
  { there, content }: { there: StoredItem | null; content: StoredContent },
  by: string,
): StoredItem {
  if (!there) {
    return mailbox.store.add(mailbox.folder('calendar'), 'CalendarItem', { ...content, by });
  }
  mailbox.store.replace(there, content, by);
  return there;
}

function cancel(mailbox: Mailbox, there: StoredItem | null, by: string): void {
  if (!there) return;
  const properties = { ...there.properties, ...markedCancelled(there.properties) };
  mailbox.store.replace(there, { ...contentOf(there), properties }, by);
}
