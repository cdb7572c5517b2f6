import { parseEmail, parseInstant, parseZone } from '../../../mappings/values.js';
import { runCycle } from '../../../sync/engine/cycle.js';
import type { CycleReport } from '../../../sync/engine/ledger.js';
import type { PairWork } from '../../../sync/engine/pair-work.js';
import { preview } from '../../../sync/engine/preview.js';
import type { Foreseen } from '../../../sync/engine/preview.js';
import { emptyNotes } from '../../../sync/engine/pairing/pairing-notes.js';
import type { PairingNotes } from '../../../sync/engine/pairing/pairing-notes.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import type { Pair, PairPolicy } from '../../../sync/ports/pair.js';
import type { Lease } from '../../../sync/ports/store.js';
import { Crash, CrashPoint } from '../../simulators/crash.js';
import type { CrashPlan } from '../../simulators/crash.js';
import { VirtualClock } from '../../simulators/clock.js';
import { MemoryStore } from '../../simulators/memory-store.js';
import type { PairMemory } from '../../simulators/memory-store.js';
import { seededChance } from '../../simulators/random.js';
import { NoteErp } from './note-erp.js';
import { NoteExchange } from './note-exchange.js';
import { CONTEXT, NOTE, PLAIN_PRINTS } from './note-kind.js';
import type { Note, NoteShapes } from './note-kind.js';
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

/** One pair of notes between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export class NoteWorld {
  readonly erp = new NoteErp();
  readonly exchange = new NoteExchange();
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly store: MemoryStore;
  readonly mailbox = parseEmail('anna.becker@muster-maschinenbau.example');
  policy: PairPolicy;
  private readonly chance = seededChance(1);

  constructor(policy: Partial<PairPolicy> = {}) {
    this.policy = { ...POLICY, ...policy };
    this.store = new MemoryStore(this.clock);
    this.store.addPair(PAIR_ID);
  }

  /** The store takes no link of this record, as if it were in another one. */
  refuseLinksOf(recordId: string): void {
    const settle = this.store.settle.bind(this.store);
    this.store.settle = async (lease, settlement) => {
      const isRefused = settlement.links.some((link) => link.recordId === recordId);
      if (isRefused)
        throw new ConnectorFailure('rejected', 'the record is already in another link');
      await settle(lease, settlement);
    };
  }

  /** All links were made by an earlier version, with fingerprints of another form; perhaps none of them fits any more. */
  forgetForm(title?: string): void {
    const { links } = this.store.pair(PAIR_ID);
    for (const [id, { bases, ...link }] of links) {
      const old = title === undefined ? {} : { title };
      const others = { erp: { ...bases.erp, ...old }, exchange: { ...bases.exchange, ...old } };
      links.set(id, { ...link, bases: others, form: 'note.0' });
    }
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
  async preview(): Promise<readonly Foreseen<Note>[]> {
    const seen: Foreseen<Note>[] = [];
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

  get titles(): { readonly erp: readonly string[]; readonly exchange: readonly string[] } {
    return {
      erp: this.erp.notes.map(({ note }) => `${note.title}|${note.room}|${days(note.days)}`).sort(),
      exchange: this.exchange.notes
        .map(({ note }) => `${note.title.slice(0, 10)}|${note.room}|${days(note.days)}`)
        .sort(),
    };
  }

  get writes(): number {
    return this.erp.writes + this.exchange.writes;
  }

  /** What a cycle works with: in a process that does not die, under the present lease, unless said otherwise. */
  work(
    crash = new CrashPoint(null),
    lease: Lease = { pairId: PAIR_ID, fence: this.memory.fence },
  ): PairWork<NoteShapes> {
    return {
      pair: this.pair(),
      lease,
      kind: NOTE,
      erp: crash.guard(this.erp),
      exchange: crash.guard(this.exchange),
      store: crash.guard(this.store),
      clock: this.clock,
      chance: this.chance,
      fingerprinter: PLAIN_PRINTS,
      translation: CONTEXT,
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

function days(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .sort()
    .map(([day, state]) => `${day}=${state}`)
    .join(',');
}
