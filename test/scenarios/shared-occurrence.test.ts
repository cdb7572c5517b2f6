import { describe, expect, test } from 'vitest';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA, nth, make } from '../simulators/mailbox-bench.js';
import { inviteToOccurrence } from '../simulators/mailbox/one-occurrence.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { itemsOf, MEETING, PERSON, recordOf, remove, saidOf, worldOf } from './meeting-world.js';
import { World } from './world.js';
import type { Who } from './world.js';

/** Anna's round on six Tuesdays with a customer; Eva is asked to come on single days only. */
const ROUND: ItemInput = {
  ...MEETING,
  Recurrence: {
    pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Tuesday'] },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-10', NumberOfOccurrences: 6 },
  },
};

interface Round {
  readonly world: World;
  readonly ask: (index: number) => void;
}

function round(options: Partial<PairOptions> = {}): Round {
  const world = worldOf(options);
  const { id } = make(world.outlook('anna'), ROUND, { context: PERSON });
  return {
    world,
    ask: (index) => {
      const how = { host: world.organisation, to: [EVA], cause: 'person' };
      inviteToOccurrence(world.outlook('anna'), nth(id, index), how);
    },
  };
}

/** Start of every record in which Eva takes part, and whether it is an appointment by itself. */
function evas(world: World): readonly (readonly [string, boolean])[] {
  const hers = world.erp.rows.filter(({ employees }) => employees.includes('E05'));
  const shown = hers.map(({ record: { when, rrule } }): [string, boolean] => [
    when.kind === 'timed' ? when.startsAt.slice(0, 10) : '',
    rrule === null,
  ]);
  return shown.sort((a, b) => String(a).localeCompare(String(b)));
}

const ORDERS: readonly (readonly Who[])[] = [
  ['anna', 'eva'],
  ['eva', 'anna'],
];

describe.each(ORDERS)('somebody invited to one occurrence only (%s before %s)', (...order) => {
  const cycles = async (world: World): Promise<void> => {
    for (let at = 0; at < 4; at += 1) {
      world.clock.advance(60_000);
      for (const who of order) await world.cycle(who);
    }
  };

  test('takes part in that one, and not in the series', async () => {
    const { world, ask } = round();
    ask(2);
    await cycles(world);
    expect(evas(world)).toEqual([['2026-03-17', true]]);
    expect(world.erp.rows.length).toBe(2);
    expect([itemsOf(world, 'anna').length, itemsOf(world, 'eva').length]).toEqual([1, 1]);
    const { writes } = world.erp;
    await cycles(world);
    expect(world.erp.writes).toBe(writes);
    expect(world.mails).toBe(0);
  });

  test('two of them are two', async () => {
    const { world, ask } = round();
    ask(2);
    ask(4);
    await cycles(world);
    expect(evas(world)).toEqual([
      ['2026-03-17', true],
      ['2026-03-31', true],
    ]);
  });

  test('of which she deletes one, and is asked to a third: that is a new one', async () => {
    const { world, ask } = round({ meetings: 'full' });
    ask(2);
    await cycles(world);
    remove(world.outlook('eva'), itemsOf(world, 'eva')[0]?.id ?? '');
    await cycles(world);
    expect(evas(world)).toEqual([]);
    ask(4);
    await cycles(world);
    expect(evas(world)).toEqual([['2026-03-31', true]]);
    expect(saidOf(world, 'eva', 'recreatedByServer')).toEqual([]);
  });
});

test('two people whom an outsider asks to the same occurrence share one record', async () => {
  const world = new World();
  const properties = { ...MEETING, RequiredAttendees: [{ EmailAddress: EVA }] };
  const uid = 'SERIES-OF-A-CUSTOMER';
  for (const who of ['anna', 'eva'] as const) {
    const { stored } = make(world.outlook(who), properties);
    const asked = {
      UID: uid,
      RecurrenceId: Date.parse('2026-03-10T09:00:00Z'),
      MyResponseType: 'NoResponseReceived',
      Organizer: { EmailAddress: 'chef@kunde.example' },
    } as const;
    Object.assign(stored.properties, asked);
  }
  await world.settle();
  expect(recordOf(world).employees).toEqual(['E01', 'E05']);
});
