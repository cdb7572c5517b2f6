import { bodyAs } from '../../mailbox/bodies.js';
import { ExchangeError } from '../../mailbox/failure.js';
import { isMeeting, isOrganizer } from '../../mailbox/ledger.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import type { MailboxAddress } from '../../mailbox/addresses.js';
import type { NewItem } from '../../mailbox/new-item.js';
import type { Body, ItemProperties } from '../../mailbox/properties.js';
import { answerMeeting, cancelMeeting, removeCancelled } from '../../mailbox/responses.js';
import type { AnswerKind, Answering } from '../../mailbox/responses.js';
import type { StoredItem } from '../../mailbox/stored-item.js';
import type { ItemTarget } from '../../mailbox/targets.js';
import type { ItemView } from '../../mailbox/view.js';
import { without } from '../../mailbox/without.js';
import { findTarget } from '../addressing.js';
import { readItem } from '../item-reader.js';
import { childNamed, schemaError } from '../xml.js';
import type { XmlNode } from '../xml.js';
import type { OperationContext } from './operation.js';

/** What a response object of CreateItem comes to: a message to be saved or sent, or a calendar item that changed. */
export type Response =
  | {
      readonly kind: 'message';
      readonly mailbox: Mailbox;
      readonly plan: NewItem;
      /** The meeting of the mailbox's owner that is forwarded; null = anything else. */
      readonly meeting: StoredItem | null;
    }
  | { readonly kind: 'item'; readonly view: ItemView };

type Answer = (mailbox: Mailbox, target: ItemTarget, answering: Answering) => ItemView;

const answering =
  (answer: AnswerKind): Answer =>
  (mailbox, target, how) =>
    answerMeeting(mailbox, target, { ...how, answer });

const MEETING_RESPONSES: ReadonlyMap<string, Answer> = new Map([
  ['AcceptItem', answering('Accept')],
  ['TentativelyAcceptItem', answering('Tentative')],
  ['DeclineItem', answering('Decline')],
  ['CancelCalendarItem', cancelMeeting],
  ['RemoveItem', removeCancelled],
]);

const MAIL_RESPONSES = ['ReplyToItem', 'ReplyAllToItem', 'ForwardItem'] as const;
type MailResponse = (typeof MAIL_RESPONSES)[number];

export function isResponseObject({ name }: XmlNode): boolean {
  return MEETING_RESPONSES.has(name) || MAIL_RESPONSES.some((one) => one === name);
}

/** Does what a response object says. `isSent` false: nobody is mailed. */
export function respond(node: XmlNode, isSent: boolean, context: OperationContext): Response {
  const reference = childNamed(node, 'ReferenceItemId');
  if (!reference) {
    throw new ExchangeError(
      'ErrorMissingInformationReferenceItemId',
      'A response names the item that it answers.',
    );
  }
  const { mailbox, target } = findTarget({ ...reference, name: 'ItemId' }, context);
  const meetingResponse = MEETING_RESPONSES.get(node.name);
  if (meetingResponse) {
    const { organisation: host, operation: cause, caller } = context;
    const how = { host, cause, by: caller.user.name, isSent };
    return { kind: 'item', view: meetingResponse(mailbox, target, how) };
  }
  const name = MAIL_RESPONSES.find((one) => one === node.name);
  if (!name) throw schemaError(`'${node.name}' is not a response.`);
  const view = mailbox.get(target);
  const { kind, properties, stored } = view;
  const isOwn = kind === 'CalendarItem' && isMeeting(properties) && isOrganizer(properties);
  const meeting = name === 'ForwardItem' && isOwn ? stored : null;
  return { kind: 'message', mailbox, plan: replyPlan(node, name, view), meeting };
}

const OWN_PARTS = ['ReferenceItemId', 'NewBodyContent', 'IsSpecificMessageReply'];

function replyPlan(node: XmlNode, name: MailResponse, { properties }: ItemView): NewItem {
  const given = readItem({
    ...node,
    name: 'Message',
    children: node.children.filter((child) => !OWN_PARTS.includes(child.name)),
  });
  const recipients = recipientsOf(name, properties);
  const Subject = `${name === 'ForwardItem' ? 'FW' : 'RE'}: ${properties.Subject ?? ''}`;
  const Body = answeredBody(childNamed(node, 'NewBodyContent'), properties);
  const { InternetMessageId: InReplyTo } = properties;
  const input = { Subject, ...(InReplyTo === undefined ? {} : { InReplyTo }), ...recipients, Body };
  const attachments = (name === 'ForwardItem' ? (properties.Attachments ?? []) : []).flatMap(
    ({ item, ...file }) => (item ? [] : { ...without(file, 'number', 'LastModifiedTime'), item }),
  );
  return { ...given, input: { ...input, ...given.input }, attachments };
}

function recipientsOf(name: MailResponse, properties: ItemProperties): ItemProperties {
  if (name === 'ForwardItem') return {};
  const { From, ReplyTo = [], ToRecipients = [], CcRecipients = [] } = properties;
  const back: readonly MailboxAddress[] = ReplyTo.length > 0 ? ReplyTo : From ? [From] : [];
  if (name === 'ReplyToItem') return { ToRecipients: back };
  return { ToRecipients: [...back, ...ToRecipients], CcRecipients };
}

/** The new text above the old one. */
function answeredBody(added: XmlNode | null, { Body: old }: ItemProperties): Body {
  const BodyType = added?.attributes['BodyType'] === 'HTML' ? 'HTML' : 'Text';
  const below = bodyAs(old ?? { BodyType: 'Text', Value: '' }, BodyType).Value;
  return { BodyType, Value: `${added?.text ?? ''}\r\n\r\n${below}` };
}
