import { writeAddress, type ItemAddress } from '../item-address.js';
import { itemIn } from '../item-xml.js';
import { unreadableEntry } from '../response-messages.js';
import type { XmlNode } from '../xml-reader.js';
import { element, type Xml } from '../xml-writer.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation */
export function writeGetItem(addresses: readonly ItemAddress[], shape: Xml): Xml {
  return element(
    'm:GetItem',
    null,
    shape,
    element('m:ItemIds', null, ...addresses.map(writeAddress)),
  );
}

/** The item in one response message. Throws `ConnectorFailure` (`rejected`) where it is no calendar item. */
export function readGetItem(message: XmlNode): XmlNode {
  const item = itemIn(message);
  if (item === null) throw unreadableEntry('a success without an item');
  if (item.name !== 'CalendarItem') throw unreadableEntry(`a ${item.name} is no calendar item`);
  return item;
}
