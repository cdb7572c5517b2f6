import { describe, expect, test } from 'vitest';
import { ConnectorFailure, failed } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

describe('the watermarks', () => {
  test('move after the work that they cover: whoever dies before that reads it again', async () => {
    const edited = async (plan: Parameters<NoteWorld['sync']>[0]) => {
      const world = new NoteWorld();
      const id = world.erp.add(note({ title: 'alt' }));
      world.exchange.add(note({ title: 'Mappe' }));
      await world.settle();
      world.erp.edit(id, { title: 'neu' });
      const { calls } = await world.sync(plan);
      await world.settle();
      return { calls, titles: world.titles };
    };
    const { calls } = await edited(null);
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { titles } = await edited({ at, when });
        const both = ['Mappe|Halle 1|', 'neu|Halle 1|'];
        expect(titles, `died ${when} call ${String(at)}`).toEqual({ erp: both, exchange: both });
      }
    }
  });

  test('of the ERP wait for a deletion whose item cannot be read just now: the log alone proves it', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    world.erp.delete(id);
    const read = world.exchange.read.bind(world.exchange);
    world.exchange.read = async (_, ids) =>
      ids.map(() => failed(new ConnectorFailure('busy', 'the server is busy')));
    await world.sync();
    expect(world.exchange.notes).toHaveLength(1);
    world.exchange.read = read;
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
    expect(world.memory.held.size).toBe(0);
  });
});
