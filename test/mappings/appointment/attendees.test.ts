import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ErpParticipant } from '../../../mappings/erp-record.js';
import type { ExchangeAttendee } from '../../../mappings/exchange-item.js';
import { APPOINTMENT } from '../../../mappings/appointment/kind.js';
import type { TranslationContext } from '../../../mappings/kind.js';
import { parseEmail } from '../../../mappings/values.js';
import { appointments } from '../arbitraries.js';
import { records, singleItems } from '../arbitrary-sides.js';
import { CONTEXT, EMPTY_ITEM, EMPTY_RECORD, patchItem, patchRecord } from '../sides.js';

const OWN = parseEmail('selbst@firma.example');
const CUSTOMER = parseEmail('kunde@kunde.example');
const ROOM = parseEmail('raum1@firma.example');
const BOSS = parseEmail('chef@firma.example');

function inviting(invites: 'nobody' | 'rooms' | 'everybody'): TranslationContext {
  return { ...CONTEXT, meetings: { address: OWN, invites } };
}

const customer: ErpParticipant = { employeeId: null, email: CUSTOMER, name: 'K', reply: 'none' };
const room: ErpParticipant = { ...customer, email: ROOM, name: 'Raum 1', isRoom: true };
const MEETING = { ...EMPTY_RECORD, isMeeting: true, participants: [customer, room] };

function attendee(
  address: typeof OWN | null,
  more: Partial<ExchangeAttendee> = {},
): ExchangeAttendee {
  return { address, name: 'X', role: 'Required', response: 'Unknown', ...more };
}

describe('the laws hold with attendees', () => {
  it.each(['nobody', 'rooms', 'everybody'] as const)('where %s is invited', (invites) => {
    const context = inviting(invites);
    fc.assert(
      fc.property(appointments, (value) => {
        fc.pre(value.series === null);
        const item = patchItem(null, APPOINTMENT.toExchange(value, null, context).value);
        const people = (one: typeof value) => {
          const { isMeeting, attendees, replies } = APPOINTMENT.canonical(one);
          return { isMeeting, attendees, replies };
        };
        const held = APPOINTMENT.asExchangeHolds(value, context);
        expect(people(APPOINTMENT.fromExchange(item, context))).toEqual(people(held));
        expect(people(APPOINTMENT.asExchangeHolds(held, context))).toEqual(people(held));
      }),
    );
    fc.assert(
      fc.property(singleItems, (item) => {
        const value = APPOINTMENT.fromExchange(item, context);
        expect(APPOINTMENT.toExchange(value, item, context).value).toBeNull();
      }),
    );
    fc.assert(
      fc.property(records, (record) => {
        fc.pre(record.rrule === null);
        const value = APPOINTMENT.fromErp(record, context);
        expect(APPOINTMENT.toErp(value, record, context).value).toBeNull();
      }),
    );
  });
});

describe('who is put onto a list in Exchange', () => {
  const invitees = (
    invites: 'nobody' | 'rooms' | 'everybody',
    more: Partial<typeof MEETING> = {},
  ) => {
    const context = inviting(invites);
    const value = APPOINTMENT.fromErp({ ...MEETING, ...more }, context);
    const patch = APPOINTMENT.toExchange(value, null, context).value;
    return (patch?.invitees ?? []).map(({ address, role }) => `${role} ${address}`);
  };

  it('nobody by default', () => {
    expect(invitees('nobody')).toEqual([]);
  });

  it('rooms alone where rooms are booked', () => {
    expect(invitees('rooms')).toEqual([`Resource ${ROOM}`]);
  });

  it('everybody of a real meeting, and nobody of what is none', () => {
    expect(invitees('everybody')).toEqual([`Required ${CUSTOMER}`, `Resource ${ROOM}`]);
    expect(invitees('everybody', { isMeeting: false })).toEqual([]);
  });

  it("nobody of a colleague's meeting, whether or not their mailbox is known", () => {
    expect(invitees('everybody', { ownerId: 'E02' })).toEqual([]);
    expect(invitees('everybody', { ownerId: 'E02', ownerEmail: BOSS })).toEqual([]);
  });

  it('never in a copy that somebody else invited to', () => {
    const context = inviting('everybody');
    const copy = { ...EMPTY_ITEM, isMeeting: true, isOrganizer: false, attendees: [attendee(OWN)] };
    const value = APPOINTMENT.fromErp(MEETING, context);
    expect(APPOINTMENT.toExchange(value, copy, context).value?.invitees).toBeUndefined();
  });

  it('nobody twice, and nobody off it', () => {
    const context = inviting('everybody');
    const there = {
      ...EMPTY_ITEM,
      isMeeting: true,
      attendees: [attendee(CUSTOMER), attendee(BOSS)],
    };
    const value = APPOINTMENT.fromErp(MEETING, context);
    const patch = APPOINTMENT.toExchange(value, there, context).value;
    expect(patch?.invitees?.map(({ address }) => address)).toEqual([ROOM]);
  });
});

describe('what the ERP is given of the people', () => {
  const context = inviting('nobody');

  it('of a copy: who invited, the others, and the own answer', () => {
    const copy = {
      ...EMPTY_ITEM,
      isMeeting: true,
      isOrganizer: false,
      organizer: { address: BOSS, name: 'Chef' },
      attendees: [attendee(OWN), attendee(CUSTOMER)],
      myResponse: 'Decline' as const,
    };
    const value = APPOINTMENT.fromExchange(copy, context);
    expect(value.attendees.map(({ address, role }) => `${role} ${address}`)).toEqual([
      `organizer ${BOSS}`,
      `required ${CUSTOMER}`,
    ]);
    expect(value.replies).toEqual([{ address: OWN, reply: 'declined' }]);
  });

  it('whoever has no address stays where they are on both sides', () => {
    const nameless: ErpParticipant = {
      employeeId: 'E09',
      email: null,
      name: 'Ohne',
      reply: 'none',
    };
    const record = { ...MEETING, participants: [customer, nameless] };
    const item = { ...EMPTY_ITEM, isMeeting: true, attendees: [attendee(null), attendee(ROOM)] };
    const value = APPOINTMENT.fromExchange(item, context);
    const after = patchRecord(record, APPOINTMENT.toErp(value, record, context).value);
    expect(after.participants.map(({ name, email }) => [name, email])).toEqual([
      ['Ohne', null],
      ['X', ROOM],
    ]);
  });

  it('an answer goes to the one who gave it, also to the own part in a colleague’s record', () => {
    const own: ErpParticipant = { employeeId: 'E01', email: null, name: 'Anna', reply: 'none' };
    const record = { ...MEETING, ownerId: 'E02', ownerEmail: BOSS, participants: [own, customer] };
    const value = APPOINTMENT.fromErp(record, context);
    const declined = APPOINTMENT.meetings?.declined(value, context) ?? value;
    const after = patchRecord(record, APPOINTMENT.toErp(declined, record, context).value);
    expect(after.participants.map(({ name, reply }) => [name, reply])).toEqual([
      ['Anna', 'declined'],
      ['K', 'none'],
    ]);
  });
});
