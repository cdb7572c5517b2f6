import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { parsePlainDate, parseZone } from '../../mappings/values.js';
import type { Recurrence } from '../simulators/mailbox/properties.js';
import { liveOccurrences } from '../simulators/mailbox/series.js';
import {
  change,
  inErp,
  inOutlook,
  itemOf,
  itemSpan,
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
import type { World } from './world.js';

/** F. Time. Task due dates (45) come with tasks. */

/** Every beginning of the series in Outlook. */
function inTheMailbox(world: World, count: number): readonly string[] {
  const starts: string[] = [];
  for (const { start } of liveOccurrences(itemOf(world), 1)) {
    starts.push(new Date(start).toISOString());
    if (starts.length === count) break;
  }
  return starts;
}

/** The same as the ERP's own program would reckon it: a time of the wall, every so many days, in the record's zone. */
function inTheErp({ when, timeZone }: ErpAppointment, count: number, days: number) {
  if (when.kind !== 'timed') throw new Error('not timed');
  const first = DateTime.fromISO(when.startsAt, { zone: timeZone });
  return Array.from({ length: count }, (_, n) =>
    first
      .plus({ days: n * days })
      .toUTC()
      .toJSDate()
      .toISOString(),
  );
}

const WEEKLY: Recurrence = {
  pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday'] },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 45 },
};

describe('42: "after the clocks were changed we met an hour late"', () => {
  test('42: nine o’clock in Berlin, over both changes', () =>
    surviving(async (world) => {
      const rrule = 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=45';
      inErp(world, 'Wochenrunde', { when: span('2026-03-02T08:00:00Z'), rrule });
      await world.settle();
      const starts = inTheMailbox(world, 45);
      expect(starts).toEqual(inTheErp(recordOf(world).record, 45, 7));
      expect([starts[0], starts[4], starts[34]]).toEqual([
        '2026-03-02T08:00:00.000Z',
        '2026-03-30T07:00:00.000Z',
        '2026-10-26T08:00:00.000Z',
      ]);
    }));

  test('42: somebody in New York invites', () =>
    surviving(async (world) => {
      const zone = 'Eastern Standard Time';
      inOutlook(world, 'Wochenrunde', {
        ...itemSpan('2026-03-02T08:00:00Z'),
        StartTimeZone: zone,
        EndTimeZone: zone,
        Recurrence: WEEKLY,
      });
      await world.settle();
      const { record } = recordOf(world);
      expect(record.timeZone).toBe('America/New_York');
      expect(inTheMailbox(world, 45)).toEqual(inTheErp(record, 45, 7));
      world.erp.person.edit(recordOf(world).id, { location: 'Teams' });
      await world.settle();
      expect(itemOf(world).properties).toMatchObject({ Location: 'Teams', StartTimeZone: zone });
      expect(inTheMailbox(world, 45)).toEqual(inTheErp(record, 45, 7));
    }));

  test('42: in the hour that comes twice', () =>
    surviving(async (world) => {
      const rrule = 'FREQ=DAILY;INTERVAL=1;COUNT=10';
      inErp(world, 'Nachtlauf', { when: span('2026-10-20T00:30:00Z', 0.25), rrule });
      await world.settle();
      expect(inTheMailbox(world, 10)).toEqual(inTheErp(recordOf(world).record, 10, 1));
      change(world, occurrenceAt(world, '2026-10-25T00:30:00Z'), { Location: 'Halle 3' });
      await world.settle();
      expect(recordOf(world).record.exceptions).toMatchObject([
        { originalDate: '2026-10-25', fields: { location: 'Halle 3' } },
      ]);
    }));
});

const PLACES: readonly (readonly [string, string])[] = [
  ['Pacific/Tongatapu', 'Hawaiian Standard Time'],
  ['Pacific/Honolulu', 'Tonga Standard Time'],
  ['Europe/Berlin', 'Hawaiian Standard Time'],
];

describe.each(PLACES)(
  '43: "my holiday moved by a day" (mailbox in %s, item from %s)',
  (place, zone) => {
    const options = { policy: { zone: parseZone(place) } };
    const days = {
      kind: 'allDay' as const,
      firstDay: parsePlainDate('2026-03-27'),
      lastDay: parsePlainDate('2026-03-30'),
    };
    const midnights = (first: string, after: string) => ({
      Start:
        DateTime.fromISO(first, { zone: ZONES[zone] ?? 'UTC' })
          .toUTC()
          .toISO() ?? '',
      End:
        DateTime.fromISO(after, { zone: ZONES[zone] ?? 'UTC' })
          .toUTC()
          .toISO() ?? '',
    });

    test('43: four days from the ERP', () =>
      surviving(async (world) => {
        const id = inErp(world, 'Urlaub', { when: days });
        await world.settle();
        expect(itemOf(world).properties.IsAllDayEvent).toBe(true);
        expect(recordOf(world).record.when).toEqual(days);
        change(world, itemOf(world).id, { Subject: 'Urlaub Anna' });
        world.erp.person.edit(id, { location: 'Tonga' });
        await world.settle();
        expect(recordOf(world).record).toMatchObject({ title: 'Urlaub Anna', when: days });
      }, options));

    test('43: four days from Outlook', () =>
      surviving(async (world) => {
        inOutlook(world, 'Urlaub', {
          ...midnights('2026-03-27', '2026-03-31'),
          IsAllDayEvent: true,
          StartTimeZone: zone,
          EndTimeZone: zone,
        });
        await world.settle();
        expect(recordOf(world).record.when).toEqual(days);
        const { Start, End } = itemOf(world).properties;
        world.erp.person.edit(recordOf(world).id, { title: 'Urlaub Anna' });
        await world.settle();
        expect(itemOf(world).properties).toMatchObject({ Subject: 'Urlaub Anna', Start, End });
      }, options));

    test('43: one day of a series of days', () =>
      surviving(async (world) => {
        const one = { ...days, lastDay: days.firstDay };
        const rrule = 'FREQ=DAILY;INTERVAL=1;COUNT=6';
        const free = { originalDate: parsePlainDate('2026-03-29'), deleted: true, fields: {} };
        inErp(world, 'Bereitschaft', { when: one, rrule, exceptions: [free] });
        await world.settle();
        expect([...liveOccurrences(itemOf(world), 1)]).toHaveLength(5);
        const [second] = [...liveOccurrences(itemOf(world), 2)];
        removeItem(world, occurrenceAt(world, new Date(second?.start ?? 0).toISOString()));
        await world.settle();
        expect(
          recordOf(world).record.exceptions.map(({ originalDate }) => String(originalDate)),
        ).toEqual(['2026-03-28', '2026-03-29']);
      }, options));
  },
);

const ZONES: Readonly<Record<string, string>> = {
  'Hawaiian Standard Time': 'Pacific/Honolulu',
  'Tonga Standard Time': 'Pacific/Tongatapu',
};

/** The server names a zone that nobody knows. */
function inAnUnknownZone(world: World): void {
  meddle(world, (port) => ({
    read: async (...asked) => {
      const answers = await port.read(...asked);
      return answers.map((answer) => {
        if (!answer.ok) return answer;
        const zone = { startTimeZone: 'Werkszeit Süd', endTimeZone: 'Werkszeit Süd' };
        const item = { ...answer.value.item, ...zone };
        return { ...answer, value: { ...answer.value, item } };
      });
    },
  }));
}

describe('44: "the zone was guessed, and the times were wrong"', () => {
  test('44: a single appointment in a zone that nobody knows keeps its instants', () =>
    surviving(async (world) => {
      inAnUnknownZone(world);
      inOutlook(world, 'Abnahme');
      await world.settle();
      expect(recordOf(world).record).toMatchObject({
        when: span('2026-03-10T09:00:00Z'),
        timeZone: 'Europe/Berlin',
      });
    }));

  test('44: a series that does not fit the mailbox’s own zone is set aside and said', () =>
    surviving(async (world) => {
      inAnUnknownZone(world);
      const id = inOutlook(world, 'Nachtlauf', {
        ...itemSpan('2026-03-02T01:00:00Z'),
        StartTimeZone: 'Hawaiian Standard Time',
        EndTimeZone: 'Hawaiian Standard Time',
        Recurrence: {
          pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Sunday'] },
          range: { kind: 'NoEndRecurrence', StartDate: '2026-03-01' },
        },
      });
      inOutlook(world, 'Abnahme');
      await world.settle();
      expect(titles(world)).toEqual(['Abnahme']);
      expect([...memoryOf(world).parked.values()]).toMatchObject([{ kind: 'untranslatable', id }]);
    }));

  test('44: two zones with the same hour in winter are not mistaken for each other', () =>
    surviving(async (world) => {
      const rrule = 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=20';
      const when = span('2026-03-02T08:00:00Z');
      inErp(world, 'Lagos', { when, rrule, timeZone: parseZone('Africa/Lagos') });
      await world.settle();
      const starts = inTheMailbox(world, 20);
      expect(starts).toEqual(inTheErp(recordOf(world).record, 20, 7));
      expect(starts.every((one) => one.endsWith('T08:00:00.000Z'))).toBe(true);
      const { timeZone } = recordOf(world).record;
      change(world, itemOf(world).id, { Subject: 'Lagos 2' });
      await world.settle();
      expect(recordOf(world).record).toMatchObject({ title: 'Lagos 2', timeZone, when });
    }));

  test('44: a series in a zone that Exchange has no like of is refused, and said', () =>
    surviving(async (world) => {
      const rrule = 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=60';
      const timeZone = parseZone('Antarctica/Troll');
      const id = inErp(world, 'Troll', { when: span('2026-03-02T08:00:00Z'), rrule, timeZone });
      inErp(world, 'Wartung');
      await world.settle();
      expect(subjects(world)).toEqual(['Wartung']);
      expect([...memoryOf(world).parked.values()]).toMatchObject([{ kind: 'untranslatable', id }]);
    }));
});
