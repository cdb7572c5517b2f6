import { readNotification, type Notified } from '../notification-events.js';
import { unreadableEntry } from '../response-messages.js';
import { child, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';

export interface GetEventsRequest {
  readonly subscriptionId: string;
  readonly watermark: string;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation */
export function writeGetEvents({ subscriptionId, watermark }: GetEventsRequest): Xml {
  return element(
    'm:GetEvents',
    null,
    textElement('m:SubscriptionId', subscriptionId),
    textElement('m:Watermark', watermark),
  );
}

/** Where there is nothing new the answer holds one StatusEvent, whose watermark is the next one to ask from (protocol fact 79). */
export function readGetEvents(message: XmlNode): Notified {
  const notification = child(message, 'Notification');
  if (notification === null) throw unreadableEntry('an answer to GetEvents without a notification');
  return readNotification(notification);
}
