import { ExchangeError } from './failure.js';
import { isWellFormedChangeKey, readId } from './ids.js';
import type { ItemStore } from './item-store.js';
import { assertNotDeleted, isMaster, occurrenceNumber, occurrenceOn } from './series.js';
import type { Occurrence } from './series.js';
import type { StoredItem } from './stored-item.js';
import type { ItemTarget } from './targets.js';

/** A stored item, or one occurrence of it. */
export interface Located {
  readonly item: StoredItem;
  readonly occurrence: Occurrence | null;
}

interface Place {
  readonly guid: string;
  readonly store: ItemStore;
}

/** What a request means. Throws as EWS answers for what is not there, deleted or of the wrong sort (fact 50). */
export function locate(place: Place, target: ItemTarget): Located {
  if (target.changeKey !== null && !isWellFormedChangeKey(target.changeKey)) {
    throw new ExchangeError('ErrorInvalidChangeKey', 'The change key is invalid.');
  }
  if (target.kind === 'item') return locateId(place, target.id);
  if (target.kind === 'master') {
    return { item: storedBehind(place, target.occurrenceId, 'occurrence'), occurrence: null };
  }
  const item = storedBehind(place, target.masterId, 'item');
  if (!isMaster(item)) {
    throw new ExchangeError('ErrorCalendarCannotUseIdForRecurringMasterId', 'Not a series.');
  }
  return { item, occurrence: occurrenceNumber(item, target.index) };
}

export function itemNotFound(): ExchangeError {
  return new ExchangeError('ErrorItemNotFound', 'The specified object was not found in the store.');
}

function locateId(place: Place, id: string): Located {
  const parts = readId(id);
  if (parts?.kind !== 'occurrence') {
    return { item: storedBehind(place, id, 'item'), occurrence: null };
  }
  const item = storedBehind(place, id, 'occurrence');
  const occurrence = isMaster(item) ? occurrenceOn(item, parts.day) : null;
  if (!occurrence) throw itemNotFound();
  return { item, occurrence: assertNotDeleted(occurrence) };
}

const WRONG_KIND = {
  item: 'ErrorCalendarCannotUseIdForRecurringMasterId',
  occurrence: 'ErrorCalendarCannotUseIdForOccurrenceId',
} as const;

function storedBehind(place: Place, id: string, kind: 'item' | 'occurrence'): StoredItem {
  const parts = readId(id);
  if (!parts) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  if (parts.kind === 'folder') {
    throw new ExchangeError('ErrorCannotUseFolderIdForItemId', 'That is the id of a folder.');
  }
  if (parts.kind !== kind) throw new ExchangeError(WRONG_KIND[kind], 'Not an id of that kind.');
  const item = parts.mailboxGuid === place.guid ? place.store.byCounter(parts.counter) : null;
  if (!item) throw itemNotFound();
  return item;
}
