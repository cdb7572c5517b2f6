import { describe, expect, test } from 'vitest';
import { instantOf } from '../../mappings/values.js';
import { edit, make } from '../simulators/mailbox-bench.js';
import { pairId, World } from './world.js';
import type { WorldOptions } from './world.js';

function privately(options: WorldOptions = {}): World {
  return new World({ ...options, policy: { leavePrivateOut: true, ...options.policy } });
}

const FROM_OUTLOOK = {
  Subject: 'Gespräch Kündigung',
  Location: 'Büro 3',
  Body: { BodyType: 'Text', Value: 'Abfindung 12.000' },
  Start: '2026-03-10T09:00:00Z',
  End: '2026-03-10T10:00:00Z',
  StartTimeZone: 'W. Europe Standard Time',
  EndTimeZone: 'W. Europe Standard Time',
} as const;

const items = (world: World) => [...world.outlook('anna').folder('calendar').items.values()];
const links = (world: World) => [...world.store.pair(pairId('anna')).links.values()];

const remembered = (world: World) => links(world).map(({ ended, bases }) => [ended, bases]);
const NO_BASES = { erp: {}, exchange: {} };

function itemOf(world: World) {
  const [item, ...others] = items(world);
  if (!item || others.length > 0) throw new Error(`${String(items(world).length)} items`);
  return item;
}

function recordOf(world: World) {
  const [record, ...others] = world.erp.rows;
  if (!record || others.length > 0) throw new Error(`${String(world.erp.rows.length)} records`);
  return record;
}

const shown = (world: World) => {
  const { title, location, body, isPrivate } = recordOf(world).record;
  return [title, location, body, isPrivate];
};
const EMPTIED = ['Privat', '', '', false];

function set(world: World, input: Parameters<typeof edit>[2]): void {
  edit(world.outlook('anna'), itemOf(world).id, input);
}

async function fromOutlook(options: WorldOptions = {}): Promise<World> {
  const world = privately(options);
  make(world.outlook('anna'), FROM_OUTLOOK);
  await world.settle();
  expect(shown(world)).toEqual(['Gespräch Kündigung', 'Büro 3', 'Abfindung 12.000', false]);
  return world;
}

async function fromErp(): Promise<World> {
  const world = privately();
  const when = {
    kind: 'timed' as const,
    startsAt: instantOf(Date.parse('2026-03-10T09:00:00Z')),
    endsAt: instantOf(Date.parse('2026-03-10T10:00:00Z')),
  };
  world.erp.person.create('E01', { title: 'Wartung', when, body: 'Presse 4' });
  await world.settle();
  return world;
}

describe('an appointment from Outlook that turns private (scenario 50)', () => {
  test('is only "Privat" in the ERP from then on, at its time, and is forgotten but for its ids', async () => {
    const world = await fromOutlook();
    const { when } = recordOf(world).record;
    set(world, { Location: 'Büro 4' }); // with the value of before in the audit trail
    await world.settle();
    expect(JSON.stringify(world.store.pair(pairId('anna')))).toContain('Büro 3');
    set(world, { Sensitivity: 'Private', Subject: 'Kündigung Herr Maier' });
    await world.settle();
    expect(shown(world)).toEqual(EMPTIED);
    expect(recordOf(world).record.when).toEqual(when);
    expect(remembered(world)).toEqual([['itemBecamePrivate', NO_BASES]]);
    expect(itemOf(world).properties).toMatchObject({
      Subject: 'Kündigung Herr Maier',
      Sensitivity: 'Private',
    });
    expect(JSON.stringify(world.store.pair(pairId('anna')))).not.toMatch(
      /Kündigung|Abfindung|Büro/,
    );
  });

  test('comes back to the same record when it is normal again, and is not made a second time meanwhile', async () => {
    const world = await fromOutlook();
    const { id } = recordOf(world);
    for (let toggle = 0; toggle < 3; toggle += 1) {
      set(world, { Sensitivity: 'Private' });
      await world.settle();
      expect(shown(world)).toEqual(EMPTIED);
      set(world, { Sensitivity: 'Normal' });
      await world.settle();
      expect(shown(world)).toEqual(['Gespräch Kündigung', 'Büro 3', 'Abfindung 12.000', false]);
      expect(itemOf(world).properties).toMatchObject({ Subject: 'Gespräch Kündigung' });
    }
    expect(recordOf(world).id).toBe(id);
    expect(links(world)).toMatchObject([{ ended: null, origin: 'exchange' }]);
  });

  test('what the ERP changes meanwhile never reaches it, nor takes its privacy away', async () => {
    const world = await fromOutlook();
    set(world, { Sensitivity: 'Private' });
    await world.settle();
    world.erp.person.edit(recordOf(world).id, { title: 'gesperrt', location: 'Halle 1' });
    await world.settle();
    expect(itemOf(world).properties).toMatchObject({
      Subject: 'Gespräch Kündigung',
      Sensitivity: 'Private',
    });
    // the administrator lets private ones in again: the item is still private
    world.policy = { ...world.policy, leavePrivateOut: false };
    set(world, { Importance: 'High' });
    await world.settle();
    expect(itemOf(world).properties.Sensitivity).toBe('Private');
    expect(recordOf(world).record.isPrivate).toBe(true);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
    'is "Privat" in the end although we die at call %i, also where it is normal again by then',
    async (call) => {
      for (const when of ['before', 'after'] as const) {
        const world = await fromOutlook();
        set(world, { Sensitivity: 'Private' });
        await world.cycle('anna', { at: call, when });
        await world.settle();
        expect(shown(world)).toEqual(EMPTIED);

        const back = await fromOutlook();
        set(back, { Sensitivity: 'Private' });
        await back.cycle('anna', { at: call, when });
        set(back, { Sensitivity: 'Normal' });
        await back.settle();
        expect(shown(back)).toEqual(['Gespräch Kündigung', 'Büro 3', 'Abfindung 12.000', false]);
        expect(itemOf(back).properties).toMatchObject({ Subject: 'Gespräch Kündigung' });
      }
    },
  );

  test('many at once are no reason for the delete guard to hold them', async () => {
    const world = privately();
    for (let n = 0; n < 60; n += 1) {
      make(world.outlook('anna'), { ...FROM_OUTLOOK, Subject: `Termin ${String(n)}` });
    }
    await world.settle();
    for (const { id } of items(world)) edit(world.outlook('anna'), id, { Sensitivity: 'Private' });
    await world.settle();
    expect(new Set(world.erp.rows.map(({ record }) => record.title))).toEqual(new Set(['Privat']));
    expect([...world.store.pair(pairId('anna')).held.values()]).toEqual([]);
  });
});

test('an appointment of the ERP whose item turns private is only unlinked, and keeps its text', async () => {
  const world = await fromErp();
  set(world, { Sensitivity: 'Private', Subject: 'Zahnarzt' });
  await world.settle();
  expect(shown(world)).toEqual(['Wartung', '', 'Presse 4', false]);
  expect(links(world)).toMatchObject([{ ended: 'itemBecamePrivate', origin: 'erp' }]);
  expect(remembered(world)).toEqual([['itemBecamePrivate', NO_BASES]]);
  expect(JSON.stringify(world.store.pair(pairId('anna')))).not.toContain('Zahnarzt');
  set(world, { Sensitivity: 'Normal', Subject: 'Wartung' });
  await world.settle();
  expect(items(world)).toHaveLength(1);
  world.erp.person.edit(recordOf(world).id, { title: 'Wartung 2' });
  await world.settle();
  expect(itemOf(world).properties.Subject).toBe('Wartung 2');
});
