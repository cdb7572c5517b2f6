import { expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { parseInstant } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import {
  answer,
  change,
  CUSTOMER,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  saidOf,
  worldOf,
} from './meeting-world.js';
import type { World } from './world.js';

/** Somebody is taken out of a meeting in the ERP: what goes to those who stay must not go to them (features C4, C6). */

const REAL: Partial<PairOptions> = { realMeetings: true, sendMail: true, meetings: 'full' };
const OTHER = 'planung@kunde.example';

const customer = { employeeId: null, email: CUSTOMER, name: 'Einkauf', reply: 'none' } as const;
const eva = { employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' } as const;

const MEETING: ErpAppointmentPatch = {
  title: 'Abnahme',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2026-03-10T09:00:00Z'),
    endsAt: parseInstant('2026-03-10T10:00:00Z'),
  },
  isMeeting: true,
  participants: [customer, eva],
};

async function anna(world: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('anna');
  }
}

/** A meeting of Anna's with a customer and Eva, who has answered: a list written anew would lose that. */
async function answered(options: Partial<PairOptions>): Promise<World> {
  const world = worldOf(options);
  await anna(world);
  world.erp.person.create('E01', MEETING);
  await world.settle();
  answer(world, 'eva', itemOf(world, 'eva').id, 'Accept');
  await world.settle();
  world.organisation.mails.length = 0;
  return world;
}

function onList(world: World): readonly string[] {
  const { RequiredAttendees = [] } = itemOf(world, 'anna').properties;
  return RequiredAttendees.map(({ EmailAddress }) => EmailAddress);
}

test.each(['full', 'protected'] as const)(
  'whoever stays on the list because others have answered is not told of a later time (mode %s)',
  async (meetings) => {
    const world = await answered({ ...REAL, meetings });
    const { id } = recordOf(world);
    const [ofCustomer, ...others] = recordOf(world).record.participants;
    expect(ofCustomer?.email ?? ofCustomer?.employeeId).toBeDefined();
    const stay = [ofCustomer, ...others].filter((one) => one?.email !== CUSTOMER);
    world.erp.person.edit(id, { participants: stay.flatMap((one) => one ?? []) });
    await anna(world);
    expect(onList(world)).toContain(CUSTOMER);
    expect(saidOf(world, 'anna', 'staysInvited')).toHaveLength(1);
    world.erp.person.edit(id, { location: 'Halle 3' });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Location).toBe('Halle 3');
    expect(ourMails(world)).toEqual([]);
    expect(saidOf(world, 'anna', 'attendeesUntold').map(({ fields }) => fields)).toEqual([
      ['location'],
    ]);
    // back in the ERP, everybody on the list takes part again
    world.erp.person.edit(id, {
      participants: recordOf(world).record.participants.concat(customer),
    });
    await anna(world);
    world.erp.person.edit(id, { location: 'Halle 4' });
    await anna(world);
    expect(ourMails(world).map(({ kind, to }) => [kind, [...to].sort()])).toEqual([
      ['update', [CUSTOMER, EVA]],
    ]);
  },
);

test.each(['full', 'protected'] as const)(
  'somebody whom Anna has put onto the list in Outlook is told like the others (mode %s)',
  async (meetings) => {
    const world = await answered({ ...REAL, meetings });
    change(world.outlook('anna'), itemOf(world, 'anna').id, {
      OptionalAttendees: [{ EmailAddress: OTHER }],
    });
    await anna(world);
    world.organisation.mails.length = 0;
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await anna(world);
    expect(ourMails(world).map(({ to }) => [...to].sort())).toEqual([[CUSTOMER, EVA, OTHER]]);
  },
);

/** A meeting that was made and not remembered: the process died between the two. */
async function madeAndForgotten(options: Partial<PairOptions>): Promise<World> {
  for (let at = 1; at < 30; at += 1) {
    const world = worldOf(options);
    await anna(world);
    world.erp.person.create('E01', { ...MEETING, participants: [customer] });
    await world.cycle('anna', { at, when: 'after' });
    if (itemsOf(world, 'anna').length > 0) return world;
  }
  throw new Error('it was never made');
}

test('taken out before we knew that the meeting had been made, they are taken off its list', async () => {
  const world = await madeAndForgotten({ ...REAL, meetings: 'protected' });
  expect(onList(world)).toEqual([CUSTOMER]);
  world.erp.person.edit(recordOf(world).id, { participants: [] });
  await anna(world);
  expect(onList(world)).toEqual([]);
  world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
  await anna(world);
  expect(ourMails(world).map(({ kind }) => kind)).toEqual(['invitation']);
});

test('the first one on the list of a meeting gets an invitation, once', async () => {
  const world = worldOf(REAL);
  await anna(world);
  world.erp.person.create('E01', { ...MEETING, participants: [] });
  await anna(world);
  world.erp.person.edit(recordOf(world).id, { participants: [customer] });
  await anna(world);
  expect(onList(world)).toEqual([CUSTOMER]);
  expect(ourMails(world).map(({ kind, to }) => [kind, ...to])).toEqual([['invitation', CUSTOMER]]);
});

test('the first one on the list of an appointment that is no meeting gets none', async () => {
  const world = worldOf(REAL);
  await anna(world);
  world.erp.person.create('E01', { ...MEETING, isMeeting: false, participants: [] });
  await anna(world);
  world.erp.person.edit(recordOf(world).id, { participants: [customer] });
  await anna(world);
  expect([onList(world), ourMails(world)]).toEqual([[], []]);
});

test('a colleague who was taken out, and whose copy brings her in again, gets no second invitation', async () => {
  const world = worldOf(REAL);
  await anna(world);
  world.erp.person.create('E01', { ...MEETING, participants: [customer, eva] });
  await anna(world);
  expect(itemsOf(world, 'eva')).toHaveLength(1);
  world.erp.person.edit(recordOf(world).id, { participants: [customer] });
  await anna(world);
  expect(onList(world)).toEqual([CUSTOMER]);
  await world.settle();
  expect(ourMails(world).map(({ kind, to }) => [kind, [...to].sort()])).toEqual([
    ['invitation', [CUSTOMER, EVA]],
  ]);
});
