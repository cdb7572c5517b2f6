import { compareCalendars } from './compare.js';
import type { Comparison } from './compare.js';
import { minuteOf } from './calendar-entry.js';
import type { CalendarEntry, Window } from './calendar-entry.js';
import { readErpCalendar } from './erp-calendar.js';
import type { ErpEntry } from './erp-calendar.js';
import { readExchangeCalendar } from './exchange-calendar.js';
import { PEOPLE } from './people.js';
import type { Person } from './people.js';
import { withClient } from './sql-client.js';

/** Where both sides are read, without the sync. */
export interface BothSides {
  readonly erpUrl: string;
  readonly exchangeUrl: string;
  /** Passwords of the mailboxes by address. */
  readonly passwords: ReadonlyMap<string, string>;
}

/** What both sides show of one employee, private entries included. */
export interface PersonLook {
  readonly person: Person;
  readonly erp: readonly ErpEntry[];
  readonly exchange: readonly CalendarEntry[];
  readonly comparison: Comparison;
}

/** Reads both sides of all employees afresh and compares them. */
export async function lookAtBothSides(sides: BothSides, window: Window): Promise<PersonLook[]> {
  const entries = await withClient(
    sides.erpUrl,
    async (client) => await readErpCalendar(client, window),
  );
  const looks: PersonLook[] = [];
  for (const person of PEOPLE) {
    const exchange = await readExchangeCalendar(accessOf(sides, person), window);
    looks.push(lookAtPerson(person, entries, exchange));
  }
  return looks;
}

function accessOf(
  { exchangeUrl, passwords }: BothSides,
  { mailbox }: Person,
): {
  url: string;
  address: string;
  password: string;
} {
  return { url: exchangeUrl, address: mailbox, password: passwords.get(mailbox) ?? '' };
}

/**
 * What is over needs no reminder: it is written to a mailbox without one. Nor may it matter here.
 */
function withoutPastReminders(entry: CalendarEntry, now: string): CalendarEntry {
  const occurrences = entry.occurrences.map((one) =>
    one.end < now ? { ...one, reminder: null } : one,
  );
  return { ...entry, occurrences };
}

/**
 * Private entries of an employee with "no private" are left out on both sides before comparing: one that travelled
 * nevertheless has no counterpart then, whether it arrived as private or not.
 */
export function lookAtPerson(
  person: Person,
  entries: readonly ErpEntry[],
  exchange: readonly CalendarEntry[],
  now = minuteOf(Date.now()),
): PersonLook {
  const erp = entries.filter(({ employeeIds }) => employeeIds.includes(person.employeeId));
  const visible = ({ isPrivate }: CalendarEntry): boolean => person.withPrivate || !isPrivate;
  const shown = (all: readonly CalendarEntry[]): CalendarEntry[] =>
    all.filter(visible).map((entry) => withoutPastReminders(entry, now));
  const comparison = compareCalendars(shown(erp), shown(exchange));
  return { person, erp, exchange, comparison };
}
