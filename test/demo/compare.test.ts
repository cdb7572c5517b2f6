import { describe, expect, it } from 'vitest';
import type { CalendarEntry, Sighting } from './calendar-entry.js';
import { compareCalendars, SIGHTING_FIELDS } from './compare.js';
import { explainDifference, explainDuplicate } from './explain.js';
import { lookAtPerson } from './look.js';
import type { ErpEntry } from './erp-calendar.js';
import { personOf } from './people.js';

const MEETING: Sighting = {
  start: '2026-03-02T09:00Z',
  end: '2026-03-02T10:00Z',
  subject: 'Montage Halle 3',
  location: 'Halle 3',
  body: 'Bitte pünktlich',
  isPrivate: false,
  showAs: 'busy',
  reminder: 15,
  importance: 'normal',
};

function entry(id: string, occurrences: readonly Sighting[] = [MEETING]): CalendarEntry {
  const subject = occurrences[0]?.subject ?? '';
  const isSeries = occurrences.length > 1;
  return { id, subject, uid: `uid-${id}`, mark: null, isPrivate: false, isSeries, occurrences };
}

function onDay(day: number, change: Partial<Sighting> = {}): Sighting {
  const date = `2026-03-${String(day).padStart(2, '0')}`;
  return { ...MEETING, start: `${date}T09:00Z`, end: `${date}T10:00Z`, ...change };
}

const OTHER: Record<(typeof SIGHTING_FIELDS)[number], Sighting[keyof Sighting]> = {
  start: '2026-03-02T08:00Z',
  end: '2026-03-02T10:30Z',
  subject: 'Montage Halle 4',
  location: 'Halle 4',
  body: '',
  isPrivate: true,
  showAs: 'free',
  reminder: null,
  importance: 'high',
};

describe('comparing two calendars', () => {
  it('finds nothing where both sides are the same, in whatever order', () => {
    const erp = [entry('T1'), entry('T2', [onDay(5)])];
    const exchange = [entry('A', [onDay(5)]), entry('B')];
    const { matched, differences, duplicates } = compareCalendars(erp, exchange);
    expect([matched.length, differences, duplicates]).toEqual([2, [], []]);
  });

  it.each(SIGHTING_FIELDS)('finds another %s, and names it', (field) => {
    const changed = { ...MEETING, [field]: OTHER[field] };
    const { differences } = compareCalendars([entry('T1')], [entry('A', [changed])]);
    expect(differences).toMatchObject([{ kind: 'differs' }]);
    const lines = differences.map((one) => explainDifference('Anna Becker', one));
    expect(lines.join()).toContain(`${field} of 2026-03-02T09:00Z is`);
    expect(lines.join()).toContain('T1 / A');
  });

  it('finds an appointment that only one side has', () => {
    const erpOnly = compareCalendars([entry('T1')], []);
    const exchangeOnly = compareCalendars([], [entry('A')]);
    expect(erpOnly.differences).toMatchObject([{ kind: 'unmatched', side: 'erp' }]);
    expect(exchangeOnly.differences).toMatchObject([{ kind: 'unmatched', side: 'exchange' }]);
  });

  it('finds two different appointments as two differences', () => {
    const other = { ...onDay(20), subject: 'Abnahme', location: 'Büro', body: '' };
    const { differences } = compareCalendars([entry('T1')], [entry('A', [other])]);
    expect(differences.map(({ kind }) => kind)).toEqual(['unmatched', 'unmatched']);
  });

  it.each([
    ['a missing occurrence', [onDay(2), onDay(9)], '2026-03-16T09:00Z only in the ERP'],
    [
      'an occurrence too many',
      [onDay(2), onDay(9), onDay(16), onDay(23)],
      '2026-03-23T09:00Z only in Exchange',
    ],
    [
      'a changed occurrence',
      [onDay(2), onDay(9, { location: 'Büro' }), onDay(16)],
      'location of 2026-03-09T09:00Z',
    ],
    [
      'an occurrence an hour off',
      [onDay(2), onDay(9), onDay(16, { start: '2026-03-16T08:00Z' })],
      '2026-03-16T08:00Z only in Exchange',
    ],
  ])('finds %s of a series', (_name, occurrences, expected) => {
    const series = entry('T1', [onDay(2), onDay(9), onDay(16)]);
    const { differences } = compareCalendars([series], [entry('A', occurrences)]);
    expect(differences.map((one) => explainDifference('Eva Müller', one)).join()).toContain(
      expected,
    );
  });

  it('finds a double of something that the other side has once', () => {
    const { duplicates, differences } = compareCalendars([entry('T1')], [entry('A'), entry('B')]);
    expect(duplicates).toMatchObject([{ side: 'exchange', why: 'sameContent' }]);
    expect(differences).toHaveLength(1);
    const inErp = compareCalendars([entry('T1'), entry('T2')], [entry('A')]);
    expect(inErp.duplicates).toMatchObject([{ side: 'erp', why: 'sameContent' }]);
  });

  it('takes a copy that both sides have for no double', () => {
    const both = compareCalendars([entry('T1'), entry('T2')], [entry('A'), entry('B')]);
    expect([both.duplicates, both.differences]).toEqual([[], []]);
    expect(both.matched.map(({ isUnique }) => isUnique)).toEqual([false, false]);
  });

  it.each([
    ['mark', { mark: 'k1.1.p1' }, 'sameMark'],
    ['UID', { uid: 'uid-A' }, 'sameUid'],
  ] as const)('finds a second item with the same %s, however different', (_name, same, why) => {
    const first = { ...entry('A'), ...same };
    const second = { ...entry('B', [onDay(9)]), ...same };
    const erp = [entry('T1'), entry('T2', [onDay(9)])];
    const { duplicates } = compareCalendars(erp, [first, second]);
    expect(duplicates).toMatchObject([{ why, entry: { id: 'B' } }]);
    expect(duplicates.map((one) => explainDuplicate('Jörg Böhm', one)).join()).toMatch(
      /^Jörg Böhm: "Montage Halle 3" of 2026-03-09T09:00Z is in Exchange a second time/,
    );
  });

  it('leaves out what has no occurrence in the window', () => {
    expect(compareCalendars([entry('T1', [])], []).differences).toEqual([]);
  });

  it('survives empty calendars', () => {
    expect(compareCalendars([], [])).toEqual({ matched: [], differences: [], duplicates: [] });
  });
});

describe('looking at an employee', () => {
  const anna = personOf('E01'); // leaves private ones out
  const claudia = personOf('E03'); // does not

  function record(id: string, isPrivate: boolean, people: readonly string[]): ErpEntry {
    const occurrences = [{ ...MEETING, isPrivate }];
    const base = { ...entry(id, occurrences), uid: null, isPrivate };
    const [ownerId = ''] = people;
    return { ...base, ownerId, employeeIds: people, zone: 'Europe/Berlin', isLocked: false };
  }

  it('complains about a private record that reached a mailbox without private ones', () => {
    const arrived = entry('A', [{ ...MEETING, isPrivate: false }]);
    const { comparison } = lookAtPerson(anna, [record('T1', true, ['E01'])], [arrived]);
    expect(comparison.differences).toMatchObject([{ kind: 'unmatched', side: 'exchange' }]);
  });

  it('complains about a private item that reached the ERP all the same', () => {
    const hidden = { ...entry('A', [{ ...MEETING, isPrivate: true }]), isPrivate: true };
    const { comparison } = lookAtPerson(anna, [record('T1', false, ['E01'])], [hidden]);
    expect(comparison.differences).toMatchObject([{ kind: 'unmatched', side: 'erp' }]);
  });

  it('compares private ones of an employee who has them synced', () => {
    const erp = [record('T1', true, ['E03'])];
    expect(lookAtPerson(claudia, erp, []).comparison.differences).toHaveLength(1);
    expect(lookAtPerson(anna, [record('T1', true, ['E01'])], []).comparison.differences).toEqual(
      [],
    );
  });

  it('looks only at appointments the employee takes part in', () => {
    const erp = [record('T1', false, ['E02', 'E01']), record('T2', false, ['E02'])];
    const { comparison } = lookAtPerson(anna, erp, [entry('A')]);
    expect([comparison.matched.length, comparison.differences]).toEqual([1, []]);
  });
});
