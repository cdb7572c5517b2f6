import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import type { Lease, SyncStore } from '../../sync/ports/store.js';
import { linkPromises } from './store-links.js';
import {
  NOTHING,
  NOON,
  AT_START,
  FULL_LINK,
  ENDED_LINK,
  BARE_INTENT,
  PARKED,
  link,
  intent,
  owed,
  failsAs,
  linksById,
  everythingOf,
} from './store-samples.js';
import type { StoreUnderTest, Testing } from './store-samples.js';
import { destructionPromises, settlementPromises } from './store-settlements.js';
import { sourcePromises } from './store-sources.js';
import { undoPromises } from './store-undo.js';

export type { StoreUnderTest };

/** Runs every promise of `SyncStore` on one implementation. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of SyncStore`, () => {
    let world: StoreUnderTest;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(async () => await world.close());
    const testing: Testing = {
      world: () => world,
      leased: async () => {
        const [pair] = await world.pairs();
        return { pair, lease: await world.acquire(pair) };
      },
      settle: async (lease, part) => world.store.settle(lease, { ...NOTHING, ...part }),
    };
    const { leased, settle } = testing;

    test('a new pair has read nothing, owes nothing and has no links', async () => {
      const { pair } = await leased();
      assert.deepEqual(await world.store.progress(pair), {
        watermarks: { exchange: {}, erp: null },
        owed: [],
        parked: [],
        waiting: [],
        liveLinks: 0,
        isUnfinished: false,
      });
      assert.deepEqual(await world.store.intents(pair), []);
      assert.deepEqual(
        await world.store.links(pair, { page: { afterLinkId: null, limit: 9 } }),
        [],
      );
    });

    test('a pair that does not exist is gone, and its leases are stale', async () => {
      const lease = { pairId: 'nobody', fence: 0 };
      await assert.rejects(world.store.progress('nobody'), failsAs('gone'));
      await assert.rejects(world.store.destruction('nobody', NOON), failsAs('gone'));
      await assert.rejects(world.store.promise(lease, [intent('i')]), failsAs('stale'));
      await assert.rejects(settle(lease, {}), failsAs('stale'));
      await assert.rejects(world.store.advance(lease, AT_START, []), failsAs('stale'));
    });

    test('what was promised, settled and advanced is read back as it was', async () => {
      const { pair, lease } = await leased();
      const watermarks = { exchange: { 'Ördner=': 'H4sI+/=', other: '' }, erp: '10:20:10,14' };
      await world.store.promise(lease, [intent('i1'), BARE_INTENT]);
      await settle(lease, { links: [FULL_LINK, ENDED_LINK], parked: [PARKED] });
      await world.store.advance(lease, watermarks, [{ side: 'exchange', id: 'AAMk+/=' }]);

      assert.deepEqual(await world.store.intents(pair), [intent('i1'), BARE_INTENT]);
      assert.deepEqual(await linksById(world.store, pair, ['l1', 'l2']), [FULL_LINK, ENDED_LINK]);
      assert.deepEqual(await world.store.progress(pair), {
        watermarks,
        owed: [{ side: 'exchange', id: 'AAMk+/=' }],
        parked: [PARKED],
        waiting: [],
        liveLinks: 1,
        isUnfinished: false,
      });
    });

    describe('an outdated lease writes nothing', () => {
      const WRITES: readonly {
        readonly name: string;
        readonly write: (store: SyncStore, lease: Lease) => Promise<void>;
      }[] = [
        { name: 'promise', write: (store, lease) => store.promise(lease, [intent('i1')]) },
        {
          name: 'settle',
          write: (store, lease) =>
            store.settle(lease, {
              ...NOTHING,
              links: [link('l1')],
              parked: [PARKED],
              destroyed: 3,
            }),
        },
        {
          name: 'advance',
          write: (store, lease) =>
            store.advance(lease, { exchange: { f: 'c' }, erp: 'e' }, [{ side: 'erp', id: 'r' }]),
        },
        {
          name: 'advance to where it stands',
          write: (store, lease) => store.advance(lease, AT_START, []),
        },
      ];
      for (const { name, write } of WRITES) {
        test(name, async () => {
          const { pair, lease } = await leased();
          const before = await everythingOf(world, pair);
          await world.acquire(pair);
          await assert.rejects(write(world.store, lease), failsAs('stale'));
          assert.deepEqual(await everythingOf(world, pair), before);
        });
      }

      test('a lease from the future is none either', async () => {
        const { pair, lease } = await leased();
        const future = { pairId: pair, fence: lease.fence + 1 };
        await assert.rejects(world.store.promise(future, [intent('i1')]), failsAs('stale'));
        assert.deepEqual(await world.store.intents(pair), []);
      });
    });

    linkPromises(testing);

    describe('intents', () => {
      test('keep what is born of them by itself (rule 19)', async () => {
        const { pair, lease } = await leased();
        const births = { linkId: 'link', nextLinkId: 'next', nextKey: 'key' };
        const one = intent('i1', { what: 'update', births });
        await world.store.promise(lease, [one, intent('i2')]);
        assert.deepEqual(await world.store.intents(pair), [one, intent('i2')]);
      });

      test('are answered oldest first', async () => {
        const { pair, lease } = await leased();
        const later = intent('a', { promisedAt: parseInstant('2026-03-02T12:00:05Z') });
        await world.store.promise(lease, [later, intent('z'), intent('b')]);
        assert.deepEqual(
          (await world.store.intents(pair)).map(({ id }) => id),
          ['z', 'b', 'a'],
        );
      });

      test('promised again with the same ids change nothing', async () => {
        const { pair, lease } = await leased();
        await world.store.promise(lease, [intent('i1')]);
        await world.store.promise(lease, [intent('i1', { attempt: 9 }), intent('i2')]);
        assert.deepEqual(await world.store.intents(pair), [intent('i1'), intent('i2')]);
      });

      test('of one pair are neither seen nor closed by another', async () => {
        const [one, neighbour] = await world.pairs();
        await world.store.promise(await world.acquire(one), [intent('i1')]);
        await settle(await world.acquire(neighbour), { closedIntents: ['i1'] });
        assert.deepEqual(await world.store.intents(one), [intent('i1')]);
        assert.deepEqual(await world.store.intents(neighbour), []);
      });

      test('survive a new holder, who can close them', async () => {
        const { pair, lease } = await leased();
        await world.store.promise(lease, [intent('i1'), intent('i2')]);
        await settle(await world.acquire(pair), { closedIntents: ['i1', 'unknown'] });
        assert.deepEqual(await world.store.intents(pair), [intent('i2')]);
      });
    });

    settlementPromises(testing);

    test('what was settled is unfinished until the watermarks follow, also where they stay as they were', async () => {
      const { pair, lease } = await leased();
      const isUnfinished = async (): Promise<boolean> =>
        (await world.store.progress(pair)).isUnfinished;
      for (let round = 0; round < 2; round += 1) {
        await settle(lease, { links: [FULL_LINK] });
        assert.equal(await isUnfinished(), true);
        await world.store.advance(lease, AT_START, []);
        assert.equal(await isUnfinished(), false);
      }
    });

    describe('advance', () => {
      test('replaces watermarks and owed ids as a whole', async () => {
        const { pair, lease } = await leased();
        const [a, b, c] = [owed('a'), owed('b'), owed('c')];
        await world.store.advance(lease, { exchange: { f1: 'x', f2: 'y' }, erp: '1' }, [a, b, b]);
        await world.store.advance(lease, { exchange: { f2: 'z' }, erp: null }, [b, c]);
        const progress = await world.store.progress(pair);
        assert.deepEqual(progress.watermarks, { exchange: { f2: 'z' }, erp: null });
        assert.deepEqual(progress.owed, [b, c]);
      });

      const STEPS = [
        { name: 'only the ERP moved', next: { exchange: { f: 'c' }, erp: '2' }, owes: [owed('a')] },
        {
          name: 'only a folder moved',
          next: { exchange: { f: 'd' }, erp: '1' },
          owes: [owed('a')],
        },
        {
          name: 'only an id is owed',
          next: { exchange: { f: 'c' }, erp: '1' },
          owes: [owed('a'), owed('b')],
        },
        { name: 'only a debt is paid', next: { exchange: { f: 'c' }, erp: '1' }, owes: [] },
        { name: 'nothing moved', next: { exchange: { f: 'c' }, erp: '1' }, owes: [owed('a')] },
      ];
      for (const { name, next, owes } of STEPS) {
        test(`remembers it when ${name}`, async () => {
          const { pair, lease } = await leased();
          await world.store.advance(lease, { exchange: { f: 'c' }, erp: '1' }, [owed('a')]);
          await world.store.advance(lease, next, owes);
          const progress = await world.store.progress(pair);
          assert.deepEqual([progress.watermarks, progress.owed], [next, owes]);
        });
      }
    });

    destructionPromises(testing);
    sourcePromises(testing);
    undoPromises(testing);

    test('ten thousand links go in and come out page by page', async () => {
      const { pair, lease } = await leased();
      const ids = Array.from({ length: 10_000 }, (_, at) => `l${String(at).padStart(5, '0')}`);
      for (let at = 0; at < ids.length; at += 2_500) {
        await settle(lease, { links: ids.slice(at, at + 2_500).map((id) => link(id)) });
      }
      const seen: string[] = [];
      for (let afterLinkId: string | null = null; ; afterLinkId = seen.at(-1) ?? null) {
        const page = await world.store.links(pair, { page: { afterLinkId, limit: 1_000 } });
        seen.push(...page.map(({ id }) => id));
        if (page.length < 1_000) break;
      }
      assert.deepEqual(seen, ids);
      assert.equal((await world.store.progress(pair)).liveLinks, 10_000);
      assert.equal(
        (await world.store.links(pair, { recordIds: ids.map((id) => `record-${id}`) })).length,
        10_000,
      );
    });
  });
}
