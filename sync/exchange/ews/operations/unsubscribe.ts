import { element, textElement, type Xml } from '../xml-writer.js';

/**
 * Ends one subscription; the answer says nothing but whether it went well, and of one that is gone it says
 * ErrorSubscriptionNotFound. https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation
 */
export function writeUnsubscribe(subscriptionId: string): Xml {
  return element('m:Unsubscribe', null, textElement('m:SubscriptionId', subscriptionId));
}
