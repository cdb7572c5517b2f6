import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../sync/ports/pair.js';
import type { PairPolicy } from '../../../sync/ports/pair.js';
import { UNTIL_THAWED } from '../../../sync/ports/store.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const ALT = 'alt|Halle 1|mo=frei';
const NEU = 'neu|Halle 1|mo=frei';

/** A note on both sides, at rest. */
async function linked(policy: Partial<PairPolicy>) {
  const world = new NoteWorld(policy);
  const recordId = world.erp.add(note({ title: 'alt', days: { mo: 'frei' } }));
  if (policy.direction === 'toErp') {
    world.exchange.add(note({ title: 'alt', days: { mo: 'frei' } }));
    world.erp.delete(recordId);
  }
  await world.settle();
  const there = {
    recordId: world.erp.notes[0]?.id ?? '',
    itemId: world.exchange.notes[0]?.id ?? '',
  };
  return { world, ...there };
}

function undoLast(world: NoteWorld): number {
  const last = world.memory.writes.at(-1);
  if (last === undefined) throw new Error('nothing was written');
  return world.store.wish('pair1', last.linkId, { kind: 'undo', writes: [last.write] });
}

/** As `abgleich frozen thaw` does. */
function thaw(world: NoteWorld): void {
  const { links, parked } = world.memory;
  for (const [id, { unrest, ...link }] of links) {
    const thawed = unrest?.undone === undefined ? undefined : { ...unrest, frozenUntil: null };
    links.set(id, { ...link, unrest: thawed });
  }
  for (const [key, one] of parked) parked.set(key, { ...one, retryAt: world.clock.now() });
}

const fields = { title: 'toExchange' } as const;

/** Ways in which the title travels to one side only, the edit that we carried there, and the side that has it. */
const ONE_WAYS = [
  { name: 'a pair that travels to Exchange', policy: { direction: 'toExchange' }, to: 'exchange' },
  { name: 'a pair that travels to the ERP', policy: { direction: 'toErp' }, to: 'erp' },
  {
    name: 'a pair that travels to Exchange and puts back',
    policy: { direction: 'toExchange', options: { ...DEFAULT_OPTIONS, enforce: true } },
    to: 'exchange',
  },
  {
    name: 'a field that travels to Exchange',
    policy: { options: { ...DEFAULT_OPTIONS, fields } },
    to: 'exchange',
  },
  {
    name: 'an employee who may change nothing in the ERP',
    policy: { rights: { create: true, change: false, delete: true } },
    to: 'exchange',
  },
] as const satisfies readonly {
  readonly name: string;
  readonly policy: Partial<PairPolicy>;
  readonly to: 'erp' | 'exchange';
}[];

describe('what travels one way is taken back where we wrote it', () => {
  for (const { name, policy, to } of ONE_WAYS) {
    const undone =
      to === 'exchange' ? { erp: [NEU], exchange: [ALT] } : { erp: [ALT], exchange: [NEU] };

    async function written() {
      const there = await linked(policy);
      const { world, recordId, itemId } = there;
      if (to === 'exchange') world.erp.edit(recordId, { title: 'neu' });
      else world.exchange.edit(itemId, { title: 'neu' });
      await world.settle();
      expect(world.titles).toEqual({ erp: [NEU], exchange: [NEU] });
      return there;
    }

    test(`${name}: and it rests, whatever else changes, until somebody thaws it`, async () => {
      const { world, recordId, itemId } = await written();
      const id = undoLast(world);
      await world.settle();
      expect(world.memory.wishes.get(id)?.refusal).toBeNull();
      expect(world.titles).toEqual(undone);
      if (to === 'exchange') world.erp.edit(recordId, { room: 'Halle 2' });
      else world.exchange.edit(itemId, { room: 'Halle 2' });
      const { writes } = world;
      world.clock.advance(400 * 86_400_000);
      await world.settle();
      await world.resync();
      expect(world.writes).toBe(writes);
      thaw(world);
      await world.settle();
      expect(world.titles).toEqual({
        erp: ['neu|Halle 2|mo=frei'],
        exchange: ['neu|Halle 2|mo=frei'],
      });
      expect(world.memory.parked.size).toBe(0);
      expect(
        [...world.memory.links.values()].flatMap(({ unrest }) => unrest?.undone ?? []),
      ).toEqual([]);
    });

    test(`${name}: the list of what rests has it with its reason, and the journal one line`, async () => {
      const { world, recordId } = await written();
      undoLast(world);
      await world.settle();
      expect([...world.memory.parked.values()]).toMatchObject([
        {
          side: 'erp',
          id: recordId,
          kind: 'frozen',
          reason: 'takenBackOneWay',
          retryAt: UNTIL_THAWED,
        },
      ]);
      const lines = world.memory.journal.filter(({ event }) => event === 'frozen');
      expect(lines).toMatchObject([{ detail: 'takenBackOneWay', fields: ['title'] }]);
    });

    for (const when of ['before', 'after'] as const) {
      test(`${name}: killed ${when} any call`, async () => {
        const dying = async (plan: CrashPlan | null) => {
          const { world } = await written();
          const id = undoLast(world);
          const { calls } = await world.sync(plan);
          return { world, id, calls };
        };
        const whole = await dying(null);
        expect(whole.calls).toBeGreaterThan(5);
        for (let at = 1; at <= whole.calls; at += 1) {
          const { world, id } = await dying({ at, when });
          await world.settle();
          expect(world.titles, `${when} call ${String(at)}`).toEqual(undone);
          expect(world.memory.wishes.get(id)?.refusal).toBeNull();
          thaw(world);
          await world.settle();
          expect(world.titles).toEqual({ erp: [NEU], exchange: [NEU] });
        }
      });
    }
  }

  test('a deletion that follows while it rests is carried over, and does not bring it back', async () => {
    const { world, recordId } = await linked({ direction: 'toExchange' });
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    undoLast(world);
    await world.settle();
    world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted');
    await world.settle();
    expect(world.titles).toEqual({ erp: [NEU], exchange: [] });
    world.erp.delete(recordId);
    await world.settle();
    expect(world.titles).toEqual({ erp: [], exchange: [] });
  });

  test('the source is put right while it rests: thawed, both are equal and nothing is written', async () => {
    const { world, recordId } = await linked({ direction: 'toExchange' });
    world.erp.edit(recordId, { title: 'neu' });
    await world.settle();
    undoLast(world);
    await world.settle();
    world.erp.edit(recordId, { title: 'alt' });
    await world.settle();
    const { writes } = world;
    thaw(world);
    await world.settle();
    expect(world.writes).toBe(writes);
    expect(world.titles).toEqual({ erp: [ALT], exchange: [ALT] });
  });

  test('what the ERP alone can say is taken back where nothing else was written', async () => {
    const { world, recordId } = await linked({});
    world.erp.edit(recordId, { about: 'Firma Meier' });
    await world.settle();
    const id = undoLast(world);
    await world.settle();
    expect(world.memory.wishes.get(id)?.refusal).toBeNull();
    expect(world.exchange.notes[0]?.note.about).toBe('Firma Muster');
    expect(world.erp.notes[0]?.note.about).toBe('Firma Meier');
    expect(world.memory.parked.size).toBe(1);
  });

  test('a day that was taken out of a list is there again, and goes again once it is thawed', async () => {
    const { world, recordId } = await linked({ direction: 'toExchange' });
    world.erp.edit(recordId, { days: {} });
    await world.settle();
    undoLast(world);
    await world.settle();
    expect(world.titles).toEqual({ erp: ['alt|Halle 1|'], exchange: [ALT] });
    thaw(world);
    await world.settle();
    expect(world.titles).toEqual({ erp: ['alt|Halle 1|'], exchange: ['alt|Halle 1|'] });
  });

  test('a deletion: what was removed is there again, alone, and stays so', async () => {
    const { world, recordId } = await linked({ direction: 'toExchange' });
    world.erp.delete(recordId);
    await world.settle();
    const id = undoLast(world);
    await world.settle();
    await world.resync();
    expect(world.memory.wishes.get(id)?.refusal).toBeNull();
    expect(world.titles).toEqual({ erp: [], exchange: [ALT] });
  });

  test('a value that was put back is restored where its person had it, and rests there', async () => {
    const { world, itemId } = await linked({
      direction: 'toExchange',
      options: { ...DEFAULT_OPTIONS, enforce: true },
    });
    world.exchange.edit(itemId, { title: 'Outlook' });
    await world.settle();
    expect(world.titles.exchange).toEqual([ALT]);
    const [lost] = world.memory.lostValues;
    if (lost === undefined) throw new Error('nothing was lost');
    const id = world.store.wish('pair1', lost.linkId, { kind: 'restore', lost });
    await world.settle();
    expect(world.memory.wishes.get(id)?.refusal).toBeNull();
    expect(world.titles).toEqual({ erp: [ALT], exchange: ['Outlook|Halle 1|mo=frei'] });
  });
});
