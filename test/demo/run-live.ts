import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../simulators/random.js';
import type { Window } from './calendar-entry.js';
import { Hands } from './hands.js';
import { lookAtBothSides } from './look.js';
import { PEOPLE } from './people.js';
import { Script } from './script.js';
import { waitUntilQuiet } from './settle.js';
import type { Stage } from './stage.js';
import { thingsOfStock } from './stock.js';
import { followTravels } from './travels.js';

export interface LiveOptions {
  readonly seed: number;
  readonly today: string;
  readonly window: Window;
}

/** Takes over the stock, then edits both sides now and then and prints what travels, for ever. */
export async function runLive(stage: Stage, options: LiveOptions): Promise<never> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const following = followTravels(stage, print);
  const working = work(stage, options);
  return await Promise.race([following, working]);
}

const STOCK_LIMIT_MS = 240_000;

async function work(stage: Stage, { seed, today, window }: LiveOptions): Promise<never> {
  const { own: ownUrl, erp: erpUrl } = stage.databases;
  const { control, url: exchangeUrl, users } = stage.exchange;
  await waitUntilQuiet(
    { ownUrl, erpUrl, control, pairs: PEOPLE.length },
    { limitMs: STOCK_LIMIT_MS, isAlive: () => stage.isServerAlive },
  );
  const passwords = new Map(users.map(({ address, password }) => [address, password]));
  const looks = await lookAtBothSides({ erpUrl, exchangeUrl, passwords }, window);
  const random = new Random(seed);
  const script = new Script(thingsOfStock(looks), { random, today });
  const hands = await Hands.open(erpUrl, control);
  for (;;) {
    for (const edit of script.next()) await hands.perform(edit);
    await pause(random.between(700, 1300));
    if (!stage.isServerAlive) throw new Error('the server has ended');
  }
}
