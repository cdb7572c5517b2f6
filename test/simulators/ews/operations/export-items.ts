import { exportItem, uploadNew, uploadOver } from '../../mailbox/export.js';
import { ExchangeError } from '../../mailbox/failure.js';
import type { ItemView } from '../../mailbox/view.js';
import { findFolder, findTarget } from '../addressing.js';
import { writeItemIdAs } from '../computed/item-computed.js';
import {
  childNamed,
  checkOrder,
  element,
  requiredAttribute,
  requiredChild,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/exportitems-operation */
export const exportItems: Operation = (body, context) => {
  checkOrder(body, ['ItemIds']);
  return answerEach(context, requiredChild(body, 'ItemIds').children, (node) => {
    const { mailbox, target } = findTarget(node, context);
    const data = exportItem(mailbox, target);
    return writeItemIdAs('m:ItemId', mailbox.get(target)) + element('m:Data', data);
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/uploaditems-operation */
export const uploadItems: Operation = (body, context) => {
  checkOrder(body, ['Items']);
  return answerEach(context, requiredChild(body, 'Items').children, (node) =>
    writeItemIdAs('m:ItemId', upload(node, context)),
  );
};

const ACTIONS = ['Update', 'UpdateOrCreate', 'CreateNew'] as const;

function upload(node: XmlNode, context: OperationContext): ItemView {
  checkOrder(node, ['ParentFolderId', 'ItemId', 'Data']);
  const action = wordOf(requiredAttribute(node, 'CreateAction'), ACTIONS);
  const parent = { ...requiredChild(node, 'ParentFolderId'), name: 'FolderId' };
  const { mailbox, folder } = findFolder(parent, context);
  const data = requiredChild(node, 'Data').text;
  const by = context.caller.user.name;
  const id = childNamed(node, 'ItemId');
  if (action === 'CreateNew') return uploadNew(mailbox, folder, { data, by });
  if (!id) throw new ExchangeError('ErrorInvalidIdEmpty', 'An update names its item.');
  const { target } = findTarget(id, context);
  try {
    return uploadOver(mailbox, folder, { target, data, by });
  } catch (error) {
    const isGone = error instanceof ExchangeError && error.code === 'ErrorItemNotFound';
    if (!isGone || action === 'Update') throw error;
    return uploadNew(mailbox, folder, { data, by });
  }
}
