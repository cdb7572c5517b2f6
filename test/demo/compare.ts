import type { CalendarEntry, Sighting } from './calendar-entry.js';

export type CompareSide = 'erp' | 'exchange';

/** One record or item that is not as the other side has it. */
export type Difference =
  /** `nearest` names what differs where there is something like it on the other side. */
  | { readonly kind: 'differs'; readonly erp: CalendarEntry; readonly exchange: CalendarEntry }
  | { readonly kind: 'unmatched'; readonly side: CompareSide; readonly entry: CalendarEntry };

/** Something that a side holds twice. */
export interface Duplicate {
  readonly side: CompareSide;
  readonly entry: CalendarEntry;
  readonly why: 'sameContent' | 'sameMark' | 'sameUid';
}

export interface Comparison {
  /** How many are the same on both sides. */
  readonly matched: readonly Match[];
  readonly differences: readonly Difference[];
  readonly duplicates: readonly Duplicate[];
}

export interface Match {
  readonly erp: CalendarEntry;
  readonly exchange: CalendarEntry;
  /** False where others look exactly the same: who belongs to whom cannot be seen then. */
  readonly isUnique: boolean;
}

/**
 * Compares what both sides show of one employee's calendar, as multisets of appointments with all their occurrences:
 * it asks nobody which record belongs to which item. Entries without an occurrence in the window do not count.
 */
export function compareCalendars(
  erp: readonly CalendarEntry[],
  exchange: readonly CalendarEntry[],
): Comparison {
  const erpShelves = shelve(erp);
  const exchangeShelves = shelve(exchange);
  const matched: Match[] = [];
  const duplicates: Duplicate[] = [...twins(exchange)];
  const erpLeft: CalendarEntry[] = [];
  const exchangeLeft: CalendarEntry[] = [];
  for (const key of new Set([...erpShelves.keys(), ...exchangeShelves.keys()])) {
    const records = erpShelves.get(key) ?? [];
    const items = exchangeShelves.get(key) ?? [];
    const isUnique = records.length === 1 && items.length === 1;
    records.forEach((record, index) => {
      const item = items[index];
      if (item === undefined) erpLeft.push(record);
      else matched.push({ erp: record, exchange: item, isUnique });
    });
    exchangeLeft.push(...items.slice(records.length));
    if (records.length > 0 && items.length > 0) {
      duplicates.push(...surplus('erp', records, items), ...surplus('exchange', items, records));
    }
  }
  return { matched, differences: pairUp(erpLeft, exchangeLeft), duplicates };
}

/** Entries by everything that is compared. */
function shelve(entries: readonly CalendarEntry[]): Map<string, CalendarEntry[]> {
  const shelves = new Map<string, CalendarEntry[]>();
  for (const entry of entries) {
    if (entry.occurrences.length === 0) continue;
    const key = JSON.stringify(entry.occurrences.map(contentOf));
    const shelf = shelves.get(key);
    if (shelf) shelf.push(entry);
    else shelves.set(key, [entry]);
  }
  return shelves;
}

function contentOf(sighting: Sighting): readonly unknown[] {
  return SIGHTING_FIELDS.map((field) => sighting[field]);
}

export const SIGHTING_FIELDS = [
  'start',
  'end',
  'subject',
  'location',
  'body',
  'isPrivate',
  'showAs',
  'reminder',
  'importance',
] as const satisfies readonly (keyof Sighting)[];

function surplus(
  side: CompareSide,
  mine: readonly CalendarEntry[],
  theirs: readonly CalendarEntry[],
): Duplicate[] {
  return mine.slice(theirs.length).map((entry) => ({ side, entry, why: 'sameContent' }));
}

/** Two items of one mailbox with one mark (two of ours for one record), or with one UID (the second was made by a sync). */
function twins(items: readonly CalendarEntry[]): Duplicate[] {
  const seen = new Set<string>();
  return items.flatMap((entry): Duplicate[] => {
    const marks = entry.mark === null ? [] : [`mark ${entry.mark}`];
    const uids = entry.uid === null ? [] : [`uid ${entry.uid}`];
    const repeated = [...marks, ...uids].filter((name) => seen.has(name));
    for (const name of [...marks, ...uids]) seen.add(name);
    const [first] = repeated;
    if (first === undefined) return [];
    return [{ side: 'exchange', entry, why: first.startsWith('mark') ? 'sameMark' : 'sameUid' }];
  });
}

/** What is left on both sides: the most similar ones are taken for the same appointment, so that the cause shows. */
function pairUp(erp: readonly CalendarEntry[], exchange: readonly CalendarEntry[]): Difference[] {
  const free = new Set(exchange);
  const found = erp.map((record): Difference => {
    const best = [...free]
      .map((item) => ({ item, likeness: likenessOf(record, item) }))
      .reduce<{ item: CalendarEntry | null; likeness: number }>(
        (so, next) => (next.likeness > so.likeness ? next : so),
        { item: null, likeness: LIKE_ENOUGH },
      );
    if (best.item === null) return { kind: 'unmatched', side: 'erp', entry: record };
    free.delete(best.item);
    return { kind: 'differs', erp: record, exchange: best.item };
  });
  const rest = [...free].map((entry): Difference => ({
    kind: 'unmatched',
    side: 'exchange',
    entry,
  }));
  return [...found, ...rest];
}

const LIKE_ENOUGH = 0.4;

/** 0 = nothing in common, 1 = the same. */
function likenessOf(left: CalendarEntry, right: CalendarEntry): number {
  const starts = shareOf(left, right, ({ start }) => start);
  const subjects = shareOf(left, right, ({ subject }) => subject);
  const texts = shareOf(left, right, ({ location, body }) => `${location}\n${body}`);
  return 0.45 * starts + 0.45 * subjects + 0.1 * texts;
}

function shareOf(
  left: CalendarEntry,
  right: CalendarEntry,
  read: (sighting: Sighting) => string,
): number {
  const mine = new Set(left.occurrences.map(read));
  const theirs = new Set(right.occurrences.map(read));
  const common = [...mine].filter((value) => theirs.has(value)).length;
  return common / Math.max(mine.size, theirs.size);
}
