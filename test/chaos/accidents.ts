import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../simulators/random.js';
import type { FragileWire } from './fragile-wire.js';
import type { Workers } from './workers.js';

export interface Wires {
  readonly exchange: FragileWire;
  readonly database: FragileWire;
}

/** How often what happened. */
export interface AccidentCount {
  kills: number;
  cuts: number;
}

interface Happening {
  readonly say: (line: string) => void;
  readonly until: number;
}

/** Kills a worker about every second, and beside that cuts and tears connections, until told to stop. */
export async function letAccidentsHappen(
  { workers, wires }: { readonly workers: Workers; readonly wires: Wires },
  random: Random,
  happening: Happening,
): Promise<AccidentCount> {
  const count: AccidentCount = { kills: 0, cuts: 0 };
  // each with numbers of its own: how long the other one waits must not change them
  const scene = (): Scene => ({ workers, wires, random: new Random(random.next32()), count });
  await Promise.all([killAgainAndAgain(scene(), happening), cutAgainAndAgain(scene(), happening)]);
  wires.exchange.mend();
  wires.database.mend();
  await workers.areComplete();
  return count;
}

async function killAgainAndAgain(scene: Scene, { say, until }: Happening): Promise<void> {
  while (Date.now() < until) {
    await pause(scene.random.between(200, 1800));
    say('accident: a worker is killed');
    scene.count.kills += 1;
    await scene.workers.killOne(scene.random);
  }
}

async function cutAgainAndAgain(scene: Scene, { say, until }: Happening): Promise<void> {
  while (Date.now() < until) {
    await pause(scene.random.between(500, 4000));
    const accident = scene.random.oneOf(ACCIDENTS);
    say(`accident: ${accident.name}`);
    await accident.happen(scene);
  }
}

interface Scene {
  readonly workers: Workers;
  readonly wires: Wires;
  readonly random: Random;
  readonly count: AccidentCount;
}

interface Accident {
  readonly name: string;
  readonly happen: (scene: Scene) => Promise<void>;
}

const ACCIDENTS: readonly Accident[] = [
  {
    name: 'the connections to Exchange are cut',
    happen: async (scene) => cutOnce(scene, 'exchange'),
  },
  {
    name: 'the connections to PostgreSQL are cut',
    happen: async (scene) => cutOnce(scene, 'database'),
  },
  {
    name: 'Exchange is out of reach for a while',
    async happen({ wires, random, count }) {
      count.cuts += wires.exchange.tear();
      await pause(random.between(300, 2500));
      wires.exchange.mend();
    },
  },
  {
    name: 'PostgreSQL is out of reach for a while',
    async happen({ wires, random, count }) {
      count.cuts += wires.database.tear();
      await pause(random.between(100, 1500));
      wires.database.mend();
    },
  },
  {
    name: 'Exchange does what it is told, and its answers are lost',
    async happen({ wires, random, count }) {
      wires.exchange.swallowAnswers();
      await pause(random.between(300, 1500));
      count.cuts += wires.exchange.cut();
      wires.exchange.mend();
    },
  },
];

async function cutOnce({ wires, count }: Scene, which: keyof Wires): Promise<void> {
  count.cuts += wires[which].cut();
  await Promise.resolve();
}
