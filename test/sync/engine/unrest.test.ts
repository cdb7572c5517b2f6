import { describe, expect, test } from 'vitest';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function flip(world: NoteWorld, id: string, rooms: readonly string[]): Promise<void> {
  for (const room of rooms) {
    world.erp.edit(id, { room });
    world.clock.advance(MINUTE);
    await world.sync();
  }
}

function toAndFro(times: number): readonly string[] {
  return Array.from({ length: times }, (_, n) => (n % 2 === 0 ? 'Halle 2' : 'Halle 1'));
}

function frozenLines(world: NoteWorld) {
  return world.store.pair('pair1').journal.filter(({ event }) => event === 'frozen');
}

describe('a record that another tool flips every minute', () => {
  test('rests after some rounds and is reported once, while everything else goes on', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    const other = world.erp.add(note({ title: 'ruhig' }));
    await world.settle();
    await flip(world, id, toAndFro(10));
    const writes = world.exchange.writes;
    await flip(world, id, toAndFro(20));
    expect(world.exchange.writes).toBe(writes);
    expect(frozenLines(world)).toMatchObject([{ detail: 'keepsFlipping', fields: ['room'] }]);
    expect([...world.store.pair('pair1').parked.values()]).toMatchObject([
      { kind: 'frozen', id, reason: 'keepsFlipping' },
    ]);
    world.erp.edit(other, { room: 'Halle 7' });
    await world.sync();
    expect(world.titles.exchange).toContain('ruhig|Halle 7|');
  });

  test('is tried again after a day, and nothing that was changed meanwhile is lost', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    await flip(world, id, toAndFro(10));
    world.erp.edit(id, { title: 'zuletzt', room: 'Halle 9' });
    await world.sync();
    expect(world.titles.exchange).not.toEqual(world.titles.erp);
    world.clock.advance(DAY);
    await world.sync();
    expect(world.titles.exchange).toEqual(['zuletzt|Halle 9|']);
    expect(world.store.pair('pair1').parked.size).toBe(0);
  });

  test('is deleted on the other side where somebody deletes it', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    await flip(world, id, toAndFro(10));
    world.erp.delete(id);
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
  });

  test('in the mailbox rests as well', async () => {
    const world = new NoteWorld();
    world.exchange.add(note());
    await world.settle();
    const item = world.exchange.notes[0]?.id ?? '';
    for (const room of toAndFro(30)) {
      world.exchange.edit(item, { room });
      world.clock.advance(MINUTE);
      await world.sync();
    }
    expect(frozenLines(world)).toHaveLength(1);
  });
});

describe('a record that is changed often', () => {
  test('to something new every minute rests in the end', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    const rooms = Array.from({ length: 40 }, (_, n) => `Stand ${String(n)}`);
    await flip(world, id, rooms);
    expect(frozenLines(world)).toMatchObject([{ detail: 'writtenTooOften' }]);
  });

  test('by a person who cannot make up their mind does not rest', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    await flip(world, id, toAndFro(6));
    await flip(world, id, ['Halle 3', 'Halle 4', 'Halle 3', 'Halle 5']);
    expect(frozenLines(world)).toEqual([]);
    expect(world.titles.exchange).toEqual(['Wartung|Halle 5|']);
  });

  test('to and fro, but over days, does not rest', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    for (const room of toAndFro(20)) {
      world.erp.edit(id, { room });
      world.clock.advance(2 * 60 * MINUTE);
      await world.sync();
    }
    expect(frozenLines(world)).toEqual([]);
  });
});
