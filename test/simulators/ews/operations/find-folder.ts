import { findFolder } from '../addressing.js';
import { writeFolder } from '../folder-writer.js';
import { checkOrder, element, requiredAttribute, requiredChild, wordOf } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation */
export const findFolderOperation: Operation = (body, context) => {
  checkOrder(body, [
    'FolderShape',
    'IndexedPageFolderView',
    'FractionalPageFolderView',
    'Restriction',
    'ParentFolderIds',
  ]);
  const traversal = wordOf(requiredAttribute(body, 'Traversal'), [
    'Shallow',
    'Deep',
    'SoftDeleted',
  ]);
  return answerEach(context, requiredChild(body, 'ParentFolderIds').children, (id) => {
    const { mailbox, folder } = findFolder(id, context);
    const { folders } = mailbox.store;
    const shallow = traversal === 'Shallow' ? folders.childrenOf(folder) : [];
    const found = traversal === 'Deep' ? folders.below(folder) : shallow;
    const written = found.map((one) => writeFolder({ mailbox, folder: one }));
    return element('m:RootFolder', element('t:Folders', written.join('')), {
      TotalItemsInView: found.length,
      IncludesLastItemInRange: true,
    });
  });
};
