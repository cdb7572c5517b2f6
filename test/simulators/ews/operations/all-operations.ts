import { convertId } from './convert-id.js';
import { createItem } from './create-item.js';
import { deleteItem } from './delete-item.js';
import { findFolderOperation } from './find-folder.js';
import { findItem } from './find-item.js';
import { getFolder } from './get-folder.js';
import { getItem } from './get-item.js';
import { getServerTimeZones } from './get-server-time-zones.js';
import { copyItem, moveItem } from './move-item.js';
import type { Operation } from './operation.js';
import { resolveNames } from './resolve-names.js';
import { syncFolderHierarchy } from './sync-folder-hierarchy.js';
import { syncFolderItems } from './sync-folder-items.js';
import { updateItem } from './update-item.js';

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
  ['GetServerTimeZones', getServerTimeZones],
  ['ConvertId', convertId],
  ['ResolveNames', resolveNames],
]);
