import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { AppointmentShapes } from '../../mappings/appointment/shapes.js';
import type { TranslationContext } from '../../mappings/kind.js';
import { parseInstant, parseZone } from '../../mappings/values.js';
import { runCycle } from '../../sync/engine/cycle.js';
import { hmacFingerprinter } from '../../sync/engine/fingerprint.js';
import type { CycleReport } from '../../sync/engine/cycle.js';
import type { PairWork } from '../../sync/engine/pair-work.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import { DEFAULT_OPTIONS, meetingsOf } from '../../sync/ports/pair.js';
import type { Pair, PairPolicy } from '../../sync/ports/pair.js';
import { VirtualClock } from '../simulators/clock.js';
import { Crash } from '../simulators/crash.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { Organisation } from '../simulators/mailbox/organisation.js';
import { MemoryErp } from '../simulators/memory-erp.js';
import { clipTitle, upperCaseTitle } from '../simulators/memory-erp-rows.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { MemoryStore } from '../simulators/memory-store.js';
import type { PairMemory } from '../simulators/memory-store.js';
import { Random, seededChance } from '../simulators/random.js';
import { mailboxUser, SERVICE_USER } from '../simulators/sample-firm.js';
import { nothingYet } from './befell.js';
import type { Mishap } from './befell.js';
import { FaultyPorts } from './faulty-ports.js';
import type { CallPlan } from './faulty-ports.js';
import { noticedErp, noticedExchange, noticeWipes } from './notice.js';
import { customer, personOf } from './person.js';
import type { Person } from './person.js';
import type { Setup } from './script.js';
import { unrulyErp, unrulyExchange, unrulyStore } from './unruly.js';

/** Longest title that the clipping ERP keeps; what tells titles apart is at their beginning. */
export const CLIPPED_TITLE = 14;

/** Writes that took effect, by whom they were made. */
export interface Tally {
  cycles: number;
  writes: number;
  deaths: number;
  readonly byPair: Map<string, { erp: number; exchange: number }>;
}

/** A write under way, with the lease that it was made under. */
interface Landing {
  readonly atMs: number;
  readonly write: () => Promise<unknown>;
  readonly person: Person;
  readonly fence: number;
}

/** Late writes land before recovery gives them up: twice the write time-out after they were promised. */
const LATEST_MS = 38_000;

/** A firm in memory with several synced people, whose workers die, whose servers lag, and whose settings change. */
export class Firm {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly organisation: Organisation;
  readonly erp: MemoryErp;
  readonly store: MemoryStore;
  readonly people: readonly Person[];
  /** Somebody who invites our people and is none of them: nothing of theirs is synced. */
  readonly customer: Person = customer();
  readonly tally: Tally = { cycles: 0, writes: 0, deaths: 0, byPair: new Map() };
  readonly mishaps = nothingYet();
  readonly trace: string[] = [];
  /** Switched off for now. */
  readonly off = new Set<Person>();
  /** Where a person's pair had read to some cycles ago. */
  readonly oldProgress = new Map<Person, Pick<PairMemory, 'watermarks' | 'owed'>>();
  setup: Setup;
  private readonly chance = seededChance(1);
  private readonly fingerprinter = hmacFingerprinter(Buffer.alloc(32, 7));
  private readonly landings: Landing[] = [];

  constructor(setup: Setup, seed: number) {
    this.setup = setup;
    this.people = setup.people.map((one, index) => personOf(one, index));
    const users = [...this.people, this.customer].map((one) => mailboxUser(one.address, one.name));
    const plan = { users: [SERVICE_USER, ...users], clock: this.clock, seed, modes: setup.modes };
    this.organisation = new Organisation(plan);
    const staff = Object.fromEntries(this.people.map((one) => [one.employeeId, one.address]));
    this.erp = new MemoryErp({ clock: this.clock, staff, ...normaliserOf(setup) });
    this.store = new MemoryStore(this.clock);
    for (const { pairId, employeeId } of this.people) {
      this.store.addPair(pairId, undefined, employeeId);
      this.tally.byPair.set(pairId, { erp: 0, exchange: 0 });
    }
    for (const person of this.people) noticeWipes(this.mailbox(person), this.befell);
  }

  note(line: string): void {
    this.trace.push(line);
  }

  readonly befell = (mishap: Mishap, times = 1): void => {
    this.mishaps[mishap] += times;
  };

  mailbox(person: Person): Mailbox {
    return this.organisation.mailbox(person.address);
  }

  /** The mails that a real server would have sent because of us. */
  get mails(): number {
    return this.organisation.mails.filter(({ cause }) => cause !== 'person').length;
  }

  /** Moves time; writes that were under way take effect at their moment. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.nowMs() + ms;
    for (;;) {
      const due = this.landings.filter(({ atMs }) => atMs <= until);
      const next = due.sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.landings.splice(this.landings.indexOf(next), 1);
      this.clock.advance(Math.max(0, next.atMs - this.clock.nowMs()));
      await this.land(next);
    }
    this.clock.advance(until - this.clock.nowMs());
  }

  /** One cycle of one person's pair by a worker of its own: it died, or a side refused so much that it ended, or it was done. */
  async cycle(
    person: Person,
    plan: Pick<CallPlan, 'fault' | 'beforeCall'> & {
      readonly beforeWrite?: CallPlan['beforeWrite'];
    },
    random: Random,
  ): Promise<'done' | 'refused' | 'died'> {
    this.tally.cycles += 1;
    await this.advance(0); // people take their time as well
    this.note(`cycle of ${person.name}`);
    if (random.chance(0.3)) {
      const { watermarks, owed } = this.store.pair(person.pairId);
      this.oldProgress.set(person, { watermarks, owed });
    }
    const ports = new FaultyPorts({
      fault: plan.fault,
      beforeCall: plan.beforeCall,
      later: (write) => {
        const atMs = this.clock.nowMs() + random.below(LATEST_MS);
        const { fence } = this.store.pair(person.pairId);
        this.landings.push({ atMs, write, person, fence });
      },
      befell: this.befell,
      beforeWrite: plan.beforeWrite ?? (() => undefined),
      afterWrite: (name, done) => this.count(person, name, done),
      trace: (line) => this.note(line),
    });
    try {
      const report = await runCycle(this.work(person, ports, new Random(random.next32())));
      this.note(`  ${briefReport(report)}`);
      return 'done';
    } catch (error) {
      if (error instanceof ConnectorFailure) {
        this.note(`  ended: ${error.kind} ${error.message}`);
        return 'refused';
      }
      if (!(error instanceof Crash)) throw error;
      this.tally.deaths += 1;
      return 'died';
    }
  }

  pair(person: Person): Pair {
    return {
      id: person.pairId,
      connectionId: '1',
      employeeId: person.employeeId,
      kind: 'appointment',
      mailbox: { address: person.address },
      folders: [this.mailbox(person).folder('calendar').id],
      policy: this.policy(person),
    };
  }

  translation(person: Person): TranslationContext {
    const { employeeId, policy, mailbox } = this.pair(person);
    const { zone, language, options } = policy;
    const meetings = meetingsOf({ mailbox, policy });
    const { content } = options;
    return { zone, language, employeeId, content, priorities: PRIORITIES, meetings };
  }

  private policy({ setup }: Person): PairPolicy {
    return {
      direction: setup.direction,
      conflict: this.setup.conflict,
      deleteInExchange: setup.deleteInExchange,
      deleteInErp: setup.deleteInErp,
      leavePrivateOut: setup.leavePrivateOut,
      syncStart: parseInstant('2026-01-01T00:00:00Z'),
      stockFrom: null,
      guard: this.setup.isGuardStrict ? { count: 1, percent: 1 } : { count: 1000, percent: 100 },
      zone: parseZone('Europe/Berlin'),
      language: 'de',
      writeTimeoutMs: 20_000,
      rights: { create: true, change: true, delete: true },
      options: { ...DEFAULT_OPTIONS, meetings: this.setup.meetings ?? DEFAULT_OPTIONS.meetings },
    };
  }

  private work(person: Person, ports: FaultyPorts, random: Random): PairWork<AppointmentShapes> {
    const { befell } = this;
    const unruly = { random, befell };
    const mailbox = this.mailbox(person);
    const memory = memoryExchange(this.organisation, this.setup.page);
    const exchange = unrulyExchange(noticedExchange(memory, mailbox, befell), unruly);
    return {
      pair: this.pair(person),
      lease: this.store.acquire(person.pairId),
      kind: APPOINTMENT,
      erp: ports.guard('erp', unrulyErp(noticedErp(this.erp, befell), unruly)),
      exchange: ports.guard('exchange', exchange),
      store: ports.guard('store', unrulyStore(this.store, unruly)),
      clock: this.clock,
      chance: this.chance,
      fingerprinter: this.fingerprinter,
      translation: this.translation(person),
      signal: new AbortController().signal,
    };
  }

  private count({ pairId }: Person, name: string, done: number): void {
    this.tally.writes += done;
    const counts = this.tally.byPair.get(pairId);
    if (counts) counts[name.startsWith('erp.') ? 'erp' : 'exchange'] += done;
  }

  private async land({ write, person, fence }: Landing): Promise<void> {
    this.note('a late write lands');
    this.befell('landedLate');
    if (this.store.pair(person.pairId).fence > fence) this.befell('outlivedLeases');
    try {
      await write();
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      this.note(`  refused: ${error.kind}`);
    }
  }
}

/** What is not zero. */
function briefReport(report: CycleReport): string {
  const sides = (['created', 'updated', 'removed'] as const).flatMap((what) =>
    (['erp', 'exchange'] as const).map((side) => [`${what} ${side}`, report[what][side]] as const),
  );
  const { conflicts, parked, held, owed } = report;
  const counts = [...sides, ...Object.entries({ conflicts, parked, held, owed })];
  return counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ');
}

const PRIORITIES: TranslationContext['priorities'] = [
  { id: 'P1', name: 'niedrig', importance: 'low', isDefault: true },
  { id: 'P2', name: 'normal', importance: 'normal', isDefault: true },
  { id: 'P3', name: 'hoch', importance: 'high', isDefault: true },
  { id: 'P4', name: 'sehr hoch', importance: 'high', isDefault: false },
];

function normaliserOf({
  titles,
}: Setup): Pick<ConstructorParameters<typeof MemoryErp>[0], 'normalise'> {
  if (titles === 'kept') return {};
  return { normalise: titles === 'clipped' ? clipTitle(CLIPPED_TITLE) : upperCaseTitle };
}
