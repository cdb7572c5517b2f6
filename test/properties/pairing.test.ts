import { describe, expect, test } from 'vitest';
import { Random } from '../simulators/random.js';
import { NoteWorld } from '../sync/engine/note-world.js';
import { EDITS } from './note-edits.js';

const SEEDS = 150;
const STEPS = 10;

/** Any edits, any crashes, and both sides quiet in the end. */
async function converged(seed: number): Promise<{ world: NoteWorld; random: Random }> {
  const world = new NoteWorld({ guard: { count: 1_000, percent: 100 } });
  const random = new Random(seed);
  for (let step = 0; step < STEPS; step += 1) {
    for (let edits = random.between(1, 3); edits > 0; edits -= 1) {
      random.oneOf(EDITS)(world, random, `n${String(step)}.${String(edits)}`);
    }
    const plan = { at: random.between(1, 25), when: random.oneOf(['before', 'after'] as const) };
    await world.sync(random.chance(0.4) ? plan : null);
  }
  await world.settle();
  return { world, random };
}

/** What both sides show, by id: nothing was made, deleted or changed where this stays the same. */
function shownBy(world: NoteWorld): readonly string[] {
  const records = world.erp.notes.map(({ id, version }) => `${id} ${version}`);
  const items = world.exchange.notes.map(
    ({ id, note: { title, room, days } }) => `${id} ${title} ${room} ${JSON.stringify(days)}`,
  );
  return [...records, ...items].sort();
}

function livePairs(world: NoteWorld): readonly string[] {
  return [...world.memory.links.values()]
    .filter(({ ended }) => ended === null)
    .map(({ recordId, itemId }) => `${recordId} ${itemId}`)
    .sort();
}

describe('all that we remember is lost (invariant 18)', () => {
  test('and found again as it was, with a crash anywhere: nothing made, deleted or changed', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { world, random } = await converged(seed);
      const before = { shown: shownBy(world), pairs: livePairs(world) };
      world.loseEverything();
      const plan = { at: random.between(1, 15), when: random.oneOf(['before', 'after'] as const) };
      await world.resync(random.chance(0.5) ? plan : null);
      await world.settle();
      expect(shownBy(world), `seed ${String(seed)}`).toEqual(before.shown);
      expect(livePairs(world), `seed ${String(seed)}`).toEqual(before.pairs);
      expect(world.memory.held.size, `seed ${String(seed)}`).toBe(0);
      expect(world.memory.parked.size, `seed ${String(seed)}`).toBe(0);
    }
  }, 60_000);

  test('the marks as well: nothing is made, deleted or changed, and only what is alike may swap', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { world } = await converged(seed);
      const before = { shown: shownBy(world), pairs: livePairs(world).length };
      world.loseEverything();
      world.exchange.loseMarks();
      await world.resync();
      await world.settle();
      expect(shownBy(world), `seed ${String(seed)}`).toEqual(before.shown);
      expect(livePairs(world), `seed ${String(seed)}`).toHaveLength(before.pairs);
      expect(world.memory.held.size, `seed ${String(seed)}`).toBe(0);
    }
  }, 60_000);

  test('a resync of what is in order changes nothing', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { world } = await converged(seed);
      const before = { writes: world.writes, pairs: livePairs(world) };
      const notes = await world.resync();
      expect(notes.paired, `seed ${String(seed)}`).toEqual([]);
      await world.settle();
      expect(world.writes, `seed ${String(seed)}`).toBe(before.writes);
      expect(livePairs(world), `seed ${String(seed)}`).toEqual(before.pairs);
    }
  }, 60_000);
});
