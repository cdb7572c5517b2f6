import { describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const PAIR = 'pair1';

/** As after a lost cursor: both sides are named from the beginning. */
function startOver(world: NoteWorld): void {
  world.store.pair(PAIR).watermarks = { exchange: {}, erp: null };
}

describe('a write that landed before we died', () => {
  test('is no edit: what somebody changed meanwhile wins without a conflict', async () => {
    for (let at = 1; at <= 20; at += 1) {
      const world = new NoteWorld({ conflict: 'exchange' });
      const id = world.erp.add(note({ room: 'Halle 1' }));
      await world.settle();
      world.erp.edit(id, { room: 'Halle 2' });
      await world.sync({ at, when: 'after' });
      world.erp.edit(id, { room: 'Halle 3' });
      await world.settle();
      const rooms = [world.erp.notes[0]?.note.room, world.exchange.notes[0]?.note.room];
      expect(rooms, `died after call ${String(at)}`).toEqual(['Halle 3', 'Halle 3']);
      expect(world.store.pair(PAIR).lostValues).toEqual([]);
    }
  });
});

describe('an edit between our write and our reading it back', () => {
  test('travels, and is not taken for what we wrote', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ room: 'Halle 1' }));
    await world.settle();
    const item = world.exchange.notes[0]?.id ?? '';
    const update = world.exchange.update.bind(world.exchange);
    world.exchange.update = async (mailbox, entries) => {
      const answers = await update(mailbox, entries);
      world.exchange.edit(item, { title: 'von Hand' });
      world.exchange.update = update;
      return answers;
    };
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(world.titles).toEqual({ erp: ['von Hand|Halle 2|'], exchange: ['von Hand|Halle 2|'] });
  });
});

describe('a record that is not there any more, and nothing says why', () => {
  test('is held, and its item stays', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'eins' }));
    world.erp.add(note({ title: 'zwei' }));
    await world.settle();
    world.erp.loseWithoutTrace(id);
    startOver(world);
    await world.settle();
    expect(world.titles.exchange).toEqual(['eins|Halle 1|', 'zwei|Halle 1|']);
    expect([...world.store.pair(PAIR).held.values()]).toMatchObject([{ reason: 'recordMissing' }]);
  });
});

describe('a create that hangs', () => {
  test('is not repeated while it may still land, so that nothing is doubled', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    const create = world.exchange.create.bind(world.exchange);
    let land: () => Promise<unknown> = async () => [];
    world.exchange.create = async (mailbox, entries) => {
      world.exchange.create = create;
      land = async () => create(mailbox, entries);
      throw new ConnectorFailure('unreachable', 'no answer in time');
    };
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    await world.sync();
    expect(world.exchange.notes).toHaveLength(0);
    await land();
    expect(world.exchange.writes).toBe(1);
    await world.settle();
    expect(world.exchange.notes).toHaveLength(1);
    expect(world.exchange.writes).toBe(1);
  });

  test('is repeated once it cannot land any more', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    const create = world.exchange.create.bind(world.exchange);
    world.exchange.create = async () => {
      world.exchange.create = create;
      throw new ConnectorFailure('unreachable', 'no answer in time');
    };
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.clock.advance(2 * world.policy.writeTimeoutMs);
    await world.sync();
    expect(world.exchange.notes).toHaveLength(1);
  });
});

describe('an id that the ERP gives to another record', () => {
  test('does not lead to the item of the first one', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'alt' }));
    await world.settle();
    const old = world.exchange.notes[0]?.id ?? '';
    world.erp.reuse(id, note({ title: 'neu' }));
    await world.settle();
    expect(world.titles).toEqual({ erp: ['neu|Halle 1|'], exchange: ['neu|Halle 1|'] });
    expect(world.exchange.notes.map((item) => item.id)).not.toContain(old);
    expect(world.exchange.deleted.map((item) => item.note.title)).toEqual(['alt']);
  });
});

describe('what was kept on purpose when the other side was deleted', () => {
  test('an item is not revived by an edit, nor by reading everything anew', async () => {
    const world = new NoteWorld({ deleteInExchange: false });
    const id = world.erp.add(note());
    await world.settle();
    world.erp.delete(id);
    await world.settle();
    const item = world.exchange.notes[0]?.id ?? '';
    world.exchange.edit(item, { room: 'Halle 9' });
    await world.settle();
    startOver(world);
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: ['Wartung|Halle 9|'] });
  });

  test('a record is not revived by an edit, nor by reading everything anew', async () => {
    const world = new NoteWorld({ deleteInErp: false });
    const id = world.erp.add(note());
    await world.settle();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    world.erp.edit(id, { room: 'Halle 9' });
    await world.settle();
    startOver(world);
    await world.settle();
    expect(world.titles).toEqual({ erp: ['Wartung|Halle 9|'], exchange: [] });
  });
});
