import { sendDraft } from '../../mailbox/sending.js';
import { findFolderIn, findTarget } from '../addressing.js';
import { booleanOf, childNamed, checkOrder, requiredAttribute, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/senditem-operation */
export const sendItem: Operation = (body, context) => {
  checkOrder(body, ['ItemIds', 'SavedItemFolderId']);
  const isSaved = booleanOf(requiredAttribute(body, 'SaveItemToFolder'));
  const folderNode = childNamed(body, 'SavedItemFolderId');
  const { caller, operation, organisation } = context;
  return answerEach(context, requiredChild(body, 'ItemIds').children, (node) => {
    const { mailbox, target } = findTarget(node, context);
    const folder = folderNode
      ? findFolderIn(folderNode, context).folder
      : mailbox.folder('sentitems');
    const copyTo = isSaved ? folder : null;
    const sending = { host: organisation, cause: operation, by: caller.user.name, copyTo };
    sendDraft(mailbox, target, sending);
    return '';
  });
};
