import { ExchangeError } from '../mailbox/failure.js';
import type { FolderContent, FolderStep } from '../mailbox/folder-work.js';
import { RIGHT_PARTS, USER_PARTS } from '../mailbox/permissions.js';
import type { Permission } from '../mailbox/permissions.js';
import { PATH_ELEMENTS, readExtendedProperty, readPathIn } from './paths.js';
import { checkOrder, childNamed, requiredChild, schemaError, textOf, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** Reads a folder element of CreateFolder or UpdateFolder; what the server works out is refused. */
export function readFolder(node: XmlNode): FolderContent {
  const ofElement = CLASSES.get(node.name);
  if (ofElement === undefined) throw schemaError(`'${node.name}' is not a folder.`);
  const strange = node.children.find(({ name }) => !SETTABLE.includes(name));
  if (strange) {
    throw new ExchangeError('ErrorInvalidPropertySet', `${strange.name} cannot be set.`);
  }
  checkFolderOrder(node);
  const displayName = textOf(node, 'DisplayName');
  const folderClass = textOf(node, 'FolderClass') ?? ofElement;
  const permissions = childNamed(node, 'PermissionSet');
  return {
    ...(displayName === null ? {} : { displayName }),
    ...(folderClass === null ? {} : { folderClass }),
    ...(permissions ? { permissions: readPermissionSet(permissions) } : {}),
    extended: node.children
      .filter(({ name }) => name === 'ExtendedProperty')
      .map(readExtendedProperty),
  };
}

/** Reads one step of an UpdateFolder. */
export function readFolderStep(node: XmlNode): FolderStep {
  const action = wordOf(node.name, ['SetFolderField', 'DeleteFolderField', 'AppendToFolderField']);
  const path = readPathIn(node);
  if (action === 'DeleteFolderField') {
    if (path.kind === 'extended') return { action: 'deleteExtended', path: path.path };
    if (path.uri === 'folder:PermissionSet') return { action: 'resetPermissions' };
    throw new ExchangeError('ErrorInvalidPropertyDelete', `${path.uri} cannot be deleted.`);
  }
  if (action === 'AppendToFolderField') {
    throw new ExchangeError('ErrorInvalidPropertyAppend', 'Nothing of a folder is appended to.');
  }
  const folder = node.children.find(({ name }) => !PATH_ELEMENTS.some((one) => one === name));
  if (!folder) throw schemaError(`The element '${node.name}' needs one folder.`);
  const [property, ...more] = folder.children;
  const wanted = path.kind === 'extended' ? 'ExtendedProperty' : path.uri.split(':')[1];
  if (property?.name !== wanted || more.length > 0) {
    throw new ExchangeError('ErrorUpdatePropertyMismatch', 'Path and property do not match.');
  }
  const { folderClass, ...content } = readFolder(folder);
  const isClass = wanted === 'FolderClass' && folderClass !== undefined;
  return { action: 'set', content: isClass ? { ...content, folderClass } : content };
}

/** The class that a new folder's element stands for; null = whatever FolderClass says. */
const CLASSES: ReadonlyMap<string, string | null> = new Map([
  ['Folder', null],
  ['CalendarFolder', 'IPF.Appointment'],
  ['ContactsFolder', 'IPF.Contact'],
  ['TasksFolder', 'IPF.Task'],
]);

const SETTABLE = ['FolderClass', 'DisplayName', 'ExtendedProperty', 'PermissionSet'];

function checkFolderOrder(node: XmlNode): void {
  let last = -1;
  for (const { name } of node.children) {
    const position = SETTABLE.indexOf(name);
    if (position < last || (position === last && name !== 'ExtendedProperty')) {
      throw schemaError(`The element '${node.name}' has invalid child element '${name}'.`);
    }
    last = position;
  }
}

function readPermissionSet(node: XmlNode): readonly Permission[] {
  const [list] = node.children;
  return (list?.children ?? []).map((permission) => {
    checkOrder(permission, ['UserId', ...RIGHT_PARTS]);
    const user = requiredChild(permission, 'UserId');
    checkOrder(user, USER_PARTS);
    return { user: textsOf(user, USER_PARTS), rights: textsOf(permission, RIGHT_PARTS) };
  });
}

function textsOf(node: XmlNode, names: readonly string[]): Record<string, string> {
  const found = node.children.filter(({ name }) => names.includes(name));
  return Object.fromEntries(found.map(({ name, text }) => [name, text.trim()]));
}
