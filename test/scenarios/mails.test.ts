import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { Crash } from '../simulators/crash.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import type { ItemRef, Mailbox } from '../../sync/ports/exchange.js';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import type { Answer } from '../../sync/ports/failure.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import {
  answer,
  change,
  CUSTOMER,
  invite,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  repliesIn,
  ROOM,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { pairId } from './world.js';
import type { World, WorldOptions } from './world.js';

const REAL: Partial<PairOptions> = { realMeetings: true, sendMail: true, meetings: 'full' };
const ROOMS: Partial<PairOptions> = { bookRooms: true };

/** Anna's pair has run before, so that what follows is an edit and no first sync. */
async function running(options: Partial<PairOptions>): Promise<World> {
  const world = worldOf(options);
  await anna(world);
  return world;
}

async function anna(world: World, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('anna');
  }
}

function span(startsAt: string, endsAt: string) {
  return { kind: 'timed' as const, startsAt: parseInstant(startsAt), endsAt: parseInstant(endsAt) };
}

const WHEN = span('2026-03-10T09:00:00Z', '2026-03-10T10:00:00Z');
const customer = { employeeId: null, email: CUSTOMER, name: 'Einkauf', reply: 'none' } as const;
const room = {
  employeeId: null,
  email: ROOM,
  name: 'Raum 1',
  reply: 'none',
  isRoom: true,
} as const;
const eva = { employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' } as const;

const MEETING: ErpAppointmentPatch = {
  title: 'Abnahme',
  when: WHEN,
  isMeeting: true,
  participants: [customer],
};

/** Kind and recipients of every mail that went out because of us. */
function mails(world: World): readonly (readonly string[])[] {
  return ourMails(world).map(({ kind, to }) => [kind, ...to]);
}

describe('by default no mail goes out (scenario 46)', () => {
  test('two years of history, a second employee, a full resync: nobody is told', async () => {
    const world = worldOf(
      {},
      { policy: { stockFrom: null, syncStart: parseInstant('2024-01-01T00:00:00Z') } },
    );
    for (let month = 0; month < 24; month += 1) {
      const start = Date.UTC(2024, 3 + month, 10, 9);
      invite(world, month % 2 === 0 ? 'anna' : 'eva', {
        Start: new Date(start).toISOString(),
        End: new Date(start + 3_600_000).toISOString(),
        RequiredAttendees: [{ EmailAddress: month % 2 === 0 ? EVA : CUSTOMER }],
      });
    }
    await anna(world);
    await world.settle();
    world.forgetWatermarks('anna');
    await world.settle();
    await world.resync('eva');
    await world.settle();
    expect(world.erp.rows.length).toBe(24);
    expect(mails(world)).toEqual([]);
  });

  test('an edit, an attendee more and a deletion in the ERP tell nobody', async () => {
    const world = await running({ meetings: 'full' });
    invite(world, 'anna');
    await anna(world);
    const { id } = recordOf(world);
    world.erp.person.edit(id, { when: span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z') });
    await anna(world);
    world.erp.person.edit(id, { participants: [customer, eva] });
    await anna(world);
    world.erp.person.remove(id);
    await anna(world);
    expect(itemsOf(world, 'anna')).toEqual([]);
    expect(mails(world)).toEqual([]);
  });
});

describe('with mailing allowed', () => {
  test('the first sync of all there is tells nobody (scenario 46)', async () => {
    const world = worldOf(REAL);
    world.erp.person.create('E01', MEETING);
    invite(world, 'anna', { Subject: 'Aus Outlook' });
    await anna(world);
    world.forgetWatermarks('anna');
    await anna(world);
    await world.resync('anna');
    expect(world.erp.rows.length).toBe(2);
    expect(mails(world)).toEqual([]);
  });

  test('a new meeting in the ERP invites everybody on it, once', async () => {
    const world = await running(REAL);
    world.erp.person.create('E01', { ...MEETING, participants: [customer, room] });
    await anna(world);
    await anna(world);
    expect(mails(world)).toEqual([['invitation', CUSTOMER, ROOM]]);
  });

  test('an appointment that is no meeting invites nobody', async () => {
    const world = await running(REAL);
    world.erp.person.create('E01', { ...MEETING, isMeeting: false });
    await anna(world);
    expect(itemOf(world, 'anna').properties.RequiredAttendees).toBeUndefined();
    expect(mails(world)).toEqual([]);
  });

  test('another time in the ERP is one update to everybody', async () => {
    const world = await running(REAL);
    invite(world, 'anna');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, {
      when: span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z'),
    });
    await anna(world);
    expect(mails(world)).toEqual([['update', CUSTOMER]]);
  });

  test('another note in the ERP tells nobody (scenario 47)', async () => {
    const world = await running(REAL);
    invite(world, 'anna');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { body: 'Nur für uns', reminderMinutes: 30 });
    await anna(world);
    expect(itemOf(world, 'anna').properties.ReminderMinutesBeforeStart).toBe(30);
    expect(mails(world)).toEqual([]);
  });

  test('one attendee more is one invitation to that person alone, from the organiser (scenario 47)', async () => {
    const world = await running(REAL);
    const id = invite(world, 'anna');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { participants: [customer, eva] });
    await anna(world);
    expect(mails(world)).toEqual([['invitation', EVA]]);
    expect(ourMails(world)[0]?.from).toBe(world.outlook('anna').address);
    const { RequiredAttendees } = world.outlook('anna').get(itemTarget(id)).properties;
    expect(RequiredAttendees?.map(({ EmailAddress }) => EmailAddress)).toEqual([CUSTOMER, EVA]);
  });

  test('deleted in the ERP it is called off once', async () => {
    const world = await running(REAL);
    invite(world, 'anna');
    await anna(world);
    world.erp.person.remove(recordOf(world).id);
    await anna(world);
    expect(itemsOf(world, 'anna')).toEqual([]);
    expect(mails(world)).toEqual([['cancellation', CUSTOMER]]);
  });

  test('of what is over nobody is told', async () => {
    const world = await running(REAL);
    invite(world, 'anna', { Start: '2026-02-10T09:00:00Z', End: '2026-02-10T10:00:00Z' });
    await anna(world);
    const { id } = recordOf(world);
    world.erp.person.edit(id, { location: 'Halle 3' });
    await anna(world);
    world.erp.person.remove(id);
    await anna(world);
    expect(itemsOf(world, 'anna')).toEqual([]);
    expect(mails(world)).toEqual([]);
  });

  test("a colleague's copy never tells anybody", async () => {
    const world = await running(REAL);
    invite(world, 'anna', {
      RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
    });
    await world.settle();
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await world.settle();
    expect(mails(world)).toEqual([['update', EVA, CUSTOMER]]);
    expect(ourMails(world)[0]?.from).toBe(world.outlook('anna').address);
  });

  test('who was added in Outlook stays, and whoever answered has still answered', async () => {
    const world = await running(REAL);
    const id = invite(world, 'anna', { RequiredAttendees: [{ EmailAddress: EVA }] });
    await anna(world);
    answer(world, 'eva', itemOf(world, 'eva').id, 'Accept');
    change(world.outlook('anna'), id, {
      OptionalAttendees: [{ EmailAddress: 'neu@kunde.example' }],
    });
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await anna(world);
    const { RequiredAttendees, OptionalAttendees } = itemOf(world, 'anna').properties;
    expect(RequiredAttendees?.map(({ ResponseType }) => ResponseType)).toEqual(['Accept']);
    expect(OptionalAttendees?.length).toBe(1);
    expect(repliesIn(world)).toEqual({ [EVA]: 'accepted', 'neu@kunde.example': 'none' });
  });

  test('without real meetings the permission to mail tells nobody', async () => {
    const world = await running({ sendMail: true, meetings: 'full' });
    invite(world, 'anna');
    world.erp.person.create('E01', { ...MEETING, title: 'Aus dem ERP' });
    await anna(world);
    for (const { id } of world.erp.rows) world.erp.person.edit(id, { location: 'Halle 3' });
    await anna(world);
    expect(mails(world)).toEqual([]);
  });

  test('put back together with a note from the ERP it tells nobody either', async () => {
    const world = await running({ ...REAL, meetings: 'protected', enforce: true });
    const id = invite(world, 'anna');
    await anna(world);
    change(world.outlook('anna'), id, {
      Start: '2026-03-12T09:00:00Z',
      End: '2026-03-12T10:00:00Z',
    });
    world.erp.person.edit(recordOf(world).id, { body: 'Nur für uns' });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Start).toBe(Date.parse('2026-03-10T09:00:00Z'));
    expect(mails(world)).toEqual([]);
  });

  test('what is put back tells nobody: no edit in the ERP justifies it', async () => {
    const world = await running({ ...REAL, meetings: 'protected', enforce: true });
    const id = invite(world, 'anna');
    await anna(world);
    change(world.outlook('anna'), id, {
      Start: '2026-03-12T09:00:00Z',
      End: '2026-03-12T10:00:00Z',
    });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Start).toBe(Date.parse('2026-03-10T09:00:00Z'));
    expect(mails(world)).toEqual([]);
  });
});

describe('what is no fresh edit in the ERP tells nobody', () => {
  /** A meeting of the ERP's that everybody was invited to, and what has been mailed so far. */
  async function held(policy: Partial<WorldOptions['policy']> = {}): Promise<World> {
    const world = worldOf(REAL, { policy });
    await anna(world);
    world.erp.person.create('E01', MEETING);
    await anna(world);
    expect(mails(world)).toEqual([['invitation', CUSTOMER]]);
    return world;
  }

  test('one that could not be carried over at once, because the mailbox was not to be read', async () => {
    const world = await held();
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    world.connector = {
      ...memoryExchange(world.organisation),
      read: async (_, ids) => ids.map(() => failed(new ConnectorFailure('busy', 'busy'))),
    };
    await world.cycle('anna');
    world.connector = null;
    await anna(world);
    expect(itemOf(world, 'anna').properties.Location).toBe('Halle 3');
    expect(mails(world)).toHaveLength(1);
  });

  test('one beside an item that comes back and of which nothing was remembered', async () => {
    const world = await held({ leavePrivateOut: true });
    change(world.outlook('anna'), itemOf(world, 'anna').id, { Sensitivity: 'Private' });
    await anna(world);
    const before = mails(world).length;
    change(world.outlook('anna'), itemOf(world, 'anna').id, { Sensitivity: 'Normal' });
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Location).toBe('Halle 3');
    expect(mails(world)).toHaveLength(before);
  });

  test('one that comes with an upgrade', async () => {
    const world = await held();
    const { links } = world.store.pair(pairId('anna'));
    for (const [id, link] of links) links.set(id, { ...link, form: 'appointment.0' });
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Location).toBe('Halle 3');
    expect(mails(world)).toHaveLength(1);
  });

  test('the deletion of a copy that somebody else invited to', async () => {
    const world = await running(REAL);
    invite(world, 'anna', { RequiredAttendees: [{ EmailAddress: EVA }] });
    await world.settle();
    const direct = memoryExchange(world.organisation);
    const told: string[] = [];
    world.connector = {
      ...direct,
      remove: async (mailbox, entries, signal) => {
        if (entries.some(({ tell }) => tell !== undefined)) told.push(mailbox.address);
        return direct.remove(mailbox, entries, signal);
      },
    };
    world.erp.person.remove(recordOf(world).id);
    world.clock.advance(60_000);
    await world.cycle('eva');
    await world.settle();
    expect([itemsOf(world, 'anna'), told.filter((one) => one === EVA)]).toEqual([[], []]);
  });
});

describe('a crash anywhere may lose a mail and never doubles one', () => {
  const EDITS: readonly (readonly [string, (world: World) => void, readonly string[]])[] = [
    [
      'another time',
      (world) =>
        world.erp.person.edit(recordOf(world).id, {
          when: span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z'),
        }),
      ['update', CUSTOMER],
    ],
    [
      'one attendee more',
      (world) => world.erp.person.edit(recordOf(world).id, { participants: [customer, eva] }),
      ['invitation', EVA],
    ],
    ['deleted', (world) => world.erp.person.remove(recordOf(world).id), ['cancellation', CUSTOMER]],
  ];

  test.each(EDITS)('%s', async (_, act, justified) => {
    for (let at = 1; at <= 16; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await running(REAL);
        invite(world, 'anna');
        await anna(world);
        act(world);
        await world.cycle('anna', { at, when });
        await world.settle();
        const sent = mails(world);
        expect([[], [justified]], `${when} call ${String(at)}`).toContainEqual(sent);
        // lost or not certain: it is said
        const open = world.store.pair(pairId('anna')).intents.size;
        expect([sent.length + saidOf(world, 'anna', 'mailUncertain').length > 0, open]).toEqual([
          true,
          0,
        ]);
      }
    }
  });

  test('moved elsewhere in Outlook before we came back, it is set right in silence', async () => {
    const world = await running(REAL);
    const id = invite(world, 'anna');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { when: LATER });
    dieAfter(world, 'update');
    await world.cycle('anna');
    change(world.outlook('anna'), id, {
      Start: '2026-03-20T09:00:00Z',
      End: '2026-03-20T10:00:00Z',
    });
    await world.settle();
    expect(itemOf(world, 'anna').properties.Start).toBe(Date.parse(LATER.startsAt));
    expect(mails(world)).toEqual([['update', CUSTOMER]]);
  });

  test('a new meeting that we died before making is made without a mail, and that is said', async () => {
    const world = await running(REAL);
    world.erp.person.create('E01', MEETING);
    dieBefore(world, 'create');
    await world.cycle('anna');
    await world.settle();
    expect(itemOf(world, 'anna').properties.RequiredAttendees?.length).toBe(1);
    expect(mails(world)).toEqual([]);
    expect(saidOf(world, 'anna', 'mailUncertain').length).toBe(1);
  });

  test('what a busy server did not take in a first sync is brought later without a mail', async () => {
    const world = worldOf(REAL);
    world.erp.person.create('E01', MEETING);
    refuseOnce(world, new ConnectorFailure('busy', 'busy'));
    await anna(world);
    expect(itemsOf(world, 'anna').length).toBe(1);
    expect(mails(world)).toEqual([]);
  });

  test('a new meeting', async () => {
    for (let at = 1; at <= 12; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await running(REAL);
        world.erp.person.create('E01', MEETING);
        await world.cycle('anna', { at, when });
        await world.settle();
        expect(itemsOf(world, 'anna').length, `${when} call ${String(at)}`).toBe(1);
        expect([[], [['invitation', CUSTOMER]]]).toContainEqual(mails(world));
      }
    }
  });
});

const LATER = span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z');

/** The next call of that name is done, and then we die. */
function dieAfter(world: World, call: 'create' | 'update'): void {
  interrupt(world, call, async (go) => {
    await go();
    throw new Crash(`died after ${call}`);
  });
}

function dieBefore(world: World, call: 'create' | 'update'): void {
  interrupt(world, call, () => Promise.reject(new Crash(`died before ${call}`)));
}

function refuseOnce(world: World, failure: ConnectorFailure): void {
  interrupt(world, 'create', (_, entries) => Promise.resolve(entries.map(() => failed(failure))));
}

function interrupt(
  world: World,
  call: 'create' | 'update',
  how: (
    go: () => Promise<readonly Answer<ItemRef>[]>,
    entries: readonly unknown[],
  ) => Promise<readonly Answer<ItemRef>[]>,
): void {
  const port = memoryExchange(world.organisation);
  world.connector = {
    ...port,
    [call]: (mailbox: Mailbox, entries: never[], signal: AbortSignal) => {
      world.connector = null;
      return how(() => port[call](mailbox, entries, signal), entries);
    },
  };
}

describe('booking rooms asks rooms and nobody else', () => {
  test('a room in the ERP is asked, the customer beside it is not', async () => {
    const world = await running(ROOMS);
    world.erp.person.create('E01', { ...MEETING, participants: [customer, room] });
    await anna(world);
    expect(mails(world)).toEqual([['invitation', ROOM]]);
    expect(itemOf(world, 'anna').properties.RequiredAttendees).toBeUndefined();
  });

  test('another time is told the room while it alone is on the list', async () => {
    const world = await running({ ...ROOMS, meetings: 'full' });
    world.erp.person.create('E01', { ...MEETING, participants: [room] });
    await anna(world);
    world.erp.person.edit(recordOf(world).id, {
      when: span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z'),
    });
    await anna(world);
    expect(mails(world)).toEqual([
      ['invitation', ROOM],
      ['update', ROOM],
    ]);
  });

  test('a meeting with customers is never told because of a room', async () => {
    const world = await running({ ...ROOMS, meetings: 'full' });
    invite(world, 'anna');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { participants: [customer, room] });
    await anna(world);
    world.erp.person.edit(recordOf(world).id, {
      when: span('2026-03-11T09:00:00Z', '2026-03-11T10:00:00Z'),
    });
    await anna(world);
    expect(mails(world)).toEqual([['invitation', ROOM]]);
  });
});
