import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { ANNA, EVA } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { HOUR, inErp, patiently, span } from './hands.js';
import {
  answer,
  change,
  CUSTOMER,
  invite,
  inviteEva,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  repliesIn,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { surviving } from './surviving.js';
import type { SurvivingOptions } from './surviving.js';
import type { World } from './world.js';

/** G. Meetings and mail. */

function chosen(options: Parameters<typeof worldOf>[0]): SurvivingOptions {
  return { policy: worldOf(options).policy };
}

const customer = { employeeId: null, email: CUSTOMER, name: 'Einkauf', reply: 'none' } as const;
const eva = { employeeId: 'E05', email: EVA, name: 'Eva Müller', reply: 'none' } as const;

test('46: "on the first day all our customers got invitations to old meetings"', () =>
  surviving(
    async (world) => {
      for (let month = 0; month < 24; month += 6) {
        const start = Date.UTC(2024, 3 + month, 10, 9);
        const times = {
          Start: new Date(start).toISOString(),
          End: new Date(start + HOUR).toISOString(),
        };
        invite(world, month % 12 === 0 ? 'anna' : 'eva', times);
      }
      inErp(world, 'aus dem ERP', { isMeeting: true, participants: [customer] });
      world.clock.advance(60_000);
      await world.cycle('anna');
      await world.cycle('anna');
      // the second user is enabled
      await world.settle();
      expect(world.erp.rows).toHaveLength(5);
      await world.resync('anna');
      world.forgetWatermarks('eva');
      await world.settle();
      expect(world.erp.rows).toHaveLength(5);
      expect(ourMails(world)).toEqual([]);
    },
    {
      policy: {
        ...worldOf({ realMeetings: true, sendMail: true, meetings: 'full' }).policy,
        syncStart: parseInstant('2024-01-01T00:00:00Z'),
      },
    },
  ));

describe('47: "we corrected a note, and every customer got an update"', () => {
  const REAL = { realMeetings: true, sendMail: true, meetings: 'full' } as const;

  test('47: a note in the ERP', () =>
    surviving(async (world) => {
      const id = invite(world, 'anna');
      await world.settle();
      world.erp.person.edit(recordOf(world).id, { body: 'Nur für uns', reminderMinutes: 45 });
      await world.settle();
      const { properties } = world.outlook('anna').get(itemTarget(id));
      expect(properties.ReminderMinutesBeforeStart).toBe(45);
      expect(properties.Body?.Value).toContain('Nur für uns');
    }, chosen(REAL)));

  test('47: one attendee more is one invitation to that person, from the organiser, at most once', () =>
    surviving(
      async (world, { isCalm }) => {
        invite(world, 'anna');
        await world.settle();
        world.erp.person.edit(recordOf(world).id, { participants: [customer, eva] });
        await patiently(world);
        const mails = ourMails(world).map(({ kind, from, to }) => [kind, from, ...to]);
        const invitation = ['invitation', ANNA, EVA];
        // whoever dies in the middle may lose a mail, and says so, and never doubles one
        if (isCalm || mails.length > 0) expect(mails).toEqual([invitation]);
        expect(recordOf(world).employees).toEqual(['E01', 'E05']);
      },
      { ...chosen(REAL), staysSilent: false },
    ));

  test('47: one attendee more where no mail is allowed', () =>
    surviving(
      async (world) => {
        invite(world, 'anna');
        await world.settle();
        world.erp.person.edit(recordOf(world).id, { participants: [customer, eva] });
        await world.settle();
        expect(ourMails(world)).toEqual([]);
      },
      chosen({ realMeetings: true, meetings: 'full' }),
    ));
});

/** Only Eva is synced; Anna invites her from outside. */
async function evaAlone(world: World, rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('eva');
  }
}

describe.each(['protected', 'full'] as const)('48: "I am only invited" (mode %s)', (meetings) => {
  const options: SurvivingOptions = {
    ...chosen({ meetings }),
    erp: { staff: { E05: EVA } },
    synced: ['eva'],
  };

  test('48: "… and after an edit I was the organiser"', () =>
    surviving(async (world) => {
      inviteEva(world.outlook('anna'));
      await evaAlone(world);
      world.erp.person.edit(recordOf(world).id, { title: 'Im ERP geändert' });
      change(world.outlook('eva'), itemOf(world, 'eva').id, { ReminderMinutesBeforeStart: 30 });
      await evaAlone(world);
      const { properties } = itemOf(world, 'eva');
      expect(properties.Organizer).toMatchObject({ EmailAddress: ANNA });
      expect(properties.MyResponseType).toBe('NoResponseReceived');
      expect(properties.Subject).toBe('Abnahme Prüfstand');
    }, options));

  test('48: "… and when I declined, it came back"', () =>
    surviving(async (world) => {
      invite(world, 'anna', {
        RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
      });
      await world.settle();
      answer(world, 'eva', itemOf(world, 'eva').id, 'Decline');
      await world.settle();
      await world.resync('eva');
      world.erp.person.edit(recordOf(world).id, { title: 'noch einmal anders' });
      await world.settle();
      expect(itemsOf(world, 'eva')).toEqual([]);
      expect(repliesIn(world)[EVA]).toBe('declined');
      expect(itemsOf(world, 'anna')).toHaveLength(1);
    }, chosen({ meetings })));

  test('48: "… and when it was moved, the ERP had it twice"', () =>
    surviving(async (world) => {
      const id = inviteEva(world.outlook('anna'));
      await evaAlone(world);
      const { version } = recordOf(world);
      world.clock.advance(60_000);
      change(world.outlook('anna'), id, {
        Start: '2026-03-12T09:00:00Z',
        End: '2026-03-12T10:00:00Z',
      });
      await evaAlone(world);
      if (meetings === 'full') {
        expect(recordOf(world).record.when).toEqual(span('2026-03-12T09:00:00Z'));
      } else {
        expect(recordOf(world).version).toBe(version);
        const shown = saidOf(world, 'eva', 'attendeeCopy').map(({ event, fields }) => [
          event,
          ...fields,
        ]);
        expect(shown).toContainEqual(['ignored', 'when']);
      }
    }, options));
});

test.each(['protected', 'full'] as const)(
  '49: "the customer accepted, and your next write reset the answer" (mode %s)',
  (meetings) =>
    surviving(async (world) => {
      const id = invite(world, 'anna', {
        RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
      });
      await world.settle();
      answer(world, 'eva', itemOf(world, 'eva').id, 'Tentative');
      await world.settle();
      expect(repliesIn(world)[EVA]).toBe('tentative');
      world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
      await world.settle();
      const { Location, RequiredAttendees } = world.outlook('anna').get(itemTarget(id)).properties;
      expect([Location, RequiredAttendees?.[0]?.ResponseType]).toEqual(['Halle 3', 'Tentative']);
      expect(repliesIn(world)).toMatchObject({ [EVA]: 'tentative' });
    }, chosen({ meetings })),
);
