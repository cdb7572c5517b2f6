import { describe, expect, test } from 'vitest';
import { Crash } from '../../simulators/crash.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const NOTHING = { erp: [], exchange: [] };

async function linked() {
  const world = new NoteWorld();
  const recordId = world.erp.add(note({ title: 'alt', days: { mo: 'frei' } }));
  await world.settle();
  return { world, recordId, itemId: world.exchange.notes[0]?.id ?? '' };
}

type There = Awaited<ReturnType<typeof linked>>;

/** One side changes, our update carries it over and nobody hears so, and the other side deletes it. */
const WAYS: readonly {
  readonly name: string;
  readonly edit: (there: There) => void;
  readonly hasArrived: (there: There) => boolean;
  readonly remove: (there: There) => void;
  readonly again: (there: There) => void;
}[] = [
  {
    name: 'an Outlook edit, and then the record is deleted',
    edit: ({ world, itemId }) =>
      world.exchange.edit(itemId, { title: 'neu', days: { di: 'frei' } }),
    hasArrived: ({ world }) => world.erp.notes[0]?.note.title === 'neu',
    remove: ({ world, recordId }) => world.erp.delete(recordId),
    again: ({ world, itemId }) => world.exchange.edit(itemId, { room: 'Halle 9' }),
  },
  {
    name: 'an edit in the ERP, and then the item is deleted',
    edit: ({ world, recordId }) => world.erp.edit(recordId, { title: 'neu', days: { di: 'frei' } }),
    hasArrived: ({ world }) => world.exchange.notes[0]?.note.title === 'neu',
    remove: ({ world }) => world.exchange.move(world.exchange.notes[0]?.id ?? '', 'deleted'),
    again: ({ world, recordId }) => world.erp.edit(recordId, { room: 'Halle 9' }),
  },
];

describe('what was carried over and then deleted there is deleted', () => {
  for (const { name, edit, hasArrived, remove, again } of WAYS) {
    for (const when of ['before', 'after'] as const) {
      test(`${name}: killed ${when} any call`, async () => {
        const arrived = new Set<boolean>();
        for (let at = 1; at <= 12; at += 1) {
          const { there, isThere } = await dying({ at, when }, edit, hasArrived);
          arrived.add(isThere);
          remove(there);
          await there.world.settle();
          const { erp, exchange } = there.world.titles;
          const why = `${when} call ${String(at)}`;
          // what had not arrived was changed while somebody deleted it, and wins
          if (isThere) expect({ erp, exchange }, why).toEqual(NOTHING);
          else expect({ erp, exchange }, why).toEqual({ erp: [NEW], exchange: [NEW] });
        }
        expect(arrived).toEqual(new Set([true, false]));
      });
    }

    test(`${name}: but changed once more it wins over the deletion`, async () => {
      for (let at = 1; at <= 12; at += 1) {
        const { there } = await dying({ at, when: 'after' }, edit, hasArrived);
        again(there);
        remove(there);
        await there.world.settle();
        const shown = ['neu|Halle 9|di=frei'];
        expect(there.world.titles, `after call ${String(at)}`).toEqual({
          erp: shown,
          exchange: shown,
        });
      }
    });

    test(`${name}: nor does the second edit count as carried, whose update never arrived`, async () => {
      for (let at = 1; at <= 12; at += 1) {
        const { there } = await dying({ at: 12, when: 'before' }, edit, hasArrived);
        again(there);
        await there.world.sync({ at, when: 'before' });
        const rooms = [...there.world.erp.notes, ...there.world.exchange.notes];
        const isCarried = rooms.every((one) => one.note.room === 'Halle 9');
        remove(there);
        await there.world.settle();
        const count = there.world.titles.erp.length;
        expect(count, `before call ${String(at)}`).toBe(isCarried ? 0 : 1);
      }
    });
  }

  const NEW = 'neu|Halle 1|di=frei';

  async function dying(
    plan: CrashPlan,
    edit: (there: There) => void,
    hasArrived: (there: There) => boolean,
  ) {
    const there = await linked();
    edit(there);
    await there.world.sync(plan);
    return { there, isThere: hasArrived(there) };
  }
});

test('both sides changed another field, and we died between the two writes: neither edit is lost', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 14; at += 1) {
      const { world, recordId, itemId } = await linked();
      world.erp.edit(recordId, { room: 'Halle 5' });
      world.exchange.edit(itemId, { title: 'neu' });
      await world.sync({ at, when });
      await world.settle();
      const shown = ['neu|Halle 5|mo=frei'];
      expect(world.titles, `${when} call ${String(at)}`).toEqual({ erp: shown, exchange: shown });
    }
  }
});

test('an update that never arrived does not make ours what somebody types in the ERP afterwards', async () => {
  const { world, recordId, itemId } = await linked();
  world.exchange.edit(itemId, { title: 'neu' });
  world.erp.update = async () => Promise.reject(new Crash('died before the update'));
  await world.sync();
  Reflect.deleteProperty(world.erp, 'update');
  world.erp.edit(recordId, { title: 'neu' });
  world.exchange.edit(itemId, { title: 'anders' });
  await world.settle();
  const shown = ['neu|Halle 1|mo=frei'];
  expect(world.titles).toEqual({ erp: shown, exchange: shown });
  expect(world.memory.lostValues).toMatchObject([{ winner: 'erp', value: '"anders"' }]);
});

test('two interrupted updates: what somebody changed in the ERP between them is neither’s, and is carried over', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let first = 6; first <= 12; first += 1) {
      for (let second = 6; second <= 14; second += 1) {
        const { world, recordId, itemId } = await linked();
        world.erp.edit(recordId, { room: 'Halle 2' });
        world.exchange.edit(itemId, { title: 'neu' });
        await world.sync({ at: first, when });
        world.erp.edit(recordId, { days: { di: 'frei' } });
        world.exchange.edit(itemId, { title: 'neuer' });
        await world.sync({ at: second, when });
        await world.settle();
        const shown = ['neuer|Halle 2|di=frei'];
        const why = `${when} ${String(first)}, ${String(second)}`;
        expect(world.titles, why).toEqual({ erp: shown, exchange: shown });
      }
    }
  }
});

test('two interrupted updates: what somebody made in the ERP of what the first one brought is theirs', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let first = 6; first <= 12; first += 1) {
      for (let second = 6; second <= 14; second += 1) {
        const { world, recordId, itemId } = await linked();
        world.exchange.edit(itemId, { title: 'neu' });
        await world.sync({ at: first, when });
        world.erp.edit(recordId, { title: 'vom ERP' });
        world.exchange.edit(itemId, { room: 'Halle 3' });
        await world.sync({ at: second, when });
        await world.settle();
        const shown = ['vom ERP|Halle 3|mo=frei'];
        const why = `${when} ${String(first)}, ${String(second)}`;
        expect(world.titles, why).toEqual({ erp: shown, exchange: shown });
      }
    }
  }
});
