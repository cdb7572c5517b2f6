import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import type { Folder } from './folders.js';
import type { DeleteType, Mailbox } from './mailbox.js';
import type { Permission } from './permissions.js';
import type { ExtendedPath, ExtendedProperty } from './properties.js';
import { itemTarget } from './targets.js';

/** What a new folder is made of, or what a change sets. */
export interface FolderContent {
  readonly displayName?: string;
  readonly folderClass?: string;
  readonly permissions?: readonly Permission[];
  readonly extended: readonly ExtendedProperty[];
}

/** Makes a folder; without a class it has none, and takes everything. */
export function createFolderIn(mailbox: Mailbox, parent: Folder, content: FolderContent): Folder {
  const { displayName, folderClass, permissions, extended } = content;
  if (displayName === undefined || displayName.trim() === '') {
    throw new ExchangeError('ErrorFolderSave', 'A folder needs a display name.');
  }
  const folder = mailbox.createFolder(parent, displayName, folderClass ?? '');
  if (permissions) folder.permissions = permissions;
  for (const one of extended) folder.extended.set(extendedKey(one.path), one);
  return folder;
}

/** One step of an UpdateFolder. */
export type FolderStep =
  | { readonly action: 'set'; readonly content: FolderContent }
  | { readonly action: 'deleteExtended'; readonly path: ExtendedPath }
  | { readonly action: 'resetPermissions' };

/** Does the steps in their order; a class never changes, and standard folders keep their names. */
export function updateFolderIn(
  mailbox: Mailbox,
  folder: Folder,
  steps: readonly FolderStep[],
): void {
  for (const step of steps) {
    if (step.action === 'deleteExtended') folder.extended.delete(extendedKey(step.path));
    else if (step.action === 'resetPermissions') folder.permissions = null;
    else setContent(mailbox, folder, step.content);
  }
  mailbox.store.touchFolder(folder, null);
}

/** Takes folders of people's away, with all that is in them; to Deleted Items they only move. */
export function deleteFolderIn(mailbox: Mailbox, folder: Folder, type: DeleteType): void {
  if (isStandard(folder)) {
    throw new ExchangeError(
      'ErrorDeleteDistinguishedFolder',
      'Distinguished folders cannot be deleted.',
    );
  }
  const trash = mailbox.folder('deleteditems');
  const isInTrash = mailbox.store.folders.below(trash).includes(folder);
  if (type === 'MoveToDeletedItems' && !isInTrash) {
    moveFolderTo(mailbox, folder, trash);
    return;
  }
  for (const child of mailbox.store.folders.childrenOf(folder)) {
    deleteFolderIn(mailbox, child, type);
  }
  dropItems(mailbox, folder, type);
  mailbox.store.removeFolder(folder);
}

/** Takes away what is in a folder, of subfolders only where that is asked for. */
export function emptyFolderIn(
  mailbox: Mailbox,
  folder: Folder,
  { type, withSubfolders }: { readonly type: DeleteType; readonly withSubfolders: boolean },
): void {
  if (folder.folderClass.startsWith('IPF.Appointment') || folder.parentId === null) {
    throw new ExchangeError('ErrorCannotEmptyFolder', 'This folder cannot be emptied.');
  }
  const children = mailbox.store.folders.childrenOf(folder);
  if (withSubfolders && children.some(isStandard)) {
    throw new ExchangeError(
      'ErrorCannotDeleteSubfolders', // what stands in it by default stays
      'The folder has subfolders that cannot be deleted.',
    );
  }
  dropItems(mailbox, folder, type);
  if (withSubfolders) for (const child of children) deleteFolderIn(mailbox, child, type);
}

/** Hangs a folder under another parent; it keeps its id (fact 13). */
export function moveFolderTo(mailbox: Mailbox, folder: Folder, parent: Folder): void {
  if (isStandard(folder)) {
    throw new ExchangeError(
      'ErrorMoveDistinguishedFolder',
      'Distinguished folders cannot be moved.',
    );
  }
  const { folders } = mailbox.store;
  if (parent === folder || folders.below(folder).includes(parent)) {
    throw new ExchangeError('ErrorMoveCopyFailed', 'A folder does not go into itself.');
  }
  const isTaken = namesIn(mailbox, parent).has(folder.displayName.toLowerCase());
  if (isTaken && parent.distinguished !== 'deleteditems') throw folderExists();
  if (isTaken) folder.displayName = freeName(mailbox, parent, folder.displayName);
  const movedFrom = folder.parentId;
  folder.parentId = parent.id;
  mailbox.store.touchFolder(folder, movedFrom);
}

/** Copies a folder with its items and subfolders. */
export function copyFolderTo(
  mailbox: Mailbox,
  source: Folder,
  { parent, by }: { readonly parent: Folder; readonly by: string },
): Folder {
  const { displayName, folderClass, permissions } = source;
  if (parent === source || mailbox.store.folders.below(source).includes(parent)) {
    throw new ExchangeError('ErrorMoveCopyFailed', 'A folder does not go into itself.');
  }
  const folder = mailbox.createFolder(parent, displayName, folderClass);
  folder.permissions = permissions;
  for (const [key, one] of source.extended) folder.extended.set(key, one);
  for (const id of [...source.items.keys()]) mailbox.copy(itemTarget(id), folder, by);
  for (const child of mailbox.store.folders.childrenOf(source)) {
    copyFolderTo(mailbox, child, { parent: folder, by });
  }
  return folder;
}

/** How many items of a folder are unread. */
export function countUnread({ items }: Folder): number {
  let unread = 0;
  for (const { properties } of items.values()) if (properties.IsRead === false) unread++;
  return unread;
}

function setContent(mailbox: Mailbox, folder: Folder, content: FolderContent): void {
  const { displayName, folderClass, permissions, extended } = content;
  if (folderClass !== undefined && folderClass !== folder.folderClass) {
    throw new ExchangeError('ErrorObjectTypeChanged', 'The class of a folder cannot change.');
  }
  if (displayName !== undefined && displayName !== folder.displayName) {
    rename(mailbox, folder, displayName);
  }
  if (permissions) folder.permissions = permissions;
  for (const one of extended) folder.extended.set(extendedKey(one.path), one);
}

function rename(mailbox: Mailbox, folder: Folder, displayName: string): void {
  if (folder.distinguished !== null) {
    throw new ExchangeError('ErrorFolderSavePropertyError', 'A standard folder keeps its name.');
  }
  if (displayName.trim() === '') throw new ExchangeError('ErrorFolderSave', 'The name is empty.');
  const parent = mailbox.store.folders.get(folder.parentId ?? '');
  const others = namesIn(mailbox, parent);
  others.delete(folder.displayName.toLowerCase());
  if (others.has(displayName.toLowerCase())) throw folderExists();
  folder.displayName = displayName;
}

function dropItems(mailbox: Mailbox, { items }: Folder, type: DeleteType): void {
  const silent = { headerZone: null, send: 'SendToNone', cause: 'DeleteFolder', by: '' } as const;
  for (const id of [...items.keys()]) mailbox.remove(itemTarget(id), type, silent);
}

function isStandard({ distinguished }: Folder): boolean {
  return distinguished !== null;
}

function namesIn(mailbox: Mailbox, parent: Folder): Set<string> {
  const children = mailbox.store.folders.childrenOf(parent);
  return new Set(children.map(({ displayName }) => displayName.toLowerCase()));
}

function freeName(mailbox: Mailbox, parent: Folder, wanted: string): string {
  const taken = namesIn(mailbox, parent);
  let number = 1;
  while (taken.has(`${wanted}${number}`.toLowerCase())) number++;
  return `${wanted}${number}`;
}

function folderExists(): ExchangeError {
  return new ExchangeError('ErrorFolderExists', 'A folder of that name exists.');
}
