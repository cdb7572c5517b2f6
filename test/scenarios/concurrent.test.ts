import { expect, test } from 'vitest';
import type { ConnectionConflictRule } from '../../mappings/field-rules.js';
import { instantOf, millisecondsOf } from '../../mappings/values.js';
import {
  bothSides,
  change,
  inErp,
  itemOf,
  itemsOf,
  linksOf,
  meddle,
  memoryOf,
  recordOf,
  removeItem,
} from './hands.js';
import { surviving } from './surviving.js';
import { pairId, World } from './world.js';

/** C. Concurrent edits. */

const MINUTE = 60_000;

test('16: "I moved it to another room while the office renamed it, and one of the two was lost"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    world.erp.person.edit(id, { title: 'Wartung Presse 4' });
    change(world, itemOf(world).id, { Location: 'Halle 3' });
    await world.settle();
    expect(recordOf(world).record).toMatchObject({
      title: 'Wartung Presse 4',
      location: 'Halle 3',
    });
    expect(itemOf(world).properties).toMatchObject({
      Subject: 'Wartung Presse 4',
      Location: 'Halle 3',
    });
    expect(memoryOf(world).journal.filter(({ event }) => event === 'conflict')).toEqual([]);
  }));

const WINNERS: readonly (readonly [ConnectionConflictRule, string, string])[] = [
  ['erp', 'aus dem ERP', 'aus Outlook'],
  ['exchange', 'aus Outlook', 'aus dem ERP'],
];

test.each(WINNERS)(
  '17: "we both renamed it, and what I had written is gone for ever" (the rule says %s)',
  (conflict, winner, loser) =>
    surviving(
      async (world) => {
        const id = inErp(world, 'Wartung');
        await world.settle();
        world.erp.person.edit(id, { title: 'aus dem ERP' });
        change(world, itemOf(world).id, { Subject: 'aus Outlook' });
        await world.settle();
        expect(bothSides(world)).toEqual([[winner], [winner]]);
        const { lostValues } = memoryOf(world);
        expect(lostValues.map(({ field, value }) => [field, value])).toEqual([
          ['subject', JSON.stringify(loser)],
        ]);
        const [lost] = lostValues;
        const wish = world.store.wish(pairId('anna'), lost?.linkId ?? '', {
          kind: 'restore',
          lost: lost ?? null,
        });
        await world.settle();
        expect(memoryOf(world).wishes.get(wish)?.refusal).toBeNull();
        expect(bothSides(world)).toEqual([[loser], [loser]]);
      },
      { policy: { conflict } },
    ),
);

test.each(['Location', 'Subject'] as const)(
  '18: "I saved in Outlook in the very second in which you wrote, and my edit was overwritten" (%s)',
  (field) =>
    surviving(
      async (world) => {
        const id = inErp(world, 'Wartung');
        await world.settle();
        let struck = false;
        meddle(world, (port) => ({
          update: async (...asked) => {
            if (!struck) change(world, itemOf(world).id, { [field]: 'von Anna' });
            struck = true;
            return port.update(...asked);
          },
        }));
        world.erp.person.edit(id, { title: 'aus dem ERP' });
        await world.settle();
        expect(struck).toBe(true);
        const { Subject, Location } = itemOf(world).properties;
        const { title, location } = recordOf(world).record;
        const expected = field === 'Subject' ? ['von Anna', ''] : ['aus dem ERP', 'von Anna'];
        expect([title, location]).toEqual(expected);
        expect([Subject, Location ?? '']).toEqual(expected);
      },
      { policy: { conflict: 'exchange' } },
    ),
);

test('19: "the office deleted what I had just changed, and my change was gone"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    world.erp.person.remove(id);
    change(world, itemOf(world).id, { Location: 'Halle 3' });
    await world.settle();
    expect(recordOf(world).record).toMatchObject({ title: 'Wartung', location: 'Halle 3' });
    expect(linksOf(world)).toMatchObject([
      { recordId: recordOf(world).id, itemId: itemOf(world).id },
    ]);
    expect(memoryOf(world).journal.filter(({ side }) => side === 'erp')).not.toEqual([]);
  }));

test('19: "… and the other way round"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    removeItem(world, itemOf(world).id);
    world.erp.person.edit(id, { location: 'Halle 3' });
    await world.settle();
    expect(recordOf(world).id).toBe(id);
    expect(itemOf(world).properties).toMatchObject({ Subject: 'Wartung', Location: 'Halle 3' });
    expect(linksOf(world)).toMatchObject([{ recordId: id, itemId: itemOf(world).id }]);
  }));

/** The clock of Exchange is wrong by so much, and it was measured. */
function wrongBy(world: World, ms: number): void {
  meddle(world, (port) => ({
    clockOffsetMs: () => ms,
    read: async (...asked) => {
      const answers = await port.read(...asked);
      return answers.map((answer) => {
        if (!answer.ok || answer.value.item.lastModified === null) return answer;
        const lastModified = instantOf(millisecondsOf(answer.value.item.lastModified) + ms);
        return {
          ...answer,
          value: { ...answer.value, item: { ...answer.value.item, lastModified } },
        };
      });
    },
  }));
}

const CLOCKS = [0, 10 * MINUTE, -10 * MINUTE];
const EDITS: readonly (readonly [string, number, string])[] = [
  ['within one second', 0, 'aus dem ERP'],
  ['Outlook five minutes later', 5 * MINUTE, 'aus Outlook'],
  ['the ERP five minutes later', -5 * MINUTE, 'aus dem ERP'],
];

test.each(CLOCKS.flatMap((clock) => EDITS.map((edit) => [clock, ...edit] as const)))(
  '20: "the clocks of our servers differ, and the older edit won" (by %i ms; %s)',
  (clock, _, later, winner) =>
    surviving(
      async (world) => {
        const id = inErp(world, 'Wartung');
        await world.settle();
        wrongBy(world, clock);
        const inTheErp = () => world.erp.person.edit(id, { title: 'aus dem ERP' });
        const inTheMailbox = () => change(world, itemOf(world).id, { Subject: 'aus Outlook' });
        const edits = later < 0 ? [inTheMailbox, inTheErp] : [inTheErp, inTheMailbox];
        edits[0]?.();
        world.clock.advance(Math.abs(later));
        edits[1]?.();
        await world.settle();
        expect(bothSides(world)).toEqual([[winner], [winner]]);
      },
      { policy: { conflict: 'newest' } },
    ),
);

test('21: "a long transaction of the ERP was committed late, and its appointment never came"', () =>
  surviving(async (world) => {
    // the log hands it out only after a later row was read: what a feed by the time of the change would miss
    const early = Date.parse('2026-03-02T08:00:00Z');
    expect(world.clock.now()).toBe(instantOf(early));
    const id = inErp(world, 'zuerst begonnen');
    const late = world.erp.backup();
    const row = late.rows.get(id);
    world.erp.person.remove(id);
    inErp(world, 'zuerst fertig');
    await world.settle();
    if (row === undefined) throw new Error('no row');
    const again = world.erp.person.create('E01', row.record);
    const now = world.erp.backup();
    const kept = now.rows.get(again);
    if (kept === undefined) throw new Error('no row');
    // its time of change lies before all that was read
    now.rows.set(again, { ...kept, changedAt: row.changedAt });
    world.erp.restore(now);
    await world.settle();
    expect(bothSides(world)).toEqual([
      ['zuerst begonnen', 'zuerst fertig'],
      ['zuerst begonnen', 'zuerst fertig'],
    ]);
  }));

/** Somebody writes into the tables with all triggers switched off: the log says nothing of it. */
async function behindTheLog(world: World, id: string, title: string): Promise<void> {
  world.erp.person.edit(id, { title });
  const { position } = await world.erp.changesSince('E01', null, new AbortController().signal);
  const memory = memoryOf(world);
  memory.watermarks = { ...memory.watermarks, erp: position };
}

test('22: "both sides differ, nobody changed anything, and no one notices"', async () => {
  const world = new World();
  const id = inErp(world, 'Wartung');
  inErp(world, 'Messe');
  await world.settle();
  await behindTheLog(world, id, 'Wartung 2');
  await world.settle();
  expect(bothSides(world)).toEqual([
    ['Messe', 'Wartung 2'],
    ['Messe', 'Wartung'],
  ]);
  await world.resync('anna');
  await world.settle();
  expect(bothSides(world)).toEqual([
    ['Messe', 'Wartung 2'],
    ['Messe', 'Wartung 2'],
  ]);
  expect([world.mails, world.erp.writes, itemsOf(world).length]).toEqual([0, 0, 2]);
});
