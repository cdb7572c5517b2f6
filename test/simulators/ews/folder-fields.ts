import { extendedKey } from '../mailbox/extended.js';
import { countUnread } from '../mailbox/folder-work.js';
import type { Folder } from '../mailbox/folders.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { ExtendedPath, ExtendedProperty } from '../mailbox/properties.js';
import { formatTime } from '../mailbox/zones.js';
import type { PlacedFolder } from './addressing.js';
import { readPath } from './paths.js';
import type { PropertyPath } from './paths.js';
import { childNamed, requiredChild, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** Which properties of a folder an answer carries. */
export interface FolderShape {
  readonly extended: readonly { readonly path: ExtendedPath; readonly key: string }[];
  isWanted(uri: string): boolean;
}

/** The smallest base shape that carries each property; what is missing here comes only when named. */
const BASE: ReadonlyMap<string, 'Default' | 'AllProperties'> = new Map([
  ['folder:DisplayName', 'Default'],
  ['folder:TotalCount', 'Default'],
  ['folder:ChildFolderCount', 'Default'],
  ['folder:UnreadCount', 'Default'],
  ['folder:ParentFolderId', 'AllProperties'],
  ['folder:FolderClass', 'AllProperties'],
  ['folder:EffectiveRights', 'AllProperties'],
  ['folder:DistinguishedFolderId', 'AllProperties'],
]);

/** Reads a FolderShape. Properties of other classes are no error, they are left out (as fact 32). */
export function readFolderShape(node: XmlNode): FolderShape {
  const base = wordOf(requiredChild(node, 'BaseShape').text, [
    'IdOnly',
    'Default',
    'AllProperties',
  ]);
  const paths = (childNamed(node, 'AdditionalProperties')?.children ?? []).map(readPath);
  const named = new Set(paths.flatMap((path) => (path.kind === 'field' ? [path.uri] : [])));
  return {
    extended: paths.filter((path) => path.kind === 'extended'),
    isWanted(uri) {
      const smallest = BASE.get(uri);
      if (named.has(uri)) return true;
      return base === 'AllProperties' ? smallest !== undefined : base === smallest;
    },
  };
}

/** The shape of answers that name ids only. */
export const FOLDER_ID_ONLY: FolderShape = { extended: [], isWanted: () => false };

/** An extended property of a folder: what was set on it, or what the server works out under a tag. */
export function folderExtended(
  { mailbox, folder }: PlacedFolder,
  { path, key }: { readonly path: ExtendedPath; readonly key: string },
): ExtendedProperty | null {
  const stored = folder.extended.get(key);
  if (stored) return stored;
  const value = TAGS.get(key)?.(folder, mailbox);
  return value === undefined ? null : { path, value: String(value) };
}

/** MAPI's own names of what a folder is (MS-OXPROPS); mail clients ask for them by number. */
const TAGS: ReadonlyMap<string, (folder: Folder, mailbox: Mailbox) => string | number | boolean> =
  new Map<string, (folder: Folder, mailbox: Mailbox) => string | number | boolean>([
    [tag('0x3001'), ({ displayName }) => displayName],
    [tag('0x3613'), ({ folderClass }) => folderClass],
    [tag('0x0e08'), ({ items }) => 4096 + 1024 * items.size],
    [tag('0x3602'), ({ items }) => items.size],
    [tag('0x3603'), countUnread],
    [tag('0x360a'), (folder, { store }) => store.folders.childrenOf(folder).length > 0],
    [tag('0x3008'), lastChange],
    [tag('0x670a'), lastChange],
  ]);

function tag(PropertyTag: string): string {
  return extendedKey({ PropertyTag, PropertyType: 'String' });
}

/** A time that is another one after every change in the folder: clients take it for the folder's version. */
function lastChange({ log, changedSeq }: Folder): string {
  return formatTime((Math.max(log.lastSeq, changedSeq) + 1_600_000_000) * 1000);
}

type FolderValue = string | number | boolean | null;

/** Reads the property a path names, for restrictions. */
export function readerOfFolder(path: PropertyPath): (place: PlacedFolder) => FolderValue {
  if (path.kind === 'extended') {
    return (place) => {
      const value = folderExtended(place, path)?.value;
      return typeof value === 'string' ? value : null;
    };
  }
  const read = READERS.get(path.uri);
  return read ?? (() => null);
}

const READERS: ReadonlyMap<string, (place: PlacedFolder) => FolderValue> = new Map<
  string,
  (place: PlacedFolder) => FolderValue
>([
  ['folder:DisplayName', ({ folder }) => folder.displayName],
  ['folder:FolderClass', ({ folder }) => (folder.folderClass === '' ? null : folder.folderClass)],
  ['folder:TotalCount', ({ folder }) => folder.items.size],
  ['folder:UnreadCount', ({ folder }) => countUnread(folder)],
  [
    'folder:ChildFolderCount',
    ({ mailbox, folder }) => mailbox.store.folders.childrenOf(folder).length,
  ],
  ['folder:DistinguishedFolderId', ({ folder }) => folder.distinguished],
]);
