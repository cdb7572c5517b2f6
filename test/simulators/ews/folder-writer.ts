import type { Folder } from '../mailbox/folders.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import { EFFECTIVE_RIGHTS } from './item-writer.js';
import { element, textElement } from './xml.js';

/** Writes a folder under the element of its class (fact 97). */
export function writeFolder({ mailbox, folder }: { mailbox: Mailbox; folder: Folder }): string {
  const { folders } = mailbox.store;
  const parent =
    folder.parentId === null ? '' : element('t:ParentFolderId', '', { Id: folder.parentId });
  const folderClass =
    folder.folderClass === '' ? '' : textElement('t:FolderClass', folder.folderClass);
  return element(
    `t:${elementOf(folder)}`,
    writeFolderId(folder) +
      parent +
      folderClass +
      textElement('t:DisplayName', folder.displayName) +
      `<t:TotalCount>${folder.items.size}</t:TotalCount>` +
      `<t:ChildFolderCount>${folders.childrenOf(folder).length}</t:ChildFolderCount>` +
      EFFECTIVE_RIGHTS +
      (folder.distinguished === null
        ? ''
        : textElement('t:DistinguishedFolderId', folder.distinguished)),
  );
}

export function writeFolderId({ id, changeKey }: Folder): string {
  return element('t:FolderId', '', { Id: id, ChangeKey: changeKey });
}

function elementOf({ folderClass }: Folder): string {
  if (folderClass.startsWith('IPF.Appointment')) return 'CalendarFolder';
  if (folderClass.startsWith('IPF.Contact')) return 'ContactsFolder';
  return folderClass.startsWith('IPF.Task') ? 'TasksFolder' : 'Folder';
}
