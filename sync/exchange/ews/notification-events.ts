import { child, childText, type XmlNode } from './xml-reader.js';

/** What one subscription has to say. */
export interface Notified {
  readonly subscriptionId: string;
  /** For each event the folders it names, in which something happened. Empty for a mere sign of life. */
  readonly places: readonly (readonly string[])[];
  /** Where to go on from; null where the server names none, as in streaming. */
  readonly watermark: string | null;
  readonly hasMore: boolean;
}

/**
 * Reads a `Notification`. Only where something happened is kept: events tell neither what an item looks like nor who changed it
 * (protocol fact 77). Kinds of events we do not know count like those we know.
 */
export function readNotification(notification: XmlNode): Notified {
  const places: (readonly string[])[] = [];
  let watermark: string | null = null;
  for (const event of notification.children) {
    if (!event.name.endsWith('Event')) continue;
    watermark = childText(event, 'Watermark')?.trim() ?? watermark;
    if (event.name !== 'StatusEvent') places.push(foldersOf(event));
  }
  return {
    subscriptionId: childText(notification, 'SubscriptionId')?.trim() ?? '',
    places,
    watermark: watermark === '' ? null : watermark,
    hasMore: childText(notification, 'MoreEvents')?.trim() === 'true',
  };
}

/** An event of an item names the folder it lies in, one of a folder that folder; what was moved was in another one before. */
function foldersOf(event: XmlNode): readonly string[] {
  const names = ['ParentFolderId', 'OldParentFolderId', 'FolderId', 'OldFolderId'];
  return names.flatMap((name) => child(event, name)?.attributes['Id'] ?? []);
}
