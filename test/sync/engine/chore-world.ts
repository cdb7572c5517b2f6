import { parseEmail, parseInstant, parseZone } from '../../../mappings/values.js';
import { runCycle } from '../../../sync/engine/cycle.js';
import type { CycleReport } from '../../../sync/engine/ledger.js';
import type { PairWork } from '../../../sync/engine/pair-work.js';
import { preview } from '../../../sync/engine/preview.js';
import type { Foreseen } from '../../../sync/engine/preview.js';
import type { Pair, PairPolicy } from '../../../sync/ports/pair.js';
import type { Lease } from '../../../sync/ports/store.js';
import { Crash, CrashPoint } from '../../simulators/crash.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { VirtualClock } from '../../simulators/clock.js';
import { MemoryStore } from '../../simulators/memory-store.js';
import type { PairMemory } from '../../simulators/memory-store.js';
import { seededChance } from '../../simulators/random.js';
import { ChoreErp } from './chore-erp.js';
import type { ErpHabits } from './chore-erp.js';
import { ChoreExchange } from './chore-exchange.js';
import type { ExchangeHabits } from './chore-exchange.js';
import { CONTEXT, PLAIN_PRINTS } from './note-kind.js';
import { CHORE } from './chore-kind.js';
import type { Chore, ChoreShapes } from './chore-kind.js';
import { DEFAULT_OPTIONS } from '../../../sync/ports/pair.js';

const PAIR_ID = 'pair1';

const POLICY: PairPolicy = {
  direction: 'both',
  conflict: 'erp',
  deleteInExchange: true,
  deleteInErp: true,
  leavePrivateOut: true,
  syncStart: parseInstant('2026-01-01T00:00:00Z'),
  stockFrom: null,
  guard: { count: 20, percent: 20 },
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  writeTimeoutMs: 20_000,
  rights: { create: true, change: true, delete: true },
  options: DEFAULT_OPTIONS,
};

export interface Habits {
  readonly erp: Partial<ErpHabits>;
  readonly exchange: Partial<ExchangeHabits>;
}

const PROMPT: { readonly erp: ErpHabits; readonly exchange: ExchangeHabits } = {
  erp: { isLate: false, tellsOrigin: true },
  exchange: { copiesMark: true, namesBorn: true, isLate: false },
};

/** One pair of chores between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export class ChoreWorld {
  readonly erp: ChoreErp;
  readonly exchange: ChoreExchange;
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly store: MemoryStore;
  readonly mailbox = parseEmail('anna.becker@muster-maschinenbau.example');
  policy: PairPolicy;
  /** Of the mailbox. */
  zone = CONTEXT.zone;
  private readonly chance = seededChance(1);

  constructor(habits: Partial<Habits> = {}, policy: Partial<PairPolicy> = {}) {
    this.erp = new ChoreErp({ ...PROMPT.erp, ...habits.erp });
    this.exchange = new ChoreExchange({ ...PROMPT.exchange, ...habits.exchange });
    this.policy = { ...POLICY, ...policy };
    this.store = new MemoryStore(this.clock);
    this.store.addPair(PAIR_ID);
  }

  /** One cycle under a fresh lease. Dies where the plan says; the next cycle is then another process's. */
  async sync(
    plan: CrashPlan | null = null,
  ): Promise<{ readonly calls: number; readonly report: CycleReport | null }> {
    const crash = new CrashPoint(plan);
    const lease = this.store.acquire(PAIR_ID);
    try {
      const report = await runCycle(this.work(crash, lease));
      return { calls: crash.calls, report };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      return { calls: crash.calls, report: null };
    }
  }

  /** What is remembered of the pair. */
  get memory(): PairMemory {
    return this.store.pair(PAIR_ID);
  }

  /** The database is a new one: nothing is remembered. */
  loseEverything(): void {
    const { links, parked, held, intents } = this.memory;
    for (const lost of [links, parked, held, intents]) lost.clear();
    this.forgetWatermarks();
  }

  forgetWatermarks(): void {
    this.memory.watermarks = { exchange: {}, erp: null };
    this.memory.owed = [];
  }

  /** What the next cycle would do. */
  async preview(): Promise<readonly Foreseen<Chore>[]> {
    const seen: Foreseen<Chore>[] = [];
    for await (const one of preview(this.work())) seen.push(one);
    return seen;
  }

  /** Cycles until both sides are quiet, with time for interrupted creates to be given up. */
  async settle(): Promise<void> {
    for (let round = 0; round < 6; round += 1) {
      this.clock.advance(60_000);
      await this.sync();
    }
  }

  /** What people see on both sides, a line each. */
  get seen(): { readonly erp: readonly string[]; readonly exchange: readonly string[] } {
    const line = ({ chore: { title, room, due, doneOn } }: { readonly chore: Chore }): string =>
      `${title.slice(0, 10)}|${room}|${due}|${doneOn === '' ? 'open' : 'done'}`;
    return {
      erp: this.erp.chores.map(line).sort(),
      exchange: this.exchange.chores.map(line).sort(),
    };
  }

  get writes(): number {
    return this.erp.writes + this.exchange.writes;
  }

  /** What a cycle works with: in a process that does not die, under the present lease, unless said otherwise. */
  work(
    crash = new CrashPoint(null),
    lease: Lease = { pairId: PAIR_ID, fence: this.memory.fence },
  ): PairWork<ChoreShapes> {
    return {
      pair: this.pair(),
      lease,
      kind: CHORE,
      erp: crash.guard(this.erp),
      exchange: crash.guard(this.exchange),
      store: crash.guard(this.store),
      clock: this.clock,
      chance: this.chance,
      fingerprinter: PLAIN_PRINTS,
      translation: { ...CONTEXT, zone: this.zone },
      signal: new AbortController().signal,
    };
  }

  private pair(): Pair {
    return {
      id: PAIR_ID,
      connectionId: '1',
      employeeId: 'E01',
      kind: 'task',
      mailbox: { address: this.mailbox },
      folders: ['calendar'],
      policy: this.policy,
    };
  }
}
