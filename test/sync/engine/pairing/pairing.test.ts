import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../../mappings/values.js';
import { baseOf } from '../../../../sync/engine/fingerprint.js';
import { sortOutTwins } from '../../../../sync/engine/pairing/sameness.js';
import type { Stranger } from '../../../../sync/engine/pairing/sameness.js';
import type { Base } from '../../../../sync/ports/store.js';
import { NOTE, note, PLAIN_PRINTS } from '../note-kind.js';
import { NoteWorld } from '../note-world.js';

describe('what is there on both sides before the first sync', () => {
  test('is connected, marked and otherwise left alone', async () => {
    const world = new NoteWorld();
    const records = ['Wartung', 'Abnahme'].map((title) => world.erp.add(note({ title })));
    for (const title of ['Wartung', 'Abnahme']) world.exchange.add(note({ title }));
    await world.sync();
    expect(world.erp.writes).toBe(0);
    expect(world.exchange.writes).toBe(2); // the marks
    expect(linked(world)).toEqual(records.sort());
    expect(world.exchange.notes.every(({ mark }) => mark !== null)).toBe(true);
    await world.settle();
    expect(world.writes).toBe(2);
  });

  test('and alike in everything stays as many as there were', async () => {
    const world = new NoteWorld();
    for (let copy = 0; copy < 3; copy += 1) world.erp.add(note());
    for (let copy = 0; copy < 2; copy += 1) world.exchange.add(note());
    await world.settle();
    expect(world.erp.notes).toHaveLength(3);
    expect(world.exchange.notes).toHaveLength(3);
    expect(world.erp.writes).toBe(0);
  });

  test('the ERP clips what Exchange holds, and both are one', async () => {
    const world = new NoteWorld();
    world.erp.add(note({ title: 'Wartung der Anlage' }));
    world.exchange.add(note({ title: 'Wartung der Anlage' }));
    await world.settle();
    expect(world.erp.notes).toHaveLength(1);
    expect(world.exchange.notes.map(({ note: { title } }) => title)).toEqual([
      'Wartung der Anlage',
    ]);
  });

  test('and differs is connected, and waits for an administrator without a write to either side', async () => {
    const world = new NoteWorld();
    world.erp.add(note({ days: { '2026-03-02': 'a' } }));
    world.exchange.add(note({ days: { '2026-03-02': 'b' } }));
    await world.settle();
    expect(world.writes).toBe(0);
    expect([...world.memory.held.values()]).toMatchObject([{ reason: 'pairedDiffering' }]);
    world.store.decide('pair1', 'approved');
    await world.settle();
    expect(world.titles.exchange).toEqual(world.titles.erp);
    expect(world.titles.erp).toEqual(['Wartung|Halle 1|2026-03-02=a']);
  });

  test('also where one side is only read', async () => {
    const world = new NoteWorld({ direction: 'toExchange' });
    world.erp.add(note({ days: { '2026-03-02': 'a' } }));
    world.exchange.add(note({ days: { '2026-03-02': 'b' } }));
    await world.settle();
    expect(world.writes).toBe(0);
    expect(world.memory.held.size).toBe(1);
  });

  test('what is told by its place is not mistaken for the other one', async () => {
    const world = new NoteWorld();
    for (const room of ['Halle 1', 'Halle 2']) {
      world.erp.add(note({ room, days: { '2026-03-02': 'a' } }));
      world.exchange.add(note({ room }));
    }
    await world.settle();
    expect(world.memory.held.size).toBe(2);
    expect(world.titles.erp).toHaveLength(2);
    expect(world.titles.exchange).toHaveLength(2);
    for (const { recordId, itemId } of world.memory.links.values()) {
      const record = world.erp.notes.find(({ id }) => id === recordId);
      expect(world.exchange.notes.find(({ id }) => id === itemId)?.note.room).toBe(
        record?.note.room,
      );
    }
  });

  test('what could be several things is neither guessed nor doubled, until somebody makes it told apart', async () => {
    const world = new NoteWorld();
    const first = world.erp.add(note({ room: 'A' }));
    world.erp.add(note({ room: 'B' }));
    const item = world.exchange.add(note({ room: 'C' }));
    world.exchange.add(note({ room: 'D' }));
    await world.settle();
    expect(world.writes).toBe(0);
    expect(world.memory.links.size).toBe(0);
    expect([...world.memory.parked.values()].map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'ambiguousTwins'),
    );
    world.clock.advance(3 * 86_400_000);
    await world.settle();
    expect(world.writes).toBe(0);
    world.exchange.edit(item, { room: 'A' });
    await world.settle();
    expect(linked(world)).toContain(first);
    expect(world.erp.notes).toHaveLength(2);
    expect(world.exchange.notes).toHaveLength(2);
    expect(world.memory.parked.size).toBe(0);
  });

  test('what neither side would bring over stays unconnected', async () => {
    const world = new NoteWorld({
      syncStart: parseInstant('2026-06-01T00:00:00Z'),
      direction: 'toExchange',
    });
    world.erp.add(note());
    world.exchange.add(note());
    await world.settle();
    expect(world.writes).toBe(0);
    expect(world.memory.links.size).toBe(0);
  });

  test('a crash at any call doubles nothing', async () => {
    const build = (): NoteWorld => {
      const world = new NoteWorld();
      for (const title of ['Wartung', 'Wartung', 'Abnahme']) {
        world.erp.add(note({ title }));
        world.exchange.add(note({ title }));
      }
      return world;
    };
    const { calls } = await build().sync();
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = build();
        await world.sync({ at, when });
        await world.settle();
        expect(world.erp.writes, `died ${when} call ${String(at)}`).toBe(0);
        expect(world.exchange.notes).toHaveLength(3);
        expect(linked(world)).toHaveLength(3);
      }
    }
  });

  test('is foreseen as connected', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    world.exchange.add(note());
    world.erp.add(note({ title: 'nur hier' }));
    const foreseen = await world.preview();
    expect(foreseen.map(({ what }) => what).sort()).toEqual(['create', 'link']);
    expect(world.writes).toBe(0);
    expect(world.memory.links.size).toBe(0);
  });
});

describe('when links are lost', () => {
  async function synced(): Promise<NoteWorld> {
    const world = new NoteWorld();
    world.erp.add(note({ title: 'aus ERP' }));
    world.exchange.add(note({ title: 'aus Exch', about: '' }));
    await world.settle();
    return world;
  }

  test('all of them: they are found by their keys, also what was edited meanwhile', async () => {
    const world = await synced();
    world.loseEverything();
    for (const {
      id,
      note: { title },
    } of world.exchange.notes)
      world.exchange.edit(id, { title: `${title}!` });
    const before = world.writes;
    const notes = await world.resync();
    expect(notes.paired.map(({ by }) => by)).toEqual(['key', 'key']);
    expect(notes.differing).toHaveLength(2);
    await world.settle();
    expect(world.writes).toBe(before);
    expect(world.memory.held.size).toBe(2);
  });

  test('those of a week: a restored backup finds them without a complete enumeration', async () => {
    const world = new NoteWorld();
    world.erp.add(note({ title: 'früher' }));
    await world.settle();
    const { watermarks } = world.memory;
    const links = new Map(world.memory.links);
    world.erp.add(note({ title: 'aus ERP' }));
    world.exchange.add(note({ title: 'aus Exch', about: '' }));
    await world.settle();
    world.memory.links.clear();
    for (const [id, link] of links) world.memory.links.set(id, link);
    world.memory.watermarks = watermarks;
    const before = world.writes;
    await world.settle();
    expect(world.writes).toBe(before);
    expect(linked(world)).toHaveLength(3);
    expect(world.titles.erp).toHaveLength(3);
    expect(world.titles.exchange).toHaveLength(3);
  });

  test('an item whose record was deleted since stays where it is, and is not made in the ERP again', async () => {
    const world = await synced();
    for (const { id } of world.erp.notes) world.erp.delete(id);
    world.loseEverything();
    const before = world.writes;
    await world.settle();
    expect(world.writes).toBe(before);
    expect(world.erp.notes).toHaveLength(0);
    for (const { id } of world.exchange.notes) world.exchange.edit(id, { room: 'Halle 3' });
    await world.resync();
    await world.settle();
    expect(world.erp.notes).toHaveLength(0);
  });

  test('an item whose record is gone without a trace waits, and is not made in the ERP again', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.settle();
    world.erp.loseWithoutTrace(world.erp.notes[0]?.id ?? '');
    world.loseEverything();
    const notes = await world.resync();
    expect(notes.unpaired).toMatchObject([{ side: 'exchange', reason: 'recordMissing' }]);
    for (let days = 0; days < 3; days += 1) {
      world.clock.advance(2 * 86_400_000);
      await world.settle();
    }
    expect(world.erp.notes).toHaveLength(0);
    expect(world.exchange.notes).toHaveLength(1);
    expect([...world.memory.parked.values()]).toMatchObject([{ reason: 'recordMissing' }]);
  });

  test('an item that turned private finds back to its record, which is not made beside it', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    world.exchange.add(note({ title: 'fremd', about: '' }));
    await world.settle();
    for (const { id } of world.exchange.notes) world.exchange.turnPrivate(id);
    world.exchange.turnPrivate(world.exchange.add(note({ title: 'nie gelesen' })));
    world.loseEverything();
    await world.settle();
    expect(world.exchange.notes).toHaveLength(3);
    expect(world.memory.links.size).toBe(2);
    expect(
      JSON.stringify([...world.memory.links.values()].map(({ bases }) => bases)),
    ).not.toContain('title');
  });

  test('a copy that a person made stays a second one', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.settle();
    const [item] = world.exchange.notes;
    world.exchange.copy(item?.id ?? '');
    world.loseEverything();
    await world.sync();
    expect(world.memory.parked.size).toBe(0);
    await world.settle();
    expect(world.erp.notes).toHaveLength(2);
    expect(world.exchange.notes).toHaveLength(2);
    expect(linked(world)).toHaveLength(2);
  });
});

describe('what takes no part', () => {
  test('a private item that is left out, however alike', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    const hidden = world.exchange.add(note());
    world.exchange.turnPrivate(hidden);
    await world.settle();
    expect(world.exchange.notes).toHaveLength(2);
    expect(world.exchange.notes.find(({ id }) => id === hidden)?.mark).toBeNull();
  });

  test('a record that was kept when its item was deleted: a new item like it is a new one', async () => {
    const world = new NoteWorld({ deleteInErp: false });
    const kept = world.erp.add(note());
    await world.settle();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    world.exchange.add(note({ about: '' }));
    await world.resync();
    await world.settle();
    expect(linked(world)).toHaveLength(1);
    expect(linked(world)).not.toContain(kept);
  });
});

describe('resync', () => {
  test('of what is in order writes nothing, twice and with a crash at any call', async () => {
    const world = new NoteWorld();
    for (const title of ['a', 'b']) world.erp.add(note({ title }));
    world.exchange.add(note({ title: 'c' }));
    await world.settle();
    const before = world.writes;
    const notes = await world.resync();
    expect(notes).toEqual({ paired: [], differing: [], unpaired: [] });
    for (let at = 1; at <= 12; at += 1) {
      await world.resync({ at, when: at % 2 === 0 ? 'before' : 'after' });
      await world.settle();
    }
    expect(world.writes).toBe(before);
  });

  test('names what differs although nobody has moved it', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.settle();
    const [link] = world.memory.links.values();
    if (!link) throw new Error('not linked');
    world.erp.edit(link.recordId, { room: 'Halle 9' });
    world.memory.links.set(link.id, {
      ...link,
      bases: { ...link.bases, erp: showing('Halle 9', link.id) },
    });
    const before = world.writes;
    const { differing } = await world.resync();
    expect(differing).toEqual([{ recordId: link.recordId, itemId: link.itemId, reason: null }]);
    expect(world.writes).toBe(before);
  });

  test('does not bring back what a person deleted', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    await world.settle();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.resync();
    await world.settle();
    expect(world.erp.notes).toHaveLength(0);
    expect(world.exchange.notes).toHaveLength(0);
  });

  test('keeps the proof of a deletion that only the change log has', async () => {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    world.erp.delete(id);
    await world.resync();
    await world.settle();
    expect(world.exchange.notes).toHaveLength(0);
    expect(world.memory.held.size).toBe(0);
  });
});

describe('what is connected anew and could not be written', () => {
  test('stays unknown: an edit that follows is not overwritten by a rule', async () => {
    const world = new NoteWorld();
    world.erp.add(note());
    const item = world.exchange.add(note({ about: '' }));
    world.exchange.refusesUpdates = true;
    await world.sync();
    expect([...world.memory.links.values()].map(({ form }) => form)).toEqual(['']);
    world.exchange.edit(item, { title: 'verlegt' });
    world.exchange.refusesUpdates = false;
    await world.settle();
    expect(world.exchange.notes.map(({ note: { title } }) => title)).toEqual(['verlegt']);
    expect(world.memory.held.size).toBe(1);
  });
});

describe('an upgrade that changes the form of the fingerprints', () => {
  test('a thousand equal links are remembered in the new form without a write', async () => {
    const world = new NoteWorld();
    for (let count = 0; count < 1_000; count += 1)
      world.erp.add(note({ title: `Nr ${String(count)}` }));
    await world.settle();
    const before = world.writes;
    world.forgetForm();
    await world.resync();
    expect(world.writes).toBe(before);
    expect(world.memory.held.size).toBe(0);
    expect(new Set([...world.memory.links.values()].map(({ form }) => form))).toEqual(
      new Set(['note.1']),
    );
  });
});

describe('a deletion just before an upgrade', () => {
  test.each(['erp', 'exchange'] as const)(
    'in %s is carried out where the other side still has its version',
    async (side) => {
      const world = new NoteWorld();
      world.erp.add(note());
      await world.settle();
      world.forgetForm('everything looks moved');
      if (side === 'erp') world.erp.delete(world.erp.notes[0]?.id ?? '');
      else world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
      await world.settle();
      expect([world.erp.notes, world.exchange.notes, [...world.memory.held]]).toEqual([[], [], []]);
    },
  );
});

describe('twins', () => {
  const stranger = (id: string, levels: readonly string[], isWanted = true): Stranger => ({
    id,
    levels,
    isWanted,
  });

  test('of two that are the same in everything each gets one, whatever the order they come in', () => {
    const records = [stranger('r2', ['x', 'w']), stranger('r1', ['x', 'w'])];
    const items = [stranger('i1', ['x', 'w']), stranger('i2', ['x', 'w'])];
    const expected = [
      { recordId: 'r1', itemId: 'i1' },
      { recordId: 'r2', itemId: 'i2' },
    ];
    expect(sortOutTwins(records, items)).toEqual({ pairs: expected, ambiguous: [] });
    expect(sortOutTwins([...records].reverse(), [...items].reverse()).pairs).toEqual(expected);
  });

  test('the same in everything beats alike, and alike is paired where it is the only one left', () => {
    const records = [stranger('r1', ['a', 'w']), stranger('r2', ['b', 'w'])];
    const items = [stranger('i1', ['c', 'w']), stranger('i2', ['a', 'w'])];
    expect(sortOutTwins(records, items).pairs).toEqual([
      { recordId: 'r1', itemId: 'i2' },
      { recordId: 'r2', itemId: 'i1' },
    ]);
  });

  test('what neither side would bring over is not paired, and not reported', () => {
    const records = [stranger('r1', ['a', 'w'], false)];
    const items = [stranger('i1', ['a', 'w'], false)];
    expect(sortOutTwins(records, items)).toEqual({ pairs: [], ambiguous: [] });
  });
});

/** A base that an old mistake made: as if the ERP had always shown that. */
function showing(room: string, linkId: string): Base {
  return baseOf(PLAIN_PRINTS, linkId, NOTE.canonical(note({ room })));
}

function linked(world: NoteWorld): readonly string[] {
  return [...world.memory.links.values()]
    .filter(({ ended }) => ended === null)
    .map(({ recordId }) => recordId)
    .sort();
}
