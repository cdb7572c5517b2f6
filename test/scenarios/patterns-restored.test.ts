import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { PairPolicy } from '../../sync/ports/pair.js';
import type { Refusal } from '../../sync/ports/store.js';
import { change, inErp, itemOf, itemSpan, memoryOf, recordOf, span } from './hands.js';
import { surviving } from './surviving.js';
import { versionsOf } from './versions.js';
import { pairId, World } from './world.js';

/** "The wrong one of us won": what a series lost comes back, all of it, or none. */

/** Mondays; Outlook makes Wednesdays from the 18th of them, and the ERP every second Monday. */
async function bothChanged(world: World) {
  const id = inErp(world, 'Wochenrunde', {
    when: span('2026-03-02T08:00:00Z'),
    rrule: 'FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=6',
  });
  await world.settle();
  world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6' });
  change(world, itemOf(world).id, {
    ...itemSpan('2026-03-18T08:00:00Z'),
    Recurrence: {
      pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Wednesday'] },
      range: { kind: 'NumberedRecurrence', StartDate: '2026-03-18', NumberOfOccurrences: 6 },
    },
  });
  const entered = await versionsOf(world);
  await world.settle();
  return entered;
}

/** Asks for one of the lost values, as an administrator does, and says what came of it. */
async function restore(world: World, field: string): Promise<Refusal | null | undefined> {
  const lost = memoryOf(world).lostValues.find((one) => one.field === field) ?? null;
  const id = world.store.wish(pairId('anna'), lost?.linkId ?? '', { kind: 'restore', lost });
  await world.settle();
  return memoryOf(world).wishes.get(id)?.refusal;
}

describe.each(['when', 'series'])('its %s is restored', (field) => {
  test.each(['erp', 'exchange'] as const)('after %s had won', async (conflict) => {
    await surviving(
      async (world) => {
        const { [conflict === 'erp' ? 'exchange' : 'erp']: wanted } = await bothChanged(world);
        expect(await restore(world, field)).toBeNull();
        expect(await versionsOf(world)).toEqual({ erp: wanted, exchange: wanted });
      },
      { policy: { conflict } },
    );
  });

  test('not where somebody has changed the pattern since', async () => {
    const world = new World();
    await bothChanged(world);
    const { id } = recordOf(world);
    world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;WKST=MO;COUNT=6' });
    await world.settle();
    const before = await versionsOf(world);
    expect(await restore(world, field)).toBe('changedSince');
    expect(await versionsOf(world)).toEqual(before);
  });

  test('only in Outlook, where the pattern may not travel to the ERP: there it stays as it was, and the series rests', async () => {
    const fields = { series: 'toExchange' } as const;
    const policy: Partial<PairPolicy> = { options: { ...DEFAULT_OPTIONS, fields } };
    const world = new World({ policy });
    const { erp, exchange } = await bothChanged(world);
    expect(await versionsOf(world)).toEqual({ erp, exchange: erp });
    expect(await restore(world, field)).toBeNull();
    expect(await versionsOf(world)).toEqual({ erp, exchange });
  });
});

test('"we take the whole day back": the loser’s series is there again', async () => {
  const world = new World();
  const { exchange } = await bothChanged(world);
  const writes = memoryOf(world).writes.slice(-1);
  const linkId = writes[0]?.linkId ?? '';
  world.store.wish(pairId('anna'), linkId, {
    kind: 'undo',
    writes: writes.map((one) => one.write),
  });
  await world.settle();
  expect(await versionsOf(world)).toEqual({ erp: exchange, exchange });
});

test('a lost time of day comes back by itself: the pattern that another one lost with it stays', async () => {
  const world = new World();
  const id = inErp(world, 'Wochenrunde', {
    when: span('2026-03-02T08:00:00Z'),
    rrule: 'FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=6',
  });
  await world.settle();
  world.erp.person.edit(id, {
    when: span('2026-03-02T12:00:00Z'),
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6',
  });
  change(world, itemOf(world).id, {
    ...itemSpan('2026-03-02T10:00:00Z'),
    Recurrence: {
      pattern: { kind: 'DailyRecurrence', Interval: 1 },
      range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 3 },
    },
  });
  await world.settle();
  expect(await restore(world, 'when')).toBeNull();
  expect(recordOf(world).record).toMatchObject({
    when: span('2026-03-02T10:00:00Z'),
    rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=6',
  });
  const { erp, exchange } = await versionsOf(world);
  expect(exchange).toBe(erp);
});
