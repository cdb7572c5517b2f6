import { writeAddress, type ItemAddress } from '../item-address.js';
import { element, type Xml } from '../xml-writer.js';

export interface ItemUpdateRequest {
  /** With the ChangeKey that the change was planned from: with any other the server refuses it. */
  readonly address: ItemAddress;
  /** From `writeChanges`; never empty. */
  readonly changes: readonly Xml[];
}

/**
 * Nobody is told, and nothing newer is overwritten.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation
 */
export function writeUpdateItem(updates: readonly ItemUpdateRequest[]): Xml {
  return element(
    'm:UpdateItem',
    { ConflictResolution: 'NeverOverwrite', SendMeetingInvitationsOrCancellations: 'SendToNone' },
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
