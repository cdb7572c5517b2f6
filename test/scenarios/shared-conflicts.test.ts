import { describe, expect, test } from 'vitest';
import { edit } from '../simulators/mailbox-bench.js';
import { clipTitle } from '../simulators/memory-erp-rows.js';
import { itemOf } from '../properties/shared-edits.js';
import { COLLEAGUES, pairIdOf, SharedWorld } from '../properties/shared-world.js';
import type { Colleague } from '../properties/shared-world.js';

interface Shared {
  readonly world: SharedWorld;
  readonly id: string;
}

const PARTICIPANTS: readonly Colleague[] = ['anna', 'bernd', 'dirk'];

/** Anna's appointment with Bernd and Dirk, in everybody's calendar. */
async function shared(...options: ConstructorParameters<typeof SharedWorld>): Promise<Shared> {
  const world = new SharedWorld(...options);
  const id = world.erp.person.create(COLLEAGUES.anna.employeeId, {
    title: 'Abnahme',
    participants: PARTICIPANTS.slice(1).map((who) => ({
      employeeId: COLLEAGUES[who].employeeId,
      email: null,
      name: who,
      reply: 'none',
    })),
  });
  await world.settle();
  return { world, id };
}

function rename({ world, id }: Shared, who: Colleague, Subject: string): void {
  edit(world.outlook(who), itemOf(world, who, id)?.id ?? '', { Subject });
}

function titles({ world, id }: Shared): readonly (string | undefined)[] {
  return [
    world.erp.rows[0]?.record.title,
    ...PARTICIPANTS.map((who) => itemOf(world, who, id)?.properties.Subject),
  ];
}

const lost = ({ world }: Shared): readonly string[] =>
  PARTICIPANTS.flatMap((who) =>
    world.store.pair(pairIdOf(who)).lostValues.map(({ value }) => JSON.parse(value) as string),
  ).sort();

const ORDERS: readonly (readonly Colleague[])[] = [
  ['anna', 'bernd', 'dirk'],
  ['bernd', 'anna', 'dirk'],
  ['dirk', 'bernd', 'anna'],
  ['dirk', 'anna', 'bernd'],
];

describe.each(ORDERS)('two colleagues change one title at once (%s, %s, %s)', (...order) => {
  test('the owner wins, and what the others wrote is kept', async () => {
    const it = await shared();
    for (const who of PARTICIPANTS) rename(it, who, `von ${who}`);
    await it.world.settle(order);
    expect(titles(it)).toEqual(['von anna', 'von anna', 'von anna', 'von anna']);
    expect(lost(it)).toEqual(['von bernd', 'von dirk']);
  });

  test('among guests the first by number wins', async () => {
    const it = await shared();
    rename(it, 'dirk', 'von dirk');
    rename(it, 'bernd', 'von bernd');
    await it.world.settle(order);
    expect(titles(it)[0]).toBe('von bernd');
    expect(lost(it)).toEqual(['von dirk']);
  });

  test('whatever the connection says about Exchange and the ERP', async () => {
    const it = await shared({ conflict: 'exchange' });
    rename(it, 'dirk', 'von dirk');
    rename(it, 'bernd', 'von bernd');
    await it.world.settle(order);
    expect(titles(it)[0]).toBe('von bernd');
  });

  test('also where the ERP cuts what they wrote', async () => {
    const it = await shared({}, { normalise: clipTitle(8) });
    rename(it, 'dirk', 'Dirks langer Titel');
    rename(it, 'bernd', 'Bernds langer Titel');
    rename(it, 'anna', 'Annas langer Titel');
    await it.world.settle(order);
    expect(titles(it)[0]).toBe('Annas la');
  });

  test('also where we die before we know what became of the first one’s', async () => {
    for (let at = 1; at <= 12; at += 1) {
      const it = await shared();
      rename(it, 'dirk', 'von dirk');
      rename(it, 'anna', 'von anna');
      const [first = 'anna'] = order;
      await it.world.cycle(first, { at, when: 'after' });
      await it.world.settle(order);
      expect(titles(it)).toEqual(['von anna', 'von anna', 'von anna', 'von anna']);
    }
  });

  test('what somebody wrote in the ERP is no mailbox’s: there the rule decides', async () => {
    const it = await shared();
    rename(it, 'anna', 'von anna');
    it.world.erp.person.edit(it.id, { title: 'vom ERP' });
    await it.world.settle(order);
    expect(titles(it)).toEqual(['vom ERP', 'vom ERP', 'vom ERP', 'vom ERP']);
    expect(lost(it)).toEqual(['von anna']);
  });

  test('what was brought in is no rival once the ERP has changed it', async () => {
    const it = await shared({ conflict: 'erp' });
    rename(it, 'dirk', 'von dirk');
    await it.world.settle(order);
    it.world.erp.person.edit(it.id, { title: 'vom ERP' });
    rename(it, 'anna', 'von anna');
    await it.world.settle(order);
    expect(titles(it)[0]).toBe('vom ERP');
  });
});
