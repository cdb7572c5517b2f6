import { describe, expect, test } from 'vitest';
import { answered } from '../../../sync/ports/failure.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

describe('a deletion that we died in the middle of', () => {
  async function deleting(plan: CrashPlan | null) {
    const world = new NoteWorld();
    const id = world.erp.add(note());
    await world.settle();
    world.erp.delete(id);
    const { calls } = await world.sync(plan);
    await world.settle();
    return { world, calls };
  }

  test('is done again, whether or not it was done: the item is not taken for one that came back', async () => {
    const { calls } = await deleting(null);
    for (let at = 1; at <= calls; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { world } = await deleting({ at, when });
        expect(world.titles, `died ${when} call ${String(at)}`).toEqual({ erp: [], exchange: [] });
        expect(world.memory.held.size).toBe(0);
      }
    }
  });
});

describe('something new that Exchange made without its exceptions', () => {
  test('gets them, and they are not taken for ones that a person took out', async () => {
    const world = new NoteWorld();
    const create = world.exchange.create.bind(world.exchange);
    world.exchange.create = async (mailbox, entries) => {
      world.exchange.create = create;
      const bare = entries.map((entry) => ({ ...entry, patch: { ...entry.patch, days: {} } }));
      const answers = await create(mailbox, bare);
      return answers.map((one) => (one.ok ? answered({ ...one.value, version: '' }) : one));
    };
    world.erp.add(note({ days: { mo: 'frei' } }));
    await world.settle();
    const both = ['Wartung|Halle 1|mo=frei'];
    expect(world.titles).toEqual({ erp: both, exchange: both });
  });
});
