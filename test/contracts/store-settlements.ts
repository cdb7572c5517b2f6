import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Parked } from '../../sync/ports/store.js';
import {
  NOON,
  PARKED,
  ENTRY,
  LOST,
  link,
  intent,
  held,
  linksById,
  everythingOf,
} from './store-samples.js';
import type { Testing } from './store-samples.js';

/** What a store promises about settlements as a whole. */
export function settlementPromises({ world, leased, settle }: Testing): void {
  describe('a settlement', () => {
    test('keeps journal and lost values, in order', async () => {
      const { pair, lease } = await leased();
      const second = { ...ENTRY, event: 'conflict' as const, fields: [], losses: [] };
      await settle(lease, { links: [link('l1')], journal: [ENTRY, second], lostValues: [LOST] });
      const kept = await world().kept(pair);
      assert.deepEqual(kept.journal, [ENTRY, second]);
      assert.deepEqual(kept.lostValues, [LOST]);
    });

    test('that is sent twice counts once', async () => {
      const { pair, lease } = await leased();
      await world().store.promise(lease, [intent('i1')]);
      const settlement = {
        links: [link('l1')],
        closedIntents: ['i1'],
        journal: [ENTRY],
        parked: [PARKED],
        held: [held('l1')],
        lostValues: [LOST],
        destroyed: 2,
      };
      await settle(lease, settlement);
      const once = await everythingOf(world(), pair);
      await settle(lease, settlement);
      assert.deepEqual(await everythingOf(world(), pair), once);
    });

    test('that brings back an earlier state is not taken for a repetition', async () => {
      const { pair, lease } = await leased();
      for (const itemVersion of ['v1', 'v2', 'v1']) {
        await settle(lease, { links: [link('l1', { itemVersion })] });
      }
      assert.deepEqual(await linksById(world().store, pair, ['l1']), [
        link('l1', { itemVersion: 'v1' }),
      ]);
    });

    test('parks, parks again and heals, each by side and id', async () => {
      const { pair, lease } = await leased();
      const other: Parked = { ...PARKED, side: 'erp' };
      await settle(lease, { parked: [PARKED, other] });
      const again = { ...PARKED, times: 2, reason: 'immer noch', kind: 'rejected' as const };
      await settle(lease, { parked: [again], healed: [other, { side: 'erp', id: 'unknown' }] });
      assert.deepEqual((await world().store.progress(pair)).parked, [again]);
    });

    test('that heals and parks the same leaves it parked', async () => {
      const { pair, lease } = await leased();
      await settle(lease, { parked: [PARKED], healed: [PARKED] });
      assert.deepEqual((await world().store.progress(pair)).parked, [PARKED]);
    });

    test('with a sentence that was cut in the middle of an emoji takes nobody else with it', async () => {
      const { pair, lease } = await leased();
      const detail = 'gekürzt: \u{1F600}'.slice(0, -1) + '\0';
      await settle(lease, { links: [link('l1')], journal: [{ ...ENTRY, detail }] });
      assert.equal((await world().kept(pair)).journal.length, 1);
      assert.deepEqual(await linksById(world().store, pair, ['l1']), [link('l1')]);
    });
  });
}

/** What a store promises about the guard's question. */
export function destructionPromises({ world, leased, settle }: Testing): void {
  describe('destruction', () => {
    test('adds up what was done and what is held since a moment, per pair and per connection', async () => {
      const [one, neighbour, stranger] = await world().pairs();
      const lease = await world().acquire(one);
      await settle(lease, { links: ['l1', 'l2', 'l3'].map((id) => link(id)), destroyed: 100 });
      world().clock.advance(60_000);
      const since = world().clock.now();
      await settle(lease, { destroyed: 4, held: [held('l1'), held('l2')] });
      await settle(await world().acquire(neighbour), { links: [link('l1')], destroyed: 8 });
      await settle(await world().acquire(stranger), { links: [link('l1')], destroyed: 16 });

      assert.deepEqual(await world().store.destruction(one, since), {
        pair: { destroyed: 6, links: 3 },
        connection: { destroyed: 14, links: 4 },
      });
    });

    test('of a pair that never destroyed anything is nothing', async () => {
      const { pair } = await leased();
      assert.deepEqual(await world().store.destruction(pair, NOON), {
        pair: { destroyed: 0, links: 0 },
        connection: { destroyed: 0, links: 0 },
      });
    });

    test('counts what is held once, however often it is held', async () => {
      const { pair, lease } = await leased();
      const since = world().clock.now();
      await settle(lease, { links: [link('l1')] });
      await settle(lease, { held: [held('l1'), held('l1')] });
      world().clock.advance(60_000);
      const later = world().clock.now();
      await settle(lease, { held: [held('l1')], journal: [ENTRY] });
      assert.equal((await world().store.destruction(pair, since)).pair.destroyed, 1);
      assert.equal((await world().store.destruction(pair, later)).pair.destroyed, 0);
    });

    test('what is held in another version is held anew', async () => {
      const { pair, lease } = await leased();
      await settle(lease, { links: [link('l1')], held: [held('l1')] });
      world().clock.advance(60_000);
      const later = world().clock.now();
      await settle(lease, { held: [{ ...held('l1'), recordVersion: 'v2' }] });
      assert.equal((await world().store.destruction(pair, later)).pair.destroyed, 1);
    });

    const OVERTAKEN = [
      { name: 'its record was changed', after: link('l1', { recordVersion: 'v2' }), waits: 0 },
      { name: 'its item was changed', after: link('l1', { itemVersion: 'v2' }), waits: 0 },
      { name: 'its link has ended', after: link('l1', { ended: 'deletedEverywhere' }), waits: 0 },
      { name: 'nothing but its base was changed', after: link('l1', { form: 'f2' }), waits: 0 },
      { name: 'another link was changed', after: link('l2', { recordVersion: 'v2' }), waits: 1 },
    ];
    for (const { name, after, waits } of OVERTAKEN) {
      test(`${waits} held action waits when ${name}`, async () => {
        const { pair, lease } = await leased();
        const since = world().clock.now();
        await settle(lease, { links: [link('l1')], held: [held('l1')] });
        await settle(lease, { links: [after] });
        assert.equal((await world().store.destruction(pair, since)).pair.destroyed, waits);
      });
    }
  });
}
