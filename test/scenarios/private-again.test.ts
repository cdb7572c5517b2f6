import { describe, expect, test } from 'vitest';
import type { PairPolicy } from '../../sync/ports/pair.js';
import { change, HOUR, inErp, inOutlook, itemOf, itemSpan, recordOf, span } from './hands.js';
import { surviving } from './surviving.js';
import { World } from './world.js';

/** What was private for a while, and was edited meanwhile, is normal again. */

const POLICY: Partial<PairPolicy> = { leavePrivateOut: true };
const RULES = ['erp', 'exchange', 'newest'] as const;

type Made = (world: World) => void;

const FROM: Record<string, Made> = {
  Outlook: (world) => {
    inOutlook(world, 'Gespräch', { Location: 'Büro 3' });
  },
  'the ERP': (world) => {
    inErp(world, 'Gespräch', { location: 'Büro 3' });
  },
};

const LATER = '2026-03-12T13:00:00Z';

/** Made, synced, made private, and edited while it is. */
async function hidden(world: World, make: Made): Promise<void> {
  make(world);
  await world.settle();
  change(world, itemOf(world).id, { Sensitivity: 'Private' });
  await world.settle();
  change(world, itemOf(world).id, {
    ...{ Subject: 'Gespräch mit Betriebsrat', Location: '' },
    ...itemSpan(LATER),
  });
  await world.settle();
}

const EDITED = { title: 'Gespräch mit Betriebsrat', location: '', when: span(LATER) };

describe.each(RULES)('the rule is %s', (conflict) => {
  const policy = { ...POLICY, conflict };

  test.each(Object.entries(FROM))(
    '"I made it public again, and it had the old time": made in %s',
    async (_, make) => {
      await surviving(
        async (world) => {
          await hidden(world, make);
          expect(JSON.stringify(world.erp.rows)).not.toContain('Betriebsrat');
          change(world, itemOf(world).id, { Sensitivity: 'Normal' });
          await world.settle();
          expect(recordOf(world).record).toMatchObject(EDITED);
          expect(itemOf(world).properties).toMatchObject({
            ...{ Subject: EDITED.title, Sensitivity: 'Normal' },
            Start: Date.parse(LATER),
          });
        },
        { policy },
      );
    },
  );

  test.each(Object.entries(FROM))(
    'what was edited in the ERP meanwhile is in conflict with it: made in %s',
    async (_, make) => {
      await surviving(
        async (world) => {
          await hidden(world, make);
          const { id } = recordOf(world);
          world.erp.person.edit(id, { when: span('2026-03-20T07:00:00Z') });
          world.clock.advance(HOUR);
          change(world, itemOf(world).id, { Sensitivity: 'Normal' });
          await world.settle();
          const wanted = conflict === 'erp' ? span('2026-03-20T07:00:00Z') : span(LATER);
          expect(recordOf(world).record).toMatchObject({ when: wanted });
          expect(itemOf(world).properties).toMatchObject({ Start: Date.parse(wanted.startsAt) });
        },
        { policy },
      );
    },
  );
});

test('what somebody changed in the ERP just before it turned private counts as changed there', async () => {
  const world = new World({ policy: POLICY });
  FROM['Outlook']?.(world);
  await world.settle();
  const moved = span('2026-03-20T07:00:00Z');
  world.erp.person.edit(recordOf(world).id, { when: moved });
  change(world, itemOf(world).id, { Sensitivity: 'Private' });
  await world.settle();
  change(world, itemOf(world).id, { Sensitivity: 'Normal', Subject: 'Gespräch' });
  await world.settle();
  expect(recordOf(world).record).toMatchObject({ title: 'Gespräch', when: moved });
  expect(itemOf(world).properties).toMatchObject({ Start: Date.parse(moved.startsAt) });
});

describe.each(RULES)('the rule is %s, and it was private in the ERP', (conflict) => {
  test.each(Object.entries(FROM))(
    'what was edited there meanwhile comes over: made in %s',
    async (_, make) => {
      await surviving(
        async (world) => {
          make(world);
          await world.settle();
          const { id } = recordOf(world);
          world.erp.person.edit(id, { isPrivate: true });
          await world.settle();
          world.erp.person.edit(id, EDITED);
          await world.settle();
          expect(itemOf(world).properties).toMatchObject({ Subject: 'Gespräch' });
          world.erp.person.edit(id, { isPrivate: false });
          await world.settle();
          expect(recordOf(world).record).toMatchObject(EDITED);
          expect(itemOf(world).properties).toMatchObject({
            ...{ Subject: EDITED.title, Start: Date.parse(LATER) },
          });
        },
        { policy: { ...POLICY, conflict } },
      );
    },
  );
});
