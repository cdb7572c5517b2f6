import { Random } from '../simulators/random.js';
import type { Befell } from './befell.js';
import { check } from './check.js';
import type { Violation } from './violation.js';
import { ERP_ACTS } from './erp-hand.js';
import { Firm } from './firm.js';
import type { Person } from './person.js';
import { MEETING_ACTS } from './meeting-hand.js';
import { Oracle } from './oracle.js';
import { OUTLOOK_ACTS } from './outlook-hand.js';
import type { Event, Script } from './script.js';
import { settle, staySilent } from './settle.js';
import type { Act } from './stage.js';
import { upset } from './upset.js';
import { watchWrites } from './watch.js';

/** What became of one script. */
export interface Outcome {
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
  readonly cycles: number;
  readonly edits: number;
  readonly writes: number;
  /** How often a process died. */
  readonly deaths: number;
  readonly befell: Readonly<Befell>;
}

/** Plays a script from beginning to end, or to the first thing that must not be. */
export async function play(script: Script): Promise<Outcome> {
  const firm = new Firm(script.setup, script.seed);
  const oracle = new Oracle(firm);
  const violations: Violation[] = [];
  try {
    for (const event of script.events) {
      await playEvent(event, { firm, oracle, violations });
      if (violations.length > 0) break;
    }
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push({ rule: 'thrown', detail });
  }
  const { cycles, writes, deaths } = firm.tally;
  const { trace, mishaps: befell } = firm;
  return { violations, trace, cycles, edits: oracle.edits, writes, deaths, befell };
}

interface Play {
  readonly firm: Firm;
  readonly oracle: Oracle;
  readonly violations: Violation[];
}

async function playEvent(event: Event, play: Play): Promise<void> {
  const { firm, oracle, violations } = play;
  switch (event.kind) {
    case 'edit':
      act(play, event.seed);
      return;
    case 'wait':
      await firm.advance(event.seconds * 1000);
      return;
    case 'upset':
      upset(firm, new Random(event.seed));
      return;
    case 'cycle':
      await playCycle(event, play);
      return;
    case 'checkpoint':
      violations.push(...(await settle(firm, oracle)));
      if (violations.length === 0) violations.push(...check(firm, oracle));
      return;
    case 'silence':
      violations.push(...(await staySilent(firm, event.cycles)));
      return;
  }
}

async function playCycle(event: Extract<Event, { kind: 'cycle' }>, play: Play): Promise<void> {
  const { firm, oracle, violations } = play;
  const person = firm.people[event.who % firm.people.length];
  const { fault, meanwhile } = event;
  const isSure = fault?.isSure === true;
  // whoever is to die starts although the pair was just switched off
  if (person === undefined || (firm.off.has(person) && !isSure)) return;
  const plan = {
    fault,
    beforeCall: (call: number): void => {
      if (meanwhile?.at !== call) return;
      firm.befell('editedMeanwhile');
      act(play, meanwhile.seed);
    },
    beforeWrite: (name: string, entries: readonly unknown[]): void => {
      violations.push(...watchWrites({ firm, oracle, person }, name, entries));
    },
  };
  // a cycle that a side refuses ends before it can die
  for (let tries = 0; tries < (isSure ? MOST_TRIES : 1); tries += 1) {
    const end = await firm.cycle(person, plan, new Random(event.seed + tries));
    if (end === 'died') return;
  }
}

const MOST_TRIES = 5;

/** Somebody does something on one of the sides. */
function act({ firm, oracle }: Play, seed: number): void {
  const random = new Random(seed);
  const acts = random.chance(0.5) ? ERP_ACTS : inOutlook(firm, random);
  const number = oracle.nextNumber();
  random.oneOf(acts)({ firm, oracle, random, number, token: `n${String(number)}` });
}

function inOutlook({ setup }: Firm, random: Random): readonly Act[] {
  return setup.meetings !== null && random.chance(0.65) ? MEETING_ACTS : OUTLOOK_ACTS;
}

export type { Person };
