import { deleteFolderIn, emptyFolderIn } from '../../mailbox/folder-work.js';
import { findFolder } from '../addressing.js';
import { booleanOf, checkOrder, requiredAttribute, requiredChild, wordOf } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

const DELETE_TYPES = ['HardDelete', 'SoftDelete', 'MoveToDeletedItems'] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation */
export const deleteFolder: Operation = (body, context) => {
  checkOrder(body, ['FolderIds']);
  const type = wordOf(requiredAttribute(body, 'DeleteType'), DELETE_TYPES);
  return answerEach(context, requiredChild(body, 'FolderIds').children, (id) => {
    const { mailbox, folder } = findFolder(id, context);
    deleteFolderIn(mailbox, folder, type);
    return '';
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/emptyfolder-operation */
export const emptyFolder: Operation = (body, context) => {
  checkOrder(body, ['FolderIds']);
  const type = wordOf(requiredAttribute(body, 'DeleteType'), DELETE_TYPES);
  const withSubfolders = booleanOf(requiredAttribute(body, 'DeleteSubFolders'));
  return answerEach(context, requiredChild(body, 'FolderIds').children, (id) => {
    const { mailbox, folder } = findFolder(id, context);
    emptyFolderIn(mailbox, folder, { type, withSubfolders });
    return '';
  });
};
