import { PUBLIC_STRINGS_PREFIX } from './extended.js';
import type { Posting } from './ledger.js';
import type { Mailbox } from './mailbox.js';
import type { ExchangeModes } from './modes.js';
import type { ExtendedProperty, ItemProperties } from './properties.js';
import { contentOf } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import type { ViewMailbox } from './view.js';

/**
 * What a meeting mail does in the calendars of attendees inside the organisation: an invitation or update puts
 * their copy there (same UID, fact 45), a cancellation marks it. Attendees outside get the ledger row only.
 */
export function deliver(
  { kind, to, item }: Posting,
  {
    from,
    mailboxes,
    modes,
  }: {
    readonly from: ViewMailbox;
    readonly mailboxes: ReadonlyMap<string, Mailbox>;
    readonly modes: ExchangeModes;
  },
): void {
  if (kind === 'response' || kind === 'message') return;
  for (const address of to) {
    const mailbox = mailboxes.get(address);
    if (!mailbox || mailbox.address === from.address) continue;
    const there = copyIn(mailbox, item.properties.UID);
    if (kind === 'cancellation') cancel(mailbox, there, from.name);
    else arrive(mailbox, { there, content: attendeeCopy(item, there, modes) }, from.name);
  }
}

function copyIn(mailbox: Mailbox, uid: string | undefined): StoredItem | null {
  const { items } = mailbox.folder('calendar');
  return [...items.values()].find(({ properties }) => properties.UID === uid) ?? null;
}

function arrive(
  mailbox: Mailbox,
  { there, content }: { there: StoredItem | null; content: StoredContent },
  by: string,
): void {
  if (there) mailbox.store.replace(there, content, by);
  else mailbox.store.add(mailbox.folder('calendar'), 'CalendarItem', { ...content, by });
}

function cancel(mailbox: Mailbox, there: StoredItem | null, by: string): void {
  if (!there) return;
  const { Subject = '' } = there.properties;
  const properties: ItemProperties = {
    ...there.properties,
    IsCancelled: true,
    Subject: `Canceled: ${Subject}`.slice(0, 255),
    LegacyFreeBusyStatus: 'Free',
  };
  mailbox.store.replace(there, { ...contentOf(there), properties }, by);
}

/** What the attendee keeps of their own: categories, reminder, answer, show-as, and their other properties. */
function attendeeCopy(
  item: StoredItem,
  there: StoredItem | null,
  modes: ExchangeModes,
): StoredContent {
  const shared = { ...item.properties };
  delete shared.Categories;
  const leaked = [...item.extended].filter(
    ([key]) => modes.marksLeak || key.startsWith(PUBLIC_STRINGS_PREFIX),
  );
  const kept = there?.properties;
  return {
    properties: {
      ...shared,
      MyResponseType: kept?.MyResponseType ?? 'NoResponseReceived',
      LegacyFreeBusyStatus: kept?.LegacyFreeBusyStatus ?? 'Tentative',
      ReminderIsSet: kept?.ReminderIsSet ?? true,
      ReminderMinutesBeforeStart: kept?.ReminderMinutesBeforeStart ?? 15,
      ...(kept?.Categories ? { Categories: kept.Categories } : {}),
    },
    extended: new Map<string, ExtendedProperty>([...(there?.extended ?? []), ...leaked]),
    exceptions: item.exceptions,
  };
}
