import { expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../sync/ports/pair.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

/** Both sides have agreed on different rooms: the ERP's did not travel at the time, and nobody has touched it since. */
async function differing(): Promise<NoteWorld> {
  const world = new NoteWorld();
  world.erp.add(note());
  await world.settle();
  world.policy = { ...world.policy, options: { ...DEFAULT_OPTIONS, fields: { room: 'toErp' } } };
  world.erp.edit(world.erp.notes[0]?.id ?? '', { room: 'Büro' });
  await world.settle();
  world.policy = { ...world.policy, options: DEFAULT_OPTIONS };
  return world;
}

test.each(['before', 'after'] as const)(
  'what the ERP has for itself stays, wherever we die while something else is written to it (%s the call)',
  async (when) => {
    for (let at = 1, isDead = true; isDead; at += 1) {
      const world = await differing();
      world.exchange.edit(world.exchange.notes[0]?.id ?? '', { title: 'Neu' });
      const { report } = await world.sync({ at, when });
      await world.settle();
      const both = { erp: ['Neu|Büro|'], exchange: ['Neu|Halle 1|'] };
      expect(world.titles, `${when} call ${String(at)}`).toEqual(both);
      isDead = report === null;
    }
  },
);

test.each(['before', 'after'] as const)(
  'what a person changed in the ERP before an interrupted write of ours is theirs, where nothing travels to Exchange (%s the call)',
  async (when) => {
    for (let at = 1, isDead = true; isDead; at += 1) {
      const world = new NoteWorld();
      world.erp.add(note());
      await world.settle();
      world.policy = { ...world.policy, direction: 'toErp' };
      world.exchange.edit(world.exchange.notes[0]?.id ?? '', { title: 'Neu' });
      world.erp.edit(world.erp.notes[0]?.id ?? '', { room: 'Büro' });
      const { report } = await world.sync({ at, when });
      await world.settle();
      const both = { erp: ['Neu|Büro|'], exchange: ['Neu|Halle 1|'] };
      expect(world.titles, `${when} call ${String(at)}`).toEqual(both);
      isDead = report === null;
    }
  },
);
