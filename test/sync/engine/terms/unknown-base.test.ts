import { describe, expect, test } from 'vitest';
import { note } from '../note-kind.js';
import { NoteWorld } from '../note-world.js';

/** Three in step, of which nothing is known any more but that they belong together, as after a repair. */
async function repaired(form = '', isFromTheBeginning = true): Promise<NoteWorld> {
  const world = new NoteWorld();
  for (const title of ['eins', 'zwei', 'drei']) world.erp.add(note({ title }));
  await world.settle();
  for (const [id, link] of world.memory.links) {
    const bases = { erp: {}, exchange: {} };
    world.memory.links.set(id, { ...link, form, bases, recordVersion: '', itemVersion: '' });
  }
  if (isFromTheBeginning) world.forgetWatermarks();
  return world;
}

const first = <T>(all: readonly T[]): T => {
  const [one] = all;
  if (one === undefined) throw new Error('there is none');
  return one;
};

const counts = (world: NoteWorld) => [
  world.erp.notes.length,
  world.exchange.notes.length,
  world.memory.held.size,
];

describe('where nobody knows what both sides last agreed on', () => {
  test('what is equal is connected again, and nothing is written', async () => {
    const world = await repaired();
    const before = world.writes;
    await world.settle();
    expect([...counts(world), world.writes - before]).toEqual([3, 3, 0, 0]);
  });

  test('a deletion in the ERP waits: the item may have been changed', async () => {
    const world = await repaired('', false);
    world.erp.delete(first(world.erp.notes).id);
    await world.settle();
    expect(counts(world)).toEqual([2, 3, 1]);
    expect([...world.memory.held.values()]).toMatchObject([{ reason: 'baseUnknown' }]);
  });

  test('a deletion in the mailbox waits: the record may have been changed', async () => {
    const world = await repaired('', false);
    world.exchange.move(first(world.exchange.notes).id, 'deleted');
    await world.settle();
    expect(counts(world)).toEqual([3, 2, 1]);
  });

  test.each(['erp', 'exchange'] as const)(
    'a deletion in %s that was approved is carried out, and does not come back',
    async (side) => {
      const world = await repaired('', false);
      if (side === 'erp') world.erp.delete(first(world.erp.notes).id);
      else world.exchange.move(first(world.exchange.notes).id, 'deleted');
      await world.settle();
      world.store.decide('pair1', 'approved');
      await world.settle();
      expect(counts(world)).toEqual([2, 2, 0]);
    },
  );

  test('a deletion that was rejected leaves the other side as it is', async () => {
    const world = await repaired('', false);
    world.erp.delete(first(world.erp.notes).id);
    await world.settle();
    world.store.decide('pair1', 'rejected');
    await world.settle();
    expect([world.erp.notes.length, world.exchange.notes.length]).toEqual([2, 3]);
  });
});

describe('a mailbox that was left for an empty one, as an administrator has confirmed', () => {
  const emptied = async (form: string): Promise<NoteWorld> => {
    const world = await repaired(form);
    for (const { id } of world.exchange.notes) world.exchange.purge(id);
    await world.settle();
    return world;
  };

  test('is filled anew', async () => {
    const world = await emptied('makeAnew');
    expect(counts(world)).toEqual([3, 3, 0]);
    const before = world.writes;
    await world.settle();
    expect(world.writes - before).toBe(0);
  });

  test('is not filled where nobody has confirmed: all that is missing waits', async () => {
    expect(counts(await emptied(''))).toEqual([3, 0, 3]);
  });

  test('is not filled where nothing travels to it', async () => {
    const world = await repaired('makeAnew');
    world.policy = { ...world.policy, direction: 'toErp' };
    for (const { id } of world.exchange.notes) world.exchange.purge(id);
    await world.settle();
    expect(world.exchange.notes).toHaveLength(0);
    expect(world.erp.notes).toHaveLength(3);
  });

  test('keeps what is there after all', async () => {
    const world = await repaired('makeAnew');
    world.exchange.purge(first(world.exchange.notes).id);
    await world.settle();
    expect(counts(world)).toEqual([3, 3, 0]);
  });
});
