import { writeAddress, type ItemAddress } from '../item-address.js';
import { element, type Xml } from '../xml-writer.js';

/**
 * Into Deleted Items, never for good, and nobody is told unless `tells` says so. The server ignores ChangeKeys here (evidence A, rule 11), so the
 * caller has made sure before that nothing newer is lost.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation
 */
export function writeDeleteItem(addresses: readonly ItemAddress[], tells = false): Xml {
  return element(
    'm:DeleteItem',
    {
      DeleteType: 'MoveToDeletedItems',
      SendMeetingCancellations: tells ? 'SendToAllAndSaveCopy' : 'SendToNone',
    },
    element('m:ItemIds', null, ...addresses.map(writeAddress)),
  );
}
