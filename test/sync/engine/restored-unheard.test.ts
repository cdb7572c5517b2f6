import { describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

/** The next removal in the ERP is done, and we do not hear of it. */
function loseNextRemoval(world: NoteWorld): void {
  const remove = world.erp.remove.bind(world.erp);
  world.erp.remove = async (lease, entries) => {
    world.erp.remove = remove;
    await remove(lease, entries);
    throw new ConnectorFailure('unreachable', 'the answer was lost');
  };
}

describe.each([true, false])(
  'an item that a person deletes and takes back before we have heard that its record went (deleting in Exchange: %s)',
  (deleteInExchange) => {
    test('stays, and has a record again', async () => {
      const world = new NoteWorld({ deleteInExchange });
      world.erp.add(note({}));
      await world.settle();
      const id = world.exchange.notes[0]?.id ?? '';
      const binned = world.exchange.move(id, 'deleted');
      loseNextRemoval(world);
      await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
      expect(world.titles.erp).toEqual([]);
      world.exchange.move(binned, 'calendar');
      await world.settle();
      expect(world.titles.exchange.length).toBe(1);
      expect(world.titles.erp).toEqual(world.titles.exchange);
    });
  },
);
