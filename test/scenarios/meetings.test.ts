import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { ANNA, EVA } from '../simulators/mailbox-bench.js';
import { cancelMeeting } from '../simulators/mailbox/responses.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import {
  answer,
  change,
  CUSTOMER,
  invite,
  inviteEva,
  itemOf,
  itemsOf,
  MEETING,
  ourMails,
  recordOf,
  remove,
  repliesIn,
  saidOf,
  worldOf,
} from './meeting-world.js';
import type { World } from './world.js';

/** A world in which the ERP knows Eva alone: Anna, who invites her, is like somebody from outside. */
function outside(options: Parameters<typeof worldOf>[0]): World {
  return worldOf(options, { erp: { staff: { E05: EVA } } });
}

async function eva(world: World, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('eva');
  }
}

async function anna(world: World, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('anna');
  }
}

describe('a meeting that somebody made in Outlook', () => {
  test('comes to the ERP with its attendees, marked as a meeting', async () => {
    const world = worldOf({});
    invite(world, 'anna');
    await anna(world);
    const { record } = recordOf(world);
    expect([record.title, record.isMeeting]).toEqual(['Abnahme Prüfstand', true]);
    expect(repliesIn(world)).toEqual({ [CUSTOMER]: 'none' });
    expect(ourMails(world)).toEqual([]);
  });

  test('keeps an attendee without a mail address in Exchange', async () => {
    const world = worldOf({});
    const noAddress = { EmailAddress: '/o=Firma/cn=Empfaenger', RoutingType: 'EX', Name: 'Alt' };
    const id = invite(world, 'anna', {
      RequiredAttendees: [noAddress, { EmailAddress: CUSTOMER }],
    });
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await anna(world);
    const { properties } = world.outlook('anna').get(itemTarget(id));
    expect([properties.Location, properties.RequiredAttendees?.length]).toEqual(['Halle 3', 2]);
  });

  test('that was made of an appointment is taken over like a new one', async () => {
    const world = worldOf({});
    const id = invite(world, 'anna', { RequiredAttendees: [] });
    await anna(world);
    change(world.outlook('anna'), id, {
      Subject: 'Jetzt mit Kunde',
      RequiredAttendees: [{ EmailAddress: CUSTOMER }],
    });
    await anna(world);
    const { record } = recordOf(world);
    expect([record.title, record.isMeeting]).toEqual(['Jetzt mit Kunde', true]);
    expect(repliesIn(world)).toEqual({ [CUSTOMER]: 'none' });
  });
});

describe('mode protected (scenario 30)', () => {
  test('what Exchange changes does not change the ERP, and the difference is shown once', async () => {
    const world = worldOf({});
    const id = invite(world, 'anna');
    await anna(world);
    const { version } = recordOf(world);
    change(world.outlook('anna'), id, {
      Subject: 'Anders',
      Start: '2026-03-11T09:00:00Z',
      End: '2026-03-11T10:00:00Z',
    });
    await anna(world);
    await anna(world);
    expect(recordOf(world).version).toBe(version);
    expect(itemOf(world, 'anna').properties.Subject).toBe('Anders');
    const said = saidOf(world, 'anna', 'meetingProtected');
    expect(said.map(({ event, fields }) => [event, ...fields])).toEqual([
      ['ignored', 'subject', 'when'],
    ]);
  });

  test('what the ERP changes goes to Exchange, and the answers stay as they are', async () => {
    const world = worldOf({});
    const id = invite(world, 'anna', { RequiredAttendees: [{ EmailAddress: EVA }] });
    await anna(world);
    answer(world, 'eva', itemOf(world, 'eva').id, 'Accept');
    await anna(world);
    world.erp.person.edit(recordOf(world).id, { title: 'Neu im ERP', body: 'Neuer Text' });
    await anna(world);
    const { properties } = world.outlook('anna').get(itemTarget(id));
    expect(properties.Subject).toBe('Neu im ERP');
    expect(properties.RequiredAttendees?.map(({ ResponseType }) => ResponseType)).toEqual([
      'Accept',
    ]);
    expect(ourMails(world)).toEqual([]);
  });

  test('is put back where the administrator enforces it', async () => {
    const world = worldOf({ enforce: true });
    const id = invite(world, 'anna');
    await anna(world);
    change(world.outlook('anna'), id, { Subject: 'Anders' });
    await anna(world);
    expect(itemOf(world, 'anna').properties.Subject).toBe('Abnahme Prüfstand');
    expect(recordOf(world).record.title).toBe('Abnahme Prüfstand');
    expect(ourMails(world)).toEqual([]);
  });

  test('deleted in Exchange it stays in the ERP, and is not made again', async () => {
    const world = worldOf({});
    const id = invite(world, 'anna');
    await anna(world);
    remove(world.outlook('anna'), id);
    await anna(world);
    expect([world.erp.rows.length, itemsOf(world, 'anna').length]).toEqual([1, 0]);
  });

  test('a record that is marked as a meeting is protected though its copy has no attendees', async () => {
    const world = worldOf({});
    world.erp.person.create('E01', { title: 'Konferenz', isMeeting: true, when: WHEN });
    await anna(world);
    change(world.outlook('anna'), itemOf(world, 'anna').id, { Subject: 'Anders' });
    await anna(world);
    expect(recordOf(world).record.title).toBe('Konferenz');
  });
});

describe.each(['protected', 'full'] as const)('a protected record, in mode %s', (meetings) => {
  test('is neither changed nor deleted by Exchange', async () => {
    const world = worldOf({ meetings });
    world.erp.person.create('E01', { title: 'Prüfung', isProtected: true, when: WHEN });
    await anna(world);
    const { version } = recordOf(world);
    const { id } = itemOf(world, 'anna');
    change(world.outlook('anna'), id, { Subject: 'Anders' });
    await anna(world);
    expect(recordOf(world).version).toBe(version);
    expect(saidOf(world, 'anna', 'recordProtected').length).toBe(1);
    remove(world.outlook('anna'), id);
    await anna(world);
    expect(recordOf(world).version).toBe(version);
  });
});

describe('mode full', () => {
  test('what the organiser changes in Outlook changes the ERP', async () => {
    const world = worldOf({ meetings: 'full' });
    const id = invite(world, 'anna');
    await anna(world);
    change(world.outlook('anna'), id, {
      Subject: 'Verlegt',
      Start: '2026-03-12T09:00:00Z',
      End: '2026-03-12T10:00:00Z',
    });
    await anna(world);
    const { title, when } = recordOf(world).record;
    expect([title, when]).toEqual([
      'Verlegt',
      span('2026-03-12T09:00:00Z', '2026-03-12T10:00:00Z'),
    ]);
  });

  test('a reschedule by the organiser moves the record of an attendee (scenario 48)', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'));
    await eva(world);
    world.clock.advance(60_000);
    change(world.outlook('anna'), id, {
      Start: '2026-03-12T09:00:00Z',
      End: '2026-03-12T10:00:00Z',
    });
    await eva(world);
    expect(recordOf(world).record.when).toEqual(
      span('2026-03-12T09:00:00Z', '2026-03-12T10:00:00Z'),
    );
    expect(world.erp.rows.length).toBe(1);
  });

  test("an attendee's own edit of subject and time stays theirs", async () => {
    const world = outside({ meetings: 'full' });
    inviteEva(world.outlook('anna'));
    await eva(world);
    const { version } = recordOf(world);
    change(world.outlook('eva'), itemOf(world, 'eva').id, {
      Subject: 'Mein Name dafür',
      Start: '2026-03-15T09:00:00Z',
      End: '2026-03-15T10:00:00Z',
    });
    await eva(world);
    expect(recordOf(world).version).toBe(version);
    expect(saidOf(world, 'eva', 'attendeeCopy').map(({ fields }) => fields)).toEqual([
      ['subject', 'when'],
    ]);
  });

  test('an attendee never becomes the organiser, whatever the ERP changes', async () => {
    const world = outside({ meetings: 'full' });
    inviteEva(world.outlook('anna'));
    await eva(world);
    world.erp.person.edit(recordOf(world).id, { title: 'Im ERP geändert' });
    await eva(world);
    const { properties } = itemOf(world, 'eva');
    expect([properties.Subject, properties.MyResponseType]).toEqual([
      'Abnahme Prüfstand',
      'NoResponseReceived',
    ]);
    expect(ourMails(world)).toEqual([]);
  });

  test('called off by the organiser the record goes as if they had deleted it', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'));
    await eva(world);
    const how = { host: world.organisation, cause: 'person', by: 'Anna', isSent: true };
    cancelMeeting(world.outlook('anna'), itemTarget(id), how);
    await eva(world);
    expect(world.erp.rows).toEqual([]);
  });

  test('called off it goes for every employee at once', async () => {
    const world = worldOf({ meetings: 'full' }, { erp: { staff: { E05: EVA, E01: ANNA } } });
    const boss = world.outlook('anna');
    const id = inviteEva(boss, { RequiredAttendees: [{ EmailAddress: EVA }] });
    await world.settle();
    const how = { host: world.organisation, cause: 'person', by: 'Anna', isSent: true };
    cancelMeeting(boss, itemTarget(id), how);
    await world.settle();
    expect(world.erp.rows).toEqual([]);
    expect(ourMails(world)).toEqual([]);
  });

  test('called off before it was ever synced it is no new appointment', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'));
    const how = { host: world.organisation, cause: 'person', by: 'Anna', isSent: true };
    cancelMeeting(world.outlook('anna'), itemTarget(id), how);
    await eva(world);
    expect(world.erp.rows).toEqual([]);
  });
});

describe.each(['protected', 'full'] as const)(
  'answers, in mode %s (scenarios 48, 49)',
  (meetings) => {
    test("an attendee's answer arrives in the ERP, and our next write never resets it", async () => {
      const world = worldOf({ meetings });
      const id = invite(world, 'anna', {
        RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
      });
      await anna(world);
      answer(world, 'eva', itemOf(world, 'eva').id, 'Tentative');
      await anna(world);
      expect(repliesIn(world)[EVA]).toBe('tentative');
      world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
      await anna(world);
      const { RequiredAttendees } = world.outlook('anna').get(itemTarget(id)).properties;
      expect(RequiredAttendees?.[0]?.ResponseType).toBe('Tentative');
      expect(repliesIn(world)[EVA]).toBe('tentative');
    });

    test('a declined copy is out of that mailbox, the record shows it, and it does not come back', async () => {
      const world = worldOf({ meetings });
      invite(world, 'anna', {
        RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
      });
      await world.settle();
      answer(world, 'eva', itemOf(world, 'eva').id, 'Decline');
      await world.settle();
      world.erp.person.edit(recordOf(world).id, { title: 'Noch einmal anders' });
      await world.settle();
      expect(itemsOf(world, 'eva')).toEqual([]);
      expect(recordOf(world).employees).toEqual(['E01', 'E05']);
      expect(repliesIn(world)[EVA]).toBe('declined');
      expect(itemsOf(world, 'anna').length).toBe(1);
      expect(ourMails(world)).toEqual([]);
    });

    test('a copy that Exchange makes anew by itself is no appointment that a person restored', async () => {
      const world = outside({ meetings });
      inviteEva(world.outlook('anna'));
      await eva(world);
      const { id, properties } = itemOf(world, 'eva');
      remove(world.outlook('eva'), id);
      await eva(world);
      const before = world.erp.rows.length;
      repairCalendar(world, properties.UID ?? '');
      await eva(world);
      expect(world.erp.rows.length).toBe(before);
      expect(itemsOf(world, 'eva').length).toBe(1);
    });
  },
);

const WHEN = span('2026-03-10T09:00:00Z', '2026-03-10T10:00:00Z');

function span(startsAt: string, endsAt: string) {
  return { kind: 'timed' as const, startsAt: parseInstant(startsAt), endsAt: parseInstant(endsAt) };
}

/** The Calendar Repair Assistant: the same UID, a new item, none of our marks. */
function repairCalendar(world: World, uid: string): void {
  const input = { ...MEETING, UID: uid, RequiredAttendees: [{ EmailAddress: EVA }] };
  const plan = { kind: 'CalendarItem', input, extended: [] } as const;
  const context = {
    headerZone: null,
    send: 'SendToNone',
    cause: 'repair',
    by: 'Assistant',
  } as const;
  const { stored } = world.outlook('eva').create(null, plan, context);
  stored.properties.MyResponseType = 'NoResponseReceived';
}
