import { unreadableEntry } from '../response-messages.js';
import { child, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';

/** A folder by its id, or by the name every mailbox has it under. */
export type FolderAddress =
  | { readonly id: string }
  | {
      readonly distinguished:
        'calendar' | 'deleteditems' | 'recoverableitemsdeletions' | 'msgfolderroot';
    };

export function writeFolder(folder: FolderAddress): Xml {
  return 'id' in folder
    ? element('t:FolderId', { Id: folder.id })
    : element('t:DistinguishedFolderId', { Id: folder.distinguished });
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export function writeGetFolder(folders: readonly FolderAddress[]): Xml {
  return element(
    'm:GetFolder',
    null,
    element('m:FolderShape', null, textElement('t:BaseShape', 'IdOnly')),
    element('m:FolderIds', null, ...folders.map(writeFolder)),
  );
}

/** The id of the folder in one response message. */
export function readGetFolder(message: XmlNode): string {
  const folder = child(message, 'Folders')?.children[0];
  const id = folder === undefined ? undefined : child(folder, 'FolderId')?.attributes['Id'];
  if (id === undefined) throw unreadableEntry('a folder without an id');
  return id;
}
