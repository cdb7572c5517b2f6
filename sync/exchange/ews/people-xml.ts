import type {
  ExchangeAppointment,
  ExchangeAttendee,
  ExchangeAttendeeList,
  ExchangeInvitee,
  ExchangeMailbox,
  ExchangeModifiedOccurrence,
} from '../../../mappings/exchange-item.js';
import { parseEmail, UnreadableValue, type EmailAddress } from '../../../mappings/values.js';
import { child, childText, type XmlNode } from './xml-reader.js';
import { isTrue, oneOf } from './xml-values.js';
import { element, textElement, textOf, type Xml } from './xml-writer.js';

type People = Pick<
  ExchangeAppointment,
  'isOrganizer' | 'organizer' | 'attendees' | 'myResponse' | 'isCancelled' | 'organizerSentAt'
>;

/** Who takes part in an item. Somebody without an SMTP address is there all the same, without an address. */
export function peopleIn(item: XmlNode, isOrganizer: boolean): People {
  const organizer = child(item, 'Organizer');
  return {
    isOrganizer,
    organizer: organizer === null ? null : readMailbox(organizer),
    attendees: attendeesIn(item),
    myResponse: oneOf(RESPONSES, childText(item, 'MyResponseType'), 'Unknown'),
    isCancelled: isTrue(childText(item, 'IsCancelled')),
    organizerSentAt: isOrganizer ? null : childText(item, 'DateTimeStamp'),
  };
}

/** Who takes part in a changed occurrence, and whether it was called off. */
export function peopleInOccurrence(
  item: XmlNode,
): Pick<ExchangeModifiedOccurrence, 'attendees' | 'isCancelled'> {
  const attendees = attendeesIn(item);
  return {
    ...(attendees.length > 0 && { attendees }),
    ...(isTrue(childText(item, 'IsCancelled')) && { isCancelled: true }),
  };
}

function attendeesIn(item: XmlNode): readonly ExchangeAttendee[] {
  return LISTS.flatMap(([name, role]) =>
    (child(item, name)?.children ?? [])
      .filter((node) => node.name === 'Attendee')
      .map((node) => readAttendee(node, role)),
  );
}

const LISTS = [
  ['RequiredAttendees', 'Required'],
  ['OptionalAttendees', 'Optional'],
  ['Resources', 'Resource'],
] as const;

const RESPONSES = [
  'Unknown',
  'Organizer',
  'Tentative',
  'Accept',
  'Decline',
  'NoResponseReceived',
] as const;

function readAttendee(node: XmlNode, role: ExchangeAttendee['role']): ExchangeAttendee {
  const response = oneOf(RESPONSES, childText(node, 'ResponseType'), 'Unknown');
  return { ...readMailbox(node), role, response };
}

function readMailbox(node: XmlNode): ExchangeMailbox {
  const mailbox = child(node, 'Mailbox');
  if (mailbox === null) return { address: null, name: '' };
  return { address: addressIn(mailbox), name: childText(mailbox, 'Name') ?? '' };
}

/** `EX` names somebody by their place in the directory, and private lists have no address at all. */
function addressIn(mailbox: XmlNode): EmailAddress | null {
  const routing = childText(mailbox, 'RoutingType')?.trim().toUpperCase() ?? 'SMTP';
  const text = childText(mailbox, 'EmailAddress');
  if (text === null || routing !== 'SMTP') return null;
  try {
    return parseEmail(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}

/** One list of new attendees as its property has it; null where nobody comes onto it. */
export function writeInvitees(
  invitees: readonly ExchangeInvitee[],
): readonly { readonly uri: string; readonly content: Xml }[] {
  return LISTS.flatMap(([name, role]) => {
    const here = invitees.filter((one) => one.role === role);
    if (here.length === 0) return [];
    return [
      { uri: `calendar:${name}`, content: element(`t:${name}`, null, ...here.map(attendee)) },
    ];
  });
}

/** Lists as they shall be; null where nobody is left on one. */
export function writeLists(
  lists: readonly ExchangeAttendeeList[],
): readonly { readonly uri: string; readonly content: Xml | null }[] {
  return LISTS.flatMap(([name, role]) =>
    lists
      .filter((one) => one.role === role)
      .map(({ attendees }) => ({
        uri: `calendar:${name}`,
        content:
          attendees.length === 0 ? null : element(`t:${name}`, null, ...attendees.map(attendee)),
      })),
  );
}

function attendee({ address, name }: ExchangeInvitee): Xml {
  const named = name === '' ? [] : [textElement('t:Name', name)];
  const mailbox = element(
    't:Mailbox',
    null,
    ...named,
    element('t:EmailAddress', null, textOf(address)),
    textElement('t:RoutingType', 'SMTP'),
  );
  return element('t:Attendee', null, mailbox);
}
