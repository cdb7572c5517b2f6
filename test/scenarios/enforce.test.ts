import { describe, expect, test } from 'vitest';
import { instantOf, parsePlainDate, parseZone } from '../../mappings/values.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { BERLIN, edit, WRITING } from '../simulators/mailbox-bench.js';
import { localDay } from '../simulators/mailbox/calendar.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { dateOfDay } from '../simulators/mailbox/recurrence.js';
import { deletedOccurrences, modifiedOccurrences } from '../simulators/mailbox/series.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { pairId, World } from './world.js';

const MODES: readonly { readonly name: string; readonly modes: Partial<ExchangeModes> }[] = [
  { name: 'as we believe Exchange to be', modes: {} },
  {
    name: 'with exceptions wiped by any change of the series',
    modes: { rangeChange: 'wipeAll', sameRecurrence: 'wipe' },
  },
  { name: 'with deletions kept', modes: { rangeChange: 'keepDeletions' } },
  { name: 'with change keys that change by themselves', modes: { keysBump: true } },
];

/** A weekly series that the ERP leads, with one occurrence moved and one deleted there. */
async function series(modes: Partial<ExchangeModes>): Promise<World> {
  const options = { ...DEFAULT_OPTIONS, enforce: true };
  const world = new World({ modes, policy: { direction: 'toExchange', options } });
  world.erp.person.create('E01', {
    title: 'Wochenrunde',
    body: 'Tagesordnung',
    location: 'Halle 1',
    timeZone: parseZone('Europe/Berlin'),
    when: {
      kind: 'timed',
      startsAt: instantOf(Date.parse('2026-03-02T08:00:00Z')),
      endsAt: instantOf(Date.parse('2026-03-02T09:00:00Z')),
    },
    rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=10',
    exceptions: [
      { originalDate: parsePlainDate('2026-03-09'), deleted: false, fields: { title: 'anders' } },
      { originalDate: parsePlainDate('2026-03-16'), deleted: true, fields: {} },
    ],
  });
  await world.settle();
  return world;
}

function calendar(world: World) {
  return [...world.outlook('anna').folder('calendar').items.values()];
}

function shown(world: World): object {
  const [item] = calendar(world);
  if (!item) return {};
  const { Subject, Location, Body, Start } = item.properties;
  return {
    count: calendar(world).length,
    ...{ Subject, Location, Start },
    body: Body?.Value.includes('Tagesordnung'),
    // Exchange keeps an exception that is as the series again
    changed: modifiedOccurrences(item).flatMap(({ day, exception }) => {
      const own = exception?.kind === 'changed' ? exception.properties.Subject : undefined;
      return (own ?? Subject) === Subject ? [] : [`${dateOfDay(day)} ${String(own)}`];
    }),
    deleted: deletedOccurrences(item).map(({ day }) => dateOfDay(day)),
  };
}

function occurrence(world: World, start: string): string {
  const [item] = calendar(world);
  if (!item) throw new Error('no item');
  return occurrenceId(item, localDay(BERLIN, Date.parse(start)), world.outlook('anna'));
}

const EDITS: Readonly<Record<string, (world: World) => void>> = {
  'a subject and a place': (world) =>
    edit(world.outlook('anna'), calendar(world)[0]?.id ?? '', { Subject: 'x', Location: 'y' }),
  'a text': (world) =>
    edit(world.outlook('anna'), calendar(world)[0]?.id ?? '', {
      Body: { BodyType: 'HTML', Value: '<p>meins</p>' },
    }),
  'an occurrence that was deleted': (world) =>
    world
      .outlook('anna')
      .remove(itemTarget(occurrence(world, '2026-03-23T08:00:00Z')), 'MoveToDeletedItems', WRITING),
  'an occurrence that was renamed': (world) =>
    edit(world.outlook('anna'), occurrence(world, '2026-03-30T07:00:00Z'), { Subject: 'einzeln' }),
  'an exception of the ERP that was changed again': (world) =>
    edit(world.outlook('anna'), occurrence(world, '2026-03-09T08:00:00Z'), { Subject: 'noch' }),
  'an exception of the ERP that was deleted': (world) =>
    world
      .outlook('anna')
      .remove(itemTarget(occurrence(world, '2026-03-09T08:00:00Z')), 'MoveToDeletedItems', WRITING),
  'the time of the series': (world) =>
    edit(world.outlook('anna'), calendar(world)[0]?.id ?? '', {
      Start: '2026-03-02T10:00:00Z',
      End: '2026-03-02T11:00:00Z',
    }),
  'the pattern of the series': (world) =>
    edit(world.outlook('anna'), calendar(world)[0]?.id ?? '', {
      Recurrence: {
        pattern: { kind: 'WeeklyRecurrence', Interval: 2, DaysOfWeek: ['Monday'] },
        range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 4 },
      },
    }),
  'the whole series, deleted': (world) =>
    world
      .outlook('anna')
      .remove(itemTarget(calendar(world)[0]?.id ?? ''), 'MoveToDeletedItems', WRITING),
};

for (const { name, modes } of MODES) {
  describe(`what the ERP leads is put back in Outlook, Exchange ${name}`, () => {
    for (const [what, change] of Object.entries(EDITS)) {
      test(what, async () => {
        const world = await series(modes);
        const before = shown(world);
        change(world);
        expect(shown(world)).not.toEqual(before);
        await world.settle();
        expect(shown(world)).toEqual(before);

        const lines = world.store.pair(pairId('anna')).journal.length;
        await world.settle();
        expect(world.store.pair(pairId('anna')).journal).toHaveLength(lines);
        expect(world.erp.writes).toBe(0);
        expect(world.mails).toBe(0);
      });
    }
  });
}
