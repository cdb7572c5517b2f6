import { describe, expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { ItemInput, Recurrence } from '../simulators/mailbox/properties.js';
import { change, inErp, itemOf, itemSpan, recordOf, span } from './hands.js';
import { surviving } from './surviving.js';
import { lostFields, versionsOf } from './versions.js';
import type { World } from './world.js';

/** Both sides change one series, and it begins on another day for each: one of them is taken whole. */

/** Mondays from 2 March on. */
const MONDAYS: ErpAppointmentPatch = {
  when: span('2026-03-02T08:00:00Z'),
  rrule: 'FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=6',
};

function weekly(day: 'Monday' | 'Wednesday', StartDate: string, times = 6): Recurrence {
  return {
    pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: [day] },
    range: { kind: 'NumberedRecurrence', StartDate, NumberOfOccurrences: times },
  };
}

interface Row {
  readonly says: string;
  readonly before?: ErpAppointmentPatch;
  readonly inOutlook: ItemInput;
  readonly inErp: ErpAppointmentPatch;
}

const WEDNESDAYS: ItemInput = {
  ...itemSpan('2026-03-18T08:00:00Z'),
  Recurrence: weekly('Wednesday', '2026-03-18'),
};

const ROWS: readonly Row[] = [
  {
    says: '"I made Wednesdays from the 18th of it, a colleague every second Monday, and the Mondays before were gone"',
    inOutlook: WEDNESDAYS,
    inErp: { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6' },
  },
  {
    says: '"I let it begin two weeks later, a colleague every second week, and it was every second week from then on"',
    inOutlook: {
      ...itemSpan('2026-03-16T08:00:00Z'),
      Recurrence: weekly('Monday', '2026-03-16'),
    },
    inErp: { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6' },
  },
  {
    says: '"We both chose other weekdays, and another week to begin"',
    inOutlook: WEDNESDAYS,
    inErp: {
      when: span('2026-03-12T08:00:00Z'),
      rrule: 'FREQ=WEEKLY;BYDAY=TH;WKST=MO;COUNT=6',
    },
  },
  {
    says: '"I let it begin later and end earlier, a colleague chose another day and more time for it"',
    inOutlook: {
      ...itemSpan('2026-03-16T08:00:00Z'),
      Recurrence: weekly('Monday', '2026-03-16', 3),
    },
    inErp: {
      when: span('2026-03-05T08:00:00Z', 3),
      rrule: 'FREQ=WEEKLY;INTERVAL=3;BYDAY=TH;WKST=MO;COUNT=4',
    },
  },
  {
    says: '"I made a series of it while a colleague moved the appointment": the series or the new day, and nothing in between, because in between the day of one of us would be gone',
    before: { rrule: null },
    inOutlook: { Recurrence: weekly('Monday', '2026-03-02') },
    inErp: { when: span('2026-03-05T08:00:00Z') },
  },
];

/** As both would have it, before they hear of each other. */
async function edited(world: World, { before, inOutlook, inErp: patch }: Row) {
  const id = inErp(world, 'Wochenrunde', { ...MONDAYS, ...before });
  await world.settle();
  world.erp.person.edit(id, patch);
  world.clock.advance(600_000);
  change(world, itemOf(world).id, inOutlook);
  return versionsOf(world);
}

describe.each(['erp', 'exchange', 'newest'] as const)('the rule is %s', (conflict) => {
  const winner = conflict === 'erp' ? 'erp' : 'exchange';

  test.each(ROWS)('$says', async (row) => {
    await surviving(
      async (world) => {
        const wanted = await edited(world, row);
        expect(wanted.erp).not.toBe(wanted.exchange);
        await world.settle();
        const { [winner]: version } = wanted;
        expect(await versionsOf(world)).toEqual({ erp: version, exchange: version });
        expect(lostFields(world)).toEqual(['series', 'when']);
      },
      { policy: { conflict } },
    );
  });
});

test('"I changed the hour, a colleague made it every second week": it begins on the same day, and both survive', async () => {
  await surviving(async (world) => {
    const id = inErp(world, 'Wochenrunde', MONDAYS);
    await world.settle();
    world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6' });
    change(world, itemOf(world).id, itemSpan('2026-03-02T12:00:00Z', 2));
    await world.settle();
    expect(recordOf(world).record).toMatchObject({
      when: span('2026-03-02T12:00:00Z', 2),
      rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6',
    });
    const { erp, exchange } = await versionsOf(world);
    expect(exchange).toBe(erp);
    expect(lostFields(world)).toEqual([]);
  });
});

test('"I made whole days of it, a colleague a series that begins that day": both survive', async () => {
  await surviving(async (world) => {
    const id = inErp(world, 'Messe', { when: span('2026-03-02T08:00:00Z') });
    await world.settle();
    world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=6' });
    change(world, itemOf(world).id, {
      ...{ IsAllDayEvent: true, Start: '2026-03-01T23:00:00Z', End: '2026-03-02T23:00:00Z' },
    });
    await world.settle();
    const { erp, exchange } = await versionsOf(world);
    expect(exchange).toBe(erp);
    expect(recordOf(world).record).toMatchObject({
      when: { kind: 'allDay' },
      rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=6',
    });
  });
});
