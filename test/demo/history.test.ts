import { describe, expect, it } from 'vitest';
import type { CalendarEntry, Sighting } from './calendar-entry.js';
import type { ErpEntry } from './erp-calendar.js';
import { checkHistory } from './history.js';
import { lookAtPerson } from './look.js';
import { personOf } from './people.js';
import { ERP } from './thing.js';
import type { Thing, Wish } from './thing.js';

const ANNA = personOf('E01');

const SHOWN: Sighting = {
  start: '2026-03-02T09:00Z',
  end: '2026-03-02T10:00Z',
  subject: '#1001 Montage',
  location: 'Halle 3',
  body: '',
  isPrivate: false,
  showAs: 'busy',
  reminder: 15,
  importance: 'normal',
};

function item(change: Partial<CalendarEntry> = {}): CalendarEntry {
  return {
    id: 'A',
    subject: SHOWN.subject,
    uid: 'uid-1',
    mark: null,
    isPrivate: false,
    isSeries: false,
    occurrences: [SHOWN],
    ...change,
  };
}

function record(change: Partial<ErpEntry> = {}): ErpEntry {
  return {
    ...item({ id: 'T1', uid: null }),
    ownerId: ANNA.employeeId,
    employeeIds: [ANNA.employeeId],
    zone: 'Europe/Berlin',
    isLocked: false,
    ...change,
  };
}

function thing(change: Partial<Thing> = {}): Thing {
  return {
    number: 1001,
    owner: ANNA,
    people: [ANNA],
    isSeries: false,
    isAllDay: false,
    isPrivate: false,
    firstDay: '2026-03-02',
    recordId: 'T1',
    uids: new Map([[ANNA.mailbox, 'uid-1']]),
    bornAt: 1,
    fate: 'there',
    away: null,
    bornIn: ERP,
    hiddenIn: null,
    missed: new Map(),
    isDone: false,
    editedIn: new Set(),
    wishes: new Map(),
    edits: [],
    ...change,
  };
}

const hidden = item({ isPrivate: true });
const emptied = record({ subject: 'Privat', occurrences: [{ ...SHOWN, subject: 'Privat' }] });

function complaints(
  one: Thing,
  erp: readonly ErpEntry[],
  exchange: readonly CalendarEntry[],
): string {
  const findings = checkHistory([one], [lookAtPerson(ANNA, erp, exchange)]);
  return findings.map(({ line }) => line).join('\n');
}

const forgotten = (places: readonly string[]): Thing => {
  const wish: Wish = { value: 'Halle 4', places: new Set(places) };
  return thing({ wishes: new Map([['location', wish]]) });
};

const unknown = (): Thing =>
  thing({ wishes: new Map([['body', { value: undefined, places: new Set(['erp']) }]]) });

const moved = (): Thing =>
  thing({
    wishes: new Map([['when', { value: '2026-05-01 – 2026-05-02', places: new Set(['erp']) }]]),
  });

describe('what became of what people did', () => {
  it.each([
    ['is there on both sides', thing(), [record()], [item()]],
    ['was deleted and is gone', thing({ fate: 'deleted' }), [], []],
    ['was found by its title', thing({ recordId: null }), [record()], [item()]],
    ['was deleted here and changed there', thing({ fate: 'either' }), [], []],
    ['was edited to something that cannot be known', unknown(), [record()], [item()]],
    ['was edited in two places: either may win', forgotten(['erp', ANNA.mailbox]), [record()], []],
  ])('has no complaint about an appointment that %s', (_name, one, erp, exchange) => {
    expect(complaints(one, erp, exchange)).toBe('');
  });

  it.each([
    ['lost on both sides', thing(), [], [], 'lost'],
    ['lost, and looked for by its title', thing({ recordId: null }), [], [], 'lost'],
    [
      'resurrected in the ERP',
      thing({ fate: 'deleted' }),
      [record({ id: 'T99' })],
      [],
      'deleted, but the ERP shows it (T99)',
    ],
    [
      'resurrected in the mailbox',
      thing({ fate: 'deleted' }),
      [],
      [item()],
      'deleted, but anna.becker@muster-maschinenbau.example shows it',
    ],
    [
      'private and told to the ERP',
      thing({ isPrivate: true, recordId: null }),
      [record()],
      [item({ isPrivate: true })],
      'private, but it came to the ERP (T1)',
    ],
    [
      'private and lost from its own mailbox',
      thing({ isPrivate: true, recordId: null, uids: new Map() }),
      [],
      [],
      'lost: its own mailbox does not show it',
    ],
    [
      'without the edit of the only place that edited it',
      forgotten([ANNA.mailbox]),
      [record()],
      [item()],
      'location was set to "Halle 4"',
    ],
    [
      'where it was before it was moved',
      moved(),
      [record()],
      [item()],
      'when was set to "2026-05-01 – 2026-05-02" (erp), and is "2026-03-02T09:00Z – 2026-03-02T10:00Z"',
    ],
    [
      'without what it was made with',
      forgotten([]),
      [record()],
      [item()],
      'location was set to "Halle 4" (when it was made), and is "Halle 3"',
    ],
  ])('complains about an appointment that is %s', (_name, one, erp, exchange, expected) => {
    expect(complaints(one, erp, exchange)).toContain(expected);
  });

  it.each([
    ['it came from there, and the ERP has only its time', ANNA.mailbox, [emptied], [hidden], ''],
    ['the ERP had it first, and keeps it', ERP, [record()], [hidden], ''],
    ['and the ERP still tells of it', ANNA.mailbox, [record()], [hidden], 'still tells of it'],
    ['and the ERP lost its own', ERP, [], [hidden], 'lost its own'],
    ['and lost it', ANNA.mailbox, [emptied], [], 'lost it'],
  ])(
    'knows what is left of what somebody made private: %s',
    (_name, bornIn, erp, exchange, expected) => {
      const one = thing({ bornIn, hiddenIn: ANNA.mailbox, isDone: true });
      if (expected === '') expect(complaints(one, erp, exchange)).toBe('');
      else expect(complaints(one, erp, exchange)).toContain(expected);
    },
  );

  it('does not look for edits of a series in its single occurrences', () => {
    const wish: Wish = { value: 'Halle 4', places: new Set(['erp']) };
    const series = thing({ isSeries: true, wishes: new Map([['location', wish]]) });
    expect(complaints(series, [record()], [item()])).toBe('');
  });
});
