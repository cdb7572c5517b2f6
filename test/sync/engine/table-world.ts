import { parseEmail, parseInstant, parseZone } from '../../../mappings/values.js';
import { runCycle } from '../../../sync/engine/cycle.js';
import type { CycleReport } from '../../../sync/engine/ledger.js';
import type { KindOf, PairWork, Shapes } from '../../../sync/engine/pair-work.js';
import { preview } from '../../../sync/engine/preview.js';
import type { Foreseen } from '../../../sync/engine/preview.js';
import { emptyNotes } from '../../../sync/engine/pairing/pairing-notes.js';
import type { PairingNotes } from '../../../sync/engine/pairing/pairing-notes.js';
import type { ErpPort } from '../../../sync/ports/erp.js';
import type { ExchangePort } from '../../../sync/ports/exchange.js';
import { DEFAULT_OPTIONS } from '../../../sync/ports/pair.js';
import type { Pair, PairPolicy } from '../../../sync/ports/pair.js';
import type { Lease } from '../../../sync/ports/store.js';
import { Crash, CrashPoint } from '../../simulators/crash.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { VirtualClock } from '../../simulators/clock.js';
import { MemoryStore } from '../../simulators/memory-store.js';
import type { PairMemory } from '../../simulators/memory-store.js';
import { seededChance } from '../../simulators/random.js';
import { CONTEXT, PLAIN_PRINTS } from './note-kind.js';

const PAIR_ID = 'pair1';

/** Both ways, with everything else as it is set up at first. */
export const POLICY: PairPolicy = {
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

/** One pair of any kind between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export abstract class TableWorld<S extends Shapes> {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly store: MemoryStore;
  readonly mailbox = parseEmail('anna.becker@muster-maschinenbau.example');
  policy: PairPolicy;
  /** Of the mailbox. */
  zone = CONTEXT.zone;
  abstract readonly erp: ErpPort<S['record'], S['recordPatch']> & { readonly writes: number };
  abstract readonly exchange: ExchangePort<S['item'], S['itemPatch']> & { readonly writes: number };
  protected abstract readonly kind: KindOf<S>;
  private readonly chance = seededChance(1);

  constructor(policy: Partial<PairPolicy> = {}) {
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

  /** Reads and connects everything anew, as `abgleich resync` does. Dies where the plan says. */
  async resync(plan: CrashPlan | null = null): Promise<PairingNotes> {
    const anew = emptyNotes();
    try {
      await runCycle({ ...this.work(new CrashPoint(plan), this.store.acquire(PAIR_ID)), anew });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    return anew;
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
  async preview(): Promise<readonly Foreseen<S['value']>[]> {
    const seen: Foreseen<S['value']>[] = [];
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

  get writes(): number {
    return this.erp.writes + this.exchange.writes;
  }

  /** What a cycle works with: in a process that does not die, under the present lease, unless said otherwise. */
  work(
    crash = new CrashPoint(null),
    lease: Lease = { pairId: PAIR_ID, fence: this.memory.fence },
  ): PairWork<S> {
    return {
      pair: this.pair(),
      lease,
      kind: this.kind,
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
      kind: this.kind.name,
      mailbox: { address: this.mailbox },
      folders: ['calendar'],
      policy: this.policy,
    };
  }
}
