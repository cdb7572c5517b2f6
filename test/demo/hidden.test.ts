import { describe, expect, it } from 'vitest';
import type { CalendarEntry, Sighting } from './calendar-entry.js';
import type { ErpEntry } from './erp-calendar.js';
import { asPeopleWantIt } from './hidden.js';
import { lookAtPerson } from './look.js';
import { personOf } from './people.js';
import { ERP } from './thing.js';
import type { Thing } from './thing.js';

const ANNA = personOf('E01');
const BERND = personOf('E02');

function on(day: string, subject = '#1001 Montage'): Sighting {
  const [start, end] = [`${day}T09:00Z`, `${day}T10:00Z`];
  const rest = { location: '', body: '', isPrivate: false, showAs: 'busy', reminder: 15 };
  return { start, end, subject, ...rest, importance: 'normal' };
}

function item(days: readonly string[], isPrivate = false): CalendarEntry {
  const occurrences = days.map((day) => ({ ...on(day), isPrivate }));
  const names = { id: 'A', subject: '#1001 Montage', uid: 'uid-1', mark: null };
  return { ...names, isPrivate, isSeries: days.length > 1, occurrences };
}

function record(days: readonly string[], subject = '#1001 Montage'): ErpEntry {
  const entry = { ...item(days), id: 'T1', uid: null, subject };
  const occurrences = days.map((day) => on(day, subject));
  const people = { ownerId: ANNA.employeeId, employeeIds: [ANNA.employeeId, BERND.employeeId] };
  return { ...entry, occurrences, ...people, zone: 'Europe/Berlin', isLocked: false };
}

function thing(change: Partial<Thing>): Thing {
  return {
    ...{ number: 1001, owner: ANNA, people: [ANNA, BERND], isSeries: false, isAllDay: false },
    ...{ isPrivate: false, firstDay: '2026-03-02', recordId: 'T1', bornAt: 1, fate: 'there' },
    uids: new Map([ANNA, BERND].map(({ mailbox }) => [mailbox, 'uid-1'])),
    ...{ bornIn: ERP, away: null, hiddenIn: null, missed: new Map(), isDone: true },
    ...{ editedIn: new Set<string>(), wishes: new Map(), edits: [] },
    ...change,
  };
}

const differences = (
  who: typeof ANNA,
  one: Thing,
  sides: { readonly erp: ErpEntry; readonly exchange: CalendarEntry },
): number => {
  const look = lookAtPerson(who, [sides.erp], [sides.exchange], '2026-01-01T00:00Z');
  return asPeopleWantIt(look, [one]).comparison.differences.length;
};

describe('an appointment that somebody has made private for good', () => {
  const day = ['2026-03-02'];

  it('is in the ERP as it was where the ERP had it first, and without content where it came from there', () => {
    const own = { erp: record(day), exchange: item(day, true) };
    expect(differences(ANNA, thing({ hiddenIn: ANNA.mailbox }), own)).toBe(0);
    const emptied = { erp: record(day, 'Privat'), exchange: item(day, true) };
    const theirs = thing({ hiddenIn: ANNA.mailbox, bornIn: ANNA.mailbox, recordId: null });
    expect(differences(ANNA, theirs, emptied)).toBe(0);
  });

  it('is compared as ever where nobody made it private, and where the ERP has more of it', () => {
    const other = { erp: record(day), exchange: item(day, true) };
    expect(differences(ANNA, thing({ hiddenIn: BERND.mailbox }), other)).toBe(1);
    const theirs = thing({ hiddenIn: ANNA.mailbox, bornIn: ANNA.mailbox, recordId: null });
    expect(differences(ANNA, theirs, other)).toBe(1);
  });
});

describe('a day of a series that somebody who only takes part has thrown out', () => {
  const all = ['2026-03-02', '2026-03-09', '2026-03-16'];
  const sides = { erp: record(all), exchange: item(['2026-03-02', '2026-03-16']) };

  it('is missing in that calendar alone', () => {
    const missed = new Map([[BERND.mailbox, new Set(['2026-03-09'])]]);
    expect(differences(BERND, thing({ missed }), sides)).toBe(0);
    expect(differences(ANNA, thing({ missed }), sides)).toBe(1);
  });

  it('excuses no other day', () => {
    const missed = new Map([[BERND.mailbox, new Set(['2026-03-16'])]]);
    expect(differences(BERND, thing({ missed }), sides)).toBe(1);
  });
});
