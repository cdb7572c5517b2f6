import { describe, expect, test } from 'vitest';
import { parsePlainDate, parseZone } from '../../mappings/values.js';
import { chore } from '../sync/engine/chore-kind.js';
import { ChoreWorld } from '../sync/engine/chore-world.js';

/**
 * What comes again and is ticked off. The fields of tasks, and what servers do with them, come with the kind `task`; until then
 * a chore is the smallest thing that has a due date, can be ticked off, and comes again. These stories prove that the engine
 * needs nothing more: both sides make the rest by themselves, and nothing of it is made twice.
 */

const FILTER = { title: 'Filter', room: 'Halle 1', due: parsePlainDate('2026-03-29') } as const;
const DONE = 'Filter|Halle 1|2026-03-29|done';
const OPEN = 'Filter|Halle 1|2026-04-05|open';

const ZONES = ['Europe/Berlin', 'Pacific/Tongatapu', 'Pacific/Honolulu'];

async function agreed(zone: string): Promise<ChoreWorld> {
  const world = new ChoreWorld();
  world.zone = parseZone(zone);
  world.erp.add(chore(FILTER));
  await world.settle();
  return world;
}

function tickOff(world: ChoreWorld, where: 'the ERP' | 'Outlook'): void {
  const side = where === 'the ERP' ? world.erp : world.exchange;
  const [open] = side.chores.filter(({ chore: { doneOn } }) => doneOn === '');
  side.edit(open?.id ?? '', { doneOn: '2026-03-27' });
}

/** Disturbed by a death at each call of the first cycle, then undisturbed. */
async function everyTelling(
  zone: string,
  story: (world: ChoreWorld) => void,
  end: (world: ChoreWorld, how: string) => void,
): Promise<void> {
  for (let at = 0; at <= 40; at += 1) {
    const world = await agreed(zone);
    story(world);
    const { calls } = await world.sync(at === 0 ? null : { at, when: 'after' });
    await world.settle();
    end(world, at === 0 ? 'undisturbed' : `died after call ${String(at)}`);
    const { writes } = world;
    await world.settle();
    expect(world.writes).toBe(writes);
    if (calls < at) return;
  }
}

describe.each(ZONES)('45: with a mailbox in %s', (zone) => {
  test('45: "what is due on a day is due on that day on both sides, whatever the zone and the hour"', async () => {
    const world = await agreed(zone);
    const days = ['2026-03-29', '2026-03-28', '2026-10-25', '2027-01-01'];
    for (const day of days) {
      const due = parsePlainDate(day);
      world.erp.add(chore({ ...FILTER, title: `E ${day}`, due, repeat: '' }));
      world.exchange.add(chore({ ...FILTER, title: `X ${day}`, due, repeat: '' }));
    }
    await world.settle();
    for (const { id, chore: of } of world.erp.chores) {
      if (of.title.startsWith('X')) world.erp.edit(id, { room: 'Halle 2' });
    }
    await world.settle();
    expect(world.seen.exchange).toEqual(world.seen.erp);
    const dues = world.exchange.chores.map(({ chore: { due } }) => due).sort();
    expect(dues).toEqual(['2026-03-29', ...days, ...days].sort());
  });

  test.each(['the ERP', 'Outlook'] as const)(
    '45: "I tick off the weekly filter in %s, and each side has one done and one open, not two"',
    async (where) => {
      await everyTelling(
        zone,
        (world) => {
          tickOff(world, where);
        },
        ({ seen }, how) => {
          expect(seen, how).toEqual({ erp: [DONE, OPEN], exchange: [DONE, OPEN] });
        },
      );
    },
  );

  test('45: "my colleague ticks it off in the ERP while I do in Outlook: it is done once"', async () => {
    await everyTelling(
      zone,
      (world) => {
        tickOff(world, 'the ERP');
        tickOff(world, 'Outlook');
      },
      ({ seen }, how) => {
        expect(seen, how).toEqual({ erp: [DONE, OPEN], exchange: [DONE, OPEN] });
      },
    );
  });
});
