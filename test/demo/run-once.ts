import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../simulators/random.js';
import type { DemoOptions } from './arguments.js';
import type { Window } from './calendar-entry.js';
import { Hands } from './hands.js';
import { lookAtBothSides } from './look.js';
import type { PersonLook } from './look.js';
import { PEOPLE } from './people.js';
import { Script } from './script.js';
import type { Edit } from './script.js';
import { waitUntilQuiet } from './settle.js';
import { readUnfinished } from './unfinished.js';
import type { Stage } from './stage.js';
import { thingsOfStock } from './stock.js';
import { writeReport } from './report.js';
import type { Report } from './report.js';
import type { Outcome, Thing } from './thing.js';

export interface RunOptions extends DemoOptions {
  readonly today: string;
  readonly window: Window;
  /** Takes a line for people. */
  readonly say: (line: string) => void;
}

/** Takes over the stock, makes the edits, and compares both sides. Every complaint is said in a line. */
export async function runOnce(stage: Stage, options: RunOptions): Promise<Report> {
  const startedAt = Date.now();
  const random = new Random(options.seed);
  const crashes = new Crashes(stage, new Random(options.seed + 1), options.say);
  const killsInStock = Math.floor(options.kills / 4);
  await crashes.during(killsInStock);
  const { looks: stock } = await settleAndLook(stage, options, 'stock');
  const things = await editBothSides(stage, options, {
    stock: thingsOfStock(stock),
    random,
    crashes,
    kills: options.kills - killsInStock,
  });
  const { looks } = await settleAndLook(stage, options, 'edits');
  return await writeReport(stage, { looks, things, startedAt, say: options.say });
}

/** Kills of the server, one after the other, beside whatever goes on. */
class Crashes {
  private readonly stage: Stage;
  private readonly random: Random;
  private readonly say: (line: string) => void;

  constructor(stage: Stage, random: Random, say: (line: string) => void) {
    this.stage = stage;
    this.random = random;
    this.say = say;
  }

  async during(count: number): Promise<void> {
    for (let number = 1; number <= count; number++) await this.crash();
  }

  async crash(): Promise<void> {
    await pause(this.random.between(50, 1500));
    this.say('kill the server');
    await this.stage.crashServer();
  }

  /** After which edits to kill. */
  choose(count: number, edits: number): Set<number> {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, edits)) chosen.add(this.random.below(edits));
    return chosen;
  }
}

interface Editing {
  readonly stock: readonly Thing[];
  readonly random: Random;
  readonly crashes: Crashes;
  readonly kills: number;
}

async function editBothSides(
  stage: Stage,
  options: RunOptions,
  { stock, random, crashes, kills }: Editing,
): Promise<readonly Thing[]> {
  const script = new Script(stock, { random, today: options.today });
  const hands = await Hands.open(stage.databases.erp, stage.exchange.control);
  const pace = new Random(options.seed + 2);
  const killAfter = crashes.choose(kills, options.edits);
  const outcomes: Record<Outcome, number> = { done: 0, absent: 0, refused: 0 };
  let crash = Promise.resolve();
  try {
    for (let made = 0; made < options.edits;) {
      for (const edit of script.next().slice(0, options.edits - made)) {
        outcomes[await performAloud(hands, edit, options.say)] += 1;
        if (killAfter.has(made++)) crash = crash.then(async () => await crashes.crash());
      }
      await pause(pace.between(20, 140));
    }
    for (const edit of script.last()) await performAloud(hands, edit, options.say);
    await crash;
  } finally {
    await hands.close();
  }
  const { done, absent, refused } = outcomes;
  options.say(`edits: ${done} made, ${absent} found nothing there, ${refused} were refused`);
  return script.things;
}

/** Makes an edit, and says so where nothing could be made. */
export async function performAloud(
  hands: Hands,
  edit: Edit,
  say: (line: string) => void,
): Promise<Outcome> {
  const { place, thing, change } = edit;
  const outcome = await hands.perform(edit);
  if (outcome !== 'done') say(`${outcome}: ${change.kind} of #${thing.number} in ${place}`);
  return outcome;
}

/** Both sides of everybody when nothing moves any more; `unrest` says what still did when we gave up waiting. */
export interface SettledLook {
  readonly looks: PersonLook[];
  readonly unrest: string;
}

/** Waits until all is quiet, reads both sides afresh, and says how they compare. */
export async function settleAndLook(
  stage: Pick<Stage, 'databases' | 'exchange' | 'isServerAlive'>,
  { limitMs, window, say }: Pick<RunOptions, 'limitMs' | 'window' | 'say'>,
  what: string,
): Promise<SettledLook> {
  const watched = {
    ownUrl: stage.databases.own,
    erpUrl: stage.databases.erp,
    control: stage.exchange.control,
    pairs: PEOPLE.length,
  };
  const isAlive = (): boolean => stage.isServerAlive;
  const { isQuiet, unrest } = await waitUntilQuiet(watched, { limitMs, isAlive });
  if (!isQuiet) {
    say(`not quiet after ${limitMs / 1000} s: ${unrest}`);
    for (const line of await readUnfinished(stage.databases.own)) say(`  ${line}`);
  }
  const erpUrl = stage.databases.erp;
  const passwords = new Map(
    stage.exchange.users.map(({ address, password }) => [address, password]),
  );
  const looks = await lookAtBothSides(
    { erpUrl, exchangeUrl: stage.exchange.url, passwords },
    window,
  );
  const count = looks.reduce((sum, { comparison }) => sum + comparison.matched.length, 0);
  const differing = looks.reduce((sum, { comparison }) => sum + comparison.differences.length, 0);
  say(`after the ${what}: ${count} are the same on both sides, ${differing} differ`);
  return { looks, unrest };
}
