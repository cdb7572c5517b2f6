import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { failsAs, link } from './store-samples.js';
import type { Testing } from './store-samples.js';

/** What a store promises about where values of shared records came from (rule 16). */
export function sourcePromises({ world, leased, settle }: Testing): void {
  describe('where values came from', () => {
    const source = (value: string, field = 'subject') => ({
      ...{ recordId: 'geteilt', recordBirth: 'b1', field, value },
    });
    const valuesOf = async (pairId: string): Promise<readonly string[]> => {
      const found = await world().store.sources(pairId, ['geteilt', 'nichts']);
      return found.map(({ field, value }) => `${field} ${value}`).sort();
    };

    test('is known to every pair, with the employee whose mailbox it was', async () => {
      const [one, neighbour, stranger] = await world().pairs();
      const { store } = world();
      const recordId = `geteilt-${one}`;
      for (const [pairId, value] of [
        [one, 'h1'],
        [neighbour, 'h2'],
      ] as const) {
        const lease = await world().acquire(pairId);
        await store.rememberSources(lease, [{ ...source(value), recordId }]);
      }
      const found = await store.sources(stranger, [recordId]);
      assert.deepEqual(found.map(({ value }) => value).sort(), ['h1', 'h2']);
      assert.equal(new Set(found.map(({ employeeId }) => employeeId)).size, 2);
      assert.deepEqual(await store.sources(stranger, []), []);
    });

    test('is replaced field by field, and may be repeated', async () => {
      const { pair, lease } = await leased();
      const { store } = world();
      const recordId = `geteilt-${pair}`;
      const both = [source('h1'), source('h2', 'exceptions/2026-03-09')].map((one) => ({
        ...{ ...one, recordId },
      }));
      await store.rememberSources(lease, both);
      await store.rememberSources(lease, both);
      await store.rememberSources(lease, [{ ...source('h3'), recordId }]);
      const found = await store.sources(pair, [recordId]);
      assert.deepEqual(found.map(({ field, value }) => `${field} ${value}`).sort(), [
        'exceptions/2026-03-09 h2',
        'subject h3',
      ]);
    });

    test('one call may name a field twice: the last one counts', async () => {
      const { pair, lease } = await leased();
      const recordId = `zweimal-${pair}`;
      const twice = ['h1', 'h2'].map((value) => ({ ...source(value), recordId }));
      await world().store.rememberSources(lease, twice);
      const found = await world().store.sources(pair, [recordId]);
      assert.deepEqual(
        found.map(({ value }) => value),
        ['h2'],
      );
    });

    test('of a purged link is forgotten for its mailbox, and for nobody and nothing else', async () => {
      const [one, neighbour] = await world().pairs();
      const { store } = world();
      const [lease, theirs] = [await world().acquire(one), await world().acquire(neighbour)];
      const [ours, other] = [`record-l1-${one}`, `record-l2-${one}`];
      const brought = [ours, other].map((recordId) => ({ ...source('h1'), recordId }));
      await store.rememberSources(lease, brought);
      await store.rememberSources(theirs, [{ ...source('h2'), recordId: ours }]);
      const links = [
        link('l1', { recordId: ours, ended: 'itemBecamePrivate' }),
        link('l2', { recordId: other }),
      ];
      await settle(lease, { links, purged: ['l1'] });
      const left = await store.sources(one, [ours, other]);
      assert.deepEqual(
        left.map(({ recordId, value }) => `${recordId} ${value}`).sort(),
        [`${ours} h2`, `${other} h1`].sort(),
      );
    });

    test('an outdated lease remembers nothing', async () => {
      const { pair, lease } = await leased();
      const before = await valuesOf(pair);
      await world().acquire(pair);
      await assert.rejects(world().store.rememberSources(lease, [source('h1')]), failsAs('stale'));
      assert.deepEqual(await valuesOf(pair), before);
    });
  });
}
