import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../../sync/ports/pair.js';
import type { PairPolicy } from '../../../../sync/ports/pair.js';
import type { CrashPlan } from '../../../simulators/crash.js';
import { note } from '../note-kind.js';
import { NoteWorld } from '../note-world.js';

const VOM_ERP = 'vom ERP|Halle 1|';

/** Both sides change the title, and the next cycle decides. */
async function contested(policy: Partial<PairPolicy> = {}) {
  const world = new NoteWorld(policy);
  const recordId = world.erp.add(note({ title: 'alt' }));
  await world.settle();
  const itemId = world.exchange.notes[0]?.id ?? '';
  world.erp.edit(recordId, { title: 'vom ERP' });
  world.exchange.edit(itemId, { title: 'Outlook' });
  return { world, recordId, itemId };
}

function lostTitles(world: NoteWorld): readonly unknown[] {
  return world.memory.lostValues.map(({ field, winner, value }) => ({
    field,
    winner,
    value: JSON.parse(value) as unknown,
  }));
}

function conflictLines(world: NoteWorld) {
  return world.memory.journal.filter(({ event }) => event === 'conflict');
}

type There = Awaited<ReturnType<typeof contested>>;

/** What people do between the death and the next cycle, and what both sides show in the end. */
const MEANWHILE: readonly {
  readonly name: string;
  readonly act: (there: There) => void;
  readonly shows: readonly string[];
}[] = [
  { name: 'nobody does anything', act: () => undefined, shows: [VOM_ERP] },
  {
    name: 'the ERP changes another field, so the mailbox is written once more',
    act: ({ world, recordId }) => world.erp.edit(recordId, { room: 'Halle 2' }),
    shows: ['vom ERP|Halle 2|'],
  },
  {
    name: 'Outlook changes another field',
    act: ({ world, itemId }) => world.exchange.edit(itemId, { room: 'Halle 3' }),
    shows: ['vom ERP|Halle 3|'],
  },
  {
    name: 'both change other fields',
    act: ({ world, recordId, itemId }) => {
      world.erp.edit(recordId, { days: { mo: 'frei' } });
      world.exchange.edit(itemId, { room: 'Halle 3' });
    },
    shows: ['vom ERP|Halle 3|mo=frei'],
  },
];

describe('killed at any call of a cycle with a conflict', () => {
  for (const { name, act, shows } of MEANWHILE) {
    for (const when of ['before', 'after'] as const) {
      test(`${name}: the losing value is kept exactly once (${when} the call)`, async () => {
        const whole = await dying({}, null, act);
        expect(whole.calls).toBeGreaterThan(5);
        for (let at = 1; at <= whole.calls; at += 1) {
          const { world } = await dying({}, { at, when }, act);
          const why = `${when} call ${String(at)}`;
          expect(world.titles, why).toEqual({ erp: shows, exchange: shows });
          expect(lostTitles(world), why).toEqual([
            { field: 'title', winner: 'erp', value: 'Outlook' },
          ]);
          expect(conflictLines(world), why).toMatchObject([
            { side: 'erp', fields: ['title'], detail: 'erpWins' },
          ]);
        }
      });
    }
  }

  test('where Outlook wins, what the ERP had is kept exactly once', async () => {
    for (let at = 1; at <= 12; at += 1) {
      const { world } = await dying({ conflict: 'exchange' }, { at, when: 'after' });
      const why = `after call ${String(at)}`;
      expect(lostTitles(world), why).toEqual([
        { field: 'title', winner: 'exchange', value: 'vom ERP' },
      ]);
    }
  });

  test('a value kept like that can be restored', async () => {
    const restored = ['Outlook|Halle 1|'];
    for (let at = 1; at <= 12; at += 1) {
      const { world } = await dying({}, { at, when: 'after' });
      const [lost] = world.memory.lostValues;
      if (lost === undefined) throw new Error('nothing was lost');
      const id = world.store.wish('pair1', lost.linkId, { kind: 'restore', lost });
      await world.settle();
      expect(world.memory.wishes.get(id)?.refusal).toBeNull();
      expect(world.titles).toEqual({ erp: restored, exchange: restored });
    }
  });

  test('what was deleted meanwhile in the ERP is kept as well, unless Outlook still shows it', async () => {
    const remove = ({ world, recordId }: There) => {
      world.erp.delete(recordId);
    };
    for (let at = 1; at <= 12; at += 1) {
      const { world } = await dying({}, { at, when: 'after' }, remove);
      const isThere = world.titles.exchange.includes('Outlook|Halle 1|');
      const kept = lostTitles(world).length;
      expect(kept + Number(isThere), `after call ${String(at)}`).toBe(1);
    }
  });

  test('what is put back where it may not be changed is kept exactly once', async () => {
    const policy = {
      direction: 'toExchange',
      options: { ...DEFAULT_OPTIONS, enforce: true },
    } as const;
    for (let at = 1; at <= 12; at += 1) {
      const world = new NoteWorld(policy);
      world.erp.add(note({ title: 'alt' }));
      await world.settle();
      world.exchange.edit(world.exchange.notes[0]?.id ?? '', { title: 'Outlook' });
      await world.sync({ at, when: 'after' });
      await world.settle();
      const why = `after call ${String(at)}`;
      expect(world.titles.exchange, why).toEqual(['alt|Halle 1|']);
      expect(lostTitles(world), why).toEqual([{ field: 'title', winner: 'erp', value: 'Outlook' }]);
      const lines = world.memory.journal.filter(({ event }) => event === 'putBack');
      expect(lines, why).toMatchObject([{ side: 'exchange', fields: ['title'] }]);
    }
  });

  async function dying(
    policy: Partial<PairPolicy>,
    plan: CrashPlan | null,
    act: (there: There) => void = () => undefined,
  ) {
    const there = await contested(policy);
    const { calls } = await there.world.sync(plan);
    act(there);
    await there.world.settle();
    return { world: there.world, calls };
  }
});

describe('a value that has not been overwritten', () => {
  test('is no lost one: the server refuses the write, and later takes it', async () => {
    const { world } = await contested();
    world.exchange.refusesUpdates = true;
    await world.settle();
    expect(lostTitles(world)).toEqual([]);
    world.exchange.refusesUpdates = false;
    world.exchange.edit(world.exchange.notes[0]?.id ?? '', { room: 'Halle 4' });
    await world.settle();
    expect(world.titles.exchange).toEqual(['vom ERP|Halle 4|']);
    expect(lostTitles(world)).toHaveLength(1);
  });

  test('is no lost one: the other side takes its change back while we are dead', async () => {
    for (let at = 1; at <= 12; at += 1) {
      const there = await contested();
      const { world, recordId } = there;
      await world.sync({ at, when: 'before' });
      const isOverwritten = !world.titles.exchange.includes('Outlook|Halle 1|');
      world.erp.edit(recordId, { title: 'alt' });
      await world.settle();
      expect(lostTitles(world).length, `before call ${String(at)}`).toBe(Number(isOverwritten));
    }
  });
});
