import { describe, expect, test } from 'vitest';
import {
  ANNA,
  BERLIN,
  edit,
  make,
  newOrganisation,
  nth,
  refusal,
  WRITING,
} from './mailbox-bench.js';
import type { Mailbox } from './mailbox/mailbox.js';
import type { ExchangeModes } from './mailbox/modes.js';
import type { ItemInput, Recurrence } from './mailbox/properties.js';
import {
  deletedOccurrences,
  firstOccurrence,
  lastOccurrence,
  liveOccurrences,
  modifiedOccurrences,
  occurrencesBetween,
} from './mailbox/series.js';
import { itemTarget } from './mailbox/targets.js';
import { formatTime } from './mailbox/zones.js';

/** Every Monday at 9:00 in Berlin from 2 March 2026 on; summer time begins on 29 March. */
const WEEKLY: Recurrence = {
  pattern: {
    kind: 'WeeklyRecurrence',
    Interval: 1,
    DaysOfWeek: ['Monday'],
    FirstDayOfWeek: 'Monday',
  },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 8 },
};

const SERIES: ItemInput = {
  Subject: 'Wartung',
  Location: 'Halle 3',
  Start: '2026-03-02T09:00:00',
  End: '2026-03-02T10:00:00',
  StartTimeZone: BERLIN,
  EndTimeZone: BERLIN,
  Recurrence: WEEKLY,
};

interface Bench {
  readonly mailbox: Mailbox;
  readonly id: string;
  /** Start and subject of every occurrence. */
  shown(): string[];
  /** Original days of the exceptions: `~` changed, `-` deleted. */
  exceptions(): string[];
}

function seriesOf(input: ItemInput = SERIES, modes: Partial<ExchangeModes> = {}): Bench {
  const mailbox = newOrganisation(modes).mailbox(ANNA);
  const { id, stored } = make(mailbox, input);
  const dayOf = (at: number): string => formatTime(at).slice(5, 10);
  return {
    mailbox,
    id,
    shown: () =>
      [...liveOccurrences(stored, 1)].map(
        (one) =>
          `${formatTime(one.start).slice(5, 16)} ${mailbox.viewOf(stored, one).properties.Subject ?? ''}`,
      ),
    exceptions: () => [
      ...modifiedOccurrences(stored).map(({ originalStart }) => `~${dayOf(originalStart)}`),
      ...deletedOccurrences(stored).map(({ originalStart }) => `-${dayOf(originalStart)}`),
    ],
  };
}

/** Changes the subject of the second occurrence and deletes the third. */
function disturbed(modes: Partial<ExchangeModes> = {}, input: ItemInput = SERIES): Bench {
  const bench = seriesOf(input, modes);
  edit(bench.mailbox, nth(bench.id, 2), { Subject: 'anders' });
  bench.mailbox.remove(nth(bench.id, 3), 'MoveToDeletedItems', WRITING);
  return bench;
}

describe('reading', () => {
  test('the wall clock stays across the change to summer time', () => {
    expect(seriesOf().shown().slice(3, 6)).toEqual([
      '03-23T08:00 Wartung',
      '03-30T07:00 Wartung',
      '04-06T07:00 Wartung',
    ]);
  });

  test('the first and last occurrences are those that are still there', () => {
    const bench = seriesOf();
    bench.mailbox.remove(nth(bench.id, 1), 'HardDelete', WRITING);
    bench.mailbox.remove(nth(bench.id, 8), 'HardDelete', WRITING);
    const { stored } = bench.mailbox.get(itemTarget(bench.id));
    expect([firstOccurrence(stored)?.index, lastOccurrence(stored)?.index]).toEqual([2, 7]);
  });

  test('a series without an end has no last occurrence', () => {
    const range = { kind: 'NoEndRecurrence', StartDate: '2026-03-02' } as const;
    const bench = seriesOf({ ...SERIES, Recurrence: { ...WEEKLY, range } });
    expect(lastOccurrence(bench.mailbox.get(itemTarget(bench.id)).stored)).toBeNull();
  });

  test('a span shows exceptions where they are, not where they were', () => {
    const bench = seriesOf();
    edit(bench.mailbox, nth(bench.id, 2), {
      Start: '2026-03-11T09:00:00',
      End: '2026-03-11T10:00:00',
    });
    const { stored } = bench.mailbox.get(itemTarget(bench.id));
    const starts = (from: string, to: string): string[] =>
      occurrencesBetween(stored, Date.parse(from), Date.parse(to)).map(({ start }) =>
        formatTime(start),
      );
    expect(starts('2026-03-09T00:00:00Z', '2026-03-10T00:00:00Z')).toEqual([]);
    expect(starts('2026-03-11T00:00:00Z', '2026-03-17T00:00:00Z')).toEqual([
      '2026-03-11T08:00:00Z',
      '2026-03-16T08:00:00Z',
    ]);
    expect(starts('2026-03-11T09:00:00Z', '2026-03-11T09:30:00Z')).toEqual([
      '2026-03-11T08:00:00Z',
    ]);
  });

  test('an all-day series lies on local midnights in winter and in summer', () => {
    const times = { Start: '2026-03-02T00:00:00', End: '2026-03-03T00:00:00', IsAllDayEvent: true };
    expect(
      seriesOf({ ...SERIES, ...times })
        .shown()
        .slice(3, 6),
    ).toEqual(['03-22T23:00 Wartung', '03-29T22:00 Wartung', '04-05T22:00 Wartung']);
  });
});

describe('naming', () => {
  test('numbers count deleted occurrences too', () => {
    const bench = disturbed();
    expect(refusal(() => bench.mailbox.get(nth(bench.id, 3)))).toBe(
      'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
    );
    expect(formatTime(bench.mailbox.get(nth(bench.id, 4)).properties.Start ?? 0)).toBe(
      '2026-03-23T08:00:00Z',
    );
  });

  test.each([0, 9, -1])('number %i does not exist', (index) => {
    const bench = seriesOf();
    expect(refusal(() => bench.mailbox.get(nth(bench.id, index)))).toBe(
      'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    );
  });

  test('an occurrence has an id of its own, which leads to its master', () => {
    const bench = seriesOf();
    const { id } = bench.mailbox.get(nth(bench.id, 2));
    expect(bench.mailbox.get(itemTarget(id)).calendarItemType).toBe('Occurrence');
    const master = bench.mailbox.get({ kind: 'master', occurrenceId: id, changeKey: null });
    expect([master.id, master.calendarItemType]).toEqual([bench.id, 'RecurringMaster']);
  });

  test('ids of the wrong sort are refused', () => {
    const bench = seriesOf();
    const { id } = bench.mailbox.get(nth(bench.id, 2));
    const single = make(bench.mailbox, { Start: SERIES.Start ?? '', End: SERIES.End ?? '' });
    expect([
      refusal(() => bench.mailbox.get({ kind: 'master', occurrenceId: bench.id, changeKey: null })),
      refusal(() => bench.mailbox.get(nth(id, 1))),
      refusal(() => bench.mailbox.get(nth(single.id, 1))),
    ]).toEqual([
      'ErrorCalendarCannotUseIdForOccurrenceId',
      'ErrorCalendarCannotUseIdForRecurringMasterId',
      'ErrorCalendarCannotUseIdForRecurringMasterId',
    ]);
  });

  test('occurrences cannot be moved or copied', () => {
    const bench = seriesOf();
    const trash = bench.mailbox.folder('deleteditems');
    expect(refusal(() => bench.mailbox.move(nth(bench.id, 2), trash))).toBe(
      'ErrorCalendarCannotMoveOrCopyOccurrence',
    );
  });
});

describe('exceptions', () => {
  test('an updated occurrence is an exception and follows the master in all else', () => {
    const bench = disturbed();
    edit(bench.mailbox, bench.id, { Subject: 'Revision', Location: 'Halle 7' });
    const { calendarItemType, properties } = bench.mailbox.get(nth(bench.id, 2));
    expect([calendarItemType, properties.Subject, properties.Location]).toEqual([
      'Exception',
      'anders',
      'Halle 7',
    ]);
  });

  test('where exceptions are materialised they follow the master in nothing', () => {
    const bench = disturbed({ exceptions: 'materialised' });
    edit(bench.mailbox, bench.id, { Location: 'Halle 7' });
    expect(bench.mailbox.get(nth(bench.id, 2)).properties.Location).toBe('Halle 3');
  });

  test('a write to an occurrence changes the key that it shares with its master', () => {
    const bench = seriesOf();
    const before = bench.mailbox.get(itemTarget(bench.id)).changeKey;
    const after = edit(bench.mailbox, nth(bench.id, 2), { Subject: 'anders' }).changeKey;
    const keys = [itemTarget(bench.id), nth(bench.id, 5)].map(
      (one) => bench.mailbox.get(one).changeKey,
    );
    expect([after === before, ...keys]).toEqual([false, after, after]);
  });

  test('a property of the series is not on a changed occurrence, unless the mode says so', () => {
    const path = {
      PropertySetId: '11111111-2222-3333-4444-555555555555',
      PropertyName: 'Mark',
      PropertyType: 'String',
    };
    const sizes = [false, true].map((seriesPropertiesOnExceptions) => {
      const mailbox = newOrganisation({ seriesPropertiesOnExceptions }).mailbox(ANNA);
      const { id } = make(mailbox, SERIES, { extended: [{ path, value: 'k' }] });
      edit(mailbox, nth(id, 2), { Subject: 'anders' });
      return [1, 2].map((index) => mailbox.get(nth(id, index)).extended.size);
    });
    expect(sizes).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  // prettier-ignore
  test.each([
    { name: 'onto the day of its neighbour', day: '2026-03-16', code: 'ErrorOccurrenceCrossingBoundary' },
    { name: 'past its neighbour', day: '2026-03-17', code: 'ErrorOccurrenceCrossingBoundary' },
    { name: 'before its neighbour', day: '2026-03-01', code: 'ErrorOccurrenceCrossingBoundary' },
    { name: 'to another day of its own week', day: '2026-03-12', code: 'not refused' },
  ])('an occurrence moves $name: $code', ({ day, code }) => {
    const bench = seriesOf();
    const times = { Start: `${day}T12:00:00`, End: `${day}T13:00:00` };
    expect(refusal(() => edit(bench.mailbox, nth(bench.id, 2), times))).toBe(code);
  });

  test('an occurrence may not last into the next one', () => {
    const bench = seriesOf();
    expect(
      refusal(() => edit(bench.mailbox, nth(bench.id, 2), { End: '2026-03-16T09:30:00' })),
    ).toBe('ErrorOccurrenceTimeSpanTooBig');
  });

  test('nor may those of the pattern', () => {
    const mailbox = newOrganisation().mailbox(ANNA);
    const daily: Recurrence = { ...WEEKLY, pattern: { kind: 'DailyRecurrence', Interval: 1 } };
    const input = { ...SERIES, End: '2026-03-03T09:30:00', Recurrence: daily };
    expect(refusal(() => make(mailbox, input))).toBe('ErrorOccurrenceTimeSpanTooBig');
  });

  test('only a master has a recurrence to change or to take away', () => {
    const bench = seriesOf();
    expect(refusal(() => edit(bench.mailbox, nth(bench.id, 2), { Recurrence: WEEKLY }))).toBe(
      'ErrorInvalidPropertySet',
    );
    expect(
      refusal(() => edit(bench.mailbox, nth(bench.id, 2), {}, { remove: ['Recurrence'] })),
    ).toBe('ErrorInvalidPropertySet');
  });

  test.each([
    { lastOccurrence: 'refuse', code: 'ErrorRecurrenceHasNoOccurrence' },
    { lastOccurrence: 'allow', code: 'not refused' },
  ] as const)('deleting the only occurrence left: $lastOccurrence', ({ lastOccurrence, code }) => {
    const bench = seriesOf(SERIES, { lastOccurrence });
    for (let index = 2; index <= 8; index++)
      bench.mailbox.remove(nth(bench.id, index), 'HardDelete', WRITING);
    expect(refusal(() => bench.mailbox.remove(nth(bench.id, 1), 'HardDelete', WRITING))).toBe(code);
  });

  test('a series holds no more exceptions than its cap', () => {
    const bench = disturbed({ exceptionCap: 2 });
    expect(refusal(() => edit(bench.mailbox, nth(bench.id, 5), { Subject: 'x' }))).toBe(
      'ErrorCalendarOutOfRange',
    );
    expect(refusal(() => edit(bench.mailbox, nth(bench.id, 2), { Subject: 'x' }))).toBe(
      'not refused',
    );
  });
});

const LONGER: Recurrence = {
  ...WEEKLY,
  range: { kind: 'EndDateRecurrence', StartDate: '2026-03-02', EndDate: '2026-12-31' },
};
const SHORTER: Recurrence = {
  ...WEEKLY,
  range: { ...WEEKLY.range, kind: 'NumberedRecurrence', NumberOfOccurrences: 2 },
};
const TWO_WEEKS: Recurrence = {
  ...WEEKLY,
  pattern: {
    kind: 'WeeklyRecurrence',
    Interval: 2,
    DaysOfWeek: ['Monday'],
    FirstDayOfWeek: 'Monday',
  },
};
const US_ZONE: ItemInput = {
  StartTimeZone: 'Eastern Standard Time',
  EndTimeZone: 'Eastern Standard Time',
};
const BOTH = ['~03-09', '-03-16'];

// prettier-ignore
const MASTER_WRITES: readonly { name: string; input: ItemInput; modes?: Partial<ExchangeModes>; left: string[] }[] = [
  { name: 'another subject keeps the exceptions', input: { Subject: 'neu' }, left: BOTH },
  { name: 'another body keeps the exceptions', input: { Body: { BodyType: 'Text', Value: 'x' } }, left: BOTH },
  { name: 'another interval wipes them', input: { Recurrence: TWO_WEEKS }, left: [] },
  { name: 'another time of day wipes them', input: { Start: '2026-03-02T10:00:00', End: '2026-03-02T11:00:00' }, left: [] },
  { name: 'another length wipes them', input: { End: '2026-03-02T11:00:00' }, left: [] },
  { name: 'becoming all-day wipes them', input: { IsAllDayEvent: true }, left: [] },
  { name: 'the same start and end keep them', input: { Start: '2026-03-02T09:00:00', End: '2026-03-02T10:00:00' }, left: BOTH },
  { name: 'a later end keeps all (keepAll)', input: { Recurrence: LONGER }, left: BOTH },
  { name: 'a later end keeps deletions (keepDeletions)', input: { Recurrence: LONGER }, modes: { rangeChange: 'keepDeletions' }, left: ['-03-16'] },
  { name: 'a later end wipes all (wipeAll)', input: { Recurrence: LONGER }, modes: { rangeChange: 'wipeAll' }, left: [] },
  { name: 'an earlier end drops what lies behind it', input: { Recurrence: SHORTER }, left: ['~03-09'] },
  { name: 'the same recurrence again keeps them (keep)', input: { Recurrence: { range: WEEKLY.range, pattern: WEEKLY.pattern } }, left: BOTH },
  { name: 'the same recurrence again wipes them (wipe)', input: { Recurrence: WEEKLY }, modes: { sameRecurrence: 'wipe' }, left: [] },
  { name: 'another zone wipes them (wipe)', input: US_ZONE, left: [] },
  { name: 'another zone keeps them (keep)', input: US_ZONE, modes: { zoneChange: 'keep' }, left: BOTH },
];

describe('writes to a master', () => {
  for (const { name, input, modes = {}, left } of MASTER_WRITES) {
    test(name, () => {
      const bench = disturbed(modes);
      edit(bench.mailbox, bench.id, input);
      expect(bench.exceptions()).toEqual(left);
    });
  }

  test('a single becomes a series and a single again', () => {
    const mailbox = newOrganisation().mailbox(ANNA);
    const { id } = make(mailbox, { Start: '2026-03-02T08:00:00Z', End: '2026-03-02T09:00:00Z' });
    const zones = { StartTimeZone: BERLIN, EndTimeZone: BERLIN };
    const times = { Start: '2026-03-02T08:00:00Z', End: '2026-03-02T09:00:00Z' };
    expect(edit(mailbox, id, { ...times, ...zones, Recurrence: WEEKLY }).calendarItemType).toBe(
      'RecurringMaster',
    );
    mailbox.remove(nth(id, 2), 'HardDelete', WRITING);
    const single = edit(mailbox, id, {}, { remove: ['Recurrence'] });
    expect([single.calendarItemType, single.stored.exceptions.size]).toEqual(['Single', 0]);
  });

  test('the start cannot go back without its StartDate, but forward', () => {
    const bench = seriesOf();
    const earlier = { Start: '2026-02-23T09:00:00', End: '2026-02-23T10:00:00' };
    expect(refusal(() => edit(bench.mailbox, bench.id, earlier))).toBe(
      'ErrorOccurrenceTimeSpanTooBig',
    );
    edit(bench.mailbox, bench.id, { Start: '2026-03-10T09:00:00', End: '2026-03-10T10:00:00' });
    expect(bench.shown()[0]).toBe('03-16T08:00 Wartung');
  });

  test('a series that starts off its pattern begins on the first match', () => {
    const input = { ...SERIES, Start: '2026-03-04T09:00:00', End: '2026-03-04T10:00:00' };
    const recurrence: Recurrence = {
      ...WEEKLY,
      range: { ...WEEKLY.range, StartDate: '2026-03-04' },
    };
    const bench = seriesOf({ ...input, Recurrence: recurrence });
    const { properties } = bench.mailbox.get(itemTarget(bench.id));
    expect([bench.shown()[0], properties.Recurrence?.range.StartDate]).toEqual([
      '03-09T08:00 Wartung',
      '2026-03-09',
    ]);
  });

  test('a series keeps its exceptions in Deleted Items and on its way back', () => {
    const bench = disturbed();
    const { stored } = bench.mailbox.get(itemTarget(bench.id));
    bench.mailbox.remove(itemTarget(bench.id), 'MoveToDeletedItems', WRITING);
    bench.mailbox.move(itemTarget(stored.id), bench.mailbox.folder('calendar'));
    expect(bench.exceptions()).toEqual(BOTH);
    expect(bench.mailbox.get(nth(stored.id, 2)).properties.Subject).toBe('anders');
  });
});
