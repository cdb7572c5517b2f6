import { expect, test } from 'vitest';
import { addDays } from '../../mappings/values.js';
import type { PlainDate } from '../../mappings/values.js';
import { chore } from '../sync/engine/chore-kind.js';
import { isOpen, nameOf, play, SERIES, seriesOf, settle } from './chore-acts.js';
import type { Thing, Told } from './chore-acts.js';

const SEEDS = 300;

/** What both sides must agree on: nothing that one of them alone may know, and no series that is deleted on one. */
function sure(things: readonly Thing[], { unseen, parted }: Told): readonly Thing[] {
  return things.filter((one) => !unseen.has(nameOf(one)) && !parted.has(seriesOf(one)));
}

/** Everything that was ticked off is done, and of each series one is open. */
function expectedOf({ ticked, deleted, unseen, parted }: Told): readonly string[] {
  const goesOn = SERIES.filter((series) => !parted.has(series));
  const isSure = (name: string): boolean =>
    !deleted.has(name) && !unseen.has(name) && goesOn.some((one) => name.startsWith(`${one} `));
  const next = (series: string): PlainDate => {
    const times = [...ticked].filter((name) => name.startsWith(`${series} `)).length;
    return addDays(chore().due, 7 * times);
  };
  return [
    ...[...ticked].filter(isSure).map((name) => `${name} done`),
    ...goesOn.map((series) => `${series} ${next(series)} open`),
  ].sort();
}

function names(things: readonly Thing[]): readonly string[] {
  return things.map((one) => `${nameOf(one)} ${isOpen(one) ? 'open' : 'done'}`).sort();
}

test('whoever ticks off what, and however often we die: each is there once, on both sides, and then it is quiet', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { world, told } = await play(seed);
    const why = `seed ${String(seed)}`;
    const sides = [world.erp.chores, world.exchange.chores] as const;
    for (const side of sides) {
      expect(new Set(side.map(nameOf)).size, `${why}: ${names(side).join()}`).toBe(side.length);
      const back = side.map(nameOf).filter((name) => told.deleted.has(name));
      expect(back, `${why} resurrected`).toEqual([]);
      expect(names(sure(side, told)), why).toEqual(expectedOf(told));
    }
    const isShared = told.unseen.size === 0 && told.parted.size === 0;
    if (isShared) expect(world.seen.exchange, why).toEqual(world.seen.erp);
    const { writes } = world;
    world.clock.advance(30 * 24 * 3_600_000);
    await settle(world);
    if (isShared) expect(world.writes, `${why} is not quiet`).toBe(writes);
    expect(world.memory.intents.size, `${why} has open intents`).toBe(0);
  }
}, 120_000);
