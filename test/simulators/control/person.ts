import type { ItemChange } from '../mailbox/changes.js';
import { itemNotFound } from '../mailbox/locate.js';
import type { Mailbox, WriteContext } from '../mailbox/mailbox.js';
import type { Folder } from '../mailbox/folders.js';
import type { ItemInput, ItemKind, PropertyName } from '../mailbox/properties.js';
import type { SendMode } from '../mailbox/ledger.js';
import { isMaster, occurrenceOn } from '../mailbox/series.js';
import { localDay } from '../mailbox/calendar.js';
import { itemTarget } from '../mailbox/targets.js';
import type { ItemTarget } from '../mailbox/targets.js';
import type { ItemView } from '../mailbox/view.js';
import { occurrenceId } from '../mailbox/view.js';
import { readId } from '../mailbox/ids.js';
import {
  BadControlRequest,
  readJsonExtended,
  readJsonItem,
  readJsonNames,
  objectOf,
  textOr,
} from './json-item.js';
import type { JsonObject } from './json-item.js';

/** What a person can do to their mailbox in Outlook. */
export const PERSON_ACTIONS = [
  'create',
  'update',
  'delete',
  'softDelete',
  'hardDelete',
  'move',
  'copy',
  'restore',
  'updateOccurrence',
  'deleteOccurrence',
] as const;

export type PersonAction = (typeof PERSON_ACTIONS)[number];

/**
 * Does one edit as a person would. `request` names what and how in Exchange's words: `item` (properties),
 * `delete` (names), `extended`, `id` (or `uid`, or `subject`, where it is the only one), `folder`,
 * `originalStart` or `index` for occurrences, `zone`, `send` (people's Outlook sends to all attendees).
 * Answers what it looks like afterwards; null when nothing is left to look at.
 */
export function editAsPerson(
  mailbox: Mailbox,
  action: PersonAction,
  request: JsonObject,
): ItemView | null {
  const context = contextOf(mailbox, request);
  switch (action) {
    case 'create':
      return create(mailbox, request, context);
    case 'update':
    case 'updateOccurrence':
      return update(mailbox, { target: targetOf(mailbox, action, request), request }, context);
    case 'deleteOccurrence':
      mailbox.remove(targetOf(mailbox, action, request), 'MoveToDeletedItems', context);
      return mailbox.get(itemTarget(findId(mailbox, request)));
    case 'move':
      return mailbox.move(
        itemTarget(findId(mailbox, request)),
        folderOf(mailbox, request, 'calendar'),
      );
    case 'copy':
      return mailbox.copy(
        itemTarget(findId(mailbox, request)),
        folderOf(mailbox, request, 'calendar'),
        mailbox.name,
      );
    case 'restore':
      return mailbox.move(
        itemTarget(findId(mailbox, request)),
        folderOf(mailbox, request, 'calendar'),
      );
    default:
      return remove(mailbox, action, { request, context });
  }
}

function contextOf(mailbox: Mailbox, { zone, send }: JsonObject): WriteContext {
  return {
    headerZone: textOr(zone, null),
    send: textOr(send, 'SendToAllAndSaveCopy') as SendMode,
    cause: 'person',
    by: mailbox.name,
  };
}

function create(mailbox: Mailbox, request: JsonObject, context: WriteContext): ItemView {
  const kind = textOr(request['kind'], 'CalendarItem') as ItemKind;
  const folder = request['folder'] === undefined ? null : folderOf(mailbox, request, 'calendar');
  const input = readJsonItem(objectOf(request['item'] ?? {}, 'item'));
  const extended = readJsonExtended(request['extended']);
  return mailbox.create(folder, { kind, input, extended }, context);
}

function update(
  mailbox: Mailbox,
  { target, request }: { target: ItemTarget; request: JsonObject },
  context: WriteContext,
): ItemView {
  const input = readJsonItem(objectOf(request['item'] ?? {}, 'item'));
  const names = Object.keys(input) as PropertyName[];
  const changes: ItemChange[] = [
    ...names.map((property) => setOf(property, input)),
    ...readJsonNames(request['delete']).map((property) => ({
      action: 'delete' as const,
      property,
    })),
    ...readJsonExtended(request['extended']).map((extended) => ({
      action: 'setExtended' as const,
      extended,
    })),
  ];
  return mailbox.update(target, { changes, conflict: 'AlwaysOverwrite' }, context);
}

function setOf(property: PropertyName, value: ItemInput): ItemChange {
  return { action: 'set', property, value };
}

const DELETE_TYPES = {
  delete: 'MoveToDeletedItems',
  softDelete: 'SoftDelete',
  hardDelete: 'HardDelete',
} as const;

/** Answers the item where it lies now, null after a hard delete. */
function remove(
  mailbox: Mailbox,
  action: keyof typeof DELETE_TYPES,
  { request, context }: { request: JsonObject; context: WriteContext },
): ItemView | null {
  const { stored } = mailbox.get(itemTarget(findId(mailbox, request)));
  mailbox.remove(itemTarget(stored.id), DELETE_TYPES[action], context);
  return action === 'hardDelete' ? null : mailbox.viewOf(stored);
}

function targetOf(mailbox: Mailbox, action: PersonAction, request: JsonObject): ItemTarget {
  const id = findId(mailbox, request);
  if (action === 'update' || readId(id)?.kind === 'occurrence') return itemTarget(id);
  const { index, originalStart } = request;
  if (typeof index === 'number')
    return { kind: 'occurrence', masterId: id, index, changeKey: null };
  if (typeof originalStart !== 'string') {
    throw new BadControlRequest('name the occurrence by index or originalStart');
  }
  const { stored } = mailbox.get(itemTarget(id));
  const day = localDay(stored.properties.StartTimeZone ?? 'UTC', Date.parse(originalStart));
  const occurrence = isMaster(stored) ? occurrenceOn(stored, day) : null;
  if (occurrence?.originalStart !== Date.parse(originalStart)) throw itemNotFound();
  return itemTarget(occurrenceId(stored, day, mailbox));
}

function findId(mailbox: Mailbox, request: JsonObject): string {
  const { id, uid, subject } = request;
  if (typeof id === 'string') return id;
  const folder = folderOf(mailbox, { folder: request['from'] }, 'calendar');
  const found = [...folder.items.values()].filter(
    ({ properties }) =>
      (uid !== undefined && properties.UID === uid) ||
      (subject !== undefined && properties.Subject === subject),
  );
  const [one] = found;
  if (!one) throw itemNotFound();
  if (found.length > 1)
    throw new BadControlRequest(`${found.length} items fit; name one by its id`);
  return one.id;
}

function folderOf(mailbox: Mailbox, request: JsonObject, fallback: string): Folder {
  const text = textOr(request['folder'], fallback);
  if (readId(text)?.kind === 'folder') return mailbox.store.folders.get(text);
  const named = mailbox.store.folders.all().find(({ displayName }) => displayName === text);
  return named ?? mailbox.folder(text);
}
