import { fieldPath } from '../item-shape.js';
import { child, childText, type XmlNode } from '../xml-reader.js';
import { isTrue } from '../xml-values.js';
import { element, textElement, type Xml } from '../xml-writer.js';
import { writeFolder, type FolderAddress } from './get-folder.js';

export interface FindFolderRequest {
  /** Everything below it is listed, at any depth. */
  readonly below: FolderAddress;
  readonly offset: number;
}

export interface FoundFolder {
  readonly id: string;
  /** As `IPF.Appointment`; '' where the folder has none. */
  readonly folderClass: string;
  /** As Outlook shows it; '' where the server does not say. */
  readonly name: string;
}

export interface FolderPage {
  readonly folders: readonly FoundFolder[];
  readonly isLast: boolean;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation */
export function writeFindFolder({ below, offset }: FindFolderRequest): Xml {
  return element(
    'm:FindFolder',
    { Traversal: 'Deep' },
    element(
      'm:FolderShape',
      null,
      textElement('t:BaseShape', 'IdOnly'),
      element(
        't:AdditionalProperties',
        null,
        fieldPath('folder:FolderClass'),
        fieldPath('folder:DisplayName'),
      ),
    ),
    element('m:IndexedPageFolderView', {
      MaxEntriesReturned: '1000',
      Offset: String(offset),
      BasePoint: 'Beginning',
    }),
    element('m:ParentFolderIds', null, writeFolder(below)),
  );
}

export function readFindFolder(message: XmlNode): FolderPage {
  const root = child(message, 'RootFolder');
  const found = (root === null ? null : child(root, 'Folders'))?.children ?? [];
  return {
    folders: found.flatMap(readFolder),
    isLast: isTrue(root?.attributes['IncludesLastItemInRange'] ?? 'true') || found.length === 0,
  };
}

/** Servers that leave the class out still name a calendar by its element. */
function readFolder(folder: XmlNode): readonly FoundFolder[] {
  const id = child(folder, 'FolderId')?.attributes['Id'];
  if (id === undefined) return [];
  const byElement = folder.name === 'CalendarFolder' ? 'IPF.Appointment' : '';
  const name = childText(folder, 'DisplayName')?.trim() ?? '';
  return [{ id, name, folderClass: childText(folder, 'FolderClass')?.trim() ?? byElement }];
}
