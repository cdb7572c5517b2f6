import { computed, DEFAULT, GET_ONLY, NAMED, NO_MATCH, stored, UNSEARCHABLE } from './field-row.js';
import type { FieldRow } from './field-row.js';

const SENSITIVITIES = ['Normal', 'Personal', 'Private', 'Confidential'];
const IMPORTANCES = ['Low', 'Normal', 'High'];

/** What every class of items has. */
// prettier-ignore
export const ITEM_FIELDS: readonly FieldRow[] = [
  computed('item:MimeContent', { ...NAMED, ...GET_ONLY }),
  computed('item:ItemId', DEFAULT),
  computed('item:ParentFolderId'),
  stored('item:ItemClass', 'text', { write: 'create' }),
  stored('item:Subject', 'text', DEFAULT),
  stored('item:Sensitivity', 'choice', { choices: SENSITIVITIES }),
  stored('item:Body', 'body', GET_ONLY),
  stored('item:Attachments', 'attachments', { write: 'create', ...GET_ONLY, ...UNSEARCHABLE }),
  computed('item:DateTimeReceived'),
  computed('item:Size'),
  stored('item:Categories', 'strings'),
  stored('item:Importance', 'choice', { choices: IMPORTANCES }),
  stored('item:InReplyTo', 'text'),
  computed('item:IsSubmitted'),
  computed('item:IsDraft'),
  computed('item:IsFromMe'),
  computed('item:IsResend'),
  computed('item:IsUnmodified'),
  computed('item:InternetMessageHeaders', { ...NAMED, ...GET_ONLY, ...UNSEARCHABLE }),
  computed('item:DateTimeSent'),
  computed('item:DateTimeCreated'),
  computed('item:ResponseObjects', { ...GET_ONLY, ...UNSEARCHABLE }),
  stored('item:ReminderDueBy', 'time', NO_MATCH),
  stored('item:ReminderIsSet', 'boolean'),
  computed('item:ReminderNextTime', GET_ONLY),
  stored('item:ReminderMinutesBeforeStart', 'int'),
  computed('item:DisplayCc'),
  computed('item:DisplayTo'),
  computed('item:DisplayBcc', NAMED),
  computed('item:HasAttachments', DEFAULT),
  computed('item:ExtendedProperty', NAMED), // not a name that clients use; it marks the place in the schema
  stored('item:Culture', 'text', UNSEARCHABLE),
  computed('item:EffectiveRights', UNSEARCHABLE),
  computed('item:LastModifiedName'),
  computed('item:LastModifiedTime'),
  computed('item:IsAssociated'),
  computed('item:WebClientReadFormQueryString', UNSEARCHABLE),
  computed('item:WebClientEditFormQueryString', UNSEARCHABLE),
  computed('item:ConversationId'),
  computed('item:UniqueBody', { ...NAMED, ...GET_ONLY, ...UNSEARCHABLE }),
  stored('item:Flag', 'flag', UNSEARCHABLE),
  computed('item:StoreEntryId', { ...NAMED, ...UNSEARCHABLE }),
  computed('item:InstanceKey', { ...NAMED, ...UNSEARCHABLE }),
  computed('item:NormalizedBody', { ...NAMED, ...GET_ONLY, ...UNSEARCHABLE }),
  computed('item:Preview', { ...NAMED, ...UNSEARCHABLE }),
  computed('item:TextBody', { ...NAMED, ...GET_ONLY, ...UNSEARCHABLE }),
  computed('item:IconIndex', { ...NAMED, ...UNSEARCHABLE }),
];
