import { describe, expect, test } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { parseInstant, parsePlainDate } from '../../mappings/values.js';
import { Crash } from '../simulators/crash.js';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import { dayOfDate, dateOfDay } from '../simulators/mailbox/recurrence.js';
import { deletedOccurrences } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { World } from './world.js';
import type { Who } from './world.js';

/** Anna's weekly round on six Mondays, with Eva. */
async function round(): Promise<World> {
  const world = new World();
  world.erp.person.create('E01', {
    title: 'Wochenrunde',
    when: {
      kind: 'timed',
      startsAt: parseInstant('2026-03-02T08:00:00Z'),
      endsAt: parseInstant('2026-03-02T09:00:00Z'),
    },
    rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=6',
    participants: [{ employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' }],
  });
  await world.settle();
  return world;
}

function itemOf(world: World, who: Who): StoredItem {
  const [item] = world.outlook(who).folder('calendar').items.values();
  if (!item) throw new Error(`nothing in the calendar of ${who}`);
  return item;
}

function skip(world: World, who: Who, date: string): void {
  const mailbox = world.outlook(who);
  const id = occurrenceId(itemOf(world, who), dayOfDate(date), mailbox);
  mailbox.remove(itemTarget(id), 'MoveToDeletedItems', WRITING);
}

const skipped = (world: World, who: Who): readonly string[] =>
  deletedOccurrences(itemOf(world, who)).map(({ day }) => dateOfDay(day));

function series(world: World): ErpAppointment {
  const [row] = world.erp.rows;
  if (!row) throw new Error('no record');
  return row.record;
}

function moveToNoon(world: World): void {
  world.erp.person.edit(world.erp.rows[0]?.id ?? '', {
    when: {
      kind: 'timed',
      startsAt: parseInstant('2026-03-02T12:00:00Z'),
      endsAt: parseInstant('2026-03-02T13:00:00Z'),
    },
  });
}

describe("a colleague deletes one occurrence of Anna's series", () => {
  test('it goes from her calendar, and from nobody else’s', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    await world.settle();
    expect(series(world).exceptions).toEqual([]);
    expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([[], ['2026-03-09']]);
    expect(world.mails).toBe(0);
  });

  test('nothing is written for it, however often we look', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    const [writes, key] = [world.erp.writes, itemOf(world, 'eva').changeKey];
    await world.settle();
    await world.settle();
    expect([world.erp.writes, itemOf(world, 'eva').changeKey]).toEqual([writes, key]);
  });

  test('what she changes in the series afterwards does not take it away from the others', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    edit(world.outlook('eva'), itemOf(world, 'eva').id, { Location: 'Werk 2' });
    await world.settle();
    edit(world.outlook('eva'), itemOf(world, 'eva').id, { Subject: 'Runde' });
    await world.settle();
    expect(series(world)).toMatchObject({ location: 'Werk 2', title: 'Runde', exceptions: [] });
    expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([[], ['2026-03-09']]);
  });

  test('it does not come back when the series moves to another hour', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    await world.settle();
    moveToNoon(world);
    await world.settle();
    expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([[], ['2026-03-09']]);
    expect(itemOf(world, 'eva').properties.Start).toBe(Date.parse('2026-03-02T12:00:00Z'));
  });

  test('not even where we die while the series moves', async () => {
    for (let at = 1; at <= 14; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await round();
        skip(world, 'eva', '2026-03-09');
        await world.settle();
        moveToNoon(world);
        await world.cycle('eva', { at, when });
        await world.settle();
        expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([[], ['2026-03-09']]);
        expect(series(world).exceptions).toEqual([]);
      }
    }
  });

  test('nor where we die between the new hour of the series and its exceptions', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    await world.settle();
    moveToNoon(world);
    const whole = memoryExchange(world.organisation);
    world.connector = {
      ...whole,
      update: async (mailbox, entries, signal) => {
        const bare = entries.map(({ patch, ...entry }) => {
          if (patch === null) return { ...entry, patch };
          const others = { ...patch };
          Reflect.deleteProperty(others, 'exceptions');
          return { ...entry, patch: others };
        });
        await whole.update(mailbox, bare, signal);
        throw new Crash('between two steps');
      },
    };
    expect(await world.cycle('eva')).toBeNull();
    expect(skipped(world, 'eva')).toEqual([]);
    world.connector = null;
    await world.settle();
    expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([[], ['2026-03-09']]);
    expect(series(world).exceptions).toEqual([]);
  });

  test('what the ERP does to that day reaches the others, and not her', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    await world.settle();
    const originalDate = parsePlainDate('2026-03-09');
    world.erp.person.edit(world.erp.rows[0]?.id ?? '', {
      exceptions: [{ originalDate, deleted: false, fields: { title: 'Sonderrunde' } }],
    });
    await world.settle();
    expect(skipped(world, 'eva')).toEqual(['2026-03-09']);
    world.erp.person.edit(world.erp.rows[0]?.id ?? '', {
      exceptions: [{ originalDate, deleted: true, fields: {} }],
    });
    await world.settle();
    expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([
      ['2026-03-09'],
      ['2026-03-09'],
    ]);
  });

  test('deleting the series as a whole still takes only her out', async () => {
    const world = await round();
    skip(world, 'eva', '2026-03-09');
    await world.settle();
    world.outlook('eva').remove(itemTarget(itemOf(world, 'eva').id), 'MoveToDeletedItems', WRITING);
    await world.settle();
    expect(world.erp.rows.map(({ employees }) => employees)).toEqual([['E01']]);
    expect(skipped(world, 'anna')).toEqual([]);
  });
});

test("the owner's deletion of one occurrence is everybody's", async () => {
  const world = await round();
  skip(world, 'anna', '2026-03-09');
  await world.settle();
  expect(series(world).exceptions).toMatchObject([{ originalDate: '2026-03-09', deleted: true }]);
  expect([skipped(world, 'anna'), skipped(world, 'eva')]).toEqual([['2026-03-09'], ['2026-03-09']]);
});
