import type { TranslationContext } from '../../mappings/kind.js';
import type { EmailAddress } from '../../mappings/values.js';
import { parseInstant, parseZone } from '../../mappings/values.js';
import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { AppointmentShapes } from '../../mappings/appointment/shapes.js';
import { runCycle } from '../../sync/engine/cycle.js';
import { hmacFingerprinter } from '../../sync/engine/fingerprint.js';
import type { CycleReport } from '../../sync/engine/ledger.js';
import type { PairWork } from '../../sync/engine/pair-work.js';
import { emptyNotes } from '../../sync/engine/pairing/pairing-notes.js';
import type { PairingNotes } from '../../sync/engine/pairing/pairing-notes.js';
import type { Pair, PairPolicy } from '../../sync/ports/pair.js';
import { VirtualClock } from '../simulators/clock.js';
import { Crash, CrashPoint } from '../simulators/crash.js';
import type { CrashPlan } from '../simulators/crash.js';
import { ANNA, EVA } from '../simulators/mailbox-bench.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { Organisation } from '../simulators/mailbox/organisation.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { MemoryErp } from '../simulators/memory-erp.js';
import type { MemoryErpOptions } from '../simulators/memory-erp.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { MemoryStore } from '../simulators/memory-store.js';
import { seededChance } from '../simulators/random.js';
import { mailboxUser, SERVICE_USER } from '../simulators/sample-firm.js';
import { DEFAULT_OPTIONS, doesInvite, meetingsOf } from '../../sync/ports/pair.js';

export type Who = 'anna' | 'eva';

const PEOPLE: Record<Who, { readonly employeeId: string; readonly address: EmailAddress }> = {
  anna: { employeeId: 'E01', address: ANNA },
  eva: { employeeId: 'E05', address: EVA },
};

const WHOEVER: readonly Who[] = ['anna', 'eva'];

const POLICY: PairPolicy = {
  direction: 'both',
  conflict: 'erp',
  deleteInExchange: true,
  deleteInErp: true,
  leavePrivateOut: false,
  syncStart: parseInstant('2026-01-01T00:00:00Z'),
  stockFrom: null,
  guard: { count: 20, percent: 20 },
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  writeTimeoutMs: 20_000,
  rights: { create: true, change: true, delete: true },
  options: DEFAULT_OPTIONS,
};

/** How a world differs from the plain one: Anna and Eva, both synced, an ERP that keeps what it is given. */
export interface WorldOptions {
  readonly policy?: Partial<PairPolicy>;
  readonly modes?: Partial<ExchangeModes>;
  readonly erp?: Omit<MemoryErpOptions, 'clock'>;
}

/** What strikes in the middle of a story: a process that dies, a feed that repeats itself. */
export interface Disturbance {
  /** A process starts: its ports as it sees them. */
  readonly process: () => <T extends object>(port: T) => T;
  readonly exchange: (port: ReturnType<typeof memoryExchange>) => ReturnType<typeof memoryExchange>;
}

/** A firm in memory: one ERP, two mailboxes, time that stands still, and the engine between them. */
export class World {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly organisation: Organisation;
  readonly erp: MemoryErp;
  readonly store: MemoryStore;
  policy: PairPolicy;
  private readonly chance = seededChance(1);
  private readonly fingerprinter = hmacFingerprinter(Buffer.alloc(32, 7));

  constructor({ policy = {}, modes = {}, erp = {} }: WorldOptions = {}) {
    this.policy = { ...POLICY, ...policy };
    const users = [SERVICE_USER, mailboxUser(ANNA, 'Anna Becker'), mailboxUser(EVA, 'Eva Müller')];
    this.organisation = new Organisation({ users, clock: this.clock, seed: 7, modes });
    this.erp = new MemoryErp({ clock: this.clock, staff: { E01: ANNA, E05: EVA }, ...erp });
    this.store = new MemoryStore(this.clock);
    for (const who of ['anna', 'eva'] as const) this.addPair(who);
  }

  private addPair(who: Who): void {
    this.store.addPair(pairId(who), undefined, PEOPLE[who].employeeId);
  }

  outlook(who: Who): Mailbox {
    return this.organisation.mailbox(PEOPLE[who].address);
  }

  /** The mails that a real server would have sent because of us. */
  get mails(): number {
    return this.organisation.mails.filter(({ cause }) => cause !== 'person').length;
  }

  /**
   * The next new item gets none of its exceptions, and then we die: a connector makes the item first, and brings about
   * its exceptions in further calls.
   */
  dieBetweenItemAndExceptions = false;

  /** Another way to the same mailboxes, as over the wire; null = directly. */
  connector: ReturnType<typeof memoryExchange> | null = null;

  /** Who is not synced any more, or not yet. */
  readonly switchedOff = new Set<Who>();

  /** Whose cycle comes first; it must not matter. */
  order: readonly Who[] = ['anna', 'eva'];

  /** What strikes while a story is told; null = nothing. */
  disturbance: Disturbance | null = null;

  /** One cycle of one person's pair, which may die. */
  async cycle(who: Who, plan: CrashPlan | null = null): Promise<CycleReport | null> {
    const crash = new CrashPoint(plan);
    try {
      return await runCycle(this.work(who, crash));
    } catch (error) {
      if (error instanceof Crash) return null;
      throw error;
    }
  }

  /** Reads and connects everything of one person anew, as `abgleich resync` does. */
  async resync(who: Who, plan: CrashPlan | null = null): Promise<PairingNotes> {
    const anew = emptyNotes();
    try {
      await runCycle({ ...this.work(who, new CrashPoint(plan)), anew });
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    return anew;
  }

  /** What is remembered of a person's pair is gone, as with a new database. */
  loseEverything(who: Who): void {
    const memory = this.store.pair(pairId(who));
    const { links, parked, held, intents } = memory;
    for (const lost of [links, parked, held, intents]) lost.clear();
    this.forgetWatermarks(who);
  }

  forgetWatermarks(who: Who): void {
    const memory = this.store.pair(pairId(who));
    memory.watermarks = { exchange: {}, erp: null };
    memory.owed = [];
  }

  /** Cycles of everybody until it must be quiet, with time for interrupted creates to be given up. */
  async settle(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      this.clock.advance(60_000);
      for (const who of this.order) if (!this.switchedOff.has(who)) await this.cycle(who);
    }
  }

  private work(who: Who, crash: CrashPoint): PairWork<AppointmentShapes> {
    const { employeeId } = PEOPLE[who];
    const lease = this.store.acquire(pairId(who));
    const disturbed = this.disturbance?.process() ?? undisturbed;
    const translation: TranslationContext = {
      zone: this.policy.zone,
      language: this.policy.language,
      employeeId,
      content: this.policy.options.content,
      leavePrivateOut: this.policy.leavePrivateOut,
      meetings: meetingsOf(this.pair(who)),
      priorities: [
        { id: 'P1', name: 'niedrig', importance: 'low', isDefault: true },
        { id: 'P2', name: 'normal', importance: 'normal', isDefault: true },
        { id: 'P3', name: 'hoch', importance: 'high', isDefault: true },
        { id: 'P4', name: 'sehr hoch', importance: 'high', isDefault: false },
      ],
    };
    return {
      pair: this.pair(who),
      lease,
      kind: APPOINTMENT,
      erp: crash.guard(disturbed(this.erp)),
      exchange: crash.guard(disturbed(this.exchange())),
      store: crash.guard(disturbed(this.store)),
      clock: this.clock,
      chance: this.chance,
      fingerprinter: this.fingerprinter,
      translation,
      signal: new AbortController().signal,
    };
  }

  private exchange(): ReturnType<typeof memoryExchange> {
    const direct = this.connector ?? memoryExchange(this.organisation);
    const port = this.disturbance?.exchange(direct) ?? direct;
    if (!this.dieBetweenItemAndExceptions) return port;
    return {
      ...port,
      create: async (mailbox, entries, signal) => {
        this.dieBetweenItemAndExceptions = false;
        const bare = entries.map((entry) => ({
          ...entry,
          patch: { ...entry.patch, exceptions: [] },
        }));
        await port.create(mailbox, bare, signal);
        throw new Crash('died between the item and its exceptions');
      },
    };
  }

  /** A person's pair, as the store would hand it out. */
  pair(who: Who): Pair {
    const { employeeId, address } = PEOPLE[who];
    return {
      id: pairId(who),
      connectionId: '1',
      employeeId,
      kind: 'appointment',
      mailbox: { address },
      folders: [this.outlook(who).folder('calendar').id],
      policy: this.policy,
      inviters: WHOEVER.filter((one) => !this.switchedOff.has(one) && doesInvite(this.policy)).map(
        (one) => PEOPLE[one],
      ),
    };
  }
}

function undisturbed<T>(port: T): T {
  return port;
}

/** The pair of a person, as the store knows it. */
export function pairId(who: Who): string {
  return `pair-${who}`;
}
