import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import {
  change,
  CUSTOMER,
  invite,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { pairId } from './world.js';
import type { World } from './world.js';

/** A colleague's pair brings a meeting of its copy, and the organiser's pair comes later: what the record says then (rule 10). */

const INVITED = {
  RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
  LegacyFreeBusyStatus: 'OOF',
  ReminderIsSet: true,
  ReminderMinutesBeforeStart: 45,
} as const;

/** Eva's pair has run, and Anna's, who invited, has not. */
async function broughtByEva(options: Partial<PairOptions>): Promise<World> {
  const world = worldOf(options);
  await world.settle();
  invite(world, 'anna', INVITED);
  await world.cycle('eva');
  expect(recordOf(world).record.ownerId).toBe('E05');
  return world;
}

async function settled(world: World): Promise<void> {
  await world.settle();
  const { writes } = world.erp;
  await world.settle();
  expect(world.erp.writes).toBe(writes);
  expect(recordOf(world).record.ownerId).toBe('E01');
  expect(itemsOf(world, 'eva').length).toBe(1);
  expect(ourMails(world)).toEqual([]);
}

describe.each(['protected', 'full'] as const)('in mode %s', (meetings) => {
  test('"my meeting is in the ERP as I have it, not as it lay in a colleague\'s mailbox"', async () => {
    const world = await broughtByEva({ meetings });
    await settled(world);
    expect(recordOf(world).record).toMatchObject({
      showAs: 'away',
      reminderMinutes: 45,
      title: 'Abnahme Prüfstand',
    });
    expect(saidOf(world, 'anna', 'meetingProtected')).toEqual([]);
  });

  test('"I changed my invitation before the sync knew that it is mine"', async () => {
    const world = await broughtByEva({ meetings });
    change(world.outlook('anna'), itemOf(world, 'anna').id, { Location: 'Halle 7' });
    await settled(world);
    expect(recordOf(world).record).toMatchObject({ location: 'Halle 7', showAs: 'away' });
    expect(itemOf(world, 'anna').properties.Location).toBe('Halle 7');
  });

  test('"the planner changed it before the sync knew that it is mine: nobody is overruled in silence"', async () => {
    const world = await broughtByEva({ meetings });
    world.erp.person.edit(recordOf(world).id, { title: 'Abnahme Prüfstand II' });
    await settled(world);
    expect(recordOf(world).record.title).toBe('Abnahme Prüfstand II');
    expect(itemOf(world, 'anna').properties.Subject).toBe('Abnahme Prüfstand');
    const [held, ...others] = [...world.store.pair(pairId('anna')).held.values()];
    expect(others).toEqual([]);
    expect(held).toMatchObject({ reason: 'pairedDiffering' });
  });

  test('"dying between the two changes nothing"', async () => {
    for (let at = 1; at <= 30; at += 1) {
      const world = await broughtByEva({ meetings });
      await world.cycle('anna');
      await world.cycle('anna', { at, when: 'after' });
      await settled(world);
      expect(recordOf(world).record, String(at)).toMatchObject({
        showAs: 'away',
        reminderMinutes: 45,
      });
    }
  });
});

test('"the ERP overruled my new time, and a colleague\'s invitation did not bring it back"', async () => {
  const world = worldOf({ meetings: 'full' });
  await world.settle();
  invite(world, 'anna', INVITED);
  await world.settle();
  const when = { Start: '2026-03-10T13:00:00Z', End: '2026-03-10T14:00:00Z' };
  change(world.outlook('anna'), itemOf(world, 'anna').id, when);
  const wanted = {
    kind: 'timed',
    startsAt: parseInstant('2026-03-11T09:00:00Z'),
    endsAt: parseInstant('2026-03-11T10:00:00Z'),
  } as const;
  world.erp.person.edit(recordOf(world).id, { when: wanted });
  await settled(world);
  expect(recordOf(world).record.when).toEqual(wanted);
  expect(itemOf(world, 'anna').properties.Start).toBe(Date.parse('2026-03-11T09:00:00Z'));
  const conflicts = world.store
    .pair(pairId('anna'))
    .journal.filter(({ event }) => event === 'conflict');
  expect(conflicts.map(({ fields }) => fields)).toEqual([['when']]);
});

test('"the ERP deleted my meeting while I changed it: it is there again, once, as I have it, whoever was quicker"', async () => {
  for (const order of [
    ['eva', 'anna'],
    ['anna', 'eva'],
  ] as const) {
    const world = worldOf({ meetings: 'full' });
    await world.settle();
    invite(world, 'anna', INVITED);
    await world.settle();
    world.erp.person.remove(recordOf(world).id);
    change(world.outlook('anna'), itemOf(world, 'anna').id, { Location: 'Halle 7' });
    world.order = order;
    await settled(world);
    expect(recordOf(world).record, order.join()).toMatchObject({
      location: 'Halle 7',
      showAs: 'away',
      reminderMinutes: 45,
    });
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    const alive = [...world.store.pair(pairId('anna')).links.values()];
    expect(alive.filter(({ ended }) => ended === null).length).toBe(1);
  }
});
