import { settleTimes } from './calendar.js';
import { defaultsAmong, storedValues } from './changes.js';
import type { Draft } from './changes.js';
import { ExchangeError } from './failure.js';
import type { ExchangeModes } from './modes.js';
import type { ExtendedProperty, ItemKind, ItemProperties, PropertyName } from './properties.js';
import {
  checkAgainstNeighbours,
  expansionFor,
  occurrenceProperties,
  seriesChange,
} from './series.js';
import type { Occurrence } from './series.js';
import type { OccurrenceException, StoredContent, StoredItem } from './stored-item.js';
import { checkTaskRecurrence, settledTask } from './tasks.js';
import { without } from './without.js';

/** What an update needs to know besides the draft. */
export interface UpdateContext {
  readonly modes: ExchangeModes;
  /** TimeZoneContext of the request. */
  readonly headerZone: string | null;
  readonly now: number;
}

/** The content of a stored item after an update: properties, and what is left of the exceptions (evidence B 1). */
export function updatedContent(
  item: StoredItem,
  draft: Draft,
  context: UpdateContext,
): StoredContent {
  const zone = zoneOf(context);
  const drafted = applyDraft(item.kind, item.properties, { draft, zone });
  const extended = applyExtended(item.extended, draft);
  if (item.kind !== 'CalendarItem') {
    const properties = item.kind === 'Task' ? updatedTask(drafted, draft, context) : drafted;
    return { properties, extended, exceptions: item.exceptions };
  }
  const before = draft.removed.has('Recurrence')
    ? withoutRecurrence(item.properties)
    : item.properties;
  const times = settleTimes(draft.set, { before, ...context });
  const kept = without(drafted, 'ReminderDueBy'); // it is the start, whatever was sent (EL)
  const properties = { ...kept, ...times };
  return { properties, extended, exceptions: keptExceptions(item, { properties, draft }, context) };
}

function updatedTask(
  drafted: ItemProperties,
  { set, removed }: Draft,
  context: UpdateContext,
): ItemProperties {
  if (drafted.TaskRecurrence) checkTaskRecurrence(drafted.TaskRecurrence);
  const named = [...removed, ...Object.keys(set)];
  return settledTask(drafted, named, { now: context.now, zone: zoneOf(context) });
}

/** The exceptions of a series after one of its occurrences was updated: it is an exception now (fact 51). */
export function withChangedOccurrence(
  master: StoredItem,
  { occurrence, draft }: { occurrence: Occurrence; draft: Draft },
  context: UpdateContext,
): Map<number, OccurrenceException> {
  if (draft.set.Recurrence || draft.removed.has('Recurrence')) {
    throw new ExchangeError('ErrorInvalidPropertySet', 'Only a master has a recurrence.');
  }
  checkCap(master, occurrence, context.modes);
  const before = occurrenceProperties(master, occurrence);
  const { Start, End, IsAllDayEvent } = settleTimes(draft.set, { before, ...context });
  checkAgainstNeighbours(master, { index: occurrence.index, start: Start, end: End });
  const drafted = applyDraft(master.kind, before, { draft, zone: zoneOf(context) });
  const after = { ...drafted, IsAllDayEvent };
  const previous = occurrence.exception?.kind === 'changed' ? occurrence.exception : null;
  const named = new Set<string>([...Object.keys(draft.set), ...draft.removed]);
  const own = context.modes.exceptions === 'materialised' ? after : only(after, named);
  return new Map(master.exceptions).set(occurrence.day, {
    kind: 'changed',
    properties: { ...previous?.properties, ...own, Start, End },
    extended: applyExtended(previous?.extended ?? new Map<string, ExtendedProperty>(), draft),
  });
}

/** The exceptions of a series after one of its occurrences was deleted. */
export function withDeletedOccurrence(
  master: StoredItem,
  occurrence: Occurrence,
  modes: ExchangeModes,
): Map<number, OccurrenceException> {
  checkCap(master, occurrence, modes);
  return new Map(master.exceptions).set(occurrence.day, { kind: 'deleted' });
}

function applyDraft(
  kind: ItemKind,
  before: ItemProperties,
  { draft, zone }: { draft: Draft; zone: string },
): ItemProperties {
  const kept = Object.entries(before).filter(([name]) => !draft.removed.has(name as PropertyName));
  return {
    ...Object.fromEntries(kept),
    ...defaultsAmong(kind, draft.removed),
    ...storedValues(draft.set, zone),
  };
}

function applyExtended(
  before: ReadonlyMap<string, ExtendedProperty>,
  draft: Draft,
): ReadonlyMap<string, ExtendedProperty> {
  if (draft.extended.size === 0) return before;
  const after = new Map(before);
  for (const [key, property] of draft.extended) {
    if (property === null) after.delete(key);
    else after.set(key, property);
  }
  return after;
}

function keptExceptions(
  item: StoredItem,
  { properties, draft }: { properties: ItemProperties; draft: Draft },
  { modes }: UpdateContext,
): ReadonlyMap<number, OccurrenceException> {
  const change = seriesChange(item.properties, properties);
  const isWiped =
    change === 'whole' ||
    (change === 'zoneOnly' && modes.zoneChange === 'wipe') ||
    (change === 'rangeOnly' && modes.rangeChange === 'wipeAll') ||
    (change === 'none' && draft.set.Recurrence && modes.sameRecurrence === 'wipe');
  if (isWiped || !properties.Recurrence) return new Map();
  const onlyDeletions = change === 'rangeOnly' && modes.rangeChange === 'keepDeletions';
  const expansion = expansionFor(properties.Recurrence);
  const kept = [...item.exceptions].filter(
    ([day, { kind }]) => (!onlyDeletions || kind === 'deleted') && expansion.indexOf(day) !== null,
  );
  return new Map(kept);
}

function checkCap(master: StoredItem, { day }: Occurrence, modes: ExchangeModes): void {
  if (master.exceptions.has(day) || master.exceptions.size < modes.exceptionCap) return;
  throw new ExchangeError('ErrorCalendarOutOfRange', 'The series holds too many exceptions.');
}

function withoutRecurrence(properties: ItemProperties): ItemProperties {
  const rest = { ...properties };
  delete rest.Recurrence;
  return rest;
}

function only(properties: ItemProperties, names: ReadonlySet<string>): ItemProperties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.has(name)));
}

function zoneOf({ headerZone }: UpdateContext): string {
  return headerZone ?? 'UTC';
}
