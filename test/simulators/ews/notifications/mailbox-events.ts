import type { FolderEvent, ItemEvent, Placed, StoreEvent } from '../../mailbox/store-events.js';

/** The words of EventType; what an event is called is that word too (fact 77). */
export const EVENT_TYPES = [
  'CopiedEvent',
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'NewMailEvent',
  'FreeBusyChangedEvent',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** One event as a client is told of it. */
export interface MailboxEvent {
  readonly type: EventType;
  readonly what: 'item' | 'folder';
  readonly now: Placed;
  readonly before: Placed | null;
}

/** What of a mailbox a subscription watches, and which words it wants to hear. */
export interface Scope {
  /** null = SubscribeToAllFolders. */
  readonly folderIds: ReadonlySet<string> | null;
  readonly types: ReadonlySet<EventType>;
}

/** What the translation needs to know of the mailbox. */
export interface FolderNames {
  /** `calendar`, `inbox`, …; null for folders of people's, and for those that are gone. */
  readonly nameOf: (folderId: string) => string | null;
  readonly parentOf: (folderId: string) => string | null;
  readonly allItemsId: string;
}

/**
 * What subscribers of a scope are told of something that happened (fact 78).
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/pull-notifications-for-ews-deletion-related-mailbox-events-in-exchange
 */
export function eventsFor(
  event: StoreEvent,
  scope: Scope,
  { folders, version }: { readonly folders: FolderNames; readonly version: '2013' | '2010' },
): MailboxEvent[] {
  const isGlobal = scope.folderIds === null;
  const all =
    event.what === 'folder'
      ? folderEvents(event, folders)
      : itemEvents(event, { folders, version, isGlobal });
  return all.filter((one) => scope.types.has(one.type) && isWatched(one, scope));
}

function isWatched({ what, now, before }: MailboxEvent, { folderIds }: Scope): boolean {
  if (folderIds === null) return true;
  const places = [now.parentId, before?.parentId ?? null, what === 'folder' ? now.id : null];
  return places.some((place) => place !== null && folderIds.has(place));
}

interface Telling {
  readonly folders: FolderNames;
  readonly version: '2013' | '2010';
  readonly isGlobal: boolean;
}

function itemEvents(event: ItemEvent, telling: Telling): MailboxEvent[] {
  const { now, before } = event;
  const parents = [before?.parentId ?? null, now.parentId].filter((id) => id !== null);
  const { folders } = telling;
  const isCopy = event.kind === 'copied';
  const touchedFolders = new Set(isCopy ? parents.slice(1) : parents);
  if (isDumped(event, folders) && now.parentId !== null) touchedFolders.delete(now.parentId);
  return [
    ...ownEvents(event, telling),
    ...freeBusyEvents(event, folders),
    ...[...touchedFolders].flatMap((id) => folderModified(id, folders)),
  ];
}

/** Into the dumpster, which is no folder that anybody watches. */
function isDumped({ kind, now }: ItemEvent, { nameOf }: FolderNames): boolean {
  return kind === 'moved' && nameOf(now.parentId ?? '') === 'recoverableitemsdeletions';
}

function ownEvents(event: ItemEvent, { folders, version, isGlobal }: Telling): MailboxEvent[] {
  const { kind, now, before } = event;
  const inAllItems = (placed: Placed): Placed => ({ ...placed, parentId: folders.allItemsId });
  if (kind === 'moved' && before) {
    const isTrashed = folders.nameOf(now.parentId ?? '') === 'deleteditems';
    if (isDumped(event, folders) && version === '2010') return [ofItem('DeletedEvent', before)];
    if (isDumped(event, folders) && isGlobal) {
      return [ofItem('DeletedEvent', before), ofItem('DeletedEvent', inAllItems(before))];
    }
    if (isTrashed && isGlobal && version === '2013') {
      return [ofItem('DeletedEvent', inAllItems(before)), ofItem('CreatedEvent', inAllItems(now))];
    }
  }
  if (kind === 'deleted' && isGlobal && version === '2013') {
    return [ofItem('DeletedEvent', now), ofItem('DeletedEvent', inAllItems(now))];
  }
  const isMail = kind === 'created' && event.itemKind !== 'CalendarItem';
  const isNewMail = isMail && folders.nameOf(now.parentId ?? '') === 'inbox';
  return [ofItem(TYPES[kind], now, before), ...(isNewMail ? [ofItem('NewMailEvent', now)] : [])];
}

const TYPES: Readonly<Record<ItemEvent['kind'], EventType>> = {
  created: 'CreatedEvent',
  copied: 'CopiedEvent',
  modified: 'ModifiedEvent',
  moved: 'MovedEvent',
  deleted: 'DeletedEvent',
};

function freeBusyEvents(event: ItemEvent, { nameOf }: FolderNames): MailboxEvent[] {
  const { kind, itemKind, now, before, touched } = event;
  if (itemKind !== 'CalendarItem') return [];
  if (kind === 'modified' && !touched.some(isOfFreeBusy)) return [];
  const isCalendar = (placed: Placed | null): boolean =>
    nameOf(placed?.parentId ?? '') === 'calendar';
  if (isCalendar(now)) return [ofItem('FreeBusyChangedEvent', now)];
  return before && isCalendar(before) ? [ofItem('FreeBusyChangedEvent', before)] : [];
}

const FREE_BUSY = new Set(['Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Recurrence']);

function isOfFreeBusy(touched: string): boolean {
  return FREE_BUSY.has(touched) || touched.startsWith('exception ');
}

function folderEvents({ kind, now, before }: FolderEvent, folders: FolderNames): MailboxEvent[] {
  const own: MailboxEvent = { type: TYPES[kind], what: 'folder', now, before };
  if (kind === 'modified') return [own];
  const parents = new Set([before?.parentId ?? null, now.parentId]);
  return [own, ...[...parents].flatMap((id) => (id === null ? [] : folderModified(id, folders)))];
}

/** A folder that is gone is not told of any more. */
function folderModified(id: string, folders: FolderNames): MailboxEvent[] {
  const parentId = folders.parentOf(id);
  if (parentId === null) return [];
  const now = { id, changeKey: FOLDER_KEY, parentId };
  return [{ type: 'ModifiedEvent', what: 'folder', now, before: null }];
}

const FOLDER_KEY = 'AQAAAA=='; // what real servers say where the key of a folder is of no use

function ofItem(type: EventType, now: Placed, before: Placed | null = null): MailboxEvent {
  return { type, what: 'item', now, before };
}
