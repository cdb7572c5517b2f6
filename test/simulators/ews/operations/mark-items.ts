import { setReadFlag } from '../../mailbox/read-flag.js';
import { findFolder, findTarget } from '../addressing.js';
import { writeItemIdAs } from '../computed/item-computed.js';
import { booleanOf, checkOrder, requiredAttribute, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markallitemsasread-operation */
export const markAllItemsAsRead: Operation = (body, context) => {
  checkOrder(body, ['ReadFlag', 'SuppressReadReceipts', 'FolderIds']);
  const isRead = booleanOf(requiredChild(body, 'ReadFlag').text);
  return answerEach(context, requiredChild(body, 'FolderIds').children, (node) => {
    const { mailbox, folder } = findFolder(node, context);
    for (const item of folder.items.values()) {
      setReadFlag(mailbox, item, { isRead, by: context.caller.user.name });
    }
    return '';
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/markasjunk-operation */
export const markAsJunk: Operation = (body, context) => {
  checkOrder(body, ['ItemIds']);
  const isJunk = booleanOf(requiredAttribute(body, 'IsJunk'));
  const isMoved = booleanOf(requiredAttribute(body, 'MoveItem'));
  return answerEach(context, requiredChild(body, 'ItemIds').children, (node) => {
    const { mailbox, target } = findTarget(node, context);
    const view = mailbox.get(target);
    const isOwn = view.properties.ReceivedBy === undefined; // nobody sent it, so it stays (EL)
    if (!isMoved || (isJunk && isOwn)) return '';
    const folder = mailbox.folder(isJunk ? 'junkemail' : 'inbox');
    const moved = view.folderId === folder.id ? view : mailbox.move(target, folder);
    return writeItemIdAs('m:MovedItemId', moved);
  });
};
