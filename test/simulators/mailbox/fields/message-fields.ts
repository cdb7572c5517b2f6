import {
  computed,
  DEFAULT,
  GET_ONLY,
  NAMED,
  NO_MATCH,
  READ_ONLY,
  stored,
  UNSEARCHABLE,
} from './field-row.js';
import type { FieldRow } from './field-row.js';

const RECIPIENTS = { write: 'draft', ...GET_ONLY, ...UNSEARCHABLE } as const;

/** What a message has beside what every item has. */
// prettier-ignore
export const MESSAGE_FIELDS: readonly FieldRow[] = [
  stored('message:Sender', 'mailbox', READ_ONLY),
  stored('message:ToRecipients', 'mailboxes', RECIPIENTS),
  stored('message:CcRecipients', 'mailboxes', RECIPIENTS),
  stored('message:BccRecipients', 'mailboxes', RECIPIENTS),
  stored('message:IsReadReceiptRequested', 'boolean', { write: 'draft' }),
  stored('message:IsDeliveryReceiptRequested', 'boolean', { write: 'draft' }),
  computed('message:ConversationIndex', NO_MATCH),
  computed('message:ConversationTopic'),
  stored('message:From', 'mailbox', { write: 'draft', ...DEFAULT }),
  stored('message:InternetMessageId', 'text', { write: 'draft' }),
  stored('message:IsRead', 'boolean', DEFAULT),
  stored('message:IsResponseRequested', 'boolean'),
  stored('message:References', 'text'),
  stored('message:ReplyTo', 'mailboxes', RECIPIENTS),
  stored('message:ReceivedBy', 'mailbox', READ_ONLY),
  stored('message:ReceivedRepresenting', 'mailbox', READ_ONLY),
];

/** What a post in a folder has. */
// prettier-ignore
export const POST_FIELDS: readonly FieldRow[] = [
  ...pick(['ConversationIndex', 'ConversationTopic', 'From', 'InternetMessageId', 'IsRead']),
  computed('postitem:PostedTime', NAMED),
  ...pick(['References', 'Sender']),
];

function pick(elements: readonly string[]): FieldRow[] {
  return elements.flatMap((name) => MESSAGE_FIELDS.filter(({ element }) => element === name));
}
