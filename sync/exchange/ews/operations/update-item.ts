import { writeAddress, type ItemAddress } from '../item-address.js';
import { element, type Xml } from '../xml-writer.js';

export interface ItemUpdateRequest {
  /** With the ChangeKey that the change was planned from: with any other the server refuses it. */
  readonly address: ItemAddress;
  /** From `writeChanges`; never empty. */
  readonly changes: readonly Xml[];
}

/**
 * Nobody is told unless `tells` says so, then everybody is; nothing newer is overwritten.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
 */
export function writeUpdateItem(updates: readonly ItemUpdateRequest[], tells = false): Xml {
  return element(
    'm:UpdateItem',
    {
      ConflictResolution: 'NeverOverwrite',
      SendMeetingInvitationsOrCancellations: tells ? 'SendToAllAndSaveCopy' : 'SendToNone',
    },
    element('m:ItemChanges', null, ...updates.map(writeItemChange)),
  );
}

function writeItemChange({ address, changes }: ItemUpdateRequest): Xml {
  return element(
    't:ItemChange',
    null,
    writeAddress(address),
    element('t:Updates', null, ...changes),
  );
}
