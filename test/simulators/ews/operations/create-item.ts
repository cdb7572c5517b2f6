import { ExchangeError } from '../../mailbox/failure.js';
import type { SendMode } from '../../mailbox/ledger.js';
import { findFolderIn } from '../addressing.js';
import { readItem } from '../item-reader.js';
import { writeItem } from '../item-writer.js';
import { ID_ONLY } from '../shape.js';
import { childNamed, checkOrder, element, requiredChild, wordOf } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach, writeContextOf } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

const SEND_MODES = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-calendar-item */
export const createItem: Operation = (body, context) => {
  checkOrder(body, ['SavedItemFolderId', 'Items']);
  const folderNode = childNamed(body, 'SavedItemFolderId');
  const attribute = body.attributes['SendMeetingInvitations'];
  const send = attribute === undefined ? null : wordOf(attribute, SEND_MODES);
  const items = requiredChild(body, 'Items').children.map((node) => ({ node, send }));
  return answerEach(context, items, (item) => createOne(item, folderNode, context));
};

function createOne(
  { node, send }: { node: XmlNode; send: SendMode | null },
  folderNode: XmlNode | null,
  context: OperationContext,
): string {
  const plan = readItem(node);
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
  const view = mailbox.create(folder, plan, writeContextOf(context, send ?? 'SendToNone'));
  const { headerZone, organisation } = context;
  const writing = { shape: ID_ONLY, headerZone, modes: organisation.modes, isList: false };
  return element('m:Items', writeItem(view, writing));
}
