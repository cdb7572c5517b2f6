import { expect, test } from 'vitest';
import type { Direction } from '../../mappings/field-rules.js';
import { keysOf } from '../../mappings/keys.js';
import { waysOf, travelOf } from '../../sync/engine/terms/travel.js';
import type { Ways } from '../../sync/engine/terms/travel.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { Random } from '../simulators/random.js';
import { NOTE } from '../sync/engine/note-kind.js';
import type { Note } from '../sync/engine/note-kind.js';
import { NoteWorld } from '../sync/engine/note-world.js';
import { EDITS } from './note-edits.js';

const SEEDS = 200;
const STEPS = 12;
const DIRECTIONS: readonly Direction[] = ['both', 'toExchange', 'toErp', 'off'];
const YES_NO = [true, false] as const;

/** A world with directions by chance, for the pair and for some fields, and rights by chance. */
function anyWorld(random: Random, enforce: boolean): NoteWorld {
  const fields = keysOf(NOTE.rules)
    .filter(() => random.chance(0.4))
    .map((field) => [field, random.oneOf(DIRECTIONS)] as const);
  return new NoteWorld({
    direction: random.oneOf(['both', 'both', 'toExchange', 'toErp']),
    rights: { create: random.chance(0.8), change: random.chance(0.7), delete: random.chance(0.8) },
    deleteInErp: random.oneOf(YES_NO),
    deleteInExchange: random.oneOf(YES_NO),
    guard: { count: 1000, percent: 100 },
    options: { ...DEFAULT_OPTIONS, enforce, fields: Object.fromEntries(fields) },
  });
}

function waysIn(world: NoteWorld): ReadonlyMap<keyof Note, Ways> {
  const travel = travelOf(world.policy);
  return new Map(
    keysOf(NOTE.rules).map((field) => [field, waysOf(field, NOTE.rules[field], travel)]),
  );
}

/** Looks at every write at the ports, and takes down what it should not have brought. */
function watch(world: NoteWorld): string[] {
  const broken: string[] = [];
  const { direction, rights } = world.policy;
  const ways = waysIn(world);
  const isEnforced = world.policy.options.enforce;
  const check = (what: string, to: keyof Ways, before: Note, patch: Partial<Note>): void => {
    for (const [field, may] of ways) {
      const isChanged = JSON.stringify(patch[field]) !== JSON.stringify(before[field]);
      if (field in patch && isChanged && !may[to]) broken.push(`${what} brought ${field} ${to}`);
    }
  };
  const mayReachErp = direction === 'both' || direction === 'toErp';
  const mayReachExchange = direction === 'both' || direction === 'toExchange';
  const { erp, exchange } = world;
  const inErp = {
    create: erp.create.bind(erp),
    update: erp.update.bind(erp),
    remove: erp.remove.bind(erp),
  };
  erp.create = async (lease, entries) => {
    if (!mayReachErp || !rights.create) broken.push('a record was made');
    return inErp.create(lease, entries);
  };
  erp.update = async (lease, entries) => {
    for (const { id, patch } of entries) {
      const before = erp.notes.find((row) => row.id === id)?.note;
      if (before) check('an update', 'toErp', before, patch);
    }
    return inErp.update(lease, entries);
  };
  erp.remove = async (lease, entries) => {
    if (!mayReachErp || !rights.delete) broken.push('a record was removed');
    return inErp.remove(lease, entries);
  };
  const there = {
    create: exchange.create.bind(exchange),
    update: exchange.update.bind(exchange),
    remove: exchange.remove.bind(exchange),
  };
  exchange.create = async (mailbox, entries) => {
    if (!mayReachExchange) broken.push('an item was made');
    for (const { patch } of entries) check('a create', 'toExchange', BLANK, patch);
    return there.create(mailbox, entries);
  };
  exchange.update = async (mailbox, entries) => {
    for (const { ref, patch } of entries) {
      const before = exchange.notes.find((row) => row.id === ref.id)?.note;
      if (before && patch !== null) check('an update', 'toExchange', before, patch);
    }
    return there.update(mailbox, entries);
  };
  exchange.remove = async (mailbox, entries) => {
    // one of our own that was made twice goes whatever the direction
    const isTwin = entries.every(({ mark }) => mark.split('.')[1] !== '1');
    if (!mayReachExchange && !isTwin && !isEnforced) broken.push('an item was removed');
    return there.remove(mailbox, entries);
  };
  return broken;
}

function compared({ title, room, days }: Note): object {
  return { title: title.slice(0, 10), room, days };
}

const BLANK: Note = { title: '', room: '', days: {}, about: '' };

async function live(world: NoteWorld, random: Random): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    for (let edits = random.between(1, 3); edits > 0; edits -= 1) {
      random.oneOf(EDITS)(world, random, `n${String(step)}.${String(edits)}`);
    }
    const at = random.between(1, 30);
    await world.sync(random.chance(0.4) ? { at, when: random.oneOf(['before', 'after']) } : null);
    if (random.chance(0.3)) world.clock.advance(random.between(1, 90) * 1000);
  }
  await world.settle();
}

test('whatever happens, no write brings a field where it may not go, and then it is quiet', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = new Random(seed);
    const world = anyWorld(random, seed % 2 === 0);
    const broken = watch(world);
    await live(world, random);
    expect(broken, `seed ${String(seed)}`).toEqual([]);
    const { writes } = world;
    await world.settle();
    expect(world.writes, `seed ${String(seed)} is not quiet`).toBe(writes);
  }
});

test('a side that is only read is never written, not even once', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = new Random(seed);
    const direction = random.oneOf(['toExchange', 'off'] as const);
    const world = new NoteWorld({ direction, options: { ...DEFAULT_OPTIONS, enforce: true } });
    await live(world, random);
    expect(world.erp.writes, `seed ${String(seed)}`).toBe(0);
    if (direction === 'off') expect(world.exchange.writes, `seed ${String(seed)}`).toBe(0);
  }
});

test('where it is enforced, what is linked is the same on both sides in all that travels', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = new Random(seed);
    const world = anyWorld(random, true);
    const options = { ...world.policy.options, fields: {} };
    const { rights, direction } = world.policy;
    // a pair that goes to the ERP only, without the right to change there, goes nowhere
    const change = rights.change || direction === 'toErp';
    world.policy = { ...world.policy, options, rights: { ...rights, change } };
    await live(world, random);
    for (const { recordId, itemId, ended } of world.store.pair('pair1').links.values()) {
      const row = world.erp.notes.find(({ id }) => id === recordId);
      const item = world.exchange.notes.find(({ id }) => id === itemId);
      if (ended !== null || !row || !item) continue;
      expect(compared(item.note), `seed ${String(seed)}`).toEqual(compared(row.note));
    }
  }
});
