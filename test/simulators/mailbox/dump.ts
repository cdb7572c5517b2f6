import { extendedKey } from './extended.js';
import type { Tombstone } from './change-log.js';
import type { Folder, FolderTombstone, PlainFolder } from './folders.js';
import type { ExtendedProperty, ItemProperties } from './properties.js';
import type { OccurrenceException, StoredItem } from './stored-item.js';

/** A mailbox as plain JSON, for the file that outlives the process. */
export interface MailboxDump {
  readonly counter: number;
  readonly seq: number;
  readonly keys: number;
  readonly syncEpoch: number;
  readonly folders: readonly FolderDump[];
  /** Absent in files from before folders could be deleted. */
  readonly goneFolders?: readonly FolderTombstone[];
  readonly items: readonly ItemDump[];
}

export type FolderDump = PlainFolder & { tombstones: readonly Tombstone[] };

export interface ItemDump extends Omit<StoredItem, 'extended' | 'exceptions'> {
  readonly extended: readonly ExtendedProperty[];
  readonly exceptions: readonly (readonly [number, ExceptionDump])[];
}

type ExceptionDump =
  | { readonly kind: 'deleted' }
  | {
      readonly kind: 'changed';
      readonly properties: ItemProperties;
      readonly extended: readonly ExtendedProperty[];
    };

export function dumpFolder(folder: Folder): FolderDump {
  const { id, parentId, displayName, folderClass, distinguished, changeKey } = folder;
  const { enteredSeq, changedSeq, movedSeq, permissions } = folder;
  return {
    ...{ id, parentId, displayName, folderClass, distinguished, changeKey },
    ...{ enteredSeq, changedSeq, movedSeq, permissions },
    extended: [...folder.extended],
    configurations: [...folder.configurations.values()],
    tombstones: folder.log.tombstones(),
  };
}

/** The folder alone, without what its feed kept. */
export function plainFolderOf(dump: FolderDump): PlainFolder {
  const folder: Partial<FolderDump> & PlainFolder = { ...dump };
  delete folder.tombstones;
  return folder;
}

export function dumpItem(item: StoredItem): ItemDump {
  return {
    ...item,
    extended: [...item.extended.values()],
    exceptions: [...item.exceptions].map(([day, exception]) => [day, dumpException(exception)]),
  };
}

export function loadItem(dump: ItemDump): StoredItem {
  return {
    ...dump,
    extended: byKey(dump.extended),
    exceptions: new Map(dump.exceptions.map(([day, exception]) => [day, loadException(exception)])),
  };
}

function dumpException(exception: OccurrenceException): ExceptionDump {
  if (exception.kind === 'deleted') return exception;
  return { ...exception, extended: [...exception.extended.values()] };
}

function loadException(dump: ExceptionDump): OccurrenceException {
  return dump.kind === 'deleted' ? dump : { ...dump, extended: byKey(dump.extended) };
}

function byKey(list: readonly ExtendedProperty[]): Map<string, ExtendedProperty> {
  return new Map(list.map((one) => [extendedKey(one.path), one]));
}
