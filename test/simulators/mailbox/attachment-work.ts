import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import { mintId, readId } from './ids.js';
import { locate } from './locate.js';
import type { Located } from './locate.js';
import type { Mailbox } from './mailbox.js';
import type { NewAttachment } from './new-item.js';
import { storedAttachment } from './new-properties.js';
import type { ItemProperties, StoredAttachment } from './properties.js';
import { contentOf, transientItem } from './stored-item.js';
import type { OccurrenceException, StoredItem } from './stored-item.js';
import type { ItemTarget } from './targets.js';
import { withChangedOccurrence } from './updates.js';
import type { MailboxHost } from './host.js';
import { occurrenceProperties } from './series.js';
import type { ItemView } from './view.js';

/** Attachments hang on one stored item, however deep they lie; a change to them renews that item's key. */

export interface Attaching {
  readonly host: MailboxHost;
  readonly headerZone: string | null;
  readonly by: string;
}

/** Attaches to an item or an occurrence. Returns the new attachments with the item as it is now. */
export function attachTo(
  mailbox: Mailbox,
  target: ItemTarget,
  { attachments, ...attaching }: Attaching & { readonly attachments: readonly NewAttachment[] },
): { readonly added: readonly StoredAttachment[]; readonly view: ItemView } {
  const named = locate(mailbox, target);
  const birth = mailbox.birth(attaching.headerZone);
  const added = attachments.map((one) => storedAttachment(one, birth));
  const there = attachmentsOf(named);
  keep(mailbox, named, { attachments: [...there, ...added], attaching });
  return { added, view: mailbox.viewOf(named.item) };
}

/** An attachment with the view of the item that everything hangs on. */
export interface FoundAttachment {
  readonly attachment: StoredAttachment;
  readonly view: ItemView;
}

/** The attachment of an id, at any depth. */
export function findAttachment(mailbox: Mailbox, id: string): FoundAttachment {
  const { item, number } = rootOf(mailbox, id);
  const lists = [item.properties, ...ownProperties(item.exceptions)];
  const attachment = lists
    .map(({ Attachments = [] }) => within(Attachments, number))
    .find((found) => found !== null);
  if (!attachment) throw noAttachment();
  return { attachment, view: mailbox.viewOf(item) };
}

/** Takes an attachment away. Returns the item as it is now. */
export function detach(mailbox: Mailbox, id: string, by: string): ItemView {
  const { item, number } = rootOf(mailbox, id);
  findAttachment(mailbox, id);
  const exceptions = new Map(
    [...item.exceptions].map(([day, exception]) => [day, exceptionWithout(exception, number)]),
  );
  const properties = propertiesWithout(item.properties, number);
  mailbox.store.replace(item, { ...contentOf(item), properties, exceptions }, by);
  return mailbox.viewOf(item);
}

/** An attached item as a view of its own, to be read like any other. */
export function viewAttached({ attachment, view }: FoundAttachment): ItemView | null {
  const { item, number } = attachment;
  if (!item) return null;
  const { properties, extended } = item;
  const content = {
    properties,
    extended: new Map(extended.map((one) => [extendedKey(one.path), one])),
    exceptions: new Map<number, never>(),
  };
  const at = { now: attachment.LastModifiedTime, by: view.stored.modifiedBy };
  const inside = transientItem(item.kind, content, at);
  const id = mintId('attachment', view.mailbox.guid, view.stored.counter, number);
  const stored = { ...inside, id, counter: view.stored.counter, folderId: view.folderId };
  const isSeries = item.kind === 'CalendarItem' && properties.Recurrence !== undefined;
  const type = isSeries ? 'RecurringMaster' : 'Single';
  return {
    ...view,
    id,
    changeKey: stored.changeKey,
    kind: item.kind,
    calendarItemType: item.kind === 'CalendarItem' ? type : null,
    properties,
    extended: content.extended,
    occurrence: null,
    stored,
  };
}

function attachmentsOf({ item, occurrence }: Located): readonly StoredAttachment[] {
  const properties = occurrence ? occurrenceProperties(item, occurrence) : item.properties;
  return properties.Attachments ?? [];
}

function keep(
  mailbox: Mailbox,
  { item, occurrence }: Located,
  { attachments, attaching }: { attachments: readonly StoredAttachment[]; attaching: Attaching },
): void {
  const { host, headerZone, by } = attaching;
  const content = contentOf(item);
  if (!occurrence) {
    const properties = { ...item.properties, Attachments: attachments };
    mailbox.store.replace(item, { ...content, properties }, by);
    return;
  }
  const draft = {
    set: { Attachments: attachments },
    removed: new Set<never>(),
    extended: new Map<string, never>(),
  };
  const context = { modes: host.modes, headerZone, now: host.nowMs() };
  const exceptions = withChangedOccurrence(item, { occurrence, draft }, context);
  mailbox.store.replace(item, { ...content, exceptions }, by);
}

function rootOf(mailbox: Mailbox, id: string): { item: StoredItem; number: number } {
  const parts = readId(id);
  if (!parts) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  const isHere = parts.kind === 'attachment' && parts.mailboxGuid === mailbox.guid;
  const item = isHere ? mailbox.store.byCounter(parts.counter) : null;
  if (!item) throw noAttachment();
  return { item, number: parts.day };
}

function noAttachment(): ExchangeError {
  return new ExchangeError('ErrorInvalidAttachmentId', 'The attachment is not there.');
}

function within(attachments: readonly StoredAttachment[], number: number): StoredAttachment | null {
  for (const attachment of attachments) {
    if (attachment.number === number) return attachment;
    const inside = within(attachment.item?.properties.Attachments ?? [], number);
    if (inside) return inside;
  }
  return null;
}

function ownProperties(exceptions: ReadonlyMap<number, OccurrenceException>): ItemProperties[] {
  return [...exceptions.values()].flatMap((one) => (one.kind === 'changed' ? one.properties : []));
}

function exceptionWithout(exception: OccurrenceException, number: number): OccurrenceException {
  if (exception.kind === 'deleted') return exception;
  return { ...exception, properties: propertiesWithout(exception.properties, number) };
}

function propertiesWithout(properties: ItemProperties, number: number): ItemProperties {
  const { Attachments } = properties;
  if (!Attachments) return properties;
  const kept = Attachments.filter((one) => one.number !== number).map((one) =>
    one.item
      ? {
          ...one,
          item: { ...one.item, properties: propertiesWithout(one.item.properties, number) },
        }
      : one,
  );
  return { ...properties, Attachments: kept };
}
