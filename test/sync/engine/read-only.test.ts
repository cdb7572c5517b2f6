import { describe, expect, test } from 'vitest';
import { withoutWrites } from '../../../sync/engine/read-only.js';
import { EMPTY_SETTLEMENT } from '../../../sync/engine/settlement.js';
import type { Link } from '../../../sync/ports/store.js';
import { note } from './note-kind.js';
import { NoteWorld } from './note-world.js';

const never = new AbortController().signal;

/** A world with one link, and its ports as a preview has them. */
async function foreseeing(settled: ReadonlyMap<string, Link> = new Map()) {
  const world = new NoteWorld();
  world.erp.add(note());
  await world.settle();
  const [link] = world.memory.links.values();
  if (link === undefined) throw new Error('nothing was linked');
  return { world, link, work: withoutWrites(world.work(), settled) };
}

describe('a preview', () => {
  const writes: Record<string, (it: Awaited<ReturnType<typeof foreseeing>>) => Promise<unknown>> = {
    'creates no record': ({ work }) => work.erp.create(work.lease, [], never),
    'updates no record': ({ work }) => work.erp.update(work.lease, [], never),
    'removes no record': ({ work }) => work.erp.remove(work.lease, [], never),
    'joins no record': ({ work }) => work.erp.join(work.lease, [], never),
    'raises no fence': ({ work }) => work.erp.findByKey(work.lease, [], never),
    'creates no item': ({ work }) => work.exchange.create(work.pair.mailbox, [], never),
    'updates no item': ({ work }) => work.exchange.update(work.pair.mailbox, [], never),
    'removes no item': ({ work }) => work.exchange.remove(work.pair.mailbox, [], never),
    'brings no item back': ({ work }) => work.exchange.bringBack(work.pair.mailbox, [], never),
    'promises nothing': ({ work }) => work.store.promise(work.lease, []),
    'settles nothing': ({ work }) => work.store.settle(work.lease, EMPTY_SETTLEMENT),
    'moves no watermark': ({ work }) =>
      work.store.advance(work.lease, { exchange: {}, erp: null }, []),
    'remembers no sources': ({ work }) => work.store.rememberSources(work.lease, []),
  };
  test.each(Object.entries(writes))('%s', async (_, write) => {
    await expect(write(await foreseeing())).rejects.toThrow('a preview wanted to write');
  });

  test('reads both sides and what is remembered', async () => {
    const { link, work } = await foreseeing();
    const [record] = await work.erp.read('E01', [link.recordId], never);
    const [item] = await work.exchange.read(work.pair.mailbox, [link.itemId], never);
    expect([record?.ok, item?.ok]).toEqual([true, true]);
    expect(await work.store.links(work.pair.id, { linkIds: [link.id] })).toEqual([link]);
  });

  test('sees a link as it has foreseen it, and not as it is remembered', async () => {
    const { world, link } = await foreseeing();
    const foreseen: Link = { ...link, recordId: 'A77', ended: 'deletedEverywhere' };
    const work = withoutWrites(world.work(), new Map([[link.id, foreseen]]));
    const { recordId, itemId } = link;
    expect(await work.store.links(work.pair.id, { itemIds: [itemId] })).toEqual([foreseen]);
    expect(await work.store.links(work.pair.id, { recordIds: [recordId] })).toEqual([]);
    const asked = { recordIds: ['A77', 'A78'], itemIds: [], keys: [] };
    expect((await work.store.unlinked(work.pair.id, asked)).recordIds).toEqual(['A78']);
  });
});
