import { describe, expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { parseInstant } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import {
  inviteEva,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { pairId } from './world.js';
import type { World } from './world.js';

const REAL: Partial<PairOptions> = { realMeetings: true, sendMail: true, meetings: 'full' };

const eva = { employeeId: 'E05', email: EVA, name: 'Eva Müller', reply: 'none' } as const;

const MEETING: ErpAppointmentPatch = {
  title: 'Abnahme',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2026-03-10T09:00:00Z'),
    endsAt: parseInstant('2026-03-10T10:00:00Z'),
  },
  isMeeting: true,
  participants: [eva],
};

/** Both have run before, so that what follows is no first sync. */
async function running(options: Partial<PairOptions> = REAL): Promise<World> {
  const world = worldOf(options);
  await world.settle();
  return world;
}

async function hours(world: World, count: number): Promise<void> {
  world.clock.advance(count * 3_600_000);
  await world.settle();
}

describe("a colleague's real meeting", () => {
  test('comes into this mailbox by invitation alone, whoever looks first', async () => {
    const world = await running();
    world.erp.person.create('E01', MEETING);
    await world.cycle('eva');
    expect(itemsOf(world, 'eva')).toEqual([]);
    await hours(world, 3);
    expect(itemOf(world, 'eva').properties.MyResponseType).toBe('NoResponseReceived');
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(ourMails(world).map(({ kind, to }) => [kind, ...to])).toEqual([['invitation', EVA]]);
    expect(saidOf(world, 'eva', 'nobodyInvites')).toEqual([]);
  });

  test('is waited for quietly while its owner is synced and only slow', async () => {
    const world = await running();
    world.erp.person.create('E01', MEETING);
    for (let hour = 0; hour < 5; hour += 1) {
      world.clock.advance(3_600_000);
      await world.cycle('eva');
    }
    expect(itemsOf(world, 'eva')).toEqual([]);
    expect(world.store.pair(pairId('eva')).journal).toEqual([]);
  });

  test('is a copy where its owner is not synced, and that is said once', async () => {
    const world = await running();
    world.switchedOff.add('anna');
    world.erp.person.create('E01', MEETING);
    await hours(world, 1);
    expect(itemOf(world, 'eva').properties.Subject).toBe('Abnahme');
    expect(itemOf(world, 'eva').properties.RequiredAttendees).toBeUndefined();
    await hours(world, 30);
    expect(itemsOf(world, 'eva').length).toBe(1);
    expect(saidOf(world, 'eva', 'nobodyInvites').length).toBe(1);
    expect(ourMails(world)).toEqual([]);
  });

  test('is a copy within the hour where its owner is switched off while others wait', async () => {
    const world = await running();
    world.erp.person.create('E01', MEETING);
    await world.cycle('eva');
    world.switchedOff.add('anna');
    await world.cycle('eva');
    expect(itemsOf(world, 'eva')).toEqual([]);
    await hours(world, 1);
    expect(itemOf(world, 'eva').properties.Subject).toBe('Abnahme');
    expect(world.erp.rows.length).toBe(1);
  });

  test('follows the record as a copy does, and goes with it', async () => {
    const world = await running();
    world.switchedOff.add('anna');
    world.erp.person.create('E01', MEETING);
    await hours(world, 1);
    const { id } = recordOf(world);
    world.erp.person.edit(id, { location: 'Halle 3' });
    await hours(world, 1);
    expect(itemOf(world, 'eva').properties.Location).toBe('Halle 3');
    world.erp.person.remove(id);
    await hours(world, 1);
    expect(itemsOf(world, 'eva')).toEqual([]);
    expect(ourMails(world)).toEqual([]);
  });

  test('whoever dies while it becomes a copy, there is one copy', async () => {
    for (let at = 1; at <= 12; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await running();
        world.switchedOff.add('anna');
        world.erp.person.create('E01', MEETING);
        world.clock.advance(3_600_000);
        await world.cycle('eva', { at, when });
        await world.settle();
        expect(itemsOf(world, 'eva').length, `${when} call ${String(at)}`).toBe(1);
      }
    }
  });

  test('without real meetings nobody waits, and nothing is said', async () => {
    const world = await running({ meetings: 'full' });
    world.erp.person.create('E01', MEETING);
    await world.cycle('eva');
    expect(itemsOf(world, 'eva').length).toBe(1);
    expect(saidOf(world, 'eva', 'nobodyInvites')).toEqual([]);
  });
});

describe('an invitation from a colleague who is synced', () => {
  test('never makes a second record, whoever dies, and whoever looks first', async () => {
    for (let at = 1; at <= 14; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await running();
        world.erp.person.create('E01', MEETING);
        await world.cycle('anna', { at, when });
        for (let round = 0; round < 3; round += 1) await world.cycle('eva');
        await hours(world, 1);
        expect(world.erp.rows.length, `${when} call ${String(at)}`).toBe(1);
      }
    }
  });

  test('waits for their sync while that does nothing', async () => {
    const world = await running();
    inviteEva(world.outlook('anna'));
    for (let hour = 0; hour < 23; hour += 1) {
      world.clock.advance(3_600_000);
      await world.cycle('eva');
    }
    expect(world.erp.rows).toEqual([]);
    await world.settle();
    expect(recordOf(world).record.ownerId).toBe('E01');
  });

  test('is taken over after a day where theirs never gets a record', async () => {
    const world = await running({ ...REAL, categories: { only: null, never: ['Geheim'] } });
    inviteEva(world.outlook('anna'), { Categories: ['Geheim'] });
    await hours(world, 1);
    expect(world.erp.rows).toEqual([]);
    await hours(world, 24);
    expect(recordOf(world).employees).toContain('E05');
  });

  test('of somebody outside, or whose sync is off, is taken over at once', async () => {
    const world = await running();
    world.switchedOff.add('anna');
    inviteEva(world.outlook('anna'));
    await world.cycle('eva');
    expect(recordOf(world).record.title).toBe('Abnahme Prüfstand');
  });
});
