import type { ErpAppointment, ErpParticipant, ErpReply } from '../erp-record.js';
import type {
  ExchangeAppointment,
  ExchangeAttendee,
  ExchangeAttendeeList,
  ExchangeInvitee,
  ExchangeMailbox,
  ExchangeResponse,
} from '../exchange-item.js';
import type { Guest, TranslationContext } from '../kind.js';
import type { Loss } from '../translation.js';
import type { EmailAddress } from '../values.js';
import type { Appointment, Attendee, AttendeeReply } from './appointment.js';

/**
 * Who takes part, both ways. Names and roles are each side's own; who is on the list, and what they answered, is synced.
 * Replies travel to the ERP only, and nobody is ever taken off a list in Exchange.
 */

export type People = Pick<Appointment, 'isMeeting' | 'attendees' | 'replies' | 'sentAt'>;

/** What an appointment of one person shows. */
export const NOBODY: People = { isMeeting: false, attendees: [], replies: [], sentAt: '' };

/** Reads the participants of a record, its owner among them where that is a colleague. */
export function peopleFromErp(record: ErpAppointment, context: TranslationContext): People {
  const { ownerId, ownerEmail, participants, isMeeting } = record;
  if (participants.length === 0 && ownerId === context.employeeId) {
    return isMeeting ? { ...NOBODY, isMeeting } : NOBODY;
  }
  const own = context.meetings?.address ?? null;
  const isOwner = ownerId === context.employeeId;
  const attendees: Attendee[] = [];
  const replies: AttendeeReply[] = [];
  if (!isOwner && ownerEmail !== undefined && ownerEmail !== own) {
    attendees.push({ address: ownerEmail, name: '', role: 'organizer' });
  }
  for (const one of participants) {
    const isSelf = isOwn(one, context);
    const address = isSelf ? own : one.email;
    if (address === null) continue;
    if (!isSelf && one.employeeId !== ownerId) {
      // a colleague's guests are not ours to invite
      const role = !isOwner ? 'guest' : one.isRoom === true ? 'resource' : 'required';
      attendees.push({ address, name: one.name, role });
    }
    if (one.reply !== 'none') replies.push({ address, reply: one.reply });
  }
  return { isMeeting, attendees: byAddress(attendees), replies: byAddress(replies), sentAt: '' };
}

function isOwn({ employeeId, email }: ErpParticipant, context: TranslationContext): boolean {
  if (employeeId !== null) return employeeId === context.employeeId;
  return email !== null && email === context.meetings?.address;
}

/** Reads the attendees of an item. An attendee's copy knows only its own answer (protocol fact 44). */
export function peopleFromExchange(item: ExchangeAppointment, context: TranslationContext): People {
  if (!item.isMeeting && item.attendees.length === 0) return NOBODY;
  const own = context.meetings?.address ?? null;
  const attendees: Attendee[] = [];
  const replies: AttendeeReply[] = [];
  const inviter = item.isOrganizer ? null : addressOf(item.organizer);
  if (inviter !== null && inviter !== own) {
    attendees.push({ address: inviter, name: item.organizer?.name ?? '', role: 'organizer' });
  }
  for (const { address, name, role, response } of item.attendees) {
    if (address === null || address === own || address === inviter) continue;
    attendees.push({ address, name, role: ROLE[role] });
    const reply = REPLY[response];
    if (reply !== null) replies.push({ address, reply });
  }
  const answer = REPLY[item.myResponse];
  if (!item.isOrganizer && own !== null && answer !== null) {
    replies.push({ address: own, reply: answer });
  }
  return {
    isMeeting: true,
    attendees: byAddress(attendees),
    replies: byAddress(replies),
    sentAt: item.isOrganizer ? '' : (item.organizerSentAt ?? ''),
  };
}

function addressOf(mailbox: ExchangeMailbox | null): EmailAddress | null {
  return mailbox?.address ?? null;
}

const ROLE = { Required: 'required', Optional: 'optional', Resource: 'resource' } as const;

const REPLY: Record<ExchangeResponse, AttendeeReply['reply'] | null> = {
  Accept: 'accepted',
  Tentative: 'tentative',
  Decline: 'declined',
  Unknown: null,
  Organizer: null,
  NoResponseReceived: null,
};

/** What an answer of Exchange says; null = nothing yet. */
export function answerOf(response: ExchangeResponse): AttendeeReply['reply'] | null {
  return REPLY[response];
}

/** The value with the answer "declined" of the owner of the mailbox; null where their address is not known. */
export function withOwnDecline(
  value: Appointment,
  { meetings }: TranslationContext,
): Appointment | null {
  const address = meetings?.address ?? null;
  if (address === null) return null;
  const own: AttendeeReply = { address, reply: 'declined' };
  return { ...value, replies: withPerson(value.replies, address, [own]) };
}

/** What the ERP would show: a reply only of somebody who is on the list. */
export function peopleErpHolds(people: People, context: TranslationContext): People {
  const own = context.meetings?.address ?? null;
  const known = new Set<string>(people.attendees.map(({ address }) => address));
  const replies = people.replies.filter(({ address }) => known.has(address) || address === own);
  return { ...people, replies, sentAt: '' };
}

/** What Exchange would show of a new item: those who are invited from here, and no answers yet. */
export function peopleExchangeHolds(people: People, context: TranslationContext): People {
  const attendees = invitedFrom(people, context);
  return { isMeeting: attendees.length > 0, attendees, replies: [], sentAt: '' };
}

/** To a meeting of the mailbox's owner everybody, to any appointment of theirs its rooms; as the administrator chose. */
function invitedFrom(
  { isMeeting, attendees }: People,
  { meetings }: TranslationContext,
): readonly Attendee[] {
  const invites = meetings?.invites ?? 'nobody';
  if (invites === 'nobody' || attendees.length === 0) return [];
  const isForAll = invites === 'everybody' && isMeeting;
  return attendees.filter(
    ({ role }) =>
      (isForAll && role !== 'organizer' && role !== 'guest') ||
      (invites === 'rooms' && role === 'resource'),
  );
}

/**
 * The participants that the record shall have; null where it has them. Those who have no address, or whom this mailbox
 * cannot see, stay; so do the colleagues' own names. Somebody new comes with their address alone.
 */
export function participantsToErp(
  people: People,
  current: ErpAppointment | null,
  context: TranslationContext,
): readonly ErpParticipant[] | null {
  const wanted = new Map(people.attendees.map((one) => [one.address, one]));
  const replies = new Map(people.replies.map(({ address, reply }) => [address, reply]));
  const had = current?.participants ?? [];
  const kept = had.flatMap((one): readonly ErpParticipant[] => {
    const isSelf = isOwn(one, context);
    const address = isSelf ? (context.meetings?.address ?? null) : one.email;
    if (address === null || one.employeeId === current?.ownerId) return [one];
    const isThere = isSelf || wanted.delete(address);
    const reply = replies.get(address) ?? 'none';
    return isThere ? [one.reply === reply ? one : { ...one, reply }] : [];
  });
  if (current?.ownerEmail !== undefined) wanted.delete(current.ownerEmail);
  const added = [...wanted.values()].map(({ address, name, role }): ErpParticipant => {
    const reply: ErpReply = replies.get(address) ?? 'none';
    const isRoom = role === 'resource';
    const person = { employeeId: null, email: address, name: name.trim(), reply };
    return isRoom ? { ...person, isRoom } : person;
  });
  const isSame = added.length === 0 && kept.length === had.length;
  return isSame && kept.every((one, at) => one === had[at]) ? null : [...kept, ...added];
}

/** Whom to put on the list, beside those who are there; only in a mailbox that invites. */
export function inviteesToExchange(
  people: People,
  current: ExchangeAppointment | null,
  context: TranslationContext,
): readonly ExchangeInvitee[] {
  if (current !== null && !current.isOrganizer) return [];
  const there = new Set((current?.attendees ?? []).map(({ address }) => address));
  return invitedFrom(people, context)
    .filter((one) => !there.has(one.address))
    .map(({ address, name, role }) => ({ address, name, role: EXCHANGE_ROLE[role] }));
}

/**
 * The lists from which somebody is taken off, in a mailbox that invites to real meetings. EWS can only write a list as a
 * whole, and that may lose what those who stay have answered, and private lists (evidence B 10c): then it stays as it is.
 */
export function listsWithout(
  { attendees }: People,
  current: ExchangeAppointment | null,
  { meetings }: TranslationContext,
): readonly ExchangeAttendeeList[] {
  if (current?.isOrganizer !== true || meetings?.invites !== 'everybody') return [];
  const wanted = new Set<string>([...attendees.map(({ address }) => address)]);
  if (meetings.address !== null) wanted.add(meetings.address);
  return ROLES.flatMap((role) => {
    const list = current.attendees.filter((one) => one.role === role);
    const stay = list.filter(({ address }) => address === null || wanted.has(address));
    const isSafe = stay.every(({ address, response }) => address !== null && !REPLY[response]);
    if (stay.length === list.length || !isSafe) return [];
    const invitees = stay.flatMap(({ address, name }) =>
      address === null ? [] : [{ address, name, role }],
    );
    return [{ role, attendees: invitees }];
  });
}

const ROLES = ['Required', 'Optional', 'Resource'] as const;

const EXCHANGE_ROLE: Record<Attendee['role'], ExchangeInvitee['role']> = {
  organizer: 'Required',
  guest: 'Required',
  required: 'Required',
  optional: 'Optional',
  resource: 'Resource',
};

/** Somebody on a list of Exchange's, as whoever decides about mails sees them. */
export function guestOf({ address, role }: Pick<ExchangeAttendee, 'address' | 'role'>): Guest {
  return { address, isRoom: role === 'Resource' };
}

/** Attendees whom the ERP cannot have, because nobody knows their mail address. */
export function unaddressedLosses({ attendees }: ExchangeAppointment): readonly Loss[] {
  const count = attendees.filter(({ address }) => address === null).length;
  if (count === 0) return [];
  const detail = `Attendees without a mail address stay in Exchange only: ${count}.`;
  return [{ field: 'attendees', reason: 'valueUnknown', detail }];
}

/** The list with one person as another list has them, also: not there. */
export function withPerson<P extends { readonly address: EmailAddress }>(
  list: readonly P[],
  address: string,
  from: readonly P[],
): readonly P[] {
  const taken = from.filter((one) => one.address === address);
  return byAddress([...list.filter((one) => one.address !== address), ...taken]);
}

/** Sorted, and each address once: the first one counts. */
function byAddress<P extends { readonly address: EmailAddress }>(list: readonly P[]): readonly P[] {
  if (list.length < 2) return list;
  const first = new Map<EmailAddress, P>();
  for (const one of list) if (!first.has(one.address)) first.set(one.address, one);
  return [...first.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}
