import { countUnread } from '../mailbox/folder-work.js';
import type { Folder } from '../mailbox/folders.js';
import { defaultPermissions, RIGHT_PARTS, USER_PARTS } from '../mailbox/permissions.js';
import type { Permission } from '../mailbox/permissions.js';
import type { PlacedFolder } from './addressing.js';
import { folderExtended } from './folder-fields.js';
import type { FolderShape } from './folder-fields.js';
import { EFFECTIVE_RIGHTS } from './computed/item-computed.js';
import { writeExtendedProperty } from './paths.js';
import { element, textElement } from './xml.js';

/** Writes a folder under the element of its class (fact 97), in the schema's order. */
export function writeFolder(place: PlacedFolder, shape: FolderShape): string {
  let content = writeFolderId(place.folder);
  for (const [uri, write] of PARTS) {
    if (uri === 'folder:ExtendedProperty' || shape.isWanted(uri)) content += write(place, shape);
  }
  return element(`t:${elementOf(place.folder)}`, content);
}

export function writeFolderId({ id, changeKey }: Folder): string {
  return element('t:FolderId', '', { Id: id, ChangeKey: changeKey });
}

type PartWriter = (place: PlacedFolder, shape: FolderShape) => string;

const PARTS: readonly (readonly [uri: string, write: PartWriter])[] = [
  ['folder:ParentFolderId', writeParent],
  [
    'folder:FolderClass',
    ({ folder: { folderClass } }) =>
      folderClass === '' ? '' : textElement('t:FolderClass', folderClass),
  ],
  ['folder:DisplayName', ({ folder }) => textElement('t:DisplayName', folder.displayName)],
  ['folder:TotalCount', ({ folder }) => element('t:TotalCount', String(folder.items.size))],
  [
    'folder:ChildFolderCount',
    ({ mailbox, folder }) =>
      element('t:ChildFolderCount', String(mailbox.store.folders.childrenOf(folder).length)),
  ],
  ['folder:ExtendedProperty', writeExtended],
  ['folder:EffectiveRights', () => EFFECTIVE_RIGHTS],
  [
    'folder:DistinguishedFolderId',
    ({ folder: { distinguished } }) =>
      distinguished === null ? '' : textElement('t:DistinguishedFolderId', distinguished),
  ],
  ['folder:PermissionSet', ({ folder }) => writePermissionSet(folder)],
  ['folder:UnreadCount', writeUnread],
];

function writeParent({ folder, mailbox }: PlacedFolder): string {
  const parent = folder.parentId === null ? null : mailbox.store.folders.get(folder.parentId);
  if (parent === null) return '';
  return element('t:ParentFolderId', '', { Id: parent.id, ChangeKey: parent.changeKey });
}

function writeExtended(place: PlacedFolder, { extended }: FolderShape): string {
  return extended
    .map((asked) => {
      const found = folderExtended(place, asked);
      return found ? writeExtendedProperty(found, asked.path) : '';
    })
    .join('');
}

/** Calendars and contacts have no such count in the schema. */
function writeUnread({ folder }: PlacedFolder): string {
  const name = elementOf(folder);
  const hasCount = name === 'Folder' || name === 'TasksFolder';
  return hasCount ? element('t:UnreadCount', String(countUnread(folder))) : '';
}

function writePermissionSet(folder: Folder): string {
  const isCalendar = elementOf(folder) === 'CalendarFolder';
  const one = isCalendar ? 't:CalendarPermission' : 't:Permission';
  const permissions = folder.permissions ?? defaultPermissions(folder.folderClass);
  const written = permissions.map((permission) => writePermission(one, permission));
  return element('t:PermissionSet', element(`${one}s`, written.join('')));
}

function writePermission(name: string, { user, rights }: Permission): string {
  return element(
    name,
    element('t:UserId', writeParts(USER_PARTS, user)) + writeParts(RIGHT_PARTS, rights),
  );
}

function writeParts(order: readonly string[], values: Readonly<Record<string, string>>): string {
  return order
    .map((name) => {
      const value = values[name];
      return value === undefined ? '' : textElement(`t:${name}`, value);
    })
    .join('');
}

function elementOf({ folderClass }: Folder): string {
  if (folderClass.startsWith('IPF.Appointment')) return 'CalendarFolder';
  if (folderClass.startsWith('IPF.Contact')) return 'ContactsFolder';
  return folderClass.startsWith('IPF.Task') ? 'TasksFolder' : 'Folder';
}
