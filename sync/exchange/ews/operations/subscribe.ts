import { unreadableEntry } from '../response-messages.js';
import { childText, type XmlNode } from '../xml-reader.js';
import { element, NOTHING, textElement, type Xml } from '../xml-writer.js';

/** One subscription to folders of the impersonated mailbox; of several mailboxes at once it is refused (protocol fact 83). */
export type SubscribeRequest = {
  readonly folders: readonly string[];
} & (
  | { readonly way: 'streaming' }
  /** Ends when nobody asked for events this long: 1 to 1440 minutes. */
  | { readonly way: 'pull'; readonly timeoutMinutes: number }
);

export interface Subscription {
  readonly id: string;
  /** Where a pull subscription begins; null for streaming. */
  readonly watermark: string | null;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation */
export function writeSubscribe(request: SubscribeRequest): Xml {
  const isPull = request.way === 'pull';
  return element(
    'm:Subscribe',
    null,
    element(
      isPull ? 'm:PullSubscriptionRequest' : 'm:StreamingSubscriptionRequest',
      null,
      element(
        't:FolderIds',
        null,
        ...request.folders.map((id) => element('t:FolderId', { Id: id })),
      ),
      element('t:EventTypes', null, ...EVENT_TYPES),
      isPull ? textElement('t:Timeout', String(request.timeoutMinutes)) : NOTHING,
    ),
  );
}

/** Free/busy and new mail are no changes of what we sync, and would only wake us. */
const EVENT_TYPES = ['Copied', 'Created', 'Deleted', 'Modified', 'Moved'].map((name) =>
  textElement('t:EventType', `${name}Event`),
);

export function readSubscribe(message: XmlNode): Subscription {
  const id = childText(message, 'SubscriptionId')?.trim() ?? '';
  if (id === '') throw unreadableEntry('a subscription without an id');
  const watermark = childText(message, 'Watermark')?.trim() ?? '';
  return { id, watermark: watermark === '' ? null : watermark };
}
