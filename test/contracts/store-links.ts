import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Base, Link } from '../../sync/ports/store.js';
import {
  PARKED,
  ENTRY,
  LOST,
  link,
  intent,
  held,
  sorted,
  failsAs,
  linksById,
  everythingOf,
} from './store-samples.js';
import type { Testing } from './store-samples.js';

/** What a store promises about links. */
export function linkPromises({ world, leased, settle }: Testing): void {
  describe('links', () => {
    test('are found by record, item, key and id, ended ones too, and each once', async () => {
      const { pair, lease } = await leased();
      const links = [
        link('l1'),
        link('l2', { ended: 'itemLeftScope' }),
        link('l3'),
        link('l4'),
        link('l5'),
      ];
      await settle(lease, { links });

      const found = await world().store.links(pair, {
        recordIds: ['record-l1', 'nothing'],
        itemIds: ['item-l2', 'item-l1'],
        keys: ['key-l3'],
        linkIds: ['l4', 'l4'],
      });
      assert.deepEqual(sorted(found), links.slice(0, 4));
      assert.deepEqual(await world().store.links(pair, { recordIds: [], itemIds: [] }), []);
    });

    test('tell what none of them names, whether alive or ended', async () => {
      const { pair, lease } = await leased();
      await settle(lease, {
        links: [link('l1'), link('l2', { ended: 'itemLeftScope' }), link('l3', { recordId: '' })],
      });
      const names = {
        recordIds: ['record-l1', 'record-l2', 'new', 'record-l3'],
        itemIds: ['item-l2', 'Item-l1'],
        keys: ['key-l1', 'key-new'],
      };
      assert.deepEqual(await world().store.unlinked(pair, names), {
        recordIds: ['new', 'record-l3'],
        itemIds: ['Item-l1'],
        keys: ['key-new'],
      });
      const nothing = { recordIds: [], itemIds: [], keys: [] };
      assert.deepEqual(await world().store.unlinked(pair, {}), nothing);
    });

    test('differ by upper and lower case, and ids may be long', async () => {
      const { pair, lease } = await leased();
      const longId = 'AAMkAD'.padEnd(700, 'x');
      const links = [link('a', { itemId: `${longId}Q` }), link('A', { itemId: `${longId}q` })];
      await settle(lease, { links });
      assert.deepEqual(await world().store.links(pair, { itemIds: [`${longId}q`] }), [links[1]]);
      assert.deepEqual(await linksById(world().store, pair, ['a']), [links[0]]);
    });

    test('of another pair are never seen', async () => {
      const [one, neighbour] = await world().pairs();
      await settle(await world().acquire(one), { links: [link('l1')] });
      await settle(await world().acquire(neighbour), { links: [link('l1', { key: 'other' })] });
      assert.deepEqual(await world().store.links(one, { recordIds: ['record-l1'] }), [link('l1')]);
    });

    test('a page shows live ones in the order of their ids, and pages join without a gap', async () => {
      const { pair, lease } = await leased();
      const ids = ['B', 'a', '-x', '_', '9', 'Z'];
      await settle(lease, {
        links: [...ids.map((id) => link(id)), link('C', { ended: 'recordLeftScope' })],
      });
      const page = (afterLinkId: string | null) =>
        world().store.links(pair, { page: { afterLinkId, limit: 4 } });
      assert.deepEqual(
        (await page(null)).map(({ id }) => id),
        ['-x', '9', 'B', 'Z'],
      );
      assert.deepEqual(
        (await page('Z')).map(({ id }) => id),
        ['_', 'a'],
      );
      assert.deepEqual(await page('a'), []);
    });

    test('are replaced by id, and the number of live ones follows', async () => {
      const { pair, lease } = await leased();
      const countAfter = async (...links: Link[]): Promise<number> => {
        await settle(lease, { links });
        return (await world().store.progress(pair)).liveLinks;
      };
      assert.equal(await countAfter(link('l1'), link('l2')), 2);
      assert.equal(await countAfter(link('l1', { itemVersion: 'v2' })), 2);
      assert.equal(await countAfter(link('l1', { ended: 'deletedEverywhere' }), link('l3')), 2);
      assert.equal(await countAfter(link('l1'), link('l4', { ended: 'itemLeftScope' })), 3);
      assert.deepEqual(await linksById(world().store, pair, ['l1']), [link('l1')]);
    });

    test('the last of two with one id counts', async () => {
      const { pair, lease } = await leased();
      await settle(lease, { links: [link('l1'), link('l1', { ended: 'itemLeftScope' })] });
      assert.deepEqual(await linksById(world().store, pair, ['l1']), [
        link('l1', { ended: 'itemLeftScope' }),
      ]);
      assert.equal((await world().store.progress(pair)).liveLinks, 0);
    });

    for (const side of ['recordId', 'itemId'] as const) {
      test(`two live ones with one ${side} are rejected, and the whole settlement with them`, async () => {
        const { pair, lease } = await leased();
        await settle(lease, { links: [link('l1')] });
        await world().store.promise(lease, [intent('i1')]);
        const before = await everythingOf(world(), pair);
        const clash = link('l3', { [side]: link('l1')[side] });
        const settlement = {
          links: [link('l2'), clash],
          closedIntents: ['i1'],
          journal: [ENTRY],
          parked: [PARKED],
          held: [held('l1')],
          lostValues: [LOST],
          destroyed: 1,
        };
        await assert.rejects(settle(lease, settlement), failsAs('rejected'));
        assert.deepEqual(await everythingOf(world(), pair), before);
      });
    }

    test('a record passes from a link that ends to a new one, whichever stands first', async () => {
      const { pair, lease } = await leased();
      await settle(lease, { links: [link('l1')] });
      const next = link('l2', { recordId: 'record-l1', itemId: 'item-l1' });
      const end = link('l1', { ended: 'deletedEverywhere' });
      await settle(lease, { links: [next, end] });
      assert.deepEqual(sorted(await world().store.links(pair, { itemIds: ['item-l1'] })), [
        end,
        next,
      ]);
      assert.equal((await world().store.progress(pair)).liveLinks, 1);
    });

    test('two live ones may swap their items', async () => {
      const { pair, lease } = await leased();
      await settle(lease, { links: [link('l1'), link('l2')] });
      const swapped = [link('l1', { itemId: 'item-l2' }), link('l2', { itemId: 'item-l1' })];
      await settle(lease, { links: swapped });
      assert.deepEqual(await linksById(world().store, pair, ['l1', 'l2']), swapped);
    });

    test('an ended one does not come back to life beside another with its record', async () => {
      const { lease } = await leased();
      const ended = link('l1', { ended: 'recordLeftScope' });
      await settle(lease, { links: [ended, link('l2', { recordId: ended.recordId })] });
      await assert.rejects(settle(lease, { links: [link('l1')] }), failsAs('rejected'));
    });

    test('many without an item, or without a record, live side by side', async () => {
      const { pair, lease } = await leased();
      const links = [
        link('l1', { itemId: '' }),
        link('l2', { itemId: '' }),
        link('l3', { recordId: '' }),
        link('l4', { recordId: '' }),
      ];
      await settle(lease, { links });
      assert.deepEqual(await linksById(world().store, pair, ['l1', 'l2', 'l3', 'l4']), links);
      assert.deepEqual(await world().store.links(pair, { itemIds: [''], recordIds: [''] }), []);
    });

    test('a base keeps its fields and elements, empty ones and equal ones too', async () => {
      const { pair, lease } = await leased();
      const list = { a: 'x', 'Grüße/"b"': 'y' };
      const bases: readonly [Base, Base][] = [
        [
          { f: 'x', list },
          { list: { ...list }, f: 'x' },
        ],
        [
          { f: 'x', list },
          { f: 'x', list: { a: 'x' } },
        ],
        [{ f: 'x' }, { f: 'x', list: {} }],
        [{ f: 'x' }, { g: 'x' }],
        [{}, { f: 'x' }],
        [{}, {}],
      ];
      const links = bases.map(([erp, exchange], at) =>
        link(`l${at}`, { bases: { erp, exchange } }),
      );
      await settle(lease, { links });
      assert.deepEqual(
        await linksById(
          world().store,
          pair,
          links.map(({ id }) => id),
        ),
        links,
      );
    });
  });
}
