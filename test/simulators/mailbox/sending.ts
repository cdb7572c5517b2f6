import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import type { Folder } from './folders.js';
import type { MailboxHost } from './host.js';
import { locate } from './locate.js';
import type { Mailbox } from './mailbox.js';
import type { MailboxAddress } from './addresses.js';
import type { NewItem } from './new-item.js';
import { newProperties } from './new-properties.js';
import type { ItemProperties } from './properties.js';
import { contentOf, transientItem } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import type { ItemTarget } from './targets.js';

/** Sending stops at the ledger: mailboxes of the organisation get the mail, nobody else does. */

export interface Sending {
  readonly host: MailboxHost;
  /** The operation: what the ledger names as the cause. */
  readonly cause: string;
  /** Display name of who sends. */
  readonly by: string;
  /** Where the copy goes; null = none is kept. */
  readonly copyTo: Folder | null;
}

/** Sends a message that was not stored before. */
export function sendNew(
  mailbox: Mailbox,
  plan: NewItem,
  sending: Sending & { readonly headerZone: string | null },
): void {
  const { host, by, copyTo, cause } = sending;
  const sent: StoredContent = {
    properties: sentProperties(
      mailbox,
      newProperties(plan, mailbox.birth(sending.headerZone)),
      host,
    ),
    extended: new Map(plan.extended.map((one) => [extendedKey(one.path), one])),
    exceptions: new Map<number, never>(),
  };
  const item = copyTo
    ? mailbox.store.add(copyTo, 'Message', { ...sent, by })
    : transientItem('Message', sent, { now: host.nowMs(), by });
  postMessage(mailbox, item, { host, cause });
}

/** Sends a draft: it leaves its folder (D:senditem-operation). Needs its current change key (fact 15). */
export function sendDraft(mailbox: Mailbox, target: ItemTarget, sending: Sending): void {
  const { host, by, copyTo, cause } = sending;
  const { item } = locate(mailbox, target);
  if (item.kind !== 'Message') {
    throw new ExchangeError('ErrorInvalidItemForOperationSendItem', 'Only messages can be sent.');
  }
  checkSendKey(item, target.changeKey);
  const properties = sentProperties(mailbox, item.properties, host);
  mailbox.store.replace(item, { ...contentOf(item), properties }, by);
  if (copyTo && copyTo.id !== item.folderId) mailbox.store.relocate(item, copyTo);
  if (!copyTo) mailbox.store.destroy(item);
  postMessage(mailbox, item, { host, cause });
}

/** Everybody a message goes to, each once. */
export function recipientsOf(properties: ItemProperties): readonly string[] {
  const { ToRecipients = [], CcRecipients = [], BccRecipients = [] } = properties;
  const all = [...ToRecipients, ...CcRecipients, ...BccRecipients];
  return [...new Set(all.map(({ EmailAddress }) => EmailAddress.toLowerCase()))];
}

function sentProperties(
  mailbox: Mailbox,
  properties: ItemProperties,
  host: MailboxHost,
): ItemProperties {
  if (recipientsOf(properties).length === 0) {
    throw new ExchangeError('ErrorInvalidRecipients', 'At least one recipient is not valid.');
  }
  const me: MailboxAddress = { Name: mailbox.name, EmailAddress: mailbox.address };
  const now = Math.floor(host.nowMs() / 1000) * 1000;
  return {
    From: me,
    ...properties,
    Sender: me,
    IsDraft: false,
    IsRead: true,
    DateTimeSent: now,
    DateTimeReceived: now,
  };
}

function postMessage(
  mailbox: Mailbox,
  item: StoredItem,
  { host, cause }: { host: MailboxHost; cause: string },
): void {
  const { Subject: subject = '' } = item.properties;
  const to = recipientsOf(item.properties);
  host.post(mailbox, [{ kind: 'message', to, item, subject }], cause);
}

function checkSendKey(item: StoredItem, changeKey: string | null): void {
  if (changeKey === null) {
    throw new ExchangeError('ErrorChangeKeyRequired', 'SendItem needs a change key.');
  }
  if (changeKey === item.changeKey) return;
  throw new ExchangeError('ErrorStaleObject', 'The change key is not the current one.');
}
