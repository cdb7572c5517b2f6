import { describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

/** A note that its owner has made private and dragged away and back since; private ones are left out. */
async function draggedAside(world: NoteWorld): Promise<string> {
  world.erp.add(note({ title: 'eins' }));
  await world.settle();
  const made = world.exchange.notes[0]?.id ?? '';
  world.exchange.turnPrivate(made);
  await world.settle();
  const back = world.exchange.move(world.exchange.move(made, 'other'), 'calendar');
  world.exchange.turnPrivate(back);
  await world.settle();
  return back;
}

describe('an item that was dragged to another folder before anybody knew that it was made', () => {
  test('is left alone there, whatever the ERP changes', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'eins' }));
    const create = world.exchange.create.bind(world.exchange);
    world.exchange.create = async (mailbox, entries) => {
      world.exchange.create = create;
      await create(mailbox, entries);
      throw new ConnectorFailure('unreachable', 'the answer was lost');
    };
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'other');
    await world.settle();
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(world.exchange.writes).toBe(1);
  });
});

describe('a private item that was dragged to another folder and back', () => {
  test('is not mixed up with its copy, which becomes an appointment of its own', async () => {
    const world = new NoteWorld();
    const original = await draggedAside(world);
    const copy = world.exchange.copy(original);
    world.exchange.edit(copy, { title: 'zwei' });
    await world.settle();
    const both = ['eins|Halle 1|', 'zwei|Halle 1|'];
    expect(world.titles).toEqual({ erp: both, exchange: both });
  });

  test('and was copied there at once: both are there, each once', async () => {
    const world = new NoteWorld();
    world.erp.add(note({ title: 'eins' }));
    await world.settle();
    const made = world.exchange.notes[0]?.id ?? '';
    world.exchange.turnPrivate(made);
    await world.settle();
    const back = world.exchange.move(made, 'calendar');
    world.exchange.copy(back);
    await world.settle();
    const both = ['eins|Halle 1|', 'eins|Halle 1|'];
    expect(world.titles).toEqual({ erp: both, exchange: both });
  });

  test('keeps its place where its copy is private as well', async () => {
    const world = new NoteWorld();
    const original = await draggedAside(world);
    world.exchange.turnPrivate(world.exchange.copy(original));
    await world.settle();
    world.exchange.turnPublic(original);
    await world.settle();
    expect(world.titles.erp).toEqual(['eins|Halle 1|']);
  });

  test('nor is one that was kept when its record was deleted', async () => {
    const world = new NoteWorld({ deleteInExchange: false });
    const id = world.erp.add(note({ title: 'eins' }));
    await world.settle();
    world.erp.delete(id);
    await world.settle();
    const made = world.exchange.notes[0]?.id ?? '';
    const back = world.exchange.move(world.exchange.move(made, 'other'), 'calendar');
    await world.settle();
    world.exchange.edit(world.exchange.copy(back), { title: 'zwei' });
    await world.settle();
    expect(world.titles.erp).toEqual(['zwei|Halle 1|']);
  });

  test('finds back to its record once it is private no more', async () => {
    const world = new NoteWorld({ conflict: 'exchange' });
    const original = await draggedAside(world);
    world.exchange.turnPublic(original);
    world.exchange.edit(original, { room: 'Halle 2' });
    await world.settle();
    expect(world.titles).toEqual({ erp: ['eins|Halle 2|'], exchange: ['eins|Halle 2|'] });
  });
});
