import { ExchangeError } from '../../mailbox/failure.js';
import type { ItemView } from '../../mailbox/view.js';
import { findFolderIn } from '../addressing.js';
import { writeItemId } from '../computed/item-computed.js';
import { writeItem } from '../item-writer.js';
import { readItemShape } from '../shape.js';
import {
  booleanOf,
  checkOrder,
  element,
  integerOf,
  requiredChild,
  schemaError,
  textElement,
  textOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation */
export const syncFolderItems: Operation = (body, context) => {
  checkOrder(body, [
    'ItemShape',
    'SyncFolderId',
    'SyncState',
    'Ignore',
    'MaxChangesReturned',
    'SyncScope',
  ]);
  const limit = integerOf(requiredChild(body, 'MaxChangesReturned').text);
  if (limit < 1 || limit > 512) throw schemaError('MaxChangesReturned must be 1 to 512.');
  const shapeNode = requiredChild(body, 'ItemShape');
  const shape = readItemShape(shapeNode, true);
  const ignored = ignoredIds(body);
  const folderNode = requiredChild(body, 'SyncFolderId');
  return answerEach(context, [folderNode], (node) => {
    if (booleanOf(textOf(shapeNode, 'IncludeMimeContent') ?? 'false')) {
      throw new ExchangeError('ErrorInvalidPropertyForOperation', 'MimeContent is not synced.');
    }
    const { mailbox, folder } = findFolderIn(node, context);
    const page = mailbox.store.sync(folder, textOf(body, 'SyncState'), limit);
    const { headerZone, organisation } = context;
    const writing = { shape, headerZone, modes: organisation.modes, isList: true };
    const changes = page.changes
      .filter((change) => !ignored.has(change.kind === 'Delete' ? change.id : change.item.id))
      .map((change) => {
        if (change.kind === 'Delete') {
          return element('t:Delete', element('t:ItemId', '', { Id: change.id }));
        }
        const view = mailbox.viewOf(change.item);
        if (change.kind === 'ReadFlagChange') return writeReadFlag(view);
        return element(`t:${change.kind}`, writeItem(view, writing));
      });
    return (
      textElement('m:SyncState', page.syncState) +
      textElement('m:IncludesLastItemInRange', String(page.includesLastItemInRange)) +
      element('m:Changes', changes.join(''))
    );
  });
};

function writeReadFlag(view: ItemView): string {
  const isRead = textElement('t:IsRead', String(view.properties.IsRead ?? false));
  return element('t:ReadFlagChange', writeItemId(view) + isRead);
}

function ignoredIds(body: XmlNode): Set<string> {
  const list = body.children.find(({ name }) => name === 'Ignore')?.children ?? [];
  return new Set(list.map(({ attributes }) => attributes['Id'] ?? ''));
}
