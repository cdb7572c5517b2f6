import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../simulators/random.js';
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

/** Lets accidents happen, one after the other and about one a second, until told to stop. */
export async function letAccidentsHappen(
  { workers, wires }: { readonly workers: Workers; readonly wires: Wires },
  random: Random,
  { say, until }: { readonly say: (line: string) => void; readonly until: number },
): Promise<AccidentCount> {
  const count: AccidentCount = { kills: 0, cuts: 0 };
  while (Date.now() < until) {
    await pause(random.between(200, 1500));
    const accident = random.oneOf(ACCIDENTS);
    say(`accident: ${accident.name}`);
    await accident.happen({ workers, wires, random, count });
  }
  for (const wire of Object.values(wires) as FragileWire[]) wire.mend();
  return count;
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

async function kill({ workers, random, count }: Scene): Promise<void> {
  count.kills += 1;
  await workers.killOne(random);
}

const KILL: Accident = { name: 'a worker is killed', happen: kill };

/** Kills are half of all: what they leave behind is what everything else meets. */
const ACCIDENTS: readonly Accident[] = [
  KILL,
  KILL,
  KILL,
  KILL,
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
    async happen(scene) {
      const { wires, random } = scene;
      wires.exchange.swallowAnswers();
      await pause(random.between(300, 1500));
      if (random.chance(0.5)) await kill(scene);
      scene.count.cuts += wires.exchange.cut();
      wires.exchange.mend();
    },
  },
];

async function cutOnce({ wires, count }: Scene, which: keyof Wires): Promise<void> {
  count.cuts += wires[which].cut();
  await Promise.resolve();
}
