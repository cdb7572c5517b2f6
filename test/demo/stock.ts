import type { PersonLook } from './look.js';
import { personOf } from './people.js';
import type { Person } from './people.js';
import type { ErpEntry } from './erp-calendar.js';
import type { Thing } from './thing.js';

/**
 * The appointments that both sides have after the stock was taken over, for the script to edit: only those where it can
 * be seen which item belongs to which record. In an order that depends on what they say, not on their ids.
 */
export function thingsOfStock(looks: readonly PersonLook[]): Thing[] {
  const found = new Map<string, { entry: ErpEntry; uids: Map<string, string> }>();
  for (const { person, comparison, erp } of looks) {
    for (const { erp: record, exchange, isUnique } of comparison.matched) {
      const entry = erp.find(({ id }) => id === record.id);
      if (entry === undefined || entry.isLocked || !isUnique || exchange.uid === null) continue;
      const { uids } = found.get(record.id) ?? { uids: new Map<string, string>() };
      found.set(record.id, { entry, uids: uids.set(person.mailbox, exchange.uid) });
    }
  }
  const whole = [...found.values()].filter(({ entry, uids }) =>
    entry.employeeIds.every((id) => uids.has(personOf(id).mailbox)),
  );
  return whole
    .map((one) => ({ ...one, order: orderOf(one.entry) }))
    .sort((left, right) => (left.order < right.order ? -1 : 1))
    .map(({ entry, uids }, at) => thingOf(entry, uids, at + 1));
}

function orderOf({ ownerId, employeeIds, occurrences }: ErpEntry): string {
  return JSON.stringify([occurrences, ownerId, employeeIds]);
}

function thingOf(entry: ErpEntry, uids: Map<string, string>, number: number): Thing {
  const start = entry.occurrences[0]?.start ?? '';
  const owner = personOf(entry.ownerId);
  const others = entry.employeeIds.map(personOf).filter((person) => person !== owner);
  const people: Person[] = [owner, ...others];
  return {
    number,
    owner,
    people,
    isSeries: entry.isSeries,
    isAllDay: start.length === 10,
    isPrivate: entry.isPrivate,
    firstDay: start.slice(0, 10),
    recordId: entry.id,
    uids,
    bornAt: Number.NEGATIVE_INFINITY,
    fate: 'there',
    away: null,
    bornIn: null,
    hiddenIn: null,
    missed: new Map(),
    isDone: false,
    editedIn: new Set(),
    wishes: new Map(),
    edits: [],
  };
}
