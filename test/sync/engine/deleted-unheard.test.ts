import { describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

/** The next item is made, and we do not hear of it. */
function loseNextAnswer(world: NoteWorld): void {
  const create = world.exchange.create.bind(world.exchange);
  world.exchange.create = async (mailbox, entries) => {
    world.exchange.create = create;
    await create(mailbox, entries);
    throw new ConnectorFailure('unreachable', 'the answer was lost');
  };
}

describe('an item that a person deletes before we have heard that it was made', () => {
  test('goes with its record, days and all, and does not come back', async () => {
    const world = new NoteWorld();
    world.erp.add(note({ days: { '2026-03-10': 'frei' } }));
    loseNextAnswer(world);
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
  });

  test('nor does it where its record is deleted in the ERP', async () => {
    const world = new NoteWorld();
    await world.settle();
    const id = world.erp.add(note({ days: { '2026-03-10': 'frei' } }));
    loseNextAnswer(world);
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.erp.delete(id);
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
  });

  test('nor where it appears only after its record was deleted', async () => {
    const world = new NoteWorld();
    await world.settle();
    const id = world.erp.add(note({ days: { '2026-03-10': 'frei' } }));
    const create = world.exchange.create.bind(world.exchange);
    let land: () => Promise<unknown> = async () => [];
    world.exchange.create = async (mailbox, entries) => {
      world.exchange.create = create;
      land = async () => create(mailbox, entries);
      throw new ConnectorFailure('unreachable', 'no answer in time');
    };
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.erp.delete(id);
    await world.sync();
    await land();
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
    expect(world.memory.held.size).toBe(0);
  });

  test('is made anew where the record was changed meanwhile', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ days: { '2026-03-10': 'frei' } }));
    loseNextAnswer(world);
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    const left = ['Wartung|Halle 2|2026-03-10=frei'];
    expect(world.titles).toEqual({ erp: left, exchange: left });
  });
});
