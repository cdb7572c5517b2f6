import { describe, expect, test } from 'vitest';
import type { ErpAppointmentPatch, ErpException } from '../../mappings/erp-record.js';
import { parsePlainDate } from '../../mappings/values.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import type { ItemInput, Recurrence } from '../simulators/mailbox/properties.js';
import { liveOccurrences } from '../simulators/mailbox/series.js';
import {
  bothSides,
  change,
  DAY,
  exceptionDays,
  inErp,
  inOutlook,
  itemOf,
  itemSpan,
  itemsOf,
  linksOf,
  meddle,
  memoryOf,
  occurrenceAt,
  recordOf,
  removeItem,
  span,
  subjects,
  titles,
} from './hands.js';
import { surviving } from './surviving.js';
import { World } from './world.js';

/** E. Series. */

const RULE = 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=10';
const MONDAYS: ErpAppointmentPatch = { when: span('2026-03-02T08:00:00Z'), rrule: RULE };

function moved(date: string, start: string): ErpException {
  return { originalDate: parsePlainDate(date), deleted: false, fields: { when: span(start) } };
}

function deleted(date: string): ErpException {
  return { originalDate: parsePlainDate(date), deleted: true, fields: {} };
}

async function mondays(world: World, exceptions: readonly ErpException[] = []): Promise<string> {
  const id = inErp(world, 'Wochenrunde', { ...MONDAYS, exceptions });
  await world.settle();
  return id;
}

const exceptionsInErp = (world: World) =>
  recordOf(world).record.exceptions.map(({ originalDate, deleted: gone, fields }) =>
    gone ? `${originalDate} gone` : `${originalDate} ${JSON.stringify(fields)}`,
  );

/** Every beginning of a series in Outlook, as instants. */
function startsOf(world: World, subject?: string, most = 20): readonly string[] {
  const starts: string[] = [];
  for (const { start } of liveOccurrences(itemOf(world, subject), 1)) {
    starts.push(new Date(start).toISOString());
    if (starts.length >= most) break;
  }
  return starts;
}

const MOVED_IN_ERP = `2026-03-16 ${JSON.stringify({ when: span('2026-03-16T10:00:00Z') })}`;

test('32: "I moved one occurrence in Outlook, and the ERP moved the whole series"', () =>
  surviving(async (world) => {
    await mondays(world);
    change(world, occurrenceAt(world, '2026-03-16T08:00:00Z'), itemSpan('2026-03-16T10:00:00Z'));
    await world.settle();
    expect(exceptionsInErp(world)).toEqual([MOVED_IN_ERP]);
    expect(recordOf(world).record).toMatchObject({ ...MONDAYS });
    expect(titles(world)).toEqual(['Wochenrunde']);
    expect(startsOf(world)).toContain('2026-03-16T10:00:00.000Z');
    expect(startsOf(world)).not.toContain('2026-03-16T08:00:00.000Z');
  }));

test('33: "I deleted one occurrence, and it stayed in the ERP"', () =>
  surviving(async (world) => {
    await mondays(world);
    removeItem(world, occurrenceAt(world, '2026-03-23T08:00:00Z'));
    await world.settle();
    expect(exceptionsInErp(world)).toEqual(['2026-03-23 gone']);
    expect(exceptionDays(itemOf(world)).deleted).toEqual(['2026-03-23']);
  }));

test('33: "… because the feed did not say so"', () =>
  surviving(async (world) => {
    await mondays(world);
    let isSilent = true;
    meddle(world, (port) => ({
      changesSince: async (...asked) => {
        const page = await port.changesSince(...asked);
        return isSilent ? { ...page, changes: [] } : page;
      },
    }));
    removeItem(world, occurrenceAt(world, '2026-03-23T08:00:00Z'));
    await world.settle();
    isSilent = false;
    // the list of the master is read with the next change of anything in the series
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await world.settle();
    expect(exceptionsInErp(world)).toEqual(['2026-03-23 gone']);
    expect(itemOf(world).properties.Location).toBe('Halle 3');
  }));

test('34: "the office moved one occurrence and cancelled another, and my own changes to the series were gone"', () =>
  surviving(async (world) => {
    const id = await mondays(world);
    change(world, occurrenceAt(world, '2026-03-30T08:00:00Z'), { Subject: 'mit Frau Grün' });
    await world.settle();
    const { exceptions } = recordOf(world).record;
    world.erp.person.edit(id, {
      exceptions: [
        ...exceptions,
        moved('2026-03-16', '2026-03-17T12:00:00Z'),
        deleted('2026-03-23'),
      ],
    });
    await world.settle();
    expect(exceptionDays(itemOf(world))).toEqual({
      changed: ['2026-03-16', '2026-03-30'],
      deleted: ['2026-03-23'],
    });
    expect(startsOf(world)).toContain('2026-03-17T12:00:00.000Z');
    expect(exceptionsInErp(world)).toHaveLength(3);
    expect(JSON.stringify(exceptionsInErp(world))).toContain('mit Frau Grün');
  }));

const RANGES: readonly Partial<ExchangeModes>[] = [
  { rangeChange: 'wipeAll' },
  { rangeChange: 'keepDeletions' },
  { rangeChange: 'keepAll', exceptions: 'materialised', sameRecurrence: 'wipe' },
];

describe.each(RANGES)('35: "I gave the series another time" (Exchange %o)', (modes) => {
  test('35: "… in Outlook, and the ERP has it twice"', () =>
    surviving(
      async (world) => {
        const id = await mondays(world, [moved('2026-03-16', '2026-03-17T12:00:00Z')]);
        change(world, itemOf(world).id, itemSpan('2026-03-02T10:00:00Z'));
        await world.settle();
        // Exchange drops the exceptions of a series whose time changes, and the ERP follows
        expect(exceptionDays(itemOf(world))).toEqual({ changed: [], deleted: [] });
        expect(recordOf(world)).toMatchObject({
          id,
          record: { rrule: RULE, when: span('2026-03-02T10:00:00Z'), exceptions: [] },
        });
        expect(linksOf(world)).toMatchObject([{ recordId: id, itemId: itemOf(world).id }]);
      },
      { modes },
    ));

  test('35: "… in the ERP, and the moved occurrence was lost"', () =>
    surviving(
      async (world) => {
        const id = await mondays(world, [
          moved('2026-03-16', '2026-03-17T12:00:00Z'),
          deleted('2026-03-23'),
        ]);
        const { id: itemId } = itemOf(world);
        world.erp.person.edit(id, { when: span('2026-03-02T10:00:00Z') });
        await world.settle();
        expect(exceptionDays(itemOf(world))).toEqual({
          changed: ['2026-03-16'],
          deleted: ['2026-03-23'],
        });
        expect(startsOf(world).slice(0, 3)).toEqual([
          '2026-03-02T10:00:00.000Z',
          '2026-03-09T10:00:00.000Z',
          '2026-03-17T12:00:00.000Z',
        ]);
        expect(exceptionsInErp(world)).toHaveLength(2);
        expect([recordOf(world).id, itemOf(world).id]).toEqual([id, itemId]);
      },
      { modes },
    ));
});

/** Outlook's "this and all following": the old series ends before, and a new one begins. */
function fromThen(world: World): void {
  const pattern: Recurrence['pattern'] = {
    kind: 'WeeklyRecurrence',
    Interval: 1,
    DaysOfWeek: ['Monday'],
  };
  const range = {
    kind: 'EndDateRecurrence',
    StartDate: '2026-03-02',
    EndDate: '2026-03-22',
  } as const;
  const rest = {
    kind: 'EndDateRecurrence',
    StartDate: '2026-03-23',
    EndDate: '2026-05-04',
  } as const;
  change(world, itemOf(world).id, { Recurrence: { pattern, range } });
  const more: ItemInput = {
    ...itemSpan('2026-03-23T12:00:00Z'),
    Recurrence: { pattern, range: rest },
  };
  inOutlook(world, 'Wochenrunde, neue Zeit', more);
}

test('36: "from the fourth week on we meet later, and now some weeks are there twice"', () =>
  surviving(async (world) => {
    const id = await mondays(world);
    fromThen(world);
    await world.settle();
    const [old, rest] = [recordOf(world, 'Wochenrunde'), recordOf(world, 'Wochenrunde, neue Zeit')];
    expect(old.id).toBe(id);
    expect(old.record.rrule).toContain('UNTIL=20260322');
    expect(rest.record).toMatchObject({ when: span('2026-03-23T12:00:00Z') });
    expect(rest.record.rrule).toContain('UNTIL=20260504');
    expect(startsOf(world, 'Wochenrunde')).toHaveLength(3);
    expect(startsOf(world, 'Wochenrunde, neue Zeit')).toHaveLength(7);
    expect(linksOf(world)).toHaveLength(2);
  }));

describe('37: "the first one was moved, and the series came a second time"', () => {
  test('37: moved in Outlook', () =>
    surviving(async (world) => {
      const id = await mondays(world);
      const { id: itemId } = itemOf(world);
      change(world, occurrenceAt(world, '2026-03-02T08:00:00Z'), itemSpan('2026-03-03T10:00:00Z'));
      await world.settle();
      expect(exceptionsInErp(world)).toEqual([
        `2026-03-02 ${JSON.stringify({ when: span('2026-03-03T10:00:00Z') })}`,
      ]);
      expect([recordOf(world).id, itemOf(world).id]).toEqual([id, itemId]);
      expect(recordOf(world).record.when).toEqual(MONDAYS.when);
    }));

  test('37: deleted in the ERP', () =>
    surviving(async (world) => {
      const id = await mondays(world);
      const { id: itemId } = itemOf(world);
      world.erp.person.edit(id, { exceptions: [deleted('2026-03-02')] });
      await world.settle();
      expect(startsOf(world)[0]).toBe('2026-03-09T08:00:00.000Z');
      expect([recordOf(world).id, itemOf(world).id]).toEqual([id, itemId]);
    }));
});

test('38: "the series began last year, so this year’s occurrences were missing"', () =>
  surviving(
    async (world) => {
      const old = { when: span('2025-01-06T08:00:00Z') };
      inErp(world, 'läuft noch', { ...old, rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO' });
      inErp(world, 'ist vorbei', { ...old, rrule: RULE });
      const pattern = { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday'] } as const;
      const range = { kind: 'NoEndRecurrence', StartDate: '2025-01-06' } as const;
      inOutlook(world, 'aus Outlook', {
        ...itemSpan('2025-01-06T08:00:00Z'),
        Recurrence: { pattern, range },
      });
      await world.settle();
      expect(subjects(world)).toEqual(['aus Outlook', 'läuft noch']);
      expect(titles(world)).toEqual(['aus Outlook', 'ist vorbei', 'läuft noch']);
    },
    { policy: { options: { ...DEFAULT_OPTIONS, window: { daysBack: 30, monthsAhead: 3 } } } },
  ));

const RULES: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'endless',
    '2026-03-02T08:00:00Z',
    'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO',
    ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23'],
  ],
  [
    'four times',
    '2026-03-02T08:00:00Z',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=4',
    ['2026-03-02', '2026-03-16', '2026-03-30', '2026-04-13'],
  ],
  [
    'on each last working day',
    '2026-03-31T08:00:00Z',
    'FREQ=MONTHLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=4',
    ['2026-03-31', '2026-04-30', '2026-05-29', '2026-06-30'],
  ],
  [
    'on each third Tuesday',
    '2026-03-17T08:00:00Z',
    'FREQ=MONTHLY;INTERVAL=1;BYDAY=3TU;COUNT=4',
    ['2026-03-17', '2026-04-21', '2026-05-19', '2026-06-16'],
  ],
];

test.each(RULES)(
  '39: "our rhythm came out wrong on the other side" (%s)',
  (_, start, rrule, days) =>
    surviving(async (world) => {
      inErp(world, 'Reihe', { when: span(start), rrule });
      await world.settle();
      const starts = startsOf(world, undefined, 4).map((one) => one.slice(0, 10));
      expect(starts).toEqual(days);
      const { version } = recordOf(world);
      change(world, itemOf(world).id, { Location: 'Halle 3' });
      await world.settle();
      expect(recordOf(world).version).not.toBe(version);
      expect(recordOf(world).record).toMatchObject({ location: 'Halle 3', when: span(start) });
      expect(itemsOf(world)).toHaveLength(1);
    }),
);

test.each(['FREQ=HOURLY;INTERVAL=1', 'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=1,15'])(
  '39: "a rhythm that the other side does not know came over by half" (%s)',
  (rrule) =>
    surviving(async (world) => {
      const id = inErp(world, 'Reihe', { ...MONDAYS, rrule });
      inErp(world, 'Wartung');
      await world.settle();
      expect(subjects(world)).toEqual(['Wartung']);
      expect([...memoryOf(world).parked.values()]).toMatchObject([{ kind: 'untranslatable', id }]);
      expect([...memoryOf(world).parked.values()][0]?.reason).not.toBe('');
    }),
);

test('40: "our series has run for years with hundreds of changes, and the sync never ends"', async () => {
  const world = new World();
  const first = Date.parse('2026-03-02T08:00:00Z');
  const exceptions = Array.from({ length: 750 }, (_, n): ErpException => {
    const day = new Date(first + (n + 1) * DAY).toISOString().slice(0, 10);
    if (n % 3 === 0) return deleted(day);
    return {
      originalDate: parsePlainDate(day),
      deleted: false,
      fields: { title: `Tag ${String(n)}` },
    };
  });
  const rrule = 'FREQ=DAILY;INTERVAL=1;COUNT=900';
  const id = inErp(world, 'täglich', { when: span('2026-03-02T08:00:00Z'), rrule, exceptions });
  await world.settle();
  const { changed, deleted: gone } = exceptionDays(itemOf(world));
  expect([changed.length, gone.length]).toEqual([500, 250]);
  const before = [itemOf(world).changeKey, recordOf(world).version];
  await world.settle();
  expect([itemOf(world).changeKey, recordOf(world).version]).toEqual(before);
  change(world, occurrenceAt(world, '2026-03-04T08:00:00Z'), { Subject: 'von Anna' });
  await world.settle();
  expect(recordOf(world).record.exceptions).toHaveLength(750);
  expect(recordOf(world).id).toBe(id);
  expect(world.mails).toBe(0);
});

const BROKEN: Record<string, (world: World) => void> = {
  'an exception of what is no series': (world) =>
    void inErp(world, 'kaputt', { exceptions: [moved('2026-03-16', '2026-03-17T12:00:00Z')] }),
  'an exception on a day that the series does not have': (world) =>
    void inErp(world, 'kaputt', {
      ...MONDAYS,
      exceptions: [moved('2026-03-18', '2026-03-19T12:00:00Z')],
    }),
  'a deletion of a day that the series does not have': (world) =>
    void inErp(world, 'kaputt', { ...MONDAYS, exceptions: [deleted('2026-03-18')] }),
};

test.each(Object.keys(BROKEN))(
  '41: "one broken series in the ERP, and the whole calendar stood still" (%s)',
  (how) =>
    surviving(async (world) => {
      inErp(world, 'heil');
      inOutlook(world, 'auch heil');
      BROKEN[how]?.(world);
      const { exceptions } = recordOf(world, 'kaputt').record;
      await world.settle();
      expect(bothSides(world)).toEqual([
        ['auch heil', 'heil', 'kaputt'],
        ['auch heil', 'heil', 'kaputt'],
      ]);
      // what means nothing is not shown in Outlook, and nobody takes it out of the ERP
      expect(exceptionDays(itemOf(world, 'kaputt'))).toEqual({ changed: [], deleted: [] });
      change(world, itemOf(world, 'kaputt').id, { Location: 'Halle 3' });
      await world.settle();
      expect(recordOf(world, 'kaputt').record).toMatchObject({ location: 'Halle 3', exceptions });
    }),
);

test('41: "one broken series in Outlook, and the whole calendar stood still"', () =>
  surviving(async (world) => {
    inErp(world, 'heil');
    inOutlook(world, 'auch heil');
    const id = inOutlook(world, 'kaputt');
    let isBroken = true;
    meddle(world, (port) => ({
      read: async (...asked) => {
        const answers = await port.read(...asked);
        return answers.map((answer) => {
          if (!isBroken || !answer.ok || answer.value.item.subject !== 'kaputt') return answer;
          const item = { ...answer.value.item, type: 'RecurringMaster' as const, recurrence: null };
          return { ...answer, value: { ...answer.value, item } };
        });
      },
    }));
    await world.settle();
    expect(titles(world)).toEqual(['auch heil', 'heil']);
    expect(subjects(world)).toEqual(['auch heil', 'heil', 'kaputt']);
    expect([...memoryOf(world).parked.values()]).toMatchObject([{ kind: 'untranslatable', id }]);
    isBroken = false;
    change(world, id, { Location: 'Halle 3' });
    await world.settle();
    expect(titles(world)).toEqual(['auch heil', 'heil', 'kaputt']);
    expect(memoryOf(world).parked.size).toBe(0);
  }));
