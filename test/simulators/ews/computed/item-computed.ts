import { createHash } from 'node:crypto';
import { bodyAs, handedOut } from '../../mailbox/bodies.js';
import { isMeeting, isOrganizer } from '../../mailbox/ledger.js';
import type { Attendee, Body, ItemProperties } from '../../mailbox/properties.js';
import { extendedOf } from '../../mailbox/mapi-properties.js';
import type { ItemView } from '../../mailbox/view.js';
import { MINUTE } from '../../mailbox/zones.js';
import { attachmentSize } from '../attachment-writer.js';
import { writeExtendedProperty } from '../paths.js';
import { writeBody, writeTime } from '../value-writer.js';
import type { ComputedWriter, WriterContext } from '../writer-context.js';
import { element, escapeXml, textElement } from '../xml.js';

/** An item's id alone. */
export function writeItemId(item: { id: string; changeKey: string }): string {
  return writeItemIdAs('t:ItemId', item);
}

/** An item's id alone, under another name. */
export function writeItemIdAs(
  name: string,
  { id, changeKey }: { id: string; changeKey: string },
): string {
  return `<${name} Id="${id}" ChangeKey="${changeKey}"/>`;
}

export const flag = (name: string, value: boolean): string =>
  `<t:${name}>${String(value)}</t:${name}>`;

/** What the server works out for every class of items. */
// prettier-ignore
export const ITEM_COMPUTED: readonly (readonly [string, ComputedWriter])[] = [
  ['item:ItemId', writeItemId],
  ['item:ParentFolderId', ({ folderId }) => element('t:ParentFolderId', '', { Id: folderId })],
  ['item:DateTimeReceived', ({ properties, stored }) => writeTime('DateTimeReceived', properties.DateTimeReceived ?? stored.createdAt)],
  ['item:Size', ({ properties }) => `<t:Size>${sizeOf(properties)}</t:Size>`],
  ['item:IsSubmitted', () => flag('IsSubmitted', false)],
  ['item:IsDraft', ({ properties }) => flag('IsDraft', properties.IsDraft === true)],
  ['item:IsFromMe', (view) => flag('IsFromMe', isFromOwner(view))],
  ['item:IsResend', () => flag('IsResend', false)],
  ['item:IsUnmodified', ({ properties }) => flag('IsUnmodified', properties.IsDraft === false)],
  ['item:InternetMessageHeaders', ({ properties }) => writeHeaders(properties)],
  ['item:DateTimeSent', ({ properties, stored }) => writeTime('DateTimeSent', properties.DateTimeSent ?? stored.createdAt)],
  ['item:DateTimeCreated', ({ stored }) => writeTime('DateTimeCreated', stored.createdAt)],
  ['item:ResponseObjects', writeResponseObjects],
  ['item:ReminderDueBy', (view) => writeTime('ReminderDueBy', reminderDue(view))],
  ['item:ReminderNextTime', (view) => writeTime('ReminderNextTime', reminderNext(view))],
  ['item:DisplayCc', ({ properties }) => names('DisplayCc', properties.CcRecipients ?? properties.OptionalAttendees)],
  ['item:DisplayTo', ({ properties }) => names('DisplayTo', properties.ToRecipients ?? properties.RequiredAttendees)],
  ['item:DisplayBcc', ({ properties }) => names('DisplayBcc', properties.BccRecipients)],
  ['item:HasAttachments', ({ properties }) => flag('HasAttachments', hasAttachments(properties))],
  ['item:ExtendedProperty', writeExtended],
  ['item:EffectiveRights', () => EFFECTIVE_RIGHTS],
  ['item:LastModifiedName', ({ stored }) => textElement('t:LastModifiedName', stored.modifiedBy)],
  ['item:LastModifiedTime', ({ stored }) => writeTime('LastModifiedTime', stored.modifiedAt)],
  ['item:IsAssociated', () => flag('IsAssociated', false)],
  ['item:WebClientReadFormQueryString', (view) => webLink('WebClientReadFormQueryString', view, 'Read')],
  ['item:WebClientEditFormQueryString', (view) => webLink('WebClientEditFormQueryString', view, 'Compose')],
  ['item:ConversationId', writeConversationId],
  ['item:UniqueBody', ({ properties }, context) => bodyLike('t:UniqueBody', properties.Body, context)],
  ['item:Flag', ({ kind }) => (kind === 'Message' ? '<t:Flag><t:FlagStatus>NotFlagged</t:FlagStatus></t:Flag>' : '')],
  ['item:StoreEntryId', ({ id }) => textElement('t:StoreEntryId', base64(`entry ${id}`))],
  ['item:InstanceKey', ({ id }) => textElement('t:InstanceKey', base64(digest(id).slice(0, 16)))],
  ['item:NormalizedBody', ({ properties }, context) => bodyLike('t:NormalizedBody', properties.Body, context)],
  ['item:Preview', ({ properties }) => textElement('t:Preview', plainText(properties.Body).slice(0, 255).trim())],
  ['item:TextBody', ({ properties }, { modes }) => writeBody('t:TextBody', handedOut(bodyAs(properties.Body ?? NO_BODY, 'Text'), modes.textBodies))],
  ['item:IconIndex', ({ kind }) => textElement('t:IconIndex', kind === 'CalendarItem' ? 'AppointmentItem' : 'Default')],
];

const NO_BODY: Body = { BodyType: 'Text', Value: '' };

/** What the caller may do: everything, it is their own mailbox. */
export const EFFECTIVE_RIGHTS = element(
  't:EffectiveRights',
  [
    'CreateAssociated',
    'CreateContents',
    'CreateHierarchy',
    'Delete',
    'Modify',
    'Read',
    'ViewPrivateItems',
  ]
    .map((right) => flag(right, true))
    .join(''),
);

/** Inline pictures are no attachments to a reader. */
export function hasAttachments({ Attachments = [] }: ItemProperties): boolean {
  return Attachments.some(({ IsInline }) => !IsInline);
}

/** The subject without what answers put before it. */
export function topicOf({ Subject = '' }: ItemProperties): string {
  return Subject.replace(/^((re|aw|fw|fwd|wg):\s*)+/i, '');
}

/** A number of hexadecimal digits that only depends on the text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Bytes, roughly: what a server counts, too, has no meaning outside of it. */
export function sizeOf({ Body, Attachments = [] }: ItemProperties): number {
  const attached = Attachments.reduce((sum, one) => sum + attachmentSize(one), 0);
  return 1024 + (Body?.Value.length ?? 0) + attached;
}

function isFromOwner({ properties, mailbox }: ItemView): boolean {
  const from = properties.From?.EmailAddress.toLowerCase();
  return properties.IsDraft === false && from === mailbox.address.toLowerCase();
}

/** Drafts have none: a header comes with sending. */
function writeHeaders(properties: ItemProperties): string {
  const { IsDraft, DateTimeSent, From, InternetMessageId, Subject = '' } = properties;
  if (IsDraft !== false || DateTimeSent === undefined) return '';
  const headers: readonly (readonly [string, string])[] = [
    ['From', From?.EmailAddress ?? ''],
    ['To', (properties.ToRecipients ?? []).map(({ EmailAddress }) => EmailAddress).join(', ')],
    ['Subject', Subject],
    ['Date', new Date(DateTimeSent).toUTCString().replace('GMT', '+0000')],
    ['Message-ID', InternetMessageId ?? ''],
    ['MIME-Version', '1.0'],
  ];
  const written = headers
    .filter(([, text]) => text !== '')
    .map(([HeaderName, text]) =>
      element('t:InternetMessageHeader', escapeXml(text), { HeaderName }),
    );
  return element('t:InternetMessageHeaders', written.join(''));
}

function writeResponseObjects(view: ItemView): string {
  const written = responsesTo(view).map((name) => `<t:${name}/>`);
  return written.length === 0 ? '' : element('t:ResponseObjects', written.join(''));
}

const ANSWERS = ['AcceptItem', 'TentativelyAcceptItem', 'DeclineItem'];
const REPLIES = ['ReplyToItem', 'ReplyAllToItem', 'ForwardItem'];

function responsesTo({ kind, properties }: ItemView): readonly string[] {
  if (kind === 'MeetingRequest') return [...ANSWERS, ...REPLIES];
  if (kind === 'MeetingCancellation') return ['RemoveItem', ...REPLIES];
  if (kind === 'Message' || kind === 'MeetingResponse') {
    return properties.IsDraft ? ['ForwardItem'] : REPLIES;
  }
  if (kind !== 'CalendarItem') return kind === 'PostItem' ? ['ForwardItem'] : [];
  if (!isOrganizer(properties)) return [...ANSWERS, ...REPLIES];
  return isMeeting(properties) ? ['CancelCalendarItem', ...REPLIES] : ['ForwardItem'];
}

/** An appointment's is its start; else what was set, and a task without is due when it is due. */
function reminderDue({ kind, properties, stored }: ItemView): number | undefined {
  if (kind === 'CalendarItem') return properties.Start;
  if (!properties.ReminderIsSet) return undefined;
  return properties.DueDate ?? stored.createdAt;
}

function reminderNext({ kind, properties }: ItemView): number | undefined {
  const { ReminderIsSet, ReminderMinutesBeforeStart = 0, ReminderDueBy, Start } = properties;
  const due = kind === 'CalendarItem' ? Start : ReminderDueBy;
  if (!ReminderIsSet || due === undefined) return undefined;
  return due - ReminderMinutesBeforeStart * MINUTE;
}

function names(name: string, people: readonly Attendee[] | undefined): string {
  const list = (people ?? []).map(({ Name, EmailAddress }) => Name ?? EmailAddress);
  return textElement(`t:${name}`, list.join('; '));
}

function writeExtended(view: ItemView, { shape }: WriterContext): string {
  let written = '';
  for (const asked of shape.extended) {
    const found = extendedOf(view, asked);
    if (found) written += writeExtendedProperty(found, asked.path);
  }
  return written;
}

function webLink(name: string, { id, mailbox }: ItemView, mode: 'Read' | 'Compose'): string {
  const [, domain = 'example'] = mailbox.address.split('@');
  const address = `https://mail.${domain}/owa/?ItemID=${encodeURIComponent(id)}&exvsurl=1`;
  return textElement(`t:${name}`, `${address}&viewmodel=${mode}MessageItem`);
}

const CONVERSING: readonly string[] = ['Message', 'PostItem', 'MeetingRequest', 'MeetingResponse'];

function writeConversationId({ kind, properties, mailbox }: ItemView): string {
  if (!CONVERSING.includes(kind)) return '';
  const id = base64(`conversation ${digest(mailbox.guid + topicOf(properties)).slice(0, 32)}`);
  return element('t:ConversationId', '', { Id: id });
}

function bodyLike(name: string, body: Body | undefined, { shape }: WriterContext): string {
  return writeBody(name, bodyAs(body ?? NO_BODY, shape.bodyType));
}

function plainText(body: Body | undefined): string {
  return bodyAs(body ?? NO_BODY, 'Text').Value.replace(/\s+/g, ' ');
}
