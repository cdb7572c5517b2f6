import { describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const OLD = 'alt|Halle 1|';
const NEW = 'neu|Halle 1|';

describe('an ERP that gives the id of a deleted record to the next one', () => {
  test('has the new one in Outlook also where somebody restores the old one', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'alt' }));
    await world.settle();
    world.erp.reuse(id, note({ title: 'neu' }));
    await world.sync();
    world.exchange.move(world.exchange.deleted[0]?.id ?? '', 'calendar');
    await world.settle();
    expect(world.titles).toEqual({ erp: [OLD, NEW], exchange: [OLD, NEW] });
  });

  test('has the new one in Outlook also where the old one lives on there beside a private copy', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'alt' }));
    await world.settle();
    const item = world.exchange.notes[0]?.id ?? '';
    world.exchange.turnPrivate(world.exchange.copy(item));
    world.exchange.edit(item, { room: 'Halle 2' });
    world.erp.reuse(id, note({ title: 'neu' }));
    await world.settle();
    const edited = 'alt|Halle 2|';
    expect(world.titles).toEqual({ erp: [edited, NEW], exchange: [OLD, edited, NEW] });
  });

  test('brings back the old one also where it is restored while nobody knows whether the new one has landed', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'alt' }));
    await world.settle();
    world.erp.reuse(id, note({ title: 'neu' }));
    await world.sync();
    const create = world.exchange.create.bind(world.exchange);
    world.exchange.create = async () => {
      world.exchange.create = create;
      throw new ConnectorFailure('unreachable', 'no answer in time');
    };
    await expect(world.sync()).rejects.toMatchObject({ kind: 'unreachable' });
    world.exchange.move(world.exchange.deleted[0]?.id ?? '', 'calendar');
    await world.sync();
    await world.settle();
    expect(world.titles).toEqual({ erp: [OLD, NEW], exchange: [OLD, NEW] });
  });

  test('has it once, whatever becomes of the item that was kept of the old one', async () => {
    const world = new NoteWorld({ deleteInExchange: false });
    const id = world.erp.add(note({ title: 'alt' }));
    await world.settle();
    const kept = world.exchange.notes[0]?.id ?? '';
    world.erp.reuse(id, note({ title: 'neu' }));
    await world.settle();
    const made = world.exchange.notes.find(({ note: { title } }) => title === 'neu')?.id ?? '';
    world.exchange.turnPrivate(made);
    await world.settle();
    world.exchange.edit(kept, { room: 'Halle 7' });
    await world.settle();
    expect(world.titles.exchange).toEqual(['alt|Halle 7|', NEW]);
  });

  test('keeps an item with its second record, where the first one was deleted while it was edited', async () => {
    const world = new NoteWorld({ conflict: 'exchange' });
    const item = world.exchange.add(note({ title: 'alt' }));
    await world.settle();
    world.erp.reuse(world.erp.notes[0]?.id ?? '', note({ title: 'neu' }));
    world.exchange.edit(item, { room: 'Halle 2' });
    await world.settle();
    world.exchange.turnPrivate(item);
    await world.settle();
    world.exchange.turnPublic(item);
    world.exchange.edit(item, { room: 'Halle 3' });
    await world.settle();
    expect(world.titles).toEqual({ erp: ['alt|Halle 3|', NEW], exchange: ['alt|Halle 3|', NEW] });
  });
});
