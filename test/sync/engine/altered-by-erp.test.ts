import { describe, expect, test } from 'vitest';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

/** An ERP that writes titles in capitals, which nobody has told us. */
function shouting(world: NoteWorld): void {
  const { erp } = world;
  const [create, update] = [erp.create.bind(erp), erp.update.bind(erp)];
  const loud = <E extends { readonly patch: { readonly title?: string } }>(entry: E): E => {
    const { title } = entry.patch;
    if (title === undefined) return entry;
    return { ...entry, patch: { ...entry.patch, title: title.toUpperCase() } };
  };
  erp.create = async (lease, entries) => create(lease, entries.map(loud));
  erp.update = async (lease, entries) => update(lease, entries.map(loud));
}

describe('what the ERP makes of a title is no edit', () => {
  test('so a note that was just brought over and is deleted in Outlook goes, wherever we died', async () => {
    for (let at = 1; at <= 14; at += 1) {
      const world = new NoteWorld();
      shouting(world);
      const item = world.exchange.add(note({ title: 'eins' }));
      await world.sync({ at, when: 'after' });
      world.exchange.move(item, 'deleted');
      await world.settle();
      const left = { erp: [], exchange: [] };
      expect(world.titles, `died after call ${String(at)}`).toEqual(left);
    }
  });

  test('nor does it come back where its title was changed before it was deleted', async () => {
    for (let at = 1; at <= 14; at += 1) {
      const world = new NoteWorld();
      shouting(world);
      const item = world.exchange.add(note({ title: 'eins' }));
      await world.settle();
      world.exchange.edit(item, { title: 'zwei' });
      await world.sync({ at, when: 'after' });
      world.exchange.move(item, 'deleted');
      await world.settle();
      const left = { erp: [], exchange: [] };
      expect(world.titles, `died after call ${String(at)}`).toEqual(left);
    }
  });
});
