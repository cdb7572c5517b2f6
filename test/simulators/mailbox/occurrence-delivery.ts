import { markedCancelled, sharedOf } from './attendee-copy.js';
import type { Mailbox } from './mailbox.js';
import type { ItemProperties } from './properties.js';
import { inCalendar } from './responses.js';
import { isMaster, occurrenceOn, occurrenceProperties } from './series.js';
import type { Occurrence } from './series.js';
import { contentOf } from './stored-item.js';
import type { StoredItem } from './stored-item.js';
import { without } from './without.js';

/** One occurrence as its organiser has it now, or had it before it was called off. */
export function occurrenceAlone(item: StoredItem, occurrence: Occurrence): StoredItem {
  const own = { RecurrenceId: occurrence.originalStart };
  const properties: ItemProperties = { ...occurrenceProperties(item, occurrence), ...own };
  return { ...item, ...contentOf(item), properties, exceptions: new Map<number, never>() };
}

/** Where a mail about one occurrence finds it: alone, or in the series that the receiver was invited to. */
export interface OccurrencePlace {
  readonly alone: StoredItem | null;
  readonly series: StoredItem | null;
}

/** A mail about one occurrence of the sender's series. */
export interface AboutOccurrence {
  readonly item: StoredItem;
  readonly occurrence: Occurrence;
}

export function placeOfOccurrence(
  mailbox: Mailbox,
  { item, occurrence }: AboutOccurrence,
): OccurrencePlace {
  const { UID } = item.properties;
  const series = inCalendar(mailbox, UID);
  return {
    alone: inCalendar(mailbox, UID, occurrence.originalStart),
    series: series !== null && isMaster(series) ? series : null,
  };
}

/**
 * The organiser moved or changed one occurrence: it becomes an exception of the attendee's series, also where the attendee had
 * deleted it (MS-OXOCAL 3.1.4.7.4.2). The rest of the series stays as the attendee has it.
 */
export function moveInSeries(
  mailbox: Mailbox,
  series: StoredItem,
  { item, occurrence }: AboutOccurrence,
  { by, now }: { readonly by: string; readonly now: number },
): void {
  const there = occurrenceOn(series, occurrence.day);
  if (there === null) return;
  const kept = there.exception?.kind === 'changed' ? there.exception : null;
  const mine = kept?.properties.IsCancelled === true ? NOTHING : (kept?.properties ?? NOTHING);
  const shared = without(sharedOf(occurrenceAlone(item, occurrence), now), 'UID', 'RecurrenceId');
  const exceptions = new Map(series.exceptions).set(occurrence.day, {
    kind: 'changed',
    properties: { ...mine, ...shared, IsCancelled: false },
    extended: kept?.extended ?? new Map<string, never>(),
  });
  mailbox.store.replace(series, { ...contentOf(series), exceptions }, by);
}

/** The organiser called one occurrence off. One that the attendee had deleted is not made again (MS-OXOCAL 3.1.4.9.2.1). */
export function cancelInSeries(
  mailbox: Mailbox,
  series: StoredItem,
  occurrence: Occurrence,
  { by, now }: { readonly by: string; readonly now: number },
): void {
  const there = occurrenceOn(series, occurrence.day);
  if (there === null || there.exception?.kind === 'deleted') return;
  const kept = there.exception?.kind === 'changed' ? there.exception : null;
  const shown = occurrenceProperties(series, there);
  const exceptions = new Map(series.exceptions).set(occurrence.day, {
    kind: 'changed',
    properties: {
      ...kept?.properties,
      ...markedCancelled(shown),
      ...{ Start: there.start, End: there.end },
      OwnerCriticalChange: Math.floor(now / 1000) * 1000,
    },
    extended: kept?.extended ?? new Map<string, never>(),
  });
  mailbox.store.replace(series, { ...contentOf(series), exceptions }, by);
}

const NOTHING: ItemProperties = {};
