import { ExchangeError } from '../mailbox/failure.js';
import { folderNotFound } from '../mailbox/folders.js';
import type { Folder } from '../mailbox/folders.js';
import { readId } from '../mailbox/ids.js';
import { itemNotFound } from '../mailbox/locate.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Organisation } from '../mailbox/organisation.js';
import type { ItemTarget } from '../mailbox/targets.js';
import { isFolderName } from '../mailbox/standard-folders.js';
import { checkAccess } from './caller.js';
import type { Caller } from './caller.js';
import { childNamed, integerOf, requiredAttribute, schemaError, textOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** What finding a folder or item needs. */
export interface AddressBook {
  readonly organisation: Organisation;
  readonly caller: Caller;
}

export interface PlacedFolder {
  readonly mailbox: Mailbox;
  readonly folder: Folder;
}

/** FolderId or DistinguishedFolderId, the latter also of another mailbox (fact 89). */
export function findFolder(node: XmlNode, book: AddressBook): PlacedFolder {
  const id = requiredAttribute(node, 'Id');
  if (node.name === 'DistinguishedFolderId') {
    if (!isFolderName(id)) throw schemaError(`'${id}' is not the name of a folder.`);
    const mailbox = mailboxNamed(node, book);
    checkAccess(book.caller, mailbox);
    return { mailbox, folder: mailbox.folder(id) };
  }
  if (node.name !== 'FolderId') throw schemaError(`'${node.name}' is not a folder id.`);
  const parts = readId(id);
  if (!parts) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  if (parts.kind !== 'folder') {
    throw new ExchangeError('ErrorCannotUseItemIdForFolderId', 'That is the id of an item.');
  }
  const mailbox = book.organisation.mailboxByGuid(parts.mailboxGuid);
  if (!mailbox) throw folderNotFound();
  checkAccess(book.caller, mailbox);
  return { mailbox, folder: mailbox.store.folders.get(id) };
}

/** The folder inside a TargetFolderId element such as SyncFolderId. */
export function findFolderIn(node: XmlNode, book: AddressBook): PlacedFolder {
  const [id] = node.children;
  if (!id) throw schemaError(`The element '${node.name}' has incomplete content.`);
  return findFolder(id, book);
}

export interface PlacedTarget {
  readonly mailbox: Mailbox;
  readonly target: ItemTarget;
}

/** ItemId, OccurrenceItemId or RecurringMasterItemId (fact 50). */
export function findTarget(node: XmlNode, book: AddressBook): PlacedTarget {
  const target = readTarget(node);
  const id = idOf(target);
  const parts = readId(id);
  if (!parts) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  const mailbox = book.organisation.mailboxByGuid(parts.mailboxGuid);
  if (!mailbox) throw itemNotFound();
  checkAccess(book.caller, mailbox);
  return { mailbox, target };
}

/** The item inside an element that holds one id among other things, as ItemChange does. */
export function findTargetIn(node: XmlNode, book: AddressBook): PlacedTarget {
  const id = node.children.find(({ name }) => TARGET_ELEMENTS.includes(name));
  if (!id) throw schemaError(`The element '${node.name}' names no item.`);
  return findTarget(id, book);
}

/** Every item has its mailbox's own id as a part, so a delegate's request needs no mailbox. */
function idOf(target: ItemTarget): string {
  if (target.kind === 'item') return target.id;
  return target.kind === 'occurrence' ? target.masterId : target.occurrenceId;
}

const TARGET_ELEMENTS = ['ItemId', 'OccurrenceItemId', 'RecurringMasterItemId'];

function readTarget(node: XmlNode): ItemTarget {
  const changeKey = node.attributes['ChangeKey'] ?? null;
  switch (node.name) {
    case 'ItemId':
      return { kind: 'item', id: requiredAttribute(node, 'Id'), changeKey };
    case 'OccurrenceItemId':
      return {
        kind: 'occurrence',
        masterId: requiredAttribute(node, 'RecurringMasterId'),
        index: integerOf(requiredAttribute(node, 'InstanceIndex')),
        changeKey,
      };
    case 'RecurringMasterItemId':
      return { kind: 'master', occurrenceId: requiredAttribute(node, 'OccurrenceId'), changeKey };
    default:
      throw schemaError(`'${node.name}' is not an item id.`);
  }
}

function mailboxNamed(node: XmlNode, { organisation, caller }: AddressBook): Mailbox {
  const named = childNamed(node, 'Mailbox');
  const address = named && textOf(named, 'EmailAddress');
  if (address !== null) return organisation.mailbox(address.trim());
  if (caller.mailbox) return caller.mailbox;
  throw new ExchangeError(
    'ErrorMissingEmailAddress',
    'When making a request as an account that does not have a mailbox, you must specify the mailbox ' +
      'primary SMTP address for any distinguished folder Ids.',
  );
}
