import { mintId } from './ids.js';
import { isMaster, occurrenceProperties } from './series.js';
import type { Occurrence } from './series.js';
import type { ExtendedProperty, ItemKind, ItemProperties } from './properties.js';
import type { StoredItem } from './stored-item.js';

/** An item, a master or one occurrence as it reads now: what every skin hands out. */
export interface ItemView {
  readonly id: string;
  readonly changeKey: string;
  readonly kind: ItemKind;
  readonly folderId: string;
  readonly calendarItemType: 'Single' | 'RecurringMaster' | 'Occurrence' | 'Exception' | null;
  /** What the item holds; of an occurrence, the master's with its own on top. */
  readonly properties: ItemProperties;
  readonly extended: ReadonlyMap<string, ExtendedProperty>;
  /** null for all but occurrences. */
  readonly occurrence: Occurrence | null;
  /** The stored item; of an occurrence, its master. */
  readonly stored: StoredItem;
  readonly mailbox: ViewMailbox;
}

/** What a view needs to know of its mailbox. */
export interface ViewMailbox {
  readonly address: string;
  readonly name: string;
  readonly guid: string;
}

export interface ViewOptions {
  /** Mode `seriesPropertiesOnExceptions`. */
  readonly seriesPropertiesOnExceptions: boolean;
}

export function viewItem(stored: StoredItem, mailbox: ViewMailbox): ItemView {
  const type = isMaster(stored) ? 'RecurringMaster' : 'Single';
  return {
    id: stored.id,
    changeKey: stored.changeKey,
    kind: stored.kind,
    folderId: stored.folderId,
    calendarItemType: stored.kind === 'CalendarItem' ? type : null,
    properties: stored.properties,
    extended: stored.extended,
    occurrence: null,
    stored,
    mailbox,
  };
}

export function viewOccurrence(
  master: StoredItem,
  occurrence: Occurrence,
  { mailbox, options }: { mailbox: ViewMailbox; options: ViewOptions },
): ItemView {
  const own = occurrence.exception?.kind === 'changed' ? occurrence.exception : null;
  const seriesExtended =
    own === null || options.seriesPropertiesOnExceptions
      ? master.extended
      : new Map<string, ExtendedProperty>();
  return {
    ...viewItem(master, mailbox),
    id: occurrenceId(master, occurrence.day, mailbox),
    calendarItemType: own ? 'Exception' : 'Occurrence',
    properties: occurrenceProperties(master, occurrence),
    extended: own ? new Map([...seriesExtended, ...own.extended]) : seriesExtended,
    occurrence,
  };
}

/** The id of an occurrence lasts as long as its master's id and its day in the pattern. */
export function occurrenceId(master: StoredItem, day: number, mailbox: ViewMailbox): string {
  return mintId('occurrence', mailbox.guid, master.counter, day);
}
