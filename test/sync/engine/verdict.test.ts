import { describe, expect, test } from 'vitest';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const heldIn = (world: NoteWorld): number => world.store.pair('pair1').held.size;
const heldLines = (world: NoteWorld): number =>
  world.store.pair('pair1').journal.filter(({ event }) => event === 'held').length;

/** Forty of sixty are gone from the ERP; the guard holds them. */
async function fortyHeld(): Promise<NoteWorld> {
  const world = new NoteWorld();
  const ids = Array.from({ length: 60 }, (_, n) =>
    world.erp.add(note({ title: `Nr. ${String(n)}` })),
  );
  await world.sync();
  for (const id of ids.slice(0, 40)) world.erp.delete(id);
  await world.settle();
  expect([world.exchange.notes.length, heldIn(world), heldLines(world)]).toEqual([60, 40, 40]);
  return world;
}

/** One item is gone without a proof: purged, or archived. */
async function oneMissing(): Promise<{ world: NoteWorld; recordId: string }> {
  const world = new NoteWorld();
  const recordId = world.erp.add(note({ title: 'eins' }));
  world.erp.add(note({ title: 'zwei' }));
  await world.sync();
  const item = world.exchange.notes.find((each) => each.note.title === 'eins');
  world.exchange.purge(item?.id ?? '');
  await world.settle();
  expect([world.erp.notes.length, heldIn(world)]).toEqual([2, 1]);
  return { world, recordId };
}

describe('what the guard holds', () => {
  test('happens when an administrator approves it, and is over', async () => {
    const world = await fortyHeld();
    world.store.decide('pair1', 'approved');
    await world.settle();
    expect([world.exchange.notes.length, heldIn(world)]).toEqual([20, 0]);
    expect(world.erp.notes).toHaveLength(20);
  });

  test('does not make the guard stricter once it was approved', async () => {
    const world = await fortyHeld();
    world.store.decide('pair1', 'approved');
    await world.settle();
    world.erp.delete(world.erp.notes[0]?.id ?? '');
    await world.settle();
    expect([world.exchange.notes.length, heldIn(world)]).toEqual([19, 0]);
  });

  test('stays on both sides when it is rejected, and nobody is asked again', async () => {
    const world = await fortyHeld();
    world.store.decide('pair1', 'rejected');
    const before = world.writes;
    await world.settle();
    expect([world.exchange.notes.length, world.erp.notes.length]).toEqual([60, 20]);
    expect([heldLines(world), world.writes - before]).toEqual([40, 0]);
  });

  test('waits anew where an item was changed since the approval', async () => {
    const world = await fortyHeld();
    world.store.decide('pair1', 'approved');
    const gone = new Set(world.erp.notes.map((row) => row.note.title));
    const item = world.exchange.notes.find((each) => !gone.has(each.note.title));
    world.exchange.edit(item?.id ?? '', { room: 'Halle 9' });
    await world.settle();
    const rooms = world.exchange.notes.map((each) => each.note.room);
    expect(rooms.filter((room) => room === 'Halle 9')).toHaveLength(1);
    expect([world.exchange.notes.length, heldIn(world)]).toEqual([21, 1]);
  });

  test('survives a crash at any call while it is carried out', async () => {
    for (let at = 1; ; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await fortyHeld();
        world.store.decide('pair1', 'approved');
        const { report } = await world.sync({ at, when });
        await world.settle();
        expect([world.exchange.notes.length, heldIn(world)]).toEqual([20, 0]);
        if (report !== null) return;
      }
    }
  });
});

describe('what is merely missing', () => {
  test('is deleted on the other side too when an administrator approves it', async () => {
    const { world } = await oneMissing();
    world.store.decide('pair1', 'approved');
    await world.settle();
    expect(world.titles).toEqual({ erp: ['zwei|Halle 1|'], exchange: ['zwei|Halle 1|'] });
    expect(heldIn(world)).toBe(0);
  });

  test('changed after the approval is not deleted, and waits anew', async () => {
    const { world, recordId } = await oneMissing();
    world.store.decide('pair1', 'approved');
    world.erp.edit(recordId, { room: 'Halle 3' });
    await world.settle();
    expect(world.titles.erp).toEqual(['eins|Halle 3|', 'zwei|Halle 1|']);
    expect(heldIn(world)).toBe(1);
    world.store.decide('pair1', 'approved');
    await world.settle();
    // approved as deleted over there, and changed here: the change wins
    expect(world.titles.exchange).toEqual(['eins|Halle 3|', 'zwei|Halle 1|']);
  });

  test('is kept when it is rejected, and made anew once somebody changes it', async () => {
    const { world, recordId } = await oneMissing();
    world.store.decide('pair1', 'rejected');
    await world.settle();
    expect([world.erp.notes.length, world.exchange.notes.length]).toEqual([2, 1]);
    world.erp.edit(recordId, { room: 'Halle 7' });
    await world.settle();
    expect(world.titles.exchange).toEqual(['eins|Halle 7|', 'zwei|Halle 1|']);
    expect(heldIn(world)).toBe(0);
  });

  test('is held once in the journal, however often it is looked at', async () => {
    const { world, recordId } = await oneMissing();
    const lines = heldLines(world);
    world.erp.edit(recordId, { room: 'Halle 2' });
    await world.settle();
    expect(heldLines(world)).toBe(lines + 1);
    await world.settle();
    expect(heldLines(world)).toBe(lines + 1);
  });
});

describe('what differs on both sides since the form changed', () => {
  test('is decided by the rule of conflicts when an administrator approves it', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note({ title: 'eins' }));
    await world.sync();
    world.forgetForm();
    world.erp.edit(id, { room: 'Halle 2' });
    world.exchange.edit(world.exchange.notes[0]?.id ?? '', { room: 'Halle 3' });
    await world.settle();
    expect([world.titles.exchange, heldIn(world)]).toEqual([['eins|Halle 3|'], 1]);
    world.store.decide('pair1', 'approved');
    await world.settle();
    expect(world.titles).toEqual({ erp: ['eins|Halle 2|'], exchange: ['eins|Halle 2|'] });
    expect(heldIn(world)).toBe(0);
  });
});
