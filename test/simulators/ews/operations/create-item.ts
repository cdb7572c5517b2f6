import { ExchangeError } from '../../mailbox/failure.js';
import type { SendMode } from '../../mailbox/ledger.js';
import type { Folder } from '../../mailbox/folders.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { applyDays } from '../../mailbox/mime-content.js';
import type { NewItem } from '../../mailbox/new-item.js';
import { sendNew } from '../../mailbox/sending.js';
import type { ItemView } from '../../mailbox/view.js';
import { findFolderIn } from '../addressing.js';
import { readItem } from '../item-reader.js';
import { writeItem } from '../item-writer.js';
import { newItemFromMime } from '../mime-plan.js';
import { CREATED } from '../shape.js';
import { childNamed, checkOrder, element, requiredChild, wordOf } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach, writeContextOf } from './operation.js';
import type { Operation, OperationContext } from './operation.js';
import { isResponseObject, respond } from './response-objects.js';

const SEND_MODES = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-calendar-item */
export const createItem: Operation = (body, context) => {
  checkOrder(body, ['SavedItemFolderId', 'Items']);
  const folderNode = childNamed(body, 'SavedItemFolderId');
  const attribute = body.attributes['SendMeetingInvitations'];
  const send = attribute === undefined ? null : wordOf(attribute, SEND_MODES);
  const named = body.attributes['MessageDisposition'];
  const disposition = named === undefined ? null : wordOf(named, DISPOSITIONS);
  const how = { send, disposition, folderNode };
  return answerEach(context, requiredChild(body, 'Items').children, (node) =>
    isResponseObject(node) ? createResponse(node, how, context) : createOne(node, how, context),
  );
};

const DISPOSITIONS = ['SaveOnly', 'SendOnly', 'SendAndSaveCopy'] as const;

/** What the request says about all its items. */
interface Creating {
  readonly send: SendMode | null;
  readonly disposition: (typeof DISPOSITIONS)[number] | null;
  readonly folderNode: XmlNode | null;
}

function createOne(node: XmlNode, how: Creating, context: OperationContext): string {
  const { send, folderNode } = how;
  const sent = readItem(node);
  const fromMime = newItemFromMime(sent, context.headerZone);
  const plan = fromMime?.plan ?? sent;
  if (plan.kind === 'CalendarItem' && send === null) {
    throw new ExchangeError(
      'ErrorSendMeetingInvitationsRequired',
      'SendMeetingInvitations is required for calendar items.',
    );
  }
  const { mailbox, folder } = folderNode
    ? findFolderIn(folderNode, context)
    : { mailbox: context.caller.mailbox, folder: null };
  if (!mailbox) {
    throw new ExchangeError('ErrorMissingEmailAddress', 'The account has no mailbox of its own.');
  }
  if (isToBeSent(plan, how)) return sendOne(mailbox, plan, { how, folder, context });
  const writer = writeContextOf(context, send ?? 'SendToNone');
  const made = mailbox.create(folder, plan, writer);
  const view = fromMime ? applyDays(mailbox, made, fromMime.mime, writer) : made;
  return writeMade(view, context);
}

function createResponse(node: XmlNode, how: Creating, context: OperationContext): string {
  const isSent = how.disposition !== null && how.disposition !== 'SaveOnly';
  const response = respond(node, isSent, context);
  if (response.kind === 'item') return writeMade(response.view, context);
  const { mailbox, plan } = response;
  const folder = how.folderNode ? findFolderIn(how.folderNode, context).folder : null;
  if (isToBeSent(plan, how)) {
    if (response.meeting === null) return sendOne(mailbox, plan, { how, folder, context });
    const to = (plan.input.ToRecipients ?? []).map(({ EmailAddress }) => EmailAddress);
    mailbox.invite(response.meeting, to, context.operation);
    return '<m:Items/>';
  }
  return writeMade(mailbox.create(folder, plan, writeContextOf(context, 'SendToNone')), context);
}

function isToBeSent({ kind }: NewItem, { disposition }: Creating): boolean {
  if (kind !== 'Message') return false;
  if (disposition === null) {
    throw new ExchangeError(
      'ErrorMessageDispositionRequired',
      'MessageDisposition is required for messages.',
    );
  }
  return disposition !== 'SaveOnly';
}

/** No id comes back of what was sent (D:createitem-operation-email-message). */
function sendOne(
  mailbox: Mailbox,
  plan: NewItem,
  { how, folder, context }: { how: Creating; folder: Folder | null; context: OperationContext },
): string {
  const { caller, headerZone, operation: cause, organisation: host } = context;
  const isCopied = how.disposition === 'SendAndSaveCopy';
  const copyTo = isCopied ? (folder ?? mailbox.folder('sentitems')) : null;
  sendNew(mailbox, plan, { host, cause, by: caller.user.name, copyTo, headerZone });
  return '<m:Items/>';
}

function writeMade(view: ItemView, { headerZone, organisation }: OperationContext): string {
  const writing = { shape: CREATED, headerZone, modes: organisation.modes, isList: false };
  return element('m:Items', writeItem(view, writing));
}
