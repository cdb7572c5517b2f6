import { createFolderIn } from '../../mailbox/folder-work.js';
import { findFolderIn } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { FOLDER_ID_ONLY } from '../folder-fields.js';
import { readFolder } from '../folder-reader.js';
import { writeFolder } from '../folder-writer.js';
import { checkOrder, element, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolder-operation */
export const createFolder: Operation = (body, context) => {
  checkOrder(body, ['ParentFolderId', 'Folders']);
  const parent = requiredChild(body, 'ParentFolderId');
  return answerEach(context, requiredChild(body, 'Folders').children, (node) => {
    const { mailbox, folder } = findFolderIn(parent, context);
    const made = createFolderIn(mailbox, folder, readFolder(node));
    return element('m:Folders', writeFolder({ mailbox, folder: made }, FOLDER_ID_ONLY));
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createfolderpath-operation */
export const createFolderPath: Operation = (body, context) => {
  checkOrder(body, ['ParentFolderId', 'RelativeFolderPath']);
  const steps = requiredChild(body, 'RelativeFolderPath').children.map(readFolder);
  let place: PlacedFolder | null = null;
  return answerEach(context, steps, (content) => {
    place ??= findFolderIn(requiredChild(body, 'ParentFolderId'), context);
    const { mailbox, folder } = place;
    const there = mailbox.store.folders
      .childrenOf(folder)
      .find(({ displayName }) => displayName.toLowerCase() === content.displayName?.toLowerCase());
    place = { mailbox, folder: there ?? createFolderIn(mailbox, folder, content) };
    return element('m:Folders', writeFolder(place, FOLDER_ID_ONLY));
  });
};
