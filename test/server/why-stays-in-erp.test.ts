import { expect, test } from 'vitest';
import { whyIsIt } from '../../server/why.js';
import type { Answered } from '../../server/why.js';
import type { Abgleich, Trace } from '../../server/wire.js';
import { seededChance } from '../simulators/random.js';
import { card } from '../sync/engine/card-kind.js';
import { CardWorld } from '../sync/engine/card-world.js';

/** An installation that knows this one pair, and whose journal has forgotten everything. */
function installation(world: CardWorld): Abgleich {
  const work = world.work();
  const [link] = world.memory.links.values();
  if (link === undefined) throw new Error('nothing is linked');
  const { recordId, itemId, key, uid, ended } = link;
  const trace: Trace = {
    ...{ pairId: work.pair.id, employeeId: work.pair.employeeId, kind: 'contact' },
    ...{ recordId, itemId, parked: [], held: [], openWrites: 0, losses: [], lastAt: null },
    link: { key, uid, ended, frozenUntil: null },
  };
  const known = {
    findTraces: async () => [trace],
    pairs: { get: async () => work.pair },
    settings: { installation: async () => ({ isSyncing: true }) },
    connections: { list: async () => [] },
    employees: { list: async () => [] },
    suspicions: async () => [],
    pairStates: async () => [],
    portsFor: async () => ({ ...work, priorities: async () => [] }),
  };
  return known as unknown as Abgleich;
}

async function ask(world: CardWorld): Promise<readonly Answered[]> {
  const [{ id } = { id: '' }] = world.erp.cards;
  const { clock } = world;
  const deps = { abgleich: installation(world), clock, chance: seededChance(1) };
  return whyIsIt(id, deps, new AbortController().signal);
}

function lossesIn([answered]: readonly Answered[]): readonly string[] {
  if (answered?.standing.what !== 'synced') throw new Error('it is not synced');
  return answered.standing.trace.losses.map(({ field, reason }) => `${field} ${reason}`);
}

test('what Exchange has no place for is named as long as it stays in the ERP, whatever was written since', async () => {
  const world = new CardWorld();
  world.erp.add(card());
  await world.settle();
  expect(lossesIn(await ask(world))).toEqual(['phones/business 3 notSynced', 'mails/4 notSynced']);
  world.editInErp({ town: 'Bonn' });
  await world.settle();
  expect(lossesIn(await ask(world))).toEqual(['phones/business 3 notSynced', 'mails/4 notSynced']);
  world.editInErp({ phones: { 'business 3': '' }, mails: { 4: '' } });
  await world.settle();
  expect(lossesIn(await ask(world))).toEqual([]);
});

test('what the ERP has cut is named beside it', async () => {
  const world = new CardWorld({ isNarrow: true, rewrites: false });
  world.erp.add(card());
  await world.settle();
  world.editInOutlook({ name: 'Dr. Jürgen Großmann-Müllerstedt' });
  await world.settle();
  expect(lossesIn(await ask(world))).toEqual([
    'phones/business 3 notSynced',
    'mails/4 notSynced',
    'name textTooLong',
  ]);
});
