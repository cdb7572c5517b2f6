import type { PlainDate } from '../../mappings/values.js';
import { Random } from '../simulators/random.js';
import { chore } from '../sync/engine/chore-kind.js';
import { ChoreWorld } from '../sync/engine/chore-world.js';
import type { Habits } from '../sync/engine/chore-world.js';

const STEPS = 8;
export const SERIES: readonly string[] = ['Müll', 'Pumpe', 'Filter'];

/** What people did, told apart by series and due date: nobody puts anything off here, so each is there once. */
export interface Told {
  readonly ticked: Set<string>;
  readonly deleted: Set<string>;
  /** Deleted before the sync had ever seen it: whether the other side has it depends on who did what first. */
  readonly unseen: Set<string>;
  /** The ERP was told not to go on with it, by deleting its next row: the two sides part there. */
  readonly parted: Set<string>;
}

export interface Thing {
  readonly id: string;
  readonly chore: { readonly title: string; readonly due: PlainDate; readonly doneOn: string };
}

export function seriesOf({ chore: { title } }: Thing): string {
  return title.split(' ')[0] ?? '';
}

export function nameOf(thing: Thing): string {
  return `${seriesOf(thing)} ${thing.chore.due}`;
}

export function isOpen({ chore: { doneOn } }: Thing): boolean {
  return doneOn === '';
}

function pick(random: Random, things: readonly Thing[], told: Told): Thing | null {
  const some = things.filter(
    (one) => !told.parted.has(seriesOf(one)) && !told.deleted.has(nameOf(one)),
  );
  return some.length === 0 ? null : random.oneOf(some);
}

type Act = (world: ChoreWorld, random: Random, told: Told, name: string) => void | Promise<void>;

const tickInErp: Act = ({ erp }, random, told) => {
  const one = pick(random, erp.chores.filter(isOpen), told);
  if (one === null) return;
  told.ticked.add(nameOf(one));
  erp.edit(one.id, { doneOn: '2026-03-02' });
};

const tickInExchange: Act = ({ exchange }, random, told) => {
  const one = pick(random, exchange.chores.filter(isOpen), told);
  if (one === null) return;
  told.ticked.add(nameOf(one));
  exchange.edit(one.id, { doneOn: '2026-03-03' });
};

const ACTS: readonly Act[] = [
  tickInErp,
  tickInErp,
  tickInExchange,
  tickInExchange,
  async (...act) => {
    await tickInErp(...act);
    await tickInExchange(...act);
  },
  async (...act) => {
    await tickInExchange(...act);
    await tickInExchange(...act);
  },
  // and throws away at once what is left of it, or what the ERP would go on with
  async (world, random, told, name) => {
    const before = new Set(world.exchange.chores.map(({ id }) => id));
    await tickInExchange(world, random, told, name);
    for (const born of world.exchange.chores.filter(({ id }) => !before.has(id))) {
      told.unseen.add(nameOf(born));
      world.exchange.move(born.id, 'deleted');
    }
  },
  async (world, random, told, name) => {
    const before = new Set(world.erp.chores.map(({ id }) => id));
    await tickInErp(world, random, told, name);
    for (const born of world.erp.chores.filter(({ id }) => !before.has(id))) {
      told.unseen.add(nameOf(born));
      told.parted.add(seriesOf(born));
      world.erp.delete(born.id);
    }
  },
  ({ erp }, random, told, name) => {
    const one = pick(random, erp.chores, told);
    if (one) erp.edit(one.id, { room: name });
  },
  ({ exchange }, random, told, name) => {
    const one = pick(random, exchange.chores, told);
    if (one) exchange.edit(one.id, { room: name });
  },
  async (world, random, told) => {
    await settle(world);
    const one = pick(random, world.erp.chores, told);
    if (one === null) return;
    told.deleted.add(nameOf(one));
    if (isOpen(one)) told.parted.add(seriesOf(one));
    world.erp.delete(one.id);
  },
  async (world, random, told) => {
    await settle(world);
    const one = pick(random, world.exchange.chores, told);
    if (one === null) return;
    told.deleted.add(nameOf(one));
    if (isOpen(one)) told.parted.add(seriesOf(one));
    world.exchange.move(one.id, 'deleted');
  },
  (world) => {
    world.erp.giveBirth();
  },
  (world) => {
    world.exchange.giveBirth();
  },
];

/** Where nothing but the title tells what belongs to what, it stays as it is. */
const RENAMES: readonly Act[] = [
  ({ erp }, random, told, name) => {
    const one = pick(random, erp.chores, told);
    if (one) erp.edit(one.id, { title: `${seriesOf(one)} ${name}` });
  },
  ({ exchange }, random, told, name) => {
    const one = pick(random, exchange.chores, told);
    if (one) exchange.edit(one.id, { title: `${seriesOf(one)} ${name}` });
  },
];

/** Everything late has come, and both sides are quiet. */
export async function settle(world: ChoreWorld): Promise<void> {
  await world.sync();
  world.exchange.giveBirth();
  await world.settle();
  for (let before = -1; before !== world.writes || world.erp.isExpecting;) {
    before = world.writes;
    world.erp.giveBirth();
    await world.settle();
  }
}

function habitsOf(random: Random): Habits {
  const is = (): boolean => random.chance(0.5);
  return {
    erp: { isLate: is(), tellsOrigin: is() },
    exchange: { copiesMark: is(), namesBorn: is(), isLate: is() },
  };
}

/** Eight times people do something, and a cycle runs, and may die. */
export async function play(seed: number): Promise<{ world: ChoreWorld; told: Told }> {
  const random = new Random(seed);
  const habits = habitsOf(random);
  const world = new ChoreWorld(habits, { guard: { count: 1000, percent: 100 } });
  const told: Told = {
    ticked: new Set(),
    deleted: new Set(),
    unseen: new Set(),
    parted: new Set(),
  };
  for (const title of SERIES) world.erp.add(chore({ title }));
  await settle(world);
  const mayRename = habits.exchange.copiesMark === true && habits.erp.tellsOrigin === true;
  const acts = mayRename ? [...ACTS, ...RENAMES] : ACTS;
  for (let step = 0; step < STEPS; step += 1) {
    for (let more = random.between(1, 3); more > 0; more -= 1) {
      await random.oneOf(acts)(world, random, told, `${String(step)}.${String(more)}`);
    }
    const at = random.between(1, 30);
    const when = random.oneOf(['before', 'after'] as const);
    const plan = random.chance(0.6) ? { at, when } : null;
    await world.sync(plan);
    if (random.chance(0.3)) world.clock.advance(random.between(1, 90) * 1000);
  }
  await settle(world);
  return { world, told };
}
