import { expect, test } from 'vitest';
import type { Foreseen } from '../../sync/engine/preview.js';
import type { JournalEntry } from '../../sync/ports/store.js';
import { Random } from '../simulators/random.js';
import type { Note } from '../sync/engine/note-kind.js';
import { note } from '../sync/engine/note-kind.js';
import { NoteWorld } from '../sync/engine/note-world.js';
import { EDITS } from './note-edits.js';

const EVENTS = { create: 'created', update: 'updated', remove: 'removed' } as const;

/** As lines that compare: what happens on which side to which thing of the other. */
function foreseenLines(seen: readonly Foreseen<Note>[]): readonly string[] {
  return seen
    .flatMap((one) => {
      if (one.what === 'hold') return [`held ${one.side} ${one.recordId}`];
      if (one.what !== 'create' && one.what !== 'update' && one.what !== 'remove') return [];
      if (one.held !== null) return [`held ${one.side} ${one.recordId ?? ''}`];
      return [lineOf(EVENTS[one.what], one)];
    })
    .sort();
}

function happenedLines(journal: readonly JournalEntry[]): readonly string[] {
  return journal
    .flatMap((entry) => {
      const { event, side, recordId } = entry;
      if (event === 'held') return [`held ${side} ${recordId ?? ''}`];
      if (event === 'created' || event === 'updated' || event === 'removed') {
        return [lineOf(event, entry)];
      }
      return [];
    })
    .sort();
}

function lineOf(
  event: string,
  { side, recordId, itemId, fields }: Pick<JournalEntry, 'side' | 'recordId' | 'itemId' | 'fields'>,
): string {
  const id = event === 'created' && side === 'erp' ? itemId : recordId;
  return [event, side, id, ...fields].join(' ');
}

test('what is foreseen is what happens, and looking changes nothing anywhere', async () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const world = new NoteWorld({ guard: { count: 2, percent: 20 } });
    const random = new Random(seed);
    for (let step = 0; step < 10; step += 1) {
      for (let edits = random.between(1, 4); edits > 0; edits -= 1) {
        random.oneOf(EDITS)(world, random, `n${String(step)}.${String(edits)}`);
      }
      const pair = world.store.pair('pair1');
      const before = JSON.stringify([pair, [...pair.links], world.writes]);
      const foreseen = foreseenLines(await world.preview());
      expect(JSON.stringify([pair, [...pair.links], world.writes])).toBe(before);
      const lines = pair.journal.length;
      await world.sync();
      const happened = happenedLines(pair.journal.slice(lines));
      expect(
        foreseen.filter((line) => !line.startsWith('held')),
        `seed ${String(seed)}.${String(step)}`,
      ).toEqual(happened.filter((line) => !line.startsWith('held')));
      // what waits already is foreseen to wait, and said once
      expect(foreseen, `seed ${String(seed)}.${String(step)}`).toEqual(
        expect.arrayContaining([...happened]),
      );
    }
  }
});

test('fields are shown as they are and as they would be, with what a conflict costs', async () => {
  const world = new NoteWorld();
  const id = world.erp.add(note({ title: 'alt' }));
  await world.sync();
  world.erp.edit(id, { room: 'Halle 2' });
  world.exchange.edit(world.exchange.notes[0]?.id ?? '', { room: 'Café' });
  expect(await world.preview()).toMatchObject([
    {
      what: 'update',
      side: 'exchange',
      fields: ['room'],
      before: { room: 'Café' },
      after: { room: 'Halle 2' },
      conflicts: [{ field: 'room', winner: 'erp', lost: 'Café' }],
      held: null,
    },
  ]);
});

test('while a write is not confirmed, nothing is foreseen about it and nobody is disturbed', async () => {
  const world = new NoteWorld();
  world.erp.add(note());
  const { intents } = world.store.pair('pair1');
  for (let at = 1; intents.size === 0; at += 1) await world.sync({ at, when: 'after' });
  expect(await world.preview()).toMatchObject([{ what: 'unknown' }]);
  expect(intents.size).toBe(1);
});
