import { describe, expect, test } from 'vitest';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

describe('one pair', () => {
  test('what was there before is brought over, both ways, and then it is quiet', async () => {
    const world = new NoteWorld({});
    world.erp.add(note({ title: 'Wartung' }));
    world.exchange.add(note({ title: 'Zahnarzt' }));
    await world.sync();
    expect(world.titles.erp).toEqual(world.titles.exchange);
    expect(world.titles.erp).toHaveLength(2);
    const before = world.writes;
    await world.sync();
    await world.sync();
    expect(world.writes).toBe(before);
  });

  test('a title the ERP must clip does not come back as an edit', async () => {
    const world = new NoteWorld();
    world.exchange.add(note({ title: 'ein sehr langer Titel' }));
    await world.settle();
    expect(world.exchange.notes.map((item) => item.note.title)).toEqual(['ein sehr langer Titel']);
    expect(world.titles.erp).toEqual(world.titles.exchange);
  });

  test('deleted in Outlook goes in the ERP, and does not come back', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.sync();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
  });

  test('deleted in the ERP lies in Deleted Items', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.sync();
    world.erp.delete(id);
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
    expect(world.exchange.deleted).toHaveLength(1);
  });

  test('a person who restores a deleted item gets it back on both sides, once', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.sync();
    world.erp.delete(id);
    await world.settle();
    world.exchange.move(world.exchange.deleted[0]?.id ?? '', 'calendar');
    await world.settle();
    expect(world.titles.erp).toHaveLength(1);
    expect(world.titles.erp).toEqual(world.titles.exchange);
  });

  test('deleted here, edited there: the edit wins on both sides', async () => {
    const world = new NoteWorld();
    const first = world.erp.add(note({ title: 'eins' }));
    const second = world.erp.add(note({ title: 'zwei' }));
    await world.sync();
    const [one, two] = world.exchange.notes;
    world.erp.delete(first);
    world.exchange.edit(one?.id ?? '', { room: 'Halle 3' });
    world.exchange.move(two?.id ?? '', 'deleted');
    world.erp.edit(second, { room: 'Halle 4' });
    await world.settle();
    expect(world.titles.erp).toEqual(['eins|Halle 3|', 'zwei|Halle 4|']);
    expect(world.titles.exchange).toEqual(world.titles.erp);
  });

  test('a copy in Outlook becomes an appointment of its own; the original keeps its link', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.sync();
    const original = world.exchange.notes[0]?.id ?? '';
    const copy = world.exchange.copy(original);
    await world.settle();
    expect(world.erp.notes).toHaveLength(2);
    world.exchange.edit(copy, { title: 'Kopie' });
    world.exchange.edit(original, { title: 'Original' });
    await world.settle();
    expect(world.titles.erp).toEqual(['Kopie|Halle 1|', 'Original|Halle 1|']);
  });

  test('dragged away and back, with another id each time: the same link, no second record', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.sync();
    const away = world.exchange.move(world.exchange.notes[0]?.id ?? '', 'other');
    world.exchange.move(away, 'calendar');
    await world.settle();
    world.erp.edit(id, { title: 'neu' });
    await world.settle();
    expect(world.titles).toEqual({ erp: ['neu|Halle 1|'], exchange: ['neu|Halle 1|'] });
  });

  test('dragged to another folder leaves the scope: nothing is deleted in the ERP', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.sync();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'other');
    await world.settle();
    expect(world.erp.notes).toHaveLength(1);
    expect(world.exchange.notes).toHaveLength(0);
  });

  test('gone without a trace on either side is held, not deleted', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'eins' }));
    world.erp.add(note({ title: 'zwei' }));
    await world.sync();
    const two = world.exchange.notes.find((item) => item.note.title === 'zwei');
    world.erp.loseWithoutTrace(id);
    world.exchange.purge(two?.id ?? '');
    await world.settle();
    expect(world.titles).toEqual({ erp: ['zwei|Halle 1|'], exchange: ['eins|Halle 1|'] });
  });

  test('all deleted at once waits for the administrator', async () => {
    const world = new NoteWorld();
    const ids = Array.from({ length: 60 }, (_, n) =>
      world.erp.add(note({ title: `Nr. ${String(n)}` })),
    );
    await world.sync();
    for (const id of ids.slice(0, 40)) world.erp.delete(id);
    await world.settle();
    expect(world.exchange.notes).toHaveLength(60);
    expect(world.store.pair('pair1').held.size).toBe(40);
  });

  test('the employee does not want deletions in the ERP: the record stays, and the item does not come back', async () => {
    const world = new NoteWorld({ deleteInErp: false });
    const id = world.erp.add(note());
    await world.sync();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    world.erp.edit(id, { room: 'Halle 9' });
    await world.settle();
    expect(world.titles).toEqual({ erp: ['Wartung|Halle 9|'], exchange: [] });
  });

  test('one way to Exchange: what people make and edit there stays theirs', async () => {
    const world = new NoteWorld({ direction: 'toExchange' });
    const id = world.erp.add(note());
    world.exchange.add(note({ title: 'Zahnarzt' }));
    await world.sync();
    const copy = world.exchange.notes.find((item) => item.note.title === 'Wartung');
    world.exchange.edit(copy?.id ?? '', { room: 'Café' });
    await world.settle();
    expect(world.erp.notes.map((row) => row.note.room)).toEqual(['Halle 1']);
    world.erp.edit(id, { room: 'Halle 5' });
    await world.settle();
    expect(world.titles.exchange).toEqual(['Wartung|Halle 5|', 'Zahnarzt|Halle 1|']);
    expect(world.erp.writes).toBe(0);
  });
});

describe('a link that the store refuses', () => {
  test('is set aside with its reason and does not stop the rest', async () => {
    const world = new NoteWorld();
    const bad = world.erp.add(note({ title: 'eins' }));
    world.erp.add(note({ title: 'zwei' }));
    world.refuseLinksOf(bad);
    await world.sync();
    const pair = world.store.pair('pair1');
    expect([...pair.links.values()].map((link) => link.recordId)).toHaveLength(1);
    expect([...pair.parked.values()]).toMatchObject([{ side: 'erp', id: bad, kind: 'rejected' }]);
    expect(pair.intents.size).toBe(1);
    await world.settle();
    expect(world.exchange.notes).toHaveLength(2);
  });
});

describe('after an upgrade that changed the form of the fingerprints', () => {
  test('what is equal goes on, and what differs on both sides waits instead of being overwritten', async () => {
    const world = new NoteWorld();
    const one = world.erp.add(note({ title: 'eins' }));
    const two = world.erp.add(note({ title: 'zwei' }));
    await world.sync();
    world.forgetForm();
    const item = world.exchange.notes.find((each) => each.note.title === 'zwei');
    world.erp.edit(two, { room: 'Halle 2' });
    world.exchange.edit(item?.id ?? '', { room: 'Halle 3' });
    world.erp.edit(one, { room: 'Halle 4' });
    await world.settle();
    expect(world.exchange.notes.map((each) => each.note.room).sort()).toEqual([
      'Halle 3',
      'Halle 4',
    ]);
    expect(world.erp.notes.map((each) => each.note.room).sort()).toEqual(['Halle 2', 'Halle 4']);
    expect(world.store.pair('pair1').held.size).toBe(1);
  });
});

describe('a write that Exchange refuses', () => {
  test('is parked, not tried again in every cycle, and tried again after a change', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.sync();
    world.exchange.refusesUpdates = true;
    world.erp.edit(id, { room: 'Halle 2' });
    await world.sync();
    await world.sync();
    await world.sync();
    const pair = world.store.pair('pair1');
    expect(world.exchange.refusals).toBe(1);
    expect(pair.intents.size).toBe(1);
    expect(pair.journal.filter((line) => line.event === 'parked')).toHaveLength(1);
    world.erp.edit(id, { room: 'Halle 3' });
    await world.sync();
    expect(world.exchange.refusals).toBe(2);
    world.exchange.refusesUpdates = false;
    world.clock.advance(3_600_000);
    await world.sync();
    expect(world.titles.exchange).toEqual(['Wartung|Halle 3|']);
    expect(pair.parked.size).toBe(0);
    expect(pair.intents.size).toBe(0);
  });
});

describe('a deletion that Exchange refuses', () => {
  test('rests, keeps its proof, does not hold up the watermark, and is done when it can be', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    world.exchange.refusesRemovals = true;
    world.erp.delete(id);
    await world.sync();
    const pair = world.store.pair('pair1');
    const { erp } = pair.watermarks;
    world.erp.add(note({ title: 'danach' }));
    await world.sync();
    await world.sync();
    expect(world.exchange.refusals).toBe(1);
    expect(pair.watermarks.erp).not.toBe(erp);
    expect(pair.held.size).toBe(0);
    world.exchange.refusesRemovals = false;
    world.clock.advance(3_600_000);
    await world.sync();
    expect(world.titles).toEqual({ erp: ['danach|Halle 1|'], exchange: ['danach|Halle 1|'] });
    expect(pair.intents.size).toBe(0);
    expect(pair.parked.size).toBe(0);
  });
});

describe('our own second item, from a try that landed late', () => {
  const landLate = async (world: NoteWorld, different: Parameters<typeof note>[0]) => {
    world.erp.add(note());
    await world.settle();
    const [link] = [...world.store.pair('pair1').links.values()];
    const entry = {
      folderId: 'calendar',
      mark: `${link?.key ?? ''}.7.pair1`,
      patch: note(different),
    };
    await world.exchange.create({ address: world.mailbox }, [entry]);
    await world.settle();
  };

  test('is taken away again', async () => {
    const world = new NoteWorld();
    await landLate(world, {});
    expect(world.titles.exchange).toEqual(['Wartung|Halle 1|']);
    expect(world.erp.notes).toHaveLength(1);
    expect(world.exchange.deleted).toHaveLength(1);
  });

  test('stays where somebody has changed it meanwhile', async () => {
    const world = new NoteWorld();
    await landLate(world, { room: 'Halle 7' });
    expect(world.titles.exchange).toEqual(['Wartung|Halle 1|', 'Wartung|Halle 7|']);
    expect(world.titles.erp).toEqual(world.titles.exchange);
  });
});
