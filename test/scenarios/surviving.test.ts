import { describe, expect, test } from 'vitest';
import { change, inErp, inOutlook, itemOf, meddle, recordOf, titles } from './hands.js';
import { invite } from './meeting-world.js';
import { surviving } from './surviving.js';
import type { World } from './world.js';

/** What tells the stories must notice what goes wrong in them. */

/** How often each item was handed out by the feed, whichever way the story was told. */
function feedOf(world: World): Map<string, number> {
  const seen = new Map<string, number>();
  meddle(world, (port) => ({
    changesSince: async (...asked) => {
      const page = await port.changesSince(...asked);
      for (const one of page.changes)
        if (one.kind === 'seen') seen.set(one.ref.version, (seen.get(one.ref.version) ?? 0) + 1);
      return page;
    },
  }));
  return seen;
}

test('a story is told undisturbed, with a death at each of its writes, and with its pages twice', async () => {
  let told = 0;
  let calm = 0;
  const lost: number[] = [];
  const mostOften: number[] = [];
  await surviving(async (world, { isCalm }) => {
    told += 1;
    calm += isCalm ? 1 : 0;
    const seen = feedOf(world);
    inOutlook(world, 'Zahnarzt');
    world.clock.advance(60_000);
    const report = await world.cycle('anna');
    if (report === null) lost.push(told);
    await world.settle();
    expect(titles(world)).toEqual(['Zahnarzt']);
    mostOften.push(Math.max(...seen.values()));
  });
  // mark, create, and what is promised and remembered of them
  expect(told).toBeGreaterThan(6);
  expect(calm).toBe(1);
  expect(lost.length).toBeGreaterThan(3);
  expect(mostOften[0]).toBe(1);
  expect(mostOften.at(-1)).toBeGreaterThan(1);
});

const BAD: Record<string, readonly [RegExp, (world: World) => Promise<void>]> = {
  'holds only where nobody dies': [
    /^died before write \d+ \(\w+\): /,
    async (world) => {
      inErp(world, 'Wartung');
      await world.cycle('anna');
      itemOf(world);
    },
  ],
  'holds never': [
    /^undisturbed: /,
    async (world) => {
      inErp(world, 'Wartung');
      await world.settle();
      expect(recordOf(world).record.title).toBe('Messe');
    },
  ],
  'ends before all is quiet': [
    /^undisturbed: quiet/,
    async (world) => {
      inErp(world, 'Wartung');
      await world.settle();
      change(world, itemOf(world).id, { Location: 'Halle 3' });
    },
  ],
  'has sent a mail': [
    /^undisturbed: mails/,
    async (world) => {
      const id = invite(world, 'anna');
      await world.settle();
      const changes = [
        { action: 'set', property: 'Location', value: { Location: 'Halle 3' } },
      ] as const;
      const context = { headerZone: null, cause: 'sync', by: 'us' } as const;
      world
        .outlook('anna')
        .update(
          { kind: 'item', id, changeKey: null },
          { changes, conflict: 'AlwaysOverwrite' },
          { ...context, send: 'SendToAllAndSaveCopy' },
        );
      await world.settle();
    },
  ],
};

describe('a story fails that', () => {
  test.each(Object.entries(BAD))('%s', async (_, [says, story]) => {
    await expect(surviving(story)).rejects.toThrow(says);
  });
});
