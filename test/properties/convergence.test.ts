import { expect, test } from 'vitest';
import { Random } from '../simulators/random.js';
import { note } from '../sync/engine/note-kind.js';
import { NoteWorld } from '../sync/engine/note-world.js';
import { EDITS, TRACEABLE } from './note-edits.js';

const SEEDS = 400;
const STEPS = 14;

test('after any edits and any crashes both sides agree, and then it is quiet', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const world = new NoteWorld({ guard: { count: 1000, percent: 100 } });
    const random = new Random(seed);
    for (let step = 0; step < STEPS; step += 1) {
      for (let edits = random.between(1, 3); edits > 0; edits -= 1) {
        random.oneOf(EDITS)(world, random, `n${String(step)}.${String(edits)}`);
      }
      const at = random.between(1, 30);
      await world.sync(random.chance(0.6) ? { at, when: random.oneOf(['before', 'after']) } : null);
      if (random.chance(0.3)) world.clock.advance(random.between(1, 90) * 1000);
    }
    await world.settle();
    expect(world.titles.exchange, `seed ${String(seed)}`).toEqual(world.titles.erp);

    const writes = world.writes;
    await world.settle();
    expect(world.writes, `seed ${String(seed)} is not quiet`).toBe(writes);
    expect(world.store.pair('pair1').intents.size, `seed ${String(seed)} has open intents`).toBe(0);
  }
});

test('a crash at any call makes nothing twice and loses nothing', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 40; at += 1) {
      const world = new NoteWorld();
      world.erp.add(note({ title: 'aus ERP' }));
      world.exchange.add(note({ title: 'aus Outl.' }));
      await world.sync({ at, when });
      await world.settle();
      expect(world.titles.erp, `${when} call ${String(at)}`).toEqual([
        'aus ERP|Halle 1|',
        'aus Outl.|Halle 1|',
      ]);
      expect(world.titles.exchange, `${when} call ${String(at)}`).toEqual(world.titles.erp);
    }
  }
});

test('what nobody deleted is there once on each side, however often we died', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const world = new NoteWorld();
    const random = new Random(seed);
    for (let step = 0; step < STEPS; step += 1) {
      for (let edits = random.between(1, 3); edits > 0; edits -= 1) {
        random.oneOf(TRACEABLE)(world, random, `n${String(step)}.${String(edits)}`);
      }
      const at = random.between(1, 30);
      await world.sync(random.chance(0.7) ? { at, when: random.oneOf(['before', 'after']) } : null);
      if (random.chance(0.3)) world.clock.advance(random.between(1, 90) * 1000);
    }
    const made = [...world.erp.notes, ...world.exchange.notes].map(({ note: { title } }) => title);
    await world.settle();
    const expected = [...new Set(made)].sort();
    const titles = (list: readonly { readonly note: { readonly title: string } }[]) =>
      list.map(({ note: { title } }) => title).sort();
    expect(titles(world.erp.notes), `seed ${String(seed)}`).toEqual(expected);
    expect(titles(world.exchange.notes), `seed ${String(seed)}`).toEqual(expected);
  }
});

test('two edits of different fields survive a crash at any call, also a second one while we recover', async () => {
  const plans = [];
  for (let first = 1; first <= 14; first += 1) {
    for (let second = 0; second <= 14; second += 1) {
      for (const when of ['before', 'after'] as const) plans.push({ first, second, when });
    }
  }
  for (const { first, second, when } of plans) {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'alt', room: 'Halle 1' }));
    await world.settle();
    world.erp.edit(id, { room: 'Halle 2' });
    world.exchange.edit(world.exchange.notes[0]?.id ?? '', { title: 'ein neuer langer Titel' });
    await world.sync({ at: first, when });
    await world.sync(second === 0 ? null : { at: second, when: 'after' });
    await world.settle();
    const name = `${when} call ${String(first)}, then after call ${String(second)}`;
    expect(world.titles.erp, name).toEqual(['ein neuer |Halle 2|']);
    expect(world.titles.exchange, name).toEqual(['ein neuer |Halle 2|']);
    expect(world.exchange.notes[0]?.note.title, name).toBe('ein neuer langer Titel');
  }
});
