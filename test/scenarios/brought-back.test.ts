import { describe, expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { parseInstant, parsePlainDate } from '../../mappings/values.js';
import { openEws } from '../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../sync/exchange/ews/sign-in.js';
import { startFakeExchange } from '../simulators/ews-server.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { SERVICE_USER } from '../simulators/sample-firm.js';
import { exceptionDays, itemOf, HOUR } from './hands.js';
import { pairId, World } from './world.js';

/**
 * The ERP has an occurrence again that was deleted. Exchange gives it back only with the pattern, and what makes a server
 * follow the pattern anew is not known (rule 15): over the wire, since what a connector tries there is what counts.
 */

const YEARLY: ErpAppointmentPatch = {
  title: 'Jubiläum',
  when: {
    kind: 'allDay',
    firstDay: parsePlainDate('2026-04-08'),
    lastDay: parsePlainDate('2026-04-08'),
  },
  rrule: 'FREQ=YEARLY;COUNT=6',
};

const MONTHLY: ErpAppointmentPatch = {
  title: 'Monatsrunde',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2026-03-08T08:00:00Z'),
    endsAt: parseInstant('2026-03-08T09:00:00Z'),
  },
  rrule: 'FREQ=MONTHLY;COUNT=6',
};

async function overTheWire(
  modes: Partial<ExchangeModes>,
  { deleted, ...record }: ErpAppointmentPatch & { readonly deleted: string },
  story: (world: World, writes: () => number) => Promise<void>,
): Promise<void> {
  const world = new World({ modes });
  const fake = await startFakeExchange({ organisation: world.organisation });
  const { address: user, password } = SERVICE_USER;
  const ews = openEws({
    url: fake.url,
    signIn: basicSignIn({ user, password }),
    clock: world.clock,
  });
  try {
    world.connector = ews.appointments;
    const gone = { originalDate: parsePlainDate(deleted), deleted: true, fields: {} };
    const id = world.erp.person.create('E01', { ...record, exceptions: [gone] });
    await world.settle();
    expect(exceptionDays(itemOf(world)).deleted).toEqual([deleted]);
    world.erp.person.edit(id, { exceptions: [] });
    await world.settle();
    await story(world, () => fake.requests.get('UpdateItem') ?? 0);
  } finally {
    await ews.close();
    await fake.stop();
  }
}

const CASES = [
  { name: 'a timed series', record: { ...MONTHLY, deleted: '2026-05-08' } },
  { name: 'an all-day series', record: { ...YEARLY, deleted: '2029-04-08' } },
] as const;

describe.each(CASES)('a deleted day of $name that the ERP has again', ({ record }) => {
  test.each([
    { modes: {} },
    { modes: { sameRecurrence: 'wipe' } },
    { modes: { rangeChange: 'wipeAll', exceptions: 'materialised' } },
  ] as const)('is in Outlook again ($modes)', async ({ modes }) => {
    await overTheWire(modes, record, async (world, writes) => {
      expect(exceptionDays(itemOf(world))).toMatchObject({ deleted: [], changed: [] });
      expect(world.store.pair(pairId('anna')).parked.size).toBe(0);
      const before = writes();
      await world.settle();
      expect(writes()).toBe(before);
    });
  });
});

test('what a server does not give back is said, rests, and is tried again ever more rarely', async () => {
  const modes = { zoneChange: 'keep', sameRecurrence: 'keep' } as const;
  await overTheWire(modes, CASES[1].record, async (world, writes) => {
    const parked = () => [...world.store.pair(pairId('anna')).parked.values()][0];
    expect(parked()).toMatchObject({ kind: 'rejected' });
    expect(parked()?.reason).toContain('Termin der Serie vom 2029-04-08');
    const perTry = writes() / (parked()?.times ?? 0);
    for (let round = 0; round < 10; round += 1) await world.cycle('anna');
    const triesBefore = parked()?.times ?? 0;
    expect(writes()).toBe(triesBefore * perTry);
    for (let hour = 0; hour < 72; hour += 1) {
      world.clock.advance(HOUR);
      for (let round = 0; round < 3; round += 1) await world.cycle('anna');
    }
    const tries = parked()?.times ?? 0;
    expect(tries).toBeGreaterThan(triesBefore);
    expect(tries).toBeLessThan(triesBefore + 12);
    expect(writes()).toBe(tries * perTry);
  });
});
