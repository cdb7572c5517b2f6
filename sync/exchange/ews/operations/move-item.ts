import type { ItemAddress } from '../item-address.js';
import { writeAddress } from '../item-address.js';
import { element, textElement, type Xml } from '../xml-writer.js';

/**
 * Into a folder of the same mailbox. Nobody is told, and the items have new ids afterwards.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation
 */
export function writeMoveItem(folderId: string, addresses: readonly ItemAddress[]): Xml {
  return element(
    'm:MoveItem',
    null,
    element('m:ToFolderId', null, element('t:FolderId', { Id: folderId })),
    element('m:ItemIds', null, ...addresses.map(writeAddress)),
    textElement('m:ReturnNewItemIds', 'false'),
  );
}
