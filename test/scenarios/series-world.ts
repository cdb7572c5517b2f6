import type { ErpAppointmentPatch, ErpException } from '../../mappings/erp-record.js';
import {
  instantOf,
  millisecondsOf,
  parseInstant,
  parsePlainDate,
  parseZone,
} from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { deletedOccurrences, modifiedOccurrences } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { CUSTOMER, ourMails, recordOf, ROOM, worldOf } from './meeting-world.js';
import type { World } from './world.js';

/** A weekly meeting of Anna's that the ERP has made, and what people in the ERP do to single occurrences of it. */

export const REAL: Partial<PairOptions> = { realMeetings: true, sendMail: true, meetings: 'full' };

export const customer = {
  employeeId: null,
  email: CUSTOMER,
  name: 'Einkauf',
  reply: 'none',
} as const;
export const eva = { employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' } as const;
export const room = {
  employeeId: null,
  email: ROOM,
  name: 'Raum 1',
  reply: 'none',
  isRoom: true,
} as const;

/** Mondays at nine in Berlin, from before the world's now into summer time. */
export const SERIES: ErpAppointmentPatch = {
  title: 'Runde',
  when: span('2026-02-16T08:00:00Z'),
  rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=12',
  timeZone: parseZone('Europe/Berlin'),
  isMeeting: true,
  participants: [customer],
};

export function span(start: string) {
  const startsAt = parseInstant(start);
  const endsAt = instantOf(millisecondsOf(startsAt) + 3_600_000);
  return { kind: 'timed' as const, startsAt, endsAt };
}

export const on = parsePlainDate;
export const GONE: ErpException = { originalDate: on('2026-03-09'), deleted: true, fields: {} };
export const MOVED: ErpException = {
  ...{ originalDate: on('2026-03-16'), deleted: false },
  fields: { when: span('2026-03-17T12:00:00Z') },
};

export async function anna(world: World, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    await world.cycle('anna');
  }
}

/** A series of Anna's in both places, everybody invited, and the mails of that forgotten. */
export async function withSeries(
  options: Partial<PairOptions> = REAL,
  more: ErpAppointmentPatch = {},
  policy: Parameters<typeof worldOf>[1] = {},
): Promise<World> {
  const world = worldOf(options, policy);
  await anna(world);
  world.erp.person.create('E01', { ...SERIES, ...more });
  await anna(world);
  await world.settle();
  world.organisation.mails.length = 0;
  return world;
}

export function except(
  world: World,
  exceptions: readonly ErpException[],
  more: ErpAppointmentPatch = {},
) {
  world.erp.person.edit(recordOf(world).id, { ...more, exceptions });
}

/** What our mails were, each with the people it went to. */
export function mails(world: World): readonly string[] {
  return ourMails(world).map(({ kind, to }) => [kind, ...to].join(' '));
}

/** Which occurrences of an item are not as its series has them. */
export function exceptionsOf(item: StoredItem): readonly string[] {
  return [
    ...deletedOccurrences(item).map(({ index }) => `${index} deleted`),
    ...modifiedOccurrences(item).map(({ index, exception }) => {
      const isOff = exception?.kind === 'changed' && exception.properties.IsCancelled === true;
      return `${index} ${isOff ? 'cancelled' : 'changed'}`;
    }),
  ];
}
