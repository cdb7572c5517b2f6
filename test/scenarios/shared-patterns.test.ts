import { describe, expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { itemOf } from '../properties/shared-edits.js';
import { ALL, COLLEAGUES, pairIdOf, SharedWorld } from '../properties/shared-world.js';
import type { Colleague } from '../properties/shared-world.js';
import { edit } from '../simulators/mailbox-bench.js';
import type { ItemInput, Recurrence } from '../simulators/mailbox/properties.js';
import { itemSpan, span } from './hands.js';

/** Two mailboxes change one series at once (rule 16): the whole series is one colleague's, whoever's cycle came first. */

const MONDAYS: ErpAppointmentPatch = {
  title: 'Runde',
  when: span('2026-03-02T08:00:00Z'),
  rrule: 'FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=6',
  participants: (['bernd', 'dirk'] as const).map((who) => ({
    ...{ employeeId: COLLEAGUES[who].employeeId, email: null, name: who, reply: 'none' as const },
  })),
};

function weekly(Interval: number, day: 'Monday' | 'Wednesday', StartDate: string): Recurrence {
  return {
    pattern: { kind: 'WeeklyRecurrence', Interval, DaysOfWeek: [day], FirstDayOfWeek: 'Monday' },
    range: { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences: 6 },
  };
}

const FORTNIGHTLY: ItemInput = { Recurrence: weekly(2, 'Monday', '2026-03-02') };
const WEDNESDAYS: ItemInput = {
  ...itemSpan('2026-03-18T08:00:00Z'),
  Recurrence: weekly(1, 'Wednesday', '2026-03-18'),
};

async function shared(): Promise<{ readonly world: SharedWorld; readonly id: string }> {
  const world = new SharedWorld({ conflict: 'exchange' });
  const id = world.erp.person.create(COLLEAGUES.anna.employeeId, MONDAYS);
  await world.settle();
  return { world, id };
}

function shown({ world, id }: Awaited<ReturnType<typeof shared>>) {
  const record = world.erp.rows[0]?.record;
  const items = (['anna', 'bernd', 'dirk'] as const).map((who) => {
    const properties = itemOf(world, who, id)?.properties;
    const pattern = properties?.Recurrence?.pattern;
    return [properties?.Start, pattern !== undefined && 'Interval' in pattern && pattern.Interval];
  });
  return { rrule: record?.rrule, when: record?.when, items };
}

const AS_FORTNIGHTLY = {
  rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6',
  when: span('2026-03-02T08:00:00Z'),
  items: Array.from({ length: 3 }, () => [Date.parse('2026-03-02T08:00:00Z'), 2]),
};
const AS_WEDNESDAYS = {
  rrule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=6',
  when: span('2026-03-18T08:00:00Z'),
  items: Array.from({ length: 3 }, () => [Date.parse('2026-03-18T08:00:00Z'), 1]),
};

/** Of whoever's cycle came second; each field as often as it is kept. */
const lost = (world: SharedWorld): readonly string[] =>
  ALL.flatMap((who) => world.store.pair(pairIdOf(who)).lostValues.map(({ field }) => field)).sort();

const ORDERS: readonly (readonly [Colleague, Colleague, Colleague])[] = [
  ['anna', 'bernd', 'dirk'],
  ['dirk', 'bernd', 'anna'],
  ['bernd', 'dirk', 'anna'],
];

describe.each(ORDERS)('%s before %s before %s', (...order) => {
  test.each([
    { says: 'the owner’s pattern', owner: FORTNIGHTLY, guest: WEDNESDAYS, wins: AS_FORTNIGHTLY },
    { says: 'the owner’s first day', owner: WEDNESDAYS, guest: FORTNIGHTLY, wins: AS_WEDNESDAYS },
  ])('$says wins whole, and all that the guest lost is kept', async ({ owner, guest, wins }) => {
    const it = await shared();
    const { world, id } = it;
    edit(world.outlook('anna'), itemOf(world, 'anna', id)?.id ?? '', owner);
    edit(world.outlook('dirk'), itemOf(world, 'dirk', id)?.id ?? '', guest);
    await world.settle(order);
    expect(shown(it)).toEqual(wins);
    expect(lost(world)).toEqual(['series', 'when']);
  });

  test('also where we die before we know what became of the first one’s', async () => {
    for (let at = 1; at <= 12; at += 1) {
      const it = await shared();
      const { world, id } = it;
      edit(world.outlook('anna'), itemOf(world, 'anna', id)?.id ?? '', FORTNIGHTLY);
      edit(world.outlook('dirk'), itemOf(world, 'dirk', id)?.id ?? '', WEDNESDAYS);
      await world.cycle(order[0], { at, when: 'after' });
      await world.settle(order);
      expect(shown(it), `call ${String(at)}`).toEqual(AS_FORTNIGHTLY);
      expect(lost(world), `call ${String(at)}`).toEqual(['series', 'when']);
    }
  });
});
