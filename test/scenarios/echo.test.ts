import { expect, test } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { instantOf } from '../../mappings/values.js';
import {
  createConfiguration,
  updateConfiguration,
} from '../simulators/mailbox/configuration-work.js';
import { clipTitle, upperCaseTitle } from '../simulators/memory-erp-rows.js';
import {
  bothSides,
  change,
  inErp,
  inOutlook,
  itemOf,
  memoryOf,
  recordOf,
  subjects,
  titles,
} from './hands.js';
import { surviving } from './surviving.js';
import type { World } from './world.js';

/** B. Echo and loops. */

const shown = (world: World) => [
  world.erp.writes,
  itemOf(world).changeKey,
  recordOf(world).version,
];

test('10: "every change wanders to and fro for ever"', () =>
  surviving(async (world, { isCalm }) => {
    inErp(world, 'Wartung');
    await world.cycle('anna');
    world.clock.advance(60_000);
    change(world, isCalm ? itemOf(world).id : (await settled(world)).id, { Location: 'Halle 3' });
    for (let round = 0; round < (isCalm ? 2 : 5); round += 1) {
      world.clock.advance(60_000);
      await world.cycle('anna');
    }
    expect(recordOf(world).record.location).toBe('Halle 3');
    const before = shown(world);
    for (let round = 0; round < 10; round += 1) {
      world.clock.advance(60_000);
      const report = await world.cycle('anna');
      if (isCalm) expect(report).toMatchObject({ updated: { erp: 0, exchange: 0 }, conflicts: 0 });
    }
    expect(shown(world)).toEqual(before);
  }));

async function settled(world: World) {
  await world.settle();
  return itemOf(world);
}

const PARTICULAR: readonly Partial<NonNullable<World['organisation']['modes']>>[] = [
  { bestBody: 'html' },
  { textBodies: 'endInBreak' },
  { bestBody: 'html', textBodies: 'endInBreak', keysBump: false },
];

test.each(PARTICULAR)(
  '11: "Exchange rewrites what we send, and the ERP gets the rewritten text back" (%o)',
  (modes) =>
    surviving(
      async (world) => {
        const from = Date.parse('2026-03-10T09:00:37Z');
        const when = {
          kind: 'timed' as const,
          startsAt: instantOf(from),
          endsAt: instantOf(from + 3_600_000),
        };
        const id = inErp(world, 'Wartung', { body: 'Zeile 1\r\nZeile 2  \r\n\r\n', when });
        const { record } = recordOf(world);
        await world.settle();
        expect(recordOf(world).record).toEqual(record);
        expect(world.erp.writes).toBe(0);
        world.erp.person.edit(id, { location: 'Halle 3' });
        await world.settle();
        expect(recordOf(world).record).toEqual({ ...record, location: 'Halle 3' });
        expect(itemOf(world).properties.Location).toBe('Halle 3');
      },
      { modes },
    ),
);

const LONG =
  'Besprechung über die Umstellung der Presse 4 auf den neuen Rahmen, mit Herrn Müller und Frau Grün';

test('12: "the ERP cuts my long title, and Outlook keeps it only until the next sync"', () =>
  surviving(
    async (world) => {
      inOutlook(world, LONG);
      await world.settle();
      expect(titles(world)).toEqual([LONG.slice(0, 75)]);
      const { id } = recordOf(world);
      world.erp.person.edit(id, { location: 'Halle 3' });
      await world.settle();
      expect(itemOf(world).properties).toMatchObject({ Subject: LONG, Location: 'Halle 3' });
      world.erp.person.edit(id, { title: 'Kurz' });
      await world.settle();
      expect(subjects(world)).toEqual(['Kurz']);
    },
    { erp: { normalise: clipTitle(75) } },
  ));

/** Capitals, and a column that says how often the row was saved, as a trigger would count. */
function oldErp(record: ErpAppointment): ErpAppointment {
  return upperCaseTitle(record);
}

test('12: "our ERP writes titles in capitals, and now all of Outlook shouts"', () =>
  surviving(
    async (world) => {
      inOutlook(world, 'Abnahme Süd');
      await world.settle();
      expect(bothSides(world)).toEqual([['ABNAHME SÜD'], ['Abnahme Süd']]);
      world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
      await world.settle();
      expect(itemOf(world).properties).toMatchObject({
        Subject: 'Abnahme Süd',
        Location: 'Halle 3',
      });
    },
    { erp: { normalise: oldErp } },
  ));

test('13: "nobody changed anything, and still everything was written again"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung', { reminderMinutes: 15 });
    await world.settle();
    world.erp.person.saveUnchanged(id);
    // Outlook writes the item when somebody dismisses a reminder: only the key and the time of the change are new
    change(world, itemOf(world).id, { Subject: 'Wartung' });
    const before = shown(world);
    await world.settle();
    expect(shown(world)).toEqual(before);
  }));

test('14: "I gave a category another colour, and all its appointments were written"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    change(world, itemOf(world).id, { Categories: ['Kunde'] });
    await world.settle();
    const anna = world.outlook('anna');
    const list = (colour: number) =>
      Buffer.from(
        `<categories default="Kunde"><category name="Kunde" color="${String(colour)}"/></categories>`,
      ).toString('base64');
    const calendar = anna.folder('calendar');
    createConfiguration(anna, calendar, { name: 'CategoryList', xmlData: list(1) });
    await world.settle();
    const before = shown(world);
    updateConfiguration(anna, calendar, { name: 'CategoryList', xmlData: list(7) });
    await world.settle();
    expect(shown(world)).toEqual(before);
    expect(recordOf(world).id).toBe(id);
  }));

test('15: "another tool flips one field every minute, and yours flips it back"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Streit');
    const calm = inErp(world, 'ruhig');
    await world.settle();
    for (let n = 0; n < 24; n += 1) {
      world.erp.person.edit(id, { location: n % 2 === 0 ? 'Halle 2' : 'Halle 1' });
      world.clock.advance(60_000);
      await world.cycle('anna');
    }
    expect([...memoryOf(world).parked.values()]).toMatchObject([{ kind: 'frozen', id }]);
    expect(memoryOf(world).journal.filter(({ event }) => event === 'frozen')).toHaveLength(1);
    world.erp.person.edit(calm, { location: 'Halle 7' });
    await world.settle();
    expect(itemOf(world, 'ruhig').properties.Location).toBe('Halle 7');
    expect(memoryOf(world).parked.size).toBe(1);
  }));
