import type { ItemRef } from '../../../ports/exchange.js';
import { itemIn, readItemRef } from '../item-xml.js';
import { unreadableEntry } from '../response-messages.js';
import type { XmlNode } from '../xml-reader.js';
import { element, type Xml } from '../xml-writer.js';

export interface CreateItemRequest {
  readonly folderId: string;
  /** `t:CalendarItem` elements. */
  readonly items: readonly Xml[];
  /** True = everybody on their lists is invited; otherwise nobody is, whatever the items hold. */
  readonly invites?: boolean;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation-calendar-item */
export function writeCreateItem({ folderId, items, invites = false }: CreateItemRequest): Xml {
  return element(
    'm:CreateItem',
    { SendMeetingInvitations: invites ? 'SendToAllAndSaveCopy' : 'SendToNone' },
    element('m:SavedItemFolderId', null, element('t:FolderId', { Id: folderId })),
    element('m:Items', null, ...items),
  );
}

/** Id and ChangeKey of the item that a response message reports as written. */
export function readWrittenItem(message: XmlNode): ItemRef {
  const item = itemIn(message);
  if (item === null) throw unreadableEntry('a write without the id of the item');
  return readItemRef(item);
}
