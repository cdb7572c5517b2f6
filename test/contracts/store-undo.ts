import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Trail } from '../../sync/ports/store.js';
import { ENTRY, LOST, intent, link } from './store-samples.js';
import type { Testing } from './store-samples.js';

const TRAIL: Trail = { fields: ['subject'], before: '{"subject":"Grüße 😀"}', wishId: null };

/** What a store promises about the audit trail, and about what is taken back by it (rule 18). */
export function undoPromises({ world, leased, settle }: Testing): void {
  const written = async () => {
    const { pair, lease } = await leased();
    const promised = ['i1', 'i2', 'i3'].map((id) =>
      intent(id, { what: 'update', linkId: 'l1', trail: TRAIL }),
    );
    await world().store.promise(lease, promised);
    const done = ['i1', 'i2'].map((intentId) => ({ intentId, after: `after-${intentId}` }));
    await settle(lease, { links: [link('l1')], closedIntents: ['i1', 'i2', 'i3'], done });
    return { pair, lease };
  };
  const write = (id: string) => {
    const { fields, before } = TRAIL;
    const what = { side: 'exchange' as const, what: 'update' as const, fields, before };
    return { writeId: id, ...what, after: `after-${id}`, form: 'f1' };
  };

  describe('the audit trail', () => {
    test('has the closed intents that took effect, with the values of before', async () => {
      const { pair } = await written();
      assert.deepEqual(await world().trail(pair), [write('i1'), write('i2')]);
      assert.deepEqual(await world().store.intents(pair), []);
    });

    test('is no part of what an open intent is answered with, but for the fields that it changes', async () => {
      const { pair, lease } = await leased();
      await world().store.promise(lease, [intent('i1', { trail: TRAIL })]);
      const answered = intent('i1', { fields: TRAIL.fields });
      assert.deepEqual(await world().store.intents(pair), [answered]);
    });

    test('loses the values of a purged link, and the journal and the conflicts what they said of it', async () => {
      const { pair, lease } = await written();
      const ours = { ...ENTRY, recordId: 'record-l1' };
      const theirs = { ...ENTRY, recordId: 'record-l2' };
      await settle(lease, {
        links: [link('l2')],
        journal: [ours, theirs],
        lostValues: [LOST, { ...LOST, linkId: 'l2' }],
      });
      const last = { ...ours, losses: [], detail: 'itemLeftScope' };
      const ended = link('l1', { ended: 'itemLeftScope' });
      await settle(lease, { links: [ended], journal: [last], purged: ['l1'] });
      assert.deepEqual(
        (await world().trail(pair)).map(({ before }) => before),
        [null, null],
      );
      const kept = await world().kept(pair);
      assert.deepEqual(kept.journal, [{ ...ours, losses: [], detail: '' }, theirs, last]);
      assert.deepEqual(kept.lostValues, [{ ...LOST, linkId: 'l2' }]);
    });
  });

  describe('what an interrupted write has overwritten', () => {
    const overrules = [{ field: 'subject', shown: 'h1', as: 'conflict' as const }];
    const promised = async () => {
      const { pair, lease } = await leased();
      const one = intent('i1', { what: 'update', linkId: 'l1', overrules });
      await world().store.promise(lease, [{ ...one, trail: TRAIL }]);
      assert.deepEqual(await world().store.intents(pair), [{ ...one, fields: TRAIL.fields }]);
      return { pair, lease };
    };
    const said = {
      links: [link('l1')],
      closedIntents: ['i1'],
      overwritten: [{ intentId: 'i1', field: 'subject', after: 'mark' }],
    };

    test('is kept like a losing value, once', async () => {
      const { pair, lease } = await promised();
      await settle(lease, said);
      await settle(lease, said);
      const lost = {
        linkId: 'l1',
        field: 'subject',
        value: '"Grüße 😀"',
        winner: 'erp',
        after: 'mark',
      };
      assert.deepEqual((await world().kept(pair)).lostValues, [lost]);
    });

    test('is not kept of a link of which only ids may be remembered, nor while the write is open', async () => {
      const { pair, lease } = await promised();
      await settle(lease, { ...said, closedIntents: [] });
      await settle(lease, { ...said, purged: ['l1'] });
      assert.deepEqual((await world().kept(pair)).lostValues, []);
    });
  });

  describe('a wish', () => {
    test('comes with its writes, newest first, and with what its link leads to, until it is answered', async () => {
      const { pair, lease } = await written();
      assert.equal((await world().store.progress(pair)).wishes, undefined);
      await world().undo(pair, ['i1', 'i2']);
      const { wishes = [] } = await world().store.progress(pair);
      const [wish] = wishes;
      assert.equal(wishes.length, 1);
      assert.deepEqual(
        { ...wish, id: 0, key: '' },
        {
          ...{ id: 0, key: '', linkId: 'l1', recordId: 'record-l1', itemId: 'item-l1' },
          for: { kind: 'undo', writes: [write('i2'), write('i1')] },
        },
      );
      assert.match(wish?.key ?? '', /^[\w-]{16,64}$/);
      await settle(lease, { answered: [{ wishId: wish?.id ?? 0, refusal: 'changedSince' }] });
      assert.equal((await world().store.progress(pair)).wishes, undefined);
    });

    test('for a losing value comes with it', async () => {
      const { pair, lease } = await leased();
      const lost = { ...LOST, after: 'mark' };
      await settle(lease, { links: [link('l1')], lostValues: [lost] });
      await world().restore(pair);
      const { wishes = [] } = await world().store.progress(pair);
      assert.deepEqual(
        wishes.map((wish) => wish.for),
        [{ kind: 'restore', lost }],
      );
    });

    test('for a losing value comes with what the same link lost to the same winner beside it', async () => {
      const { pair, lease } = await leased();
      const lost = { ...LOST, after: 'mark' };
      const beside = { ...lost, field: 'location' };
      const elsewhere = [
        { ...beside, winner: 'exchange' as const },
        { ...beside, linkId: 'l2' },
      ];
      const links = [link('l1'), link('l2')];
      await settle(lease, { links, lostValues: [lost, beside, ...elsewhere] });
      world().clock.advance(1000);
      await settle(lease, { lostValues: [{ ...beside, field: 'body' }] });
      await world().restore(pair);
      const { wishes = [] } = await world().store.progress(pair);
      assert.deepEqual(
        wishes.map((wish) => wish.for),
        [{ kind: 'restore', lost, beside: [beside] }],
      );
    });
  });
}
