/**
 * What anybody could read off a calendar, in words that are neither the sync's nor one side's: the demo judges the sync
 * by these, so nothing here comes from mappings/ or sync/.
 */

/** One occurrence. Timed: `2026-03-01T10:00Z`; all-day: dates, `end` is the last day that belongs to it. */
export interface Sighting {
  readonly start: string;
  readonly end: string;
  readonly subject: string;
  readonly location: string;
  readonly body: string;
  readonly isPrivate: boolean;
  readonly showAs: string;
  /** Minutes before the start; null = none. */
  readonly reminder: number | null;
  readonly importance: string;
}

/** One appointment or series of one employee, as one side shows it. */
export interface CalendarEntry {
  /** The ERP's id, or the item's. */
  readonly id: string;
  /** Of the whole; occurrences may have one of their own. */
  readonly subject: string;
  readonly uid: string | null;
  /** The mark of ours that an item carries. */
  readonly mark: string | null;
  readonly isPrivate: boolean;
  readonly isSeries: boolean;
  /** Those that begin within the window, the earliest first. */
  readonly occurrences: readonly Sighting[];
}

/** The days that are compared: `from` is the first, `before` the first that is not. */
export interface Window {
  readonly from: string;
  readonly before: string;
}

/** Whether an occurrence begins within the window; of a timed one, its day in UTC counts. */
export function isWithin(window: Window, { start }: Sighting): boolean {
  const day = start.slice(0, 10);
  return day >= window.from && day < window.before;
}

/** A day some days after (or, negative, before) another; `2026-03-01`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** `2026-03-01T10:00Z` of milliseconds since 1970: people's programs cut seconds. */
export function minuteOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 16)}Z`;
}

/** The earliest first; a fixed order where several begin together. */
export function inOrder(sightings: readonly Sighting[]): Sighting[] {
  return sightings
    .map((sighting) => ({ sighting, key: JSON.stringify(sighting) }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ sighting }) => sighting);
}

// What neither side keeps: control characters, blanks at line ends, more than 255 characters of a line.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const BLANKS_AT_LINE_END = /[ \t\u00a0]+(?=\n|$)/g;

/** One line of text as both sides can hold it. */
export function lineOf(text: string): string {
  const line = text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(CONTROL, '')
    .slice(0, 255);
  return line
    .replace(/[\ud800-\udbff]$/, '')
    .trim()
    .normalize('NFC');
}

/** Running text as both sides can hold it. */
export function textOf(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL, '')
    .replace(/\u00a0/g, ' ')
    .replace(BLANKS_AT_LINE_END, '')
    .replace(/^\n+|\n+$/g, '')
    .normalize('NFC');
}
