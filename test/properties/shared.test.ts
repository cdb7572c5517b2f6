import { expect, test } from 'vitest';
import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { Random } from '../simulators/random.js';
import { begin, make, randomPlan, shuffled } from './shared-edits.js';
import type { SharedPlan } from './shared-edits.js';
import { ALL, COLLEAGUES, contextOf, SharedWorld } from './shared-world.js';

const SEEDS = 20;
const ORDERS = 3;

/** Everything that people can see: the records with those who take part, and each calendar. */
async function sights(world: SharedWorld): Promise<readonly string[]> {
  const records = world.erp.rows.map(({ record, employees }) => {
    const value = APPOINTMENT.fromErp(record, contextOf('anna', world.policy));
    return JSON.stringify(['erp', employees, APPOINTMENT.canonical({ ...value, about: '' })]);
  });
  const calendars: string[] = [];
  for (const who of ALL) {
    const mailbox = world.outlook(who);
    const ids = [...mailbox.folder('calendar').items.keys()];
    const { address } = COLLEAGUES[who];
    const signal = new AbortController().signal;
    const answers = await memoryExchange(world.organisation).read({ address }, ids, signal);
    for (const answer of answers) {
      if (!answer.ok) throw answer.failure;
      const value = APPOINTMENT.fromExchange(answer.value.item, contextOf(who, world.policy));
      calendars.push(JSON.stringify([who, APPOINTMENT.canonical(value)]));
    }
  }
  return [...records, ...calendars].sort();
}

async function outcome(
  plan: SharedPlan,
  random: Random,
  conflict: 'erp' | 'exchange',
): Promise<readonly string[]> {
  const world = new SharedWorld({ conflict });
  const ids = await begin(world, plan);
  for (const one of plan.edits) make(world, ids, one);
  for (let round = 0; round < 3; round += 1) {
    for (const who of shuffled(ALL, random)) {
      const crash = { at: random.between(1, 25), when: random.oneOf(['before', 'after'] as const) };
      await world.cycle(who, random.chance(0.2) ? crash : null);
    }
    world.clock.advance(60_000);
  }
  await world.settle(shuffled(ALL, random));
  expect(world.mails).toBe(0);
  const before = world.erp.writes;
  await world.settle();
  expect(world.erp.writes).toBe(before);
  return sights(world);
}

test.each(['erp', 'exchange'] as const)(
  'whoever’s cycle comes first, four colleagues end with the same appointments (conflicts: %s)',
  async (conflict) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const plan = randomPlan(new Random(seed));
      const first = await outcome(plan, new Random(seed * 100), conflict);
      for (let order = 1; order < ORDERS; order += 1) {
        const other = await outcome(plan, new Random(seed * 100 + order), conflict);
        const name = `seed ${String(seed)} order ${String(order)} ${JSON.stringify(plan)}`;
        expect(other, name).toEqual(first);
      }
    }
  },
);

test('a guest’s deletion takes nobody else’s copy, and an edit of it survives', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = new Random(seed + 5_000);
    const plan = randomPlan(random);
    const world = new SharedWorld();
    const ids = await begin(world, plan);
    const gone = plan.appointments.map(() => new Set<string>());
    for (const one of plan.edits) {
      make(world, ids, one);
      if (one.what === 'delete') gone[one.at]?.add(one.by);
      if (random.chance(0.5)) await world.cycle(random.oneOf(ALL));
    }
    await world.settle(shuffled(ALL, random));
    plan.appointments.forEach(({ owner, guests }, at) => {
      const left = [owner, ...guests].filter((who) => gone[at]?.has(who) !== true);
      const [row] = world.erp.rows.filter(({ id }) => id === ids[at]);
      const expected = left.map((who) => COLLEAGUES[who].employeeId).sort();
      expect([...(row?.employees ?? [])].sort(), `seed ${String(seed)}`).toEqual(expected);
    });
  }
});
