import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import type { AppointmentShapes } from '../../mappings/appointment/shapes.js';
import type { TranslationContext } from '../../mappings/kind.js';
import type { EmailAddress } from '../../mappings/values.js';
import { parseEmail, parseInstant, parseZone } from '../../mappings/values.js';
import { runCycle } from '../../sync/engine/cycle.js';
import { hmacFingerprinter } from '../../sync/engine/fingerprint.js';
import type { PairWork } from '../../sync/engine/pair-work.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { PairPolicy } from '../../sync/ports/pair.js';
import { VirtualClock } from '../simulators/clock.js';
import { Crash, CrashPoint } from '../simulators/crash.js';
import type { CrashPlan } from '../simulators/crash.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { Organisation } from '../simulators/mailbox/organisation.js';
import { MemoryErp } from '../simulators/memory-erp.js';
import type { MemoryErpOptions } from '../simulators/memory-erp.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { MemoryStore } from '../simulators/memory-store.js';
import { seededChance } from '../simulators/random.js';
import { mailboxUser, SERVICE_USER } from '../simulators/sample-firm.js';

/** Four colleagues who share appointments; the ids are not in the order of the names. */
export const COLLEAGUES = {
  anna: { employeeId: 'E03', address: parseEmail('anna@muster-maschinenbau.example') },
  bernd: { employeeId: 'E01', address: parseEmail('bernd@muster-maschinenbau.example') },
  claudia: { employeeId: 'E04', address: parseEmail('claudia@muster-maschinenbau.example') },
  dirk: { employeeId: 'E02', address: parseEmail('dirk@muster-maschinenbau.example') },
} as const;

export type Colleague = keyof typeof COLLEAGUES;
export const ALL: readonly Colleague[] = ['anna', 'bernd', 'claudia', 'dirk'];

const STAFF: Readonly<Record<string, EmailAddress>> = Object.fromEntries(
  Object.values(COLLEAGUES).map(({ employeeId, address }) => [employeeId, address]),
);

/** One ERP, four mailboxes, and the engine between them; the order of the cycles is the caller's. */
export class SharedWorld {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly organisation = new Organisation({
    users: [SERVICE_USER, ...ALL.map((who) => mailboxUser(COLLEAGUES[who].address, who))],
    clock: this.clock,
    seed: 7,
  });
  readonly erp: MemoryErp;
  readonly store = new MemoryStore(this.clock);
  readonly policy: PairPolicy;
  private readonly chance = seededChance(1);

  constructor(policy: Partial<PairPolicy> = {}, erp: Omit<MemoryErpOptions, 'clock'> = {}) {
    this.erp = new MemoryErp({ clock: this.clock, staff: STAFF, ...erp });
    this.policy = { ...POLICY, ...policy };
    for (const who of ALL) {
      this.store.addPair(pairIdOf(who), undefined, COLLEAGUES[who].employeeId);
    }
  }

  outlook(who: Colleague): Mailbox {
    return this.organisation.mailbox(COLLEAGUES[who].address);
  }

  /** The mails that a real server would have sent because of us. */
  get mails(): number {
    return this.organisation.mails.filter(({ cause }) => cause !== 'person').length;
  }

  async cycle(who: Colleague, plan: CrashPlan | null = null): Promise<void> {
    try {
      await runCycle(this.work(who, new CrashPoint(plan)));
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }

  /** Cycles of everybody, in this order, until it must be quiet. */
  async settle(order: readonly Colleague[] = ALL): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      this.clock.advance(60_000);
      for (const who of order) await this.cycle(who);
    }
  }

  private work(who: Colleague, crash: CrashPoint): PairWork<AppointmentShapes> {
    const { employeeId, address } = COLLEAGUES[who];
    return {
      pair: {
        id: pairIdOf(who),
        connectionId: '1',
        employeeId,
        kind: 'appointment',
        mailbox: { address },
        folders: [this.outlook(who).folder('calendar').id],
        policy: this.policy,
      },
      lease: this.store.acquire(pairIdOf(who)),
      kind: APPOINTMENT,
      erp: crash.guard(this.erp),
      exchange: crash.guard(memoryExchange(this.organisation)),
      store: crash.guard(this.store),
      clock: this.clock,
      chance: this.chance,
      fingerprinter: hmacFingerprinter(Buffer.alloc(32, 7)),
      translation: contextOf(who, this.policy),
      signal: new AbortController().signal,
    };
  }
}

export function pairIdOf(who: Colleague): string {
  return `pair-${who}`;
}

/** How one colleague's pair translates. */
export function contextOf(who: Colleague, policy: PairPolicy): TranslationContext {
  return {
    zone: policy.zone,
    language: policy.language,
    employeeId: COLLEAGUES[who].employeeId,
    content: policy.options.content,
    priorities: [{ id: 'P2', name: 'normal', importance: 'normal', isDefault: true }],
  };
}

const POLICY: PairPolicy = {
  direction: 'both',
  conflict: 'erp',
  deleteInExchange: true,
  deleteInErp: true,
  leavePrivateOut: false,
  syncStart: parseInstant('2026-01-01T00:00:00Z'),
  stockFrom: null,
  guard: { count: 1000, percent: 100 },
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  writeTimeoutMs: 20_000,
  rights: { create: true, change: true, delete: true },
  options: DEFAULT_OPTIONS,
};
