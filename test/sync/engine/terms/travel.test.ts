import { beforeEach, describe, expect, test } from 'vitest';
import type { Direction } from '../../../../mappings/field-rules.js';
import type { PairOptions } from '../../../../sync/ports/pair.js';
import { DEFAULT_OPTIONS } from '../../../../sync/ports/pair.js';
import { note } from '../note-kind.js';
import type { Note } from '../note-kind.js';
import { NoteWorld } from '../note-world.js';

function worldWith(direction: Direction, options: Partial<PairOptions> = {}): NoteWorld {
  return new NoteWorld({ direction, options: { ...DEFAULT_OPTIONS, ...options } });
}

const itemId = (world: NoteWorld): string => world.exchange.notes[0]?.id ?? '';
const item = (world: NoteWorld): Partial<Note> | undefined => world.exchange.notes[0]?.note;
const record = (world: NoteWorld): Partial<Note> | undefined => world.erp.notes[0]?.note;
const journal = (world: NoteWorld) => world.store.pair('pair1').journal;
const events = (world: NoteWorld) =>
  journal(world).map(({ event, detail, fields }) =>
    [event, detail, ...fields].filter((part) => part !== '').join(' '),
  );

/** One note on both sides, connected. */
async function linked(direction: Direction, options: Partial<PairOptions> = {}) {
  const world = worldWith('both');
  const id = world.erp.add(note({ days: { '2026-03-02': 'verlegt' } }));
  await world.settle();
  world.policy = { ...world.policy, direction, options: { ...DEFAULT_OPTIONS, ...options } };
  return { world, id };
}

async function quiet(world: NoteWorld): Promise<void> {
  const { writes } = world;
  const lines = journal(world).length;
  await world.settle();
  expect(world.writes).toBe(writes);
  expect(journal(world).length).toBe(lines);
}

describe('one way only, not enforced', () => {
  test('an edit on the target side stays until the source changes that field, and is said once', async () => {
    const { world, id } = await linked('toExchange');
    world.exchange.edit(itemId(world), { room: 'Halle 3', title: 'Umbau' });
    await world.settle();
    expect(record(world)).toMatchObject({ room: 'Halle 1', title: 'Wartung' });
    expect(item(world)).toMatchObject({ room: 'Halle 3', title: 'Umbau' });
    expect(events(world).filter((line) => line.startsWith('ignored'))).toEqual([
      'ignored direction title room',
    ]);
    await quiet(world);
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(item(world)).toMatchObject({ room: 'Halle 2', title: 'Umbau' });
  });

  test('a deletion on the target side ends the link, and an edit of the source does not bring it back', async () => {
    const { world, id } = await linked('toExchange');
    world.exchange.move(itemId(world), 'deleted');
    await world.settle();
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(world.exchange.notes).toEqual([]);
    expect(world.erp.notes).toHaveLength(1);
  });

  test('what people make on the target side by themselves is not touched', async () => {
    const world = worldWith('toExchange', { enforce: true });
    world.exchange.add(note({ title: 'eigenes' }));
    await world.settle();
    expect(world.writes).toBe(0);
    expect(world.exchange.notes).toHaveLength(1);
  });

  test('what a person wrote into a second item of ours is not thrown away', async () => {
    const { world } = await linked('toExchange');
    const mark = world.exchange.notes[0]?.mark?.replace('.1.', '.2.') ?? '';
    const patch = note({ days: { '2026-03-02': 'verlegt' } });
    const late = { folderId: 'calendar', mark, patch };
    await world.exchange.create({ address: world.mailbox }, [late, late]);
    const [, touched] = world.exchange.notes;
    world.exchange.edit(touched?.id ?? '', { room: 'meine Notiz' });
    await world.settle();
    expect(world.exchange.notes.map((one) => one.note.room)).toEqual(['Halle 1', 'meine Notiz']);
  });

  test('without the right to change, the edit is looked past for that reason', async () => {
    const { world } = await linked('both');
    world.policy = { ...world.policy, rights: { create: true, change: false, delete: true } };
    world.exchange.edit(itemId(world), { room: 'Halle 3' });
    await world.settle();
    expect(record(world)?.room).toBe('Halle 1');
    expect(events(world)).toContain('ignored rights room');
    await quiet(world);
  });
});

describe('enforced', () => {
  let world: NoteWorld;
  let id: string;
  beforeEach(async () => {
    ({ world, id } = await linked('toExchange', { enforce: true }));
  });

  test('an edit on the target side is put back at once, and what the person wrote is kept', async () => {
    world.exchange.edit(itemId(world), { room: 'Halle 3' });
    await world.sync();
    expect(item(world)?.room).toBe('Halle 1');
    expect(events(world)).toContain('putBack room');
    const lost = world.store.pair('pair1').lostValues.map(({ field, value }) => [field, value]);
    expect(lost).toEqual([['room', '"Halle 3"']]);
    await world.settle();
    await quiet(world);
  });

  test('so is one element of a set, and one that was made anew', async () => {
    const days = { '2026-03-03': 'neu' };
    world.exchange.edit(itemId(world), { days });
    await world.settle();
    expect(item(world)?.days).toEqual({ '2026-03-02': 'verlegt' });
    await quiet(world);
  });

  test('what was deleted is made again', async () => {
    world.exchange.move(itemId(world), 'deleted');
    await world.settle();
    expect(world.exchange.notes.map(({ note: { title } }) => title)).toEqual(['Wartung']);
    expect(events(world)).toContain('unlinked putBack');
    await quiet(world);
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(item(world)?.room).toBe('Halle 2');
  });

  test('what is taken out of Deleted Items afterwards is left alone: it is there already', async () => {
    const gone = world.exchange.move(itemId(world), 'deleted');
    await world.settle();
    world.exchange.move(gone, 'calendar');
    await world.settle();
    expect(world.erp.notes).toHaveLength(1);
    expect(world.exchange.notes).toHaveLength(2);
    await quiet(world);
  });

  test('what is deleted for the fourth time stays deleted', async () => {
    for (let time = 1; time <= 4; time += 1) {
      expect(world.exchange.notes, `before deletion ${String(time)}`).toHaveLength(1);
      world.exchange.move(itemId(world), 'deleted');
      await world.settle();
    }
    expect(world.exchange.notes).toEqual([]);
    expect(events(world)).toContain('unlinked itemDeletedAgain');
    world.erp.edit(id, { room: 'Halle 2' });
    await world.settle();
    expect(world.exchange.notes).toEqual([]);
  });

  test('a deletion in the source still travels', async () => {
    world.erp.delete(id);
    await world.settle();
    expect(world.exchange.notes).toEqual([]);
  });

  test('the other way round the record is made again', async () => {
    world.policy = { ...world.policy, direction: 'toErp' };
    world.erp.delete(id);
    await world.settle();
    expect(world.erp.notes.map(({ note: { title } }) => title)).toEqual(['Wartung']);
    world.erp.edit(world.erp.notes[0]?.id ?? '', { room: 'Halle 2' });
    await world.settle();
    expect(record(world)?.room).toBe('Halle 1');
    await quiet(world);
  });

  test('without the right to delete, what was deleted comes back', async () => {
    const rights = { create: true, change: true, delete: false };
    world.policy = { ...world.policy, direction: 'both', rights };
    world.exchange.move(itemId(world), 'deleted');
    await world.settle();
    expect(world.exchange.notes).toHaveLength(1);
    expect(world.erp.notes).toHaveLength(1);
  });
});

describe('a field that goes one way only', () => {
  test('is blank in what is made on the other side, and stays so', async () => {
    const world = worldWith('both', { fields: { room: 'toErp', title: 'toExchange' } });
    world.erp.add(note({ title: 'aus ERP', room: 'geheim' }));
    world.exchange.add(note({ title: 'eigenes', room: 'Halle 9' }));
    await world.settle();
    expect(world.titles.exchange).toEqual(['aus ERP||', 'eigenes|Halle 9|']);
    expect(world.titles.erp).toEqual(['aus ERP|geheim|', '|Halle 9|'].sort());
    await quiet(world);
  });

  test('shows as blank in the preview', async () => {
    const world = worldWith('both', { fields: { room: 'toErp' } });
    world.erp.add(note({ title: 'aus ERP', room: 'geheim' }));
    expect(await world.preview()).toMatchObject([{ what: 'create', after: { room: '' } }]);
  });

  test('does not make an edit of it beat a deletion', async () => {
    const { world, id } = await linked('both', { fields: { room: 'toExchange' } });
    world.exchange.edit(itemId(world), { room: 'Halle 3' });
    world.erp.delete(id);
    await world.settle();
    expect(world.exchange.notes).toEqual([]);
    expect(world.erp.notes).toEqual([]);
  });
});
