import type { EmailAddress } from '../../../../mappings/values.js';
import type { ItemRef } from '../../../ports/exchange.js';
import { element, textElement, type Xml } from '../xml-writer.js';

/**
 * Sends the invitation to a meeting to these people alone, from the organiser's mailbox: UpdateItem tells everybody or nobody
 * (evidence B 10c). https://learn.microsoft.com/exchange/client-developer/web-service-reference/forwarditem
 */
export function writeForwardMeeting({ id, version }: ItemRef, to: readonly EmailAddress[]): Xml {
  const recipients = to.map((address) =>
    element('t:Mailbox', null, textElement('t:EmailAddress', address)),
  );
  return element(
    'm:CreateItem',
    { MessageDisposition: 'SendAndSaveCopy' },
    element(
      'm:Items',
      null,
      element(
        't:ForwardItem',
        null,
        element('t:ToRecipients', null, ...recipients),
        element('t:ReferenceItemId', { Id: id, ChangeKey: version }),
      ),
    ),
  );
}
