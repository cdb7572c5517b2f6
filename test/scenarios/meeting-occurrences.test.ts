import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { edit, EVA, nth } from '../simulators/mailbox-bench.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { inviteEva, itemOf, ourMails, PERSON, recordOf, saidOf, worldOf } from './meeting-world.js';
import type { Who, World } from './world.js';

/** Whoever invited to a series calls one occurrence off, or moves it, in Outlook (features C3, C5; rules 9 and 15). */

const WEEKLY: ItemInput = {
  Subject: 'Runde',
  Start: '2026-03-02T08:00:00Z',
  End: '2026-03-02T09:00:00Z',
  RequiredAttendees: [{ EmailAddress: EVA }],
  Recurrence: {
    pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday'] },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 6 },
  },
};

/** The ERP knows Eva alone: Anna, who invites her, is like somebody from outside. */
function outside(options: Parameters<typeof worldOf>[0]): World {
  return worldOf(options, { erp: { staff: { E05: EVA } } });
}

async function cycles(world: World, who: readonly Who[], rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    for (const one of who) await world.cycle(one);
  }
}

function callOff(world: World, id: string, index: number): void {
  world.clock.advance(60_000);
  const how = { headerZone: null, send: 'SendToAllAndSaveCopy', cause: 'person', by: 'Anna' };
  world.outlook('anna').remove(nth(id, index), 'MoveToDeletedItems', how as never);
}

const TUESDAY = { Start: '2026-03-10T12:00:00Z', End: '2026-03-10T13:00:00Z' };

function move(world: World, id: string, index: number): void {
  world.clock.advance(60_000);
  edit(world.outlook('anna'), nth(id, index), TUESDAY, { context: PERSON });
}

/** The exceptions of the only record: the day, and what is special about it. */
function exceptions(world: World): readonly string[] {
  return recordOf(world).record.exceptions.map(({ originalDate, deleted, fields }) =>
    deleted ? `${originalDate} deleted` : `${originalDate} ${Object.keys(fields).join(' ')}`,
  );
}

describe('somebody outside, mode full', () => {
  test('calls one occurrence off: it is off in the ERP, and the series goes on', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    await cycles(world, ['eva']);
    expect(recordOf(world).record.rrule).not.toBeNull();
    callOff(world, id, 2);
    await cycles(world, ['eva']);
    expect(exceptions(world)).toEqual(['2026-03-09 deleted']);
    expect(recordOf(world).record.title).toBe('Runde');
    // what the mailbox still shows as called off is not taken out of it, and not an edit either
    const { version } = recordOf(world);
    await world.resync('eva');
    await cycles(world, ['eva']);
    expect(recordOf(world).version).toBe(version);
    const { properties } = world.outlook('eva').get(nth(itemOf(world, 'eva').id, 2));
    expect(properties.Subject).toBe('Canceled: Runde');
  });

  test('moves one occurrence: it moves in the ERP', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    await cycles(world, ['eva']);
    move(world, id, 2);
    await cycles(world, ['eva']);
    expect(exceptions(world)).toEqual(['2026-03-09 when']);
    const [moved] = recordOf(world).record.exceptions;
    expect(moved?.fields.when).toMatchObject({ startsAt: parseInstant(TUESDAY.Start) });
  });

  test("an attendee's own edit of one occurrence stays theirs", async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    await cycles(world, ['eva']);
    move(world, id, 2);
    await cycles(world, ['eva']);
    const { version } = recordOf(world);
    const eva = world.outlook('eva');
    edit(eva, nth(itemOf(world, 'eva').id, 3), { Subject: 'Mein Name dafür' }, { context: PERSON });
    await cycles(world, ['eva']);
    expect(recordOf(world).version).toBe(version);
    expect(saidOf(world, 'eva', 'attendeeCopy').map(({ fields }) => fields)).toEqual([
      ['exceptions/2026-03-16'],
    ]);
  });

  test('called off before it was synced it comes with that occurrence off', async () => {
    const world = outside({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    callOff(world, id, 2);
    await cycles(world, ['eva']);
    expect(exceptions(world)).toEqual(['2026-03-09 deleted']);
  });
});

test('somebody outside, mode protected: the record stays, and the difference is shown once', async () => {
  const world = outside({});
  const id = inviteEva(world.outlook('anna'), WEEKLY);
  await cycles(world, ['eva']);
  const { version } = recordOf(world);
  callOff(world, id, 2);
  await cycles(world, ['eva']);
  expect(recordOf(world).version).toBe(version);
  const shown = saidOf(world, 'eva', 'attendeeCopy').flatMap(({ fields }) => fields);
  expect(shown).toContain('exceptions/2026-03-09');
  expect(shown.filter((one) => one === 'exceptions/2026-03-09')).toHaveLength(1);
});

describe.each([
  { first: 'the organiser', order: ['anna', 'eva'] },
  { first: 'the attendee', order: ['eva', 'anna'] },
] as const)('a colleague, $first being synced first', ({ order }) => {
  test('calls one occurrence off: it is off in the ERP for everybody, and nobody is mailed by us', async () => {
    const world = worldOf({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    await cycles(world, order);
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    callOff(world, id, 2);
    await cycles(world, order);
    expect(exceptions(world)).toEqual(['2026-03-09 deleted']);
    expect(recordOf(world).record.title).toBe('Runde');
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(ourMails(world)).toEqual([]);
    const { version } = recordOf(world);
    await world.settle();
    expect(recordOf(world).version).toBe(version);
  });

  test('moves one occurrence: it moves once', async () => {
    const world = worldOf({ meetings: 'full' });
    const id = inviteEva(world.outlook('anna'), WEEKLY);
    await cycles(world, order);
    move(world, id, 2);
    await cycles(world, order);
    expect(exceptions(world)).toEqual(['2026-03-09 when']);
    const { properties } = world.outlook('eva').get(nth(itemOf(world, 'eva').id, 2));
    expect(properties.Start).toBe(Date.parse(TUESDAY.Start));
    expect(ourMails(world)).toEqual([]);
  });
});
