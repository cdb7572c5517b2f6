import { ExchangeError } from '../../mailbox/failure.js';
import { copyFolderTo, moveFolderTo } from '../../mailbox/folder-work.js';
import type { Folder } from '../../mailbox/folders.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { findFolder, findFolderIn } from '../addressing.js';
import { FOLDER_ID_ONLY } from '../folder-fields.js';
import { writeFolder } from '../folder-writer.js';
import { checkOrder, element, requiredChild } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/movefolder-operation */
export const moveFolder: Operation = (body, context) =>
  withEach(body, context, ({ mailbox, folder, parent }) => {
    moveFolderTo(mailbox, folder, parent);
    return folder;
  });

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyfolder-operation */
export const copyFolder: Operation = (body, context) =>
  withEach(body, context, ({ mailbox, folder, parent }) =>
    copyFolderTo(mailbox, folder, { parent, by: context.caller.user.name }),
  );

interface Carried {
  readonly mailbox: Mailbox;
  readonly folder: Folder;
  readonly parent: Folder;
}

function withEach(
  body: XmlNode,
  context: OperationContext,
  carry: (carried: Carried) => Folder,
): string {
  checkOrder(body, ['ToFolderId', 'FolderIds']);
  const target = requiredChild(body, 'ToFolderId');
  return answerEach(context, requiredChild(body, 'FolderIds').children, (id) => {
    const { mailbox, folder } = findFolder(id, context);
    const to = findFolderIn(target, context);
    if (to.mailbox !== mailbox) {
      throw new ExchangeError('ErrorCrossMailboxMoveCopy', 'Folders stay in their mailbox here.');
    }
    const moved = carry({ mailbox, folder, parent: to.folder });
    return element('m:Folders', writeFolder({ mailbox, folder: moved }, FOLDER_ID_ONLY));
  });
}
