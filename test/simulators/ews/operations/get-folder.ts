import { findFolder } from '../addressing.js';
import { readFolderShape } from '../folder-fields.js';
import { writeFolder } from '../folder-writer.js';
import { checkOrder, element, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export const getFolder: Operation = (body, context) => {
  checkOrder(body, ['FolderShape', 'FolderIds']);
  const shape = readFolderShape(requiredChild(body, 'FolderShape'));
  return answerEach(context, requiredChild(body, 'FolderIds').children, (id) =>
    element('m:Folders', writeFolder(findFolder(id, context), shape)),
  );
};
