import { DateTime } from 'luxon';
import { ianaOf } from '../simulators/mailbox/zones.js';
import { dayAfter, inOrder, isWithin, lineOf, minuteOf, textOf } from './calendar-entry.js';
import type { CalendarEntry, Sighting, Window } from './calendar-entry.js';
import {
  attribute,
  children,
  findItems,
  findOccurrences,
  readBodies,
  text,
} from './mailbox-reader.js';
import type { MailboxAccess, Node } from './mailbox-reader.js';

/** Reads the calendar of a mailbox over EWS, series expanded by the server. */
export async function readExchangeCalendar(
  access: MailboxAccess,
  window: Window,
): Promise<CalendarEntry[]> {
  const items = await findItems(access);
  const occurrences = await occurrencesWithin(access, window);
  const own = occurrences.filter((one) => text(one, 'CalendarItemType') === 'Exception');
  const bodies = await readBodies(access, [...items, ...own].map(idOf));
  const byUid = groupByUid(occurrences);
  return items.map((item) => {
    const isSeries = text(item, 'CalendarItemType') === 'RecurringMaster';
    const mine = isSeries
      ? (byUid.get(text(item, 'UID')) ?? [])
      : occurrences.filter((one) => idOf(one) === idOf(item));
    return entryOf(item, isSeries, {
      window,
      occurrences: mine.filter((one) => (text(one, 'CalendarItemType') === 'Single') !== isSeries),
      bodyOf: (one) => bodies.get(idOf(one)) ?? bodies.get(idOf(item)) ?? '',
    });
  });
}

/** Short enough that no server cuts the list (it returns at most 1,000). */
const SLICE_DAYS = 60;

async function occurrencesWithin(access: MailboxAccess, window: Window): Promise<Node[]> {
  const found = new Map<string, Node>();
  // one day more at each end: a day somewhere else is not a day in UTC
  const before = dayAfter(window.before, 2);
  for (let from = dayAfter(window.from, -2); from < before; from = dayAfter(from, SLICE_DAYS)) {
    for (const one of await findOccurrences(access, from, dayAfter(from, SLICE_DAYS))) {
      found.set(idOf(one), one); // one that touches two slices is answered twice
    }
  }
  return [...found.values()];
}

function idOf(node: Node): string {
  return attribute(node, 'ItemId', 'Id');
}

/** Occurrences do not name their master, but share its UID. */
function groupByUid(occurrences: readonly Node[]): Map<string, Node[]> {
  const groups = new Map<string, Node[]>();
  for (const one of occurrences) {
    const uid = text(one, 'UID');
    const group = groups.get(uid);
    if (group) group.push(one);
    else groups.set(uid, [one]);
  }
  return groups;
}

interface Expanded {
  readonly window: Window;
  readonly occurrences: readonly Node[];
  readonly bodyOf: (occurrence: Node) => string;
}

function entryOf(item: Node, isSeries: boolean, expanded: Expanded): CalendarEntry {
  const sightings = expanded.occurrences.map((one) => sightingOf(one, expanded.bodyOf(one)));
  const [property] = children(item, 'ExtendedProperty');
  return {
    id: idOf(item),
    subject: lineOf(text(item, 'Subject')),
    uid: text(item, 'UID') || null,
    mark: property === undefined ? null : text(property, 'Value'),
    isPrivate: text(item, 'Sensitivity') !== 'Normal',
    isSeries,
    occurrences: inOrder(sightings.filter((one) => isWithin(expanded.window, one))),
  };
}

function sightingOf(one: Node, body: string): Sighting {
  const reminder = Number(text(one, 'ReminderMinutesBeforeStart'));
  return {
    ...timesOf(one),
    subject: lineOf(text(one, 'Subject')),
    location: lineOf(text(one, 'Location')),
    body: textOf(withoutOurBlock(body)),
    isPrivate: text(one, 'Sensitivity') !== 'Normal',
    showAs: SHOW_AS[text(one, 'LegacyFreeBusyStatus')] ?? text(one, 'LegacyFreeBusyStatus'),
    reminder: text(one, 'ReminderIsSet') === 'true' ? reminder : null,
    importance: text(one, 'Importance').toLowerCase(),
  };
}

/** What the sync adds below a text for people's information is not part of the text. */
function withoutOurBlock(body: string): string {
  return body.replace(/\r\n?/g, '\n').replace(BLOCK, '');
}

const BLOCK = /\n*^=== (Aus dem|From the) ERP[^\n]*===$[^]*?^=== (Ende|End of) ERP ===$/gm;

const SHOW_AS: Readonly<Record<string, string>> = {
  Free: 'free',
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'away',
  WorkingElsewhere: 'elsewhere',
  NoData: 'busy',
};

function timesOf(one: Node): Pick<Sighting, 'start' | 'end'> {
  const start = Date.parse(text(one, 'Start'));
  const end = Date.parse(text(one, 'End'));
  if (text(one, 'IsAllDayEvent') !== 'true') return { start: minuteOf(start), end: minuteOf(end) };
  const zone = ianaOf(attribute(one, 'StartTimeZone', 'Id') || 'UTC');
  return { start: dayIn(zone, start), end: dayIn(zone, end - 1) };
}

function dayIn(zone: string, at: number): string {
  return DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd');
}
