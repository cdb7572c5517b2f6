import { describe, expect, test } from 'vitest';
import type { Direction } from '../../mappings/field-rules.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import { ANNA, EVA, make } from '../simulators/mailbox-bench.js';
import { MemoryErp } from '../simulators/memory-erp.js';
import {
  answer,
  change,
  CUSTOMER,
  invite,
  itemOf,
  itemsOf,
  MEETING,
  ourMails,
  recordOf,
  repliesIn,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { pairId } from './world.js';
import type { Disturbance, Who, World } from './world.js';

/** Between an invitation that lies in a mailbox and the record that it belongs to, time may pass (rules 9 and 10). */

const BOTH = { RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }] };

async function running(): Promise<World> {
  const world = worldOf({});
  await world.settle();
  return world;
}

async function cycleOf(world: World, who: Who, direction: Direction = 'both'): Promise<void> {
  const { policy } = world;
  world.policy = { ...policy, direction };
  await world.cycle(who);
  world.policy = policy;
}

/** Many hours, in which Eva's pair does its work alone. */
async function hoursOfEva(world: World, count: number, direction?: Direction): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    world.clock.advance(3_600_000);
    await cycleOf(world, 'eva', direction);
  }
}

const linksOfEva = (world: World): readonly (string | null)[] =>
  [...world.store.pair(pairId('eva')).links.values()].map(({ ended }) => ended);

test('"the planner took me out before my Outlook was synced, and I am not put back in"', async () => {
  const world = await running();
  invite(world, 'anna', BOTH);
  await world.cycle('anna');
  const { id, employees } = recordOf(world);
  expect(employees).toEqual(['E01', 'E05']);
  world.erp.person.edit(id, { participants: [] });
  await hoursOfEva(world, 30);
  await world.settle();
  expect(recordOf(world).employees).toEqual(['E01']);
  expect(linksOfEva(world)).toEqual([]);
  expect(itemsOf(world, 'eva').length).toBe(1);
  expect(ourMails(world)).toEqual([]);
});

test('"she was put in again, and her calendar is hers again"', async () => {
  const world = await running();
  invite(world, 'anna', BOTH);
  await world.cycle('anna');
  const { id, record } = recordOf(world);
  world.erp.person.edit(id, { participants: [] });
  await world.cycle('eva');
  world.erp.person.edit(id, { participants: record.participants });
  await hoursOfEva(world, 3);
  expect(linksOfEva(world)).toEqual([null]);
  expect(itemsOf(world, 'eva').length).toBe(1);
});

test('"the appointment was left out of the sync when the invitation came, and is connected once it counts again"', async () => {
  const world = await running();
  invite(world, 'anna', BOTH);
  await world.cycle('anna');
  const { id } = recordOf(world);
  world.erp.person.setInScope(id, false);
  await world.cycle('eva');
  expect(linksOfEva(world)).toEqual([]);
  world.erp.person.setInScope(id, true);
  await hoursOfEva(world, 3);
  expect(linksOfEva(world)).toEqual([null]);
  expect(itemsOf(world, 'eva').length).toBe(1);
  expect(recordOf(world).employees).toEqual(['E01', 'E05']);
});

test('"my mailbox gives nothing to the ERP, the record came a week after the invitation, and both are one"', async () => {
  const world = await running();
  world.switchedOff.add('anna');
  invite(world, 'anna', BOTH);
  await hoursOfEva(world, 170, 'toExchange');
  expect(world.erp.rows).toEqual([]);
  await cycleOf(world, 'anna');
  expect(recordOf(world).employees).toEqual(['E01', 'E05']);
  await hoursOfEva(world, 26, 'toExchange');
  expect(linksOfEva(world)).toEqual([null]);
  expect(itemOf(world, 'eva').properties.Subject).toBe('Abnahme Prüfstand');
  expect(saidOf(world, 'eva', 'pairedByUid').length).toBe(1);
});

test('what is over is not looked at for ever', async () => {
  const world = await running();
  world.switchedOff.add('anna');
  invite(world, 'anna', BOTH);
  await hoursOfEva(world, 24 * 10, 'toExchange');
  expect(world.store.pair(pairId('eva')).parked.size).toBe(0);
});

/** The ERP's answer number `at` to a reading says nothing: it is busy. */
function busyAt(at: number): Disturbance {
  let asked = 0;
  const isBusy = (): boolean => (asked += 1) === at;
  return {
    process: () => (port) =>
      new Proxy(port, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          if (name !== 'read' || !(target instanceof MemoryErp)) return value.bind(target) as never;
          return async (employeeId: string, ids: readonly string[], signal: AbortSignal) =>
            isBusy() ? ids.map(() => BUSY) : await target.read(employeeId, ids, signal);
        },
      }),
    exchange: (port) => port,
  };
}

const BUSY = { ok: false, failure: new ConnectorFailure('busy', 'The ERP is busy.') } as const;

test.each([1, 2, 3, 4])(
  'an ERP that is busy at reading %i keeps no invitation apart from its record',
  async (at) => {
    const world = await running();
    invite(world, 'anna', BOTH);
    await world.cycle('anna');
    world.disturbance = busyAt(at);
    await world.cycle('eva');
    world.disturbance = null;
    await world.settle();
    expect(linksOfEva(world)).toEqual([null]);
    expect(itemsOf(world, 'eva').length).toBe(1);
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
  },
);

/** A customer's meeting with both; Anna's pair has brought it, Eva's has not run since. */
async function customersMeeting(
  meetings: 'protected' | 'full',
  run: readonly Who[] = ['anna'],
): Promise<World> {
  const world = worldOf({ meetings });
  await world.settle();
  for (const who of ['anna', 'eva'] as const) {
    const lists = { RequiredAttendees: [{ EmailAddress: ANNA }, { EmailAddress: EVA }] };
    const { stored } = make(world.outlook(who), { ...MEETING, ...lists });
    const invited = {
      UID: 'MEETING-OF-A-CUSTOMER',
      MyResponseType: 'NoResponseReceived',
      Organizer: { EmailAddress: 'chef@kunde.example' },
      OwnerCriticalChange: Date.parse('2026-03-02T08:00:00Z'),
    } as const;
    Object.assign(stored.properties, invited);
  }
  for (const who of run) await world.cycle(who);
  return world;
}

describe.each(['protected', 'full'] as const)('in mode %s', (meetings) => {
  test('"I accepted before my mailbox was synced, and the ERP knows it"', async () => {
    const world = await customersMeeting(meetings);
    expect(repliesIn(world)).toMatchObject({ [EVA]: 'none' });
    answer(world, 'eva', itemOf(world, 'eva').id, 'Tentative');
    await world.settle();
    expect(repliesIn(world)).toMatchObject({ [EVA]: 'tentative' });
    expect(itemOf(world, 'eva').properties.MyResponseType).toBe('Tentative');
    expect(ourMails(world)).toEqual([]);
  });

  test('"the planner deleted it, and it did not come back by a colleague\'s invitation"', async () => {
    const world = await customersMeeting(meetings);
    world.erp.person.remove(recordOf(world).id);
    await world.cycle('anna');
    await hoursOfEva(world, 30);
    await world.settle();
    expect(world.erp.rows).toEqual([]);
    expect(itemsOf(world, 'eva').length).toBe(1);
  });

  test('"the customer moved it before my mailbox was synced, and I am the only one left who has it"', async () => {
    const world = await customersMeeting(meetings);
    const { id } = itemOf(world, 'eva');
    change(world.outlook('eva'), id, { Subject: 'Abnahme in Halle 9', Location: 'Halle 9' });
    const sent = { OwnerCriticalChange: Date.parse('2026-03-02T09:00:00Z') };
    Object.assign(itemOf(world, 'eva').properties, sent);
    await world.settle();
    const { title, location, showAs } = recordOf(world).record;
    const isTaken = meetings === 'full';
    expect(title).toBe(isTaken ? 'Abnahme in Halle 9' : 'Abnahme Prüfstand');
    expect(location).toBe(isTaken ? 'Halle 9' : '');
    expect(showAs).not.toBe('');
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(ourMails(world)).toEqual([]);
  });

  test('"I had accepted, and the ERP still knows it when a colleague owns the appointment"', async () => {
    const world = await customersMeeting(meetings, ['eva']);
    answer(world, 'eva', itemOf(world, 'eva').id, 'Accept');
    await world.cycle('eva');
    expect(recordOf(world).record.ownerId).toBe('E05');
    await world.settle();
    expect(recordOf(world).record.ownerId).toBe('E01');
    expect(repliesIn(world)).toMatchObject({ [EVA]: 'accepted' });
  });
});
