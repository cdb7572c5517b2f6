import type { ConnectionConflictRule, Direction } from '../../mappings/field-rules.js';
import { DEFAULT_MODES } from '../simulators/mailbox/modes.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { Random } from '../simulators/random.js';

/** What one person's pair is set to. */
export interface PersonSetup {
  readonly direction: Direction;
  readonly deleteInExchange: boolean;
  readonly deleteInErp: boolean;
  readonly leavePrivateOut: boolean;
}

/** How the firm of one seed is set up: people, what the ERP does to titles, how Exchange behaves. */
export interface Setup {
  readonly people: readonly PersonSetup[];
  readonly modes: ExchangeModes;
  readonly titles: 'kept' | 'clipped' | 'upperCase';
  /** Changes of an Exchange folder that one page holds. */
  readonly page: number;
  readonly conflict: ConnectionConflictRule;
  /** True = an administrator has to approve nearly every deletion. */
  readonly isGuardStrict: boolean;
  /** How meetings are synced; null = nobody invites anybody. */
  readonly meetings: 'protected' | 'full' | null;
}

/** What goes wrong with one port call of a cycle. */
export interface Fault {
  /** At which call, counted from 1. */
  readonly at: number;
  /**
   * Dies `before` the call, `after` it, in the `middle` of its batch, or before it takes effect `late`; `lost`: it takes
   * effect late as well, and the process lives on with "unreachable"; `busy`: refused with a wait.
   */
  readonly how: 'before' | 'after' | 'middle' | 'late' | 'lost' | 'busy';
  /** Strikes even where the cycle has fewer calls, or none with a middle. */
  readonly isSure?: true;
}

/** One step of a script. `seed` is the chance of its own, so that a step does the same whatever was left out before it. */
export type Event =
  | { readonly kind: 'edit'; readonly seed: number }
  | {
      readonly kind: 'cycle';
      readonly seed: number;
      readonly who: number;
      readonly fault: Fault | null;
      /** A person edits just before this call. */
      readonly meanwhile: { readonly at: number; readonly seed: number } | null;
    }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'upset'; readonly seed: number }
  /** All settles, and what must hold is looked at. */
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'silence'; readonly cycles: number };

/** Everything one seed does. */
export interface Script {
  readonly seed: number;
  readonly setup: Setup;
  readonly events: readonly Event[];
}

const PHASES = 2;
const SILENT_CYCLES = 20;

/** The script of a seed. In each one at least one process dies. */
export function scriptOf(seed: number): Script {
  const random = new Random(seed);
  const setup = setupOf(random);
  const events: Event[] = [];
  for (let phase = 0; phase < PHASES; phase += 1) {
    const steps = random.between(4, 10);
    const dying = random.below(steps);
    for (let step = 0; step < steps; step += 1) {
      events.push(...stepOf(random, setup.people.length, step === dying));
    }
    events.push({ kind: 'checkpoint' });
  }
  events.push({ kind: 'silence', cycles: SILENT_CYCLES });
  return { seed, setup, events };
}

function stepOf(random: Random, people: number, isDying: boolean): Event[] {
  const events: Event[] = [];
  for (let edits = random.between(1, 4); edits > 0; edits -= 1) {
    events.push({ kind: 'edit', seed: random.next32() });
  }
  if (random.chance(0.08)) events.push({ kind: 'upset', seed: random.next32() });
  events.push(cycleOf(random, people, isDying));
  if (random.chance(0.4)) events.push({ kind: 'wait', seconds: random.between(1, 90) });
  return events;
}

function cycleOf(random: Random, people: number, isDying: boolean): Event {
  const how = random.oneOf([
    'before',
    'after',
    'middle',
    'middle',
    'late',
    'lost',
    'busy',
  ] as const);
  const dies = random.oneOf(['before', 'after', 'middle', 'late'] as const);
  const at = random.between(1, random.chance(0.5) ? 12 : 40);
  const isFaulty = random.chance(0.5);
  const meanwhile = { at: random.between(2, 20), seed: random.next32() };
  return {
    kind: 'cycle',
    seed: random.next32(),
    who: random.below(people),
    fault: isDying ? { at, how: dies, isSure: true } : isFaulty ? { at, how } : null,
    meanwhile: random.chance(0.25) ? meanwhile : null,
  };
}

function setupOf(random: Random): Setup {
  const meetings = random.oneOf([null, null, 'protected', 'full'] as const);
  const fewest = meetings === null ? 1 : 2;
  const people = Array.from({ length: random.between(fewest, 3) }, () => personOf(random));
  return {
    people,
    modes: modesOf(random),
    titles: random.oneOf(['kept', 'kept', 'clipped', 'upperCase']),
    page: random.oneOf([512, 3, 1]),
    conflict: random.oneOf(['erp', 'erp', 'exchange', 'newest']),
    isGuardStrict: random.chance(0.15),
    meetings,
  };
}

function personOf(random: Random): PersonSetup {
  return {
    direction: random.chance(0.8) ? 'both' : random.oneOf(['toErp', 'toExchange']),
    deleteInExchange: random.chance(0.85),
    deleteInErp: random.chance(0.85),
    leavePrivateOut: random.chance(0.4),
  };
}

function modesOf(random: Random): ExchangeModes {
  return {
    ...DEFAULT_MODES,
    rangeChange: random.oneOf(['wipeAll', 'keepDeletions', 'keepAll']),
    exceptions: random.oneOf(['sparse', 'materialised']),
    sameRecurrence: random.oneOf(['keep', 'wipe']),
    zoneChange: random.oneOf(['wipe', 'keep']),
    keysBump: random.chance(0.4),
    syncStateLoss: random.chance(0.2) ? 0.1 : 0,
    marksLeak: random.chance(0.5),
    seriesPropertiesOnExceptions: random.chance(0.5),
    bestBody: random.oneOf(['native', 'html']),
    textBodies: random.oneOf(['asSent', 'endInBreak']),
    lastOccurrence: random.oneOf(['refuse', 'allow']),
    moveKeepsChangeKey: random.chance(0.5),
    autoResolve: random.oneOf(['merge', 'keepTheirs', 'refuse']),
    itemZones: random.oneOf(['named', 'defined']),
  };
}
