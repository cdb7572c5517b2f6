import { PUBLIC_STRINGS_PREFIX } from './extended.js';
import type { ExchangeModes } from './modes.js';
import type { ExtendedProperty, ItemProperties } from './properties.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import { without } from './without.js';

/** What the organiser's mail brings into an attendee's calendar, without what is the attendee's own. */
export function sharedOf({ properties }: StoredItem, now: number): ItemProperties {
  const shared = without(
    properties,
    ...(['Categories', 'MyResponseType', 'LegacyFreeBusyStatus'] as const),
    ...(['ReminderIsSet', 'ReminderMinutesBeforeStart'] as const),
  );
  return { ...shared, OwnerCriticalChange: Math.floor(now / 1000) * 1000 };
}

/** What the attendee keeps of their own: categories, reminder, answer, show-as, and their other properties. */
export function attendeeCopy(
  item: StoredItem,
  there: StoredItem | null,
  { modes, now }: { readonly modes: ExchangeModes; readonly now: number },
): StoredContent {
  const leaked = [...item.extended].filter(
    ([key]) => modes.marksLeak || key.startsWith(PUBLIC_STRINGS_PREFIX),
  );
  const kept = there?.properties;
  return {
    properties: {
      ...sharedOf(item, now),
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

/** What a cancellation changes in an attendee's copy, or in one occurrence of it. */
export function markedCancelled({ Subject = '' }: ItemProperties): ItemProperties {
  return {
    IsCancelled: true,
    Subject: `Canceled: ${Subject}`.slice(0, 255),
    LegacyFreeBusyStatus: 'Free',
  };
}
