import {
  findPeople,
  getPasswordExpirationDate,
  getPersona,
  getSearchableMailboxes,
} from './account.js';
import { createAttachment, deleteAttachment, getAttachment } from './attachments.js';
import { convertId } from './convert-id.js';
import { createFolder, createFolderPath } from './create-folder.js';
import { createItem } from './create-item.js';
import { deleteFolder, emptyFolder } from './delete-folder.js';
import { deleteItem } from './delete-item.js';
import { exportItems, uploadItems } from './export-items.js';
import { expandDl, getRoomLists, getRooms } from './distribution-lists.js';
import { findFolderOperation } from './find-folder.js';
import { findItem } from './find-item.js';
import { getDelegate } from './get-delegate.js';
import { getEvents } from './get-events.js';
import { getFolder } from './get-folder.js';
import { getItem } from './get-item.js';
import { getMailTips } from './get-mail-tips.js';
import { getServerTimeZones } from './get-server-time-zones.js';
import { getUserAvailability } from './get-user-availability.js';
import { markAllItemsAsRead, markAsJunk } from './mark-items.js';
import { copyFolder, moveFolder } from './move-folder.js';
import { archiveItem, copyItem, moveItem } from './move-item.js';
import type { Operation } from './operation.js';
import { getUserOofSettings, setUserOofSettings } from './out-of-office.js';
import { resolveNames } from './resolve-names.js';
import { sendItem } from './send-item.js';
import { subscribe } from './subscribe.js';
import { syncFolderHierarchy } from './sync-folder-hierarchy.js';
import { syncFolderItems } from './sync-folder-items.js';
import { unsubscribe } from './unsubscribe.js';
import { updateFolder } from './update-folder.js';
import { updateItem } from './update-item.js';
import {
  createUserConfiguration,
  deleteUserConfiguration,
  getUserConfiguration,
  updateUserConfiguration,
} from './user-configuration.js';

/** Every operation this server answers. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['GetFolder', getFolder],
  ['FindFolder', findFolderOperation],
  ['SyncFolderHierarchy', syncFolderHierarchy],
  ['SyncFolderItems', syncFolderItems],
  ['GetItem', getItem],
  ['FindItem', findItem],
  ['CreateItem', createItem],
  ['UpdateItem', updateItem],
  ['DeleteItem', deleteItem],
  ['MoveItem', moveItem],
  ['CopyItem', copyItem],
  ['ArchiveItem', archiveItem],
  ['SendItem', sendItem],
  ['CreateAttachment', createAttachment],
  ['GetAttachment', getAttachment],
  ['DeleteAttachment', deleteAttachment],
  ['ExportItems', exportItems],
  ['UploadItems', uploadItems],
  ['MarkAllItemsAsRead', markAllItemsAsRead],
  ['MarkAsJunk', markAsJunk],
  ['Subscribe', subscribe],
  ['Unsubscribe', unsubscribe],
  ['GetEvents', getEvents], // GetStreamingEvents hangs: ews/answer.ts
  ['GetServerTimeZones', getServerTimeZones],
  ['ConvertId', convertId],
  ['ResolveNames', resolveNames],
  ['CreateFolder', createFolder],
  ['CreateFolderPath', createFolderPath],
  ['UpdateFolder', updateFolder],
  ['DeleteFolder', deleteFolder],
  ['EmptyFolder', emptyFolder],
  ['MoveFolder', moveFolder],
  ['CopyFolder', copyFolder],
  ['GetUserConfiguration', getUserConfiguration],
  ['CreateUserConfiguration', createUserConfiguration],
  ['UpdateUserConfiguration', updateUserConfiguration],
  ['DeleteUserConfiguration', deleteUserConfiguration],
  ['GetUserAvailabilityRequest', getUserAvailability],
  ['GetUserOofSettingsRequest', getUserOofSettings],
  ['SetUserOofSettingsRequest', setUserOofSettings],
  ['GetMailTips', getMailTips],
  ['GetDelegate', getDelegate],
  ['ExpandDL', expandDl],
  ['GetRoomLists', getRoomLists],
  ['GetRooms', getRooms],
  ['FindPeople', findPeople],
  ['GetPersona', getPersona],
  ['GetPasswordExpirationDate', getPasswordExpirationDate],
  ['GetSearchableMailboxes', getSearchableMailboxes],
]);
