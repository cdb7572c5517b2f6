import { ExchangeError } from '../../mailbox/failure.js';
import { updateFolderIn } from '../../mailbox/folder-work.js';
import { itemNotFound } from '../../mailbox/locate.js';
import { findFolder } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { FOLDER_ID_ONLY } from '../folder-fields.js';
import { readFolderStep } from '../folder-reader.js';
import { writeFolder } from '../folder-writer.js';
import { checkOrder, element, requiredChild, schemaError } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updatefolder-operation */
export const updateFolder: Operation = (body, context) => {
  checkOrder(body, ['FolderChanges']);
  return answerEach(context, requiredChild(body, 'FolderChanges').children, (node) => {
    const [id] = node.children;
    if (!id) throw schemaError(`The element '${node.name}' names no folder.`);
    const place = findForWrite(id, context);
    const steps = requiredChild(node, 'Updates').children.map(readFolderStep);
    updateFolderIn(place.mailbox, place.folder, steps);
    return element('m:Folders', writeFolder(place, FOLDER_ID_ONLY));
  });
};

/** A folder that is gone is an item that is not found here, unlike in GetFolder (seen by other clients). */
function findForWrite(id: XmlNode, context: OperationContext): PlacedFolder {
  try {
    return findFolder(id, context);
  } catch (error) {
    const isGone = error instanceof ExchangeError && error.code === 'ErrorFolderNotFound';
    throw isGone ? itemNotFound() : error;
  }
}
