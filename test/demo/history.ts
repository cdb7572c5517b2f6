import { minuteOf } from './calendar-entry.js';
import type { CalendarEntry } from './calendar-entry.js';
import type { Finding } from './explain.js';
import type { PersonLook } from './look.js';
import { numberMark } from './thing.js';
import type { Thing, Wish, WishField } from './thing.js';

/**
 * Looks at what became of everything the script edited: nothing lost, nothing resurrected, no edit forgotten. Two sides
 * that agree may both be wrong, so this asks what people did, not what the other side shows.
 */
export function checkHistory(things: readonly Thing[], looks: readonly PersonLook[]): Finding[] {
  const shown = indexSides(looks);
  return things.flatMap((thing) => {
    const complaint = complaintAbout(thing, shown);
    const line = `#${thing.number} of ${thing.owner.name}: ${complaint ?? ''}`;
    return complaint === null ? [] : [{ line, recordId: thing.recordId, thing }];
  });
}

interface Shown {
  readonly records: ReadonlyMap<string, CalendarEntry>;
  readonly items: readonly { readonly mailbox: string; readonly item: CalendarEntry }[];
}

function indexSides(looks: readonly PersonLook[]): Shown {
  const records = new Map(looks.flatMap(({ erp }) => erp.map((entry) => [entry.id, entry])));
  const items = looks.flatMap(({ person, exchange }) =>
    exchange.map((item) => ({ mailbox: person.mailbox, item })),
  );
  return { records, items };
}

function complaintAbout(thing: Thing, shown: Shown): string | null {
  const record = recordOf(thing, shown);
  const items = itemsOf(thing, shown);
  if (thing.fate === 'either') return null;
  if (thing.hiddenIn !== null) return toldOfHidden(thing, shown, items);
  if (thing.fate === 'deleted') {
    if (record) return `deleted, but the ERP shows it (${record.id})`;
    return items.length > 0 ? `deleted, but ${items.join(', ')} shows it` : null;
  }
  const isHidden = thing.isPrivate && thing.recordId === null && !thing.owner.withPrivate;
  if (isHidden) {
    if (record) return `private, but it came to the ERP (${record.id})`;
    return items.length === 0 ? 'lost: its own mailbox does not show it' : null;
  }
  if (record === null) return 'lost: the ERP does not show it';
  return thing.isSeries ? null : forgottenEdit(thing, record);
}

/** What was made private for good: its owner still has it, and the ERP has no more of it than what it had by itself. */
function toldOfHidden(thing: Thing, { records }: Shown, items: readonly string[]): string | null {
  const { hiddenIn, bornIn, number, recordId } = thing;
  const mark = numberMark(number);
  const tells = [...records.values()].filter(({ subject }) => subject.startsWith(mark));
  if (!items.includes(hiddenIn ?? '')) return `made private, and ${hiddenIn ?? ''} lost it`;
  if (bornIn === hiddenIn) {
    return tells.length === 0 ? null : `made private, and the ERP still tells of it`;
  }
  const isThere = tells.some(({ id }) => recordId === null || id === recordId);
  return isThere ? null : 'made private by somebody in their mailbox, and the ERP lost its own';
}

function recordOf({ recordId, number, owner }: Thing, { records }: Shown): CalendarEntry | null {
  const known = recordId === null ? undefined : records.get(recordId);
  if (known || number < 1000) return known ?? null;
  const mark = numberMark(number);
  const mine = [...records.values()].filter(({ subject }) => subject.startsWith(mark));
  return mine.find((entry) => 'ownerId' in entry && entry.ownerId === owner.employeeId) ?? null;
}

/** The mailboxes that show it. */
function itemsOf({ number, uids }: Thing, { items }: Shown): string[] {
  const mark = number < 1000 ? null : numberMark(number);
  return items
    .filter(
      ({ mailbox, item }) =>
        uids.get(mailbox) === item.uid || (mark !== null && item.subject.startsWith(mark)),
    )
    .map(({ mailbox }) => mailbox);
}

/** A field that was edited in one place only must show what was written last. */
function forgottenEdit(
  { wishes }: Thing,
  record: CalendarEntry,
  now: string = minuteOf(Date.now()),
): string | null {
  const [sighting] = record.occurrences;
  if (sighting === undefined) return null;
  const { start, end, subject } = sighting;
  const shown = { ...sighting, title: subject, when: `${start} – ${end}` };
  // what is over has no reminder in Outlook: whoever takes it away there has changed nothing
  const isIdle = (field: WishField, value: unknown): boolean =>
    field === 'reminder' && value === null && end < now;
  const forgotten = [...wishes].find(
    ([field, { value, places }]: [WishField, Wish]) =>
      places.size < 2 && value !== undefined && shown[field] !== value && !isIdle(field, value),
  );
  if (forgotten === undefined) return null;
  const [field, { value, places }] = forgotten;
  const where = [...places].join() || 'when it was made';
  return `${field} was set to ${JSON.stringify(value)} (${where}), and is ${JSON.stringify(shown[field])}`;
}
