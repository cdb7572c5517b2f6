import type { ItemChange, ItemChangePage } from '../../../ports/exchange.js';
import { FEED_SHAPE } from '../item-shape.js';
import { readItemRef } from '../item-xml.js';
import { readMark } from '../mark-property.js';
import { unreadableEntry } from '../response-messages.js';
import { child, childText, type XmlNode } from '../xml-reader.js';
import { isTrue } from '../xml-values.js';
import { element, NOTHING, textElement, type Xml } from '../xml-writer.js';

export interface SyncFolderItemsRequest {
  readonly folderId: string;
  /** null asks for everything from the beginning. */
  readonly syncState: string | null;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation */
export function writeSyncFolderItems({ folderId, syncState }: SyncFolderItemsRequest): Xml {
  return element(
    'm:SyncFolderItems',
    null,
    FEED_SHAPE,
    element('m:SyncFolderId', null, element('t:FolderId', { Id: folderId })),
    syncState === null ? NOTHING : textElement('m:SyncState', syncState),
    textElement('m:MaxChangesReturned', '512'), // the server's own maximum; 513 is a schema error
  );
}

/**
 * One page of the feed. A page without a state to go on from is refused: going on from the old one for ever, or from
 * nothing, would repeat everything. A server that repeats itself (same state, more promised) is at its end.
 */
export function readSyncFolderItems(
  message: XmlNode,
  { syncState }: SyncFolderItemsRequest,
): ItemChangePage {
  const cursor = childText(message, 'SyncState') ?? '';
  if (cursor === '') throw unreadableEntry('a page of changes without a sync state');
  const changes = child(message, 'Changes')?.children ?? [];
  return {
    changes: changes.flatMap(readChange),
    cursor,
    isLast: isTrue(childText(message, 'IncludesLastItemInRange')) || cursor === syncState,
  };
}

/** Other kinds of items may lie in a calendar, and read flags are nothing of an appointment's. */
function readChange(change: XmlNode): readonly ItemChange[] {
  if (change.name === 'Delete') return [{ kind: 'vanished', id: readItemRef(change).id }];
  const item = child(change, 'CalendarItem');
  if (item === null) return [];
  const sensitivity = childText(item, 'Sensitivity');
  const isPrivate = sensitivity === null ? null : sensitivity.trim() !== 'Normal';
  return [{ kind: 'seen', ref: readItemRef(item), mark: readMark(item), isPrivate }];
}
