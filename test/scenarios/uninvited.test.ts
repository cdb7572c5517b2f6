import { expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { attendeesOf } from '../simulators/mailbox/ledger.js';
import {
  answer,
  change,
  CUSTOMER,
  invite,
  itemOf,
  ourMails,
  recordOf,
  repliesIn,
  saidOf,
  worldOf,
} from './meeting-world.js';
import type { World } from './world.js';

const REAL: Partial<PairOptions> = { realMeetings: true, sendMail: true, meetings: 'full' };
const BUYER = 'neu@kunde.example';

async function running(
  options: Partial<PairOptions>,
  more: Parameters<typeof invite>[2] = {},
): Promise<World> {
  const world = worldOf(options);
  await world.settle();
  invite(world, 'anna', { OptionalAttendees: [{ EmailAddress: BUYER }], ...more });
  await world.settle();
  return world;
}

/** Somebody is taken out in the ERP. */
async function takeOut(world: World, address: string, more: object = {}): Promise<void> {
  const { id, record } = recordOf(world);
  const participants = record.participants.filter(({ email }) => email !== address);
  expect(participants.length).toBe(record.participants.length - 1);
  world.erp.person.edit(id, { participants, ...more });
  await world.settle();
  await world.settle();
}

const listed = (world: World): readonly string[] =>
  attendeesOf(itemOf(world, 'anna').properties).map(({ EmailAddress }) => EmailAddress);

test("taken out in the ERP, somebody is off Exchange's list, and nobody is mailed", async () => {
  const world = await running(REAL);
  await takeOut(world, CUSTOMER);
  expect(listed(world)).toEqual([BUYER]);
  expect(repliesIn(world)).toEqual({ [BUYER]: 'none' });
  expect(ourMails(world)).toEqual([]);
  const said = saidOf(world, 'anna', 'takenOffUntold');
  expect(said.map(({ fields }) => fields)).toEqual([[`attendees/${CUSTOMER}`]]);
  expect(saidOf(world, 'anna', 'staysInvited')).toEqual([]);
});

test('the last one of all as well', async () => {
  const world = await running(REAL);
  await takeOut(world, CUSTOMER);
  await takeOut(world, BUYER);
  expect(listed(world)).toEqual([]);
  expect(ourMails(world)).toEqual([]);
});

test('whoever would lose an answer by it keeps the list as it is, and that is said once', async () => {
  const two = { RequiredAttendees: [{ EmailAddress: CUSTOMER }, { EmailAddress: EVA }] };
  const world = await running(REAL, two);
  answer(world, 'eva', itemOf(world, 'eva').id, 'Accept');
  await world.settle();
  await takeOut(world, CUSTOMER);
  expect(listed(world)).toEqual([CUSTOMER, EVA, BUYER]);
  expect(itemOf(world, 'anna').properties.RequiredAttendees?.[1]?.ResponseType).toBe('Accept');
  expect(repliesIn(world)).toEqual({ [EVA]: 'accepted', [BUYER]: 'none' });
  expect(saidOf(world, 'anna', 'staysInvited').length).toBe(1);
  expect(ourMails(world)).toEqual([]);
});

test('a private list, which has no address, is not written back either', async () => {
  const two = { RequiredAttendees: [{ EmailAddress: CUSTOMER }, { EmailAddress: 'Verteiler' }] };
  const world = await running(REAL, two);
  await takeOut(world, CUSTOMER);
  expect(listed(world)).toEqual([CUSTOMER, 'Verteiler', BUYER]);
  expect(saidOf(world, 'anna', 'staysInvited').length).toBe(1);
});

test("without real meetings nothing changes on Exchange's list, and that is said once", async () => {
  const world = await running({ meetings: 'full' });
  await takeOut(world, CUSTOMER);
  expect(listed(world)).toEqual([CUSTOMER, BUYER]);
  expect(repliesIn(world)).toEqual({ [BUYER]: 'none' });
  expect(saidOf(world, 'anna', 'staysInvited').length).toBe(1);
  expect(ourMails(world)).toEqual([]);
});

test('together with another time everybody is told once, and whoever goes that it is off', async () => {
  const world = await running(REAL);
  const when = {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-11T09:00:00Z'),
    endsAt: parseInstant('2026-03-11T10:00:00Z'),
  };
  await takeOut(world, CUSTOMER, { when });
  expect(ourMails(world).map(({ kind, to }) => [kind, ...to])).toEqual([
    ['update', BUYER],
    ['cancellation', CUSTOMER],
  ]);
  expect(saidOf(world, 'anna', 'takenOffUntold')).toEqual([]);
});

test('whom a person takes off or adds in Outlook at the same time is theirs', async () => {
  const world = await running(REAL);
  const { id, record } = recordOf(world);
  const participants = record.participants.filter(({ email }) => email !== CUSTOMER);
  world.erp.person.edit(id, { participants });
  change(world.outlook('anna'), itemOf(world, 'anna').id, {
    RequiredAttendees: [{ EmailAddress: CUSTOMER }, { EmailAddress: 'drei@kunde.example' }],
  });
  await world.settle();
  expect(listed(world)).toEqual(['drei@kunde.example', BUYER]);
  expect(ourMails(world)).toEqual([]);
});

test('wherever we die, nobody is mailed and the list is right', async () => {
  for (let at = 1; at <= 14; at += 1) {
    for (const when of ['before', 'after'] as const) {
      const world = await running(REAL);
      const { id, record } = recordOf(world);
      const participants = record.participants.filter(({ email }) => email !== CUSTOMER);
      world.erp.person.edit(id, { participants });
      await world.cycle('anna', { at, when });
      await world.settle();
      expect(listed(world), `${when} call ${String(at)}`).toEqual([BUYER]);
      expect([recordOf(world).record.participants.length, ourMails(world)]).toEqual([1, []]);
    }
  }
});

test.each([{ meetings: 'full' } as const, REAL])(
  'taken off the list in Outlook, somebody is taken out in the ERP, whether we invite or not (%o)',
  async (options) => {
    const world = await running(options);
    expect(repliesIn(world)).toEqual({ [CUSTOMER]: 'none', [BUYER]: 'none' });
    change(world.outlook('anna'), itemOf(world, 'anna').id, { OptionalAttendees: [] });
    await world.settle();
    expect(repliesIn(world)).toEqual({ [CUSTOMER]: 'none' });
    expect(listed(world)).toEqual([CUSTOMER]);
    expect(ourMails(world)).toEqual([]);
  },
);
