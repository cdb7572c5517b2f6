import { describe, expect, test } from 'vitest';
import type { PairPolicy } from '../../../../sync/ports/pair.js';
import type { Refusal, Wish } from '../../../../sync/ports/store.js';
import type { CrashPlan } from '../../../simulators/crash.js';
import { note } from '../note-kind.js';
import { NoteWorld } from '../note-world.js';

/** The last write that the audit trail has, and its link. */
function lastWrite(world: NoteWorld) {
  const write = world.memory.writes.at(-1);
  if (write === undefined) throw new Error('nothing was written');
  return write;
}

function undoLast(world: NoteWorld): number {
  const { linkId, write } = lastWrite(world);
  return world.store.wish('pair1', linkId, { kind: 'undo', writes: [write] });
}

function restoreLast(world: NoteWorld): number {
  const lost = world.memory.lostValues.at(-1);
  if (lost === undefined) throw new Error('nothing was lost');
  return world.store.wish('pair1', lost.linkId, { kind: 'restore', lost });
}

function refusalOf(world: NoteWorld, id: number): Refusal | null | undefined {
  return world.memory.wishes.get(id)?.refusal;
}

/** A note on both sides, at rest. */
async function linked(policy: Partial<PairPolicy> = {}) {
  const world = new NoteWorld(policy);
  const recordId = world.erp.add(note({ title: 'alt', days: { mo: 'frei' } }));
  await world.settle();
  const itemId = world.exchange.notes[0]?.id ?? '';
  return { world, recordId, itemId };
}

const ALT = { erp: ['alt|Halle 1|mo=frei'], exchange: ['alt|Halle 1|mo=frei'] };
const NEU = { erp: ['neu|Halle 1|mo=frei'], exchange: ['neu|Halle 1|mo=frei'] };
const NOTHING = { erp: [], exchange: [] };

/** A write of ours by what led to it, and what both sides show before, after, and once it is taken back. */
const WRITES = [
  {
    name: 'an ERP change that we wrote to Exchange',
    act: ({ world, recordId }: Awaited<ReturnType<typeof linked>>) =>
      world.erp.edit(recordId, { title: 'neu' }),
    after: NEU,
    undone: ALT,
  },
  {
    name: 'an Outlook change that we wrote to the ERP',
    act: ({ world, itemId }: Awaited<ReturnType<typeof linked>>) =>
      world.exchange.edit(itemId, { title: 'neu' }),
    after: NEU,
    undone: ALT,
  },
  {
    name: 'a day that was taken out of a list',
    act: ({ world, itemId }: Awaited<ReturnType<typeof linked>>) =>
      world.exchange.edit(itemId, { days: {} }),
    after: { erp: ['alt|Halle 1|'], exchange: ['alt|Halle 1|'] },
    undone: ALT,
  },
  {
    name: 'a deletion in the ERP that we brought to the mailbox',
    act: ({ world, recordId }: Awaited<ReturnType<typeof linked>>) => world.erp.delete(recordId),
    after: NOTHING,
    undone: ALT,
  },
  {
    name: 'a deletion in Outlook that we brought to the ERP',
    act: ({ world, itemId }: Awaited<ReturnType<typeof linked>>) => {
      world.exchange.move(itemId, 'deleted');
    },
    after: NOTHING,
    undone: ALT,
  },
] as const;

describe('a write that is taken back', () => {
  for (const { name, act, after, undone } of WRITES) {
    test(`${name}: both sides are as before, and it does not carry itself over again`, async () => {
      const there = await linked();
      const { world } = there;
      act(there);
      await world.settle();
      expect(world.titles).toEqual(after);
      const id = undoLast(world);
      await world.settle();
      expect(world.titles).toEqual(undone);
      expect(refusalOf(world, id)).toBeNull();
      const { writes } = world;
      await world.settle();
      expect(world.writes).toBe(writes);
    });
  }

  test('of which we only made one half goes; what it was made from stays, whatever becomes of it', async () => {
    const { world, recordId } = await linked();
    const id = undoLast(world);
    await world.settle();
    expect(world.titles).toEqual({ erp: ALT.erp, exchange: [] });
    expect(refusalOf(world, id)).toBeNull();
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    expect(world.titles).toEqual({ erp: NEU.erp, exchange: [] });
    await world.resync();
    expect(world.titles).toEqual({ erp: NEU.erp, exchange: [] });
  });

  test('and was a record made from an item leaves the item', async () => {
    const world = new NoteWorld();
    const itemId = world.exchange.add(note({ title: 'alt' }));
    await world.settle();
    undoLast(world);
    await world.settle();
    world.exchange.edit(itemId, { title: 'neu' });
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: ['neu|Halle 1|'] });
  });

  test('may be taken back itself', async () => {
    const there = await linked();
    const { world, recordId } = there;
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    undoLast(world);
    await world.settle();
    undoLast(world);
    await world.settle();
    expect(world.titles).toEqual(NEU);
  });

  test('names the wish as its cause, and is one line of the journal', async () => {
    const { world, recordId } = await linked();
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    undoLast(world);
    await world.settle();
    const lines = world.memory.journal.filter(({ event }) => event === 'takenBack');
    expect(lines).toMatchObject([{ recordId, fields: ['title'], detail: '' }]);
  });
});

describe('nothing is taken back', () => {
  const edits = [
    {
      name: 'somebody changed the record',
      act: ({ world, recordId }: Awaited<ReturnType<typeof linked>>) =>
        world.erp.edit(recordId, { room: 'Halle 2' }),
      shows: 'neu|Halle 2|mo=frei',
    },
    {
      name: 'somebody changed the item',
      act: ({ world, itemId }: Awaited<ReturnType<typeof linked>>) =>
        world.exchange.edit(itemId, { room: 'Halle 2' }),
      shows: 'neu|Halle 2|mo=frei',
    },
  ];
  for (const { name, act, shows } of edits) {
    for (const isSynced of [false, true]) {
      test(`where ${name} since, ${isSynced ? 'and it was carried over' : 'just now'}`, async () => {
        const there = await linked();
        const { world, recordId } = there;
        world.erp.edit(recordId, { title: 'neu' });
        await world.settle();
        const { linkId, write } = lastWrite(world);
        act(there);
        if (isSynced) await world.settle();
        const id = world.store.wish('pair1', linkId, { kind: 'undo', writes: [write] });
        await world.settle();
        expect(refusalOf(world, id)).toBe('changedSince');
        expect(world.titles).toEqual({ erp: [shows], exchange: [shows] });
        expect(world.memory.journal.map(({ event }) => event)).toContain('refused');
      });
    }
  }

  const refusals: readonly {
    readonly name: string;
    readonly policy?: Partial<PairPolicy>;
    readonly spoil?: (world: NoteWorld, wanted: Wish['for']) => Wish['for'];
    readonly why: Refusal;
  }[] = [
    {
      name: 'where we may not write that side any more',
      spoil: (world, wanted) => {
        world.policy = { ...world.policy, direction: 'toErp' };
        return wanted;
      },
      why: 'oneWay',
    },
    {
      name: 'of which the value of before has expired',
      spoil: (_, wanted) =>
        wanted.kind === 'undo'
          ? { kind: 'undo', writes: wanted.writes.map((one) => ({ ...one, before: null })) }
          : wanted,
      why: 'expired',
    },
    {
      name: 'whose item was deleted',
      spoil: (world, wanted) => {
        world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
        return wanted;
      },
      why: 'notThere',
    },
  ];
  for (const { name, policy, spoil, why } of refusals) {
    test(name, async () => {
      const { world, recordId } = await linked(policy);
      world.erp.edit(recordId, { title: 'neu' });
      await world.settle();
      const { linkId, write } = lastWrite(world);
      const wanted: Wish['for'] = { kind: 'undo', writes: [write] };
      const id = world.store.wish('pair1', linkId, spoil?.(world, wanted) ?? wanted);
      await world.settle();
      expect(refusalOf(world, id)).toBe(why);
    });
  }

  test('of a deletion where the item has been restored by its owner', async () => {
    const { world, itemId } = await linked();
    world.exchange.move(itemId, 'deleted');
    await world.settle();
    const { linkId, write } = lastWrite(world);
    world.exchange.move(world.exchange.deleted[0]?.id ?? '', 'calendar');
    const id = world.store.wish('pair1', linkId, { kind: 'undo', writes: [write] });
    await world.settle();
    expect(refusalOf(world, id)).toBe('changedSince');
    expect(world.titles).toEqual(ALT);
  });

  test('of a deletion on a side that we may not write any more', async () => {
    const { world, recordId } = await linked();
    world.erp.delete(recordId);
    await world.settle();
    world.policy = { ...world.policy, direction: 'toErp' };
    const id = undoLast(world);
    await world.settle();
    expect(refusalOf(world, id)).toBe('oneWay');
    expect(world.titles).toEqual(NOTHING);
  });

  test('that a side refuses for good: both sides stay equal', async () => {
    const { world, recordId } = await linked();
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    const id = undoLast(world);
    world.exchange.refusesUpdates = true;
    await world.settle();
    world.exchange.refusesUpdates = false;
    await world.settle();
    expect(refusalOf(world, id)).toBe('notAccepted');
    expect(world.titles).toEqual(NEU);
  });

  test('of what was made, where the server does not delete it: nothing is taken for a deletion', async () => {
    const { world, recordId } = await linked();
    const id = undoLast(world);
    world.exchange.refusesRemovals = true;
    await world.settle();
    expect(refusalOf(world, id)).toBe('notAccepted');
    expect(world.titles).toEqual(ALT);
    world.erp.loseWithoutTrace(recordId);
    world.exchange.refusesRemovals = false;
    world.forgetWatermarks();
    await world.settle();
    expect(world.titles.exchange).toEqual(ALT.exchange);
  });
});

describe('killed between any two calls, what is taken back', () => {
  const created = {
    name: 'an item that we made',
    act: () => undefined,
    undone: { erp: ALT.erp, exchange: [] },
  };
  for (const { name, act, undone } of [...WRITES, created]) {
    for (const when of ['before', 'after'] as const) {
      test(`${name}: is taken back once, and nothing is lost (${when} the call)`, async () => {
        const calls = await undoDying(act, null);
        expect(calls.calls).toBeGreaterThan(5);
        for (let at = 1; at <= calls.calls; at += 1) {
          const { world, id } = await undoDying(act, { at, when });
          await world.settle();
          expect(world.titles, `${when} call ${String(at)}`).toEqual(undone);
          expect(refusalOf(world, id)).toBeNull();
        }
      });
    }
  }

  async function undoDying(
    act: (there: Awaited<ReturnType<typeof linked>>) => void,
    plan: CrashPlan | null,
  ) {
    const there = await linked();
    const { world } = there;
    act(there);
    await world.settle();
    const id = undoLast(world);
    const { calls } = await world.sync(plan);
    return { world, id, calls };
  }
});

describe('a value that lost a conflict', () => {
  async function conflict(policy: Partial<PairPolicy> = {}) {
    const there = await linked(policy);
    there.world.erp.edit(there.recordId, { title: 'vom ERP' });
    there.world.exchange.edit(there.itemId, { title: 'Outlook' });
    await there.world.settle();
    return there;
  }

  test('is restored to both sides', async () => {
    const { world } = await conflict();
    expect(world.titles.exchange).toEqual(['vom ERP|Halle 1|mo=frei']);
    const id = restoreLast(world);
    await world.settle();
    expect(refusalOf(world, id)).toBeNull();
    expect(world.titles).toEqual({
      erp: ['Outlook|Halle 1|mo=frei'],
      exchange: ['Outlook|Halle 1|mo=frei'],
    });
    expect(world.memory.journal.map(({ event }) => event)).toContain('restored');
  });

  test('is restored beside an edit of another field, which is not swallowed', async () => {
    const { world, recordId } = await conflict();
    const id = restoreLast(world);
    world.erp.edit(recordId, { room: 'Halle 2' });
    await world.settle();
    expect(refusalOf(world, id)).toBeNull();
    expect(world.titles).toEqual({
      erp: ['Outlook|Halle 2|mo=frei'],
      exchange: ['Outlook|Halle 2|mo=frei'],
    });
  });

  test('stays lost where the field was changed since', async () => {
    const { world, recordId } = await conflict();
    world.erp.edit(recordId, { title: 'noch neuer' });
    const id = restoreLast(world);
    await world.settle();
    expect(refusalOf(world, id)).toBe('changedSince');
    expect(world.titles.exchange).toEqual(['noch neuer|Halle 1|mo=frei']);
  });

  test('stays lost where it has expired', async () => {
    const { world } = await conflict();
    const linkId = world.memory.lostValues[0]?.linkId ?? '';
    const id = world.store.wish('pair1', linkId, { kind: 'restore', lost: null });
    await world.settle();
    expect(refusalOf(world, id)).toBe('expired');
  });
});

test('the audit trail has every write once, however often the process died', async () => {
  for (let at = 1; at <= 12; at += 1) {
    const { world, recordId } = await linked();
    world.erp.edit(recordId, { title: 'neu' });
    await world.sync({ at, when: 'after' });
    await world.settle();
    const written = world.memory.writes.map(({ write }) => write);
    const updates = written.filter(({ what }) => what === 'update');
    expect(updates, `after call ${String(at)}`).toMatchObject([
      { side: 'exchange', fields: ['title'], before: '{"title":"alt"}' },
    ]);
  }
});
