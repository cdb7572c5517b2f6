import { parseEmail } from '../../../mappings/values.js';
import { namedErp, namedExchange } from '../../../server/jobs/failure-side.js';
import { openGates } from '../../../server/jobs/gates.js';
import type { Gates } from '../../../server/jobs/gates.js';
import { leaseKeeper } from '../../../server/jobs/lease-keeper.js';
import type { Claim, Release } from '../../../server/jobs/pair-queue.js';
import { runPairCycle } from '../../../server/jobs/run-cycle.js';
import type { CycleDeps, CycleEnd } from '../../../server/jobs/run-cycle.js';
import { openMetrics } from '../../../server/metrics.js';
import type { Pair, Pause } from '../../../sync/ports/pair.js';
import type { Lease } from '../../../sync/ports/store.js';
import { VirtualClock } from '../../simulators/clock.js';
import { MemoryStore } from '../../simulators/memory-store.js';
import { seededChance } from '../../simulators/random.js';
import { NoteErp } from '../../sync/engine/note-erp.js';
import { NoteExchange } from '../../sync/engine/note-exchange.js';
import { NOTE, PLAIN_PRINTS } from '../../sync/engine/note-kind.js';
import { POLICY } from '../../sync/engine/table-world.js';
import { keptLog } from '../quiet-log.js';

/** What a call to a side does instead of what it should; undefined = it does what it should. */
export type Trouble = (signal: AbortSignal) => Promise<never>;

/** One worker with pairs of notes in memory, whose sides can be put out of order. */
export class CycleWorld {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  /** Whether the weekly comparison is due. */
  isAuditDue = false;
  readonly store = new MemoryStore(this.clock);
  readonly gates: Gates = openGates(this.clock);
  readonly log = keptLog();
  readonly metrics = openMetrics();
  readonly released: (Release & { readonly pairId: string })[] = [];
  readonly folders = new Map<string, readonly string[]>();
  exchangeTrouble: Trouble | undefined;
  erpTrouble: Trouble | undefined;
  renew: (leases: readonly Lease[]) => Promise<readonly Lease[]> = async (leases) => leases;
  pollMs = 60_000;
  pauses: readonly Pause[] = [];
  private readonly exchanges = new Map<string, NoteExchange>();

  /** The mailbox of a pair; the pair exists from then on. */
  mailbox(pairId: string): NoteExchange {
    const known = this.exchanges.get(pairId);
    if (known) return known;
    const fresh = new NoteExchange();
    this.exchanges.set(pairId, fresh);
    this.store.addPair(pairId);
    return fresh;
  }

  /** Runs one cycle as the worker would. */
  run(pairId: string, how: { failures?: number; stop?: AbortSignal } = {}): Promise<CycleEnd> {
    const claim: Claim = { ...this.store.acquire(pairId), failures: how.failures ?? 0 };
    return runPairCycle(claim, this.deps(), how.stop ?? new AbortController().signal);
  }

  /** How the last cycle gave its pair back. */
  get lastRelease(): (Release & { readonly pairId: string }) | undefined {
    return this.released.at(-1);
  }

  private deps(): CycleDeps {
    const { clock, log, metrics, gates } = this;
    return {
      pairs: {
        get: async (pairId) => (this.exchanges.has(pairId) ? this.pair(pairId) : null),
        rememberFolders: async (pairId, folders) => void this.folders.set(pairId, folders),
      },
      portsFor: async (pair) => this.ports(pair),
      audits: {
        isDue: async () => this.isAuditDue,
        done: async () => {
          this.isAuditDue = false;
        },
      },
      queue: {
        release: async (lease, how) => {
          this.released.push({ pairId: lease.pairId, ...how });
          return true;
        },
      },
      keeper: leaseKeeper({ queue: { renew: (leases) => this.renew(leases) }, clock, log }),
      ...{ gates, clock, log, metrics },
      chance: { ...seededChance(1), fraction: () => 0 },
      pollMs: this.pollMs,
      deadlineMs: 600_000,
    };
  }

  private ports(pair: Pair) {
    const exchange = this.mailbox(pair.id);
    const erp = new NoteErp();
    const troubled = <T extends object>(port: T, trouble: () => Trouble | undefined): T =>
      new Proxy(port, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== 'function') return method;
          return (...args: unknown[]) => {
            const inTheWay = trouble();
            const signal = args.at(-1);
            if (inTheWay && signal instanceof AbortSignal) return inTheWay(signal);
            return Reflect.apply(method, target, args) as unknown;
          };
        },
      });
    return {
      kind: NOTE,
      erp: namedErp(troubled(erp, () => this.erpTrouble)),
      exchange: namedExchange(troubled(exchange, () => this.exchangeTrouble)),
      store: this.store,
      fingerprinter: PLAIN_PRINTS,
      priorities: async () => [],
      gate: `connection:${pair.connectionId}`,
    };
  }

  private pair(id: string): Pair {
    return {
      id,
      connectionId: '1',
      employeeId: 'E01',
      kind: 'task',
      mailbox: { address: parseEmail('anna.becker@muster-maschinenbau.example') },
      folders: this.folders.get(id) ?? [],
      policy: { ...POLICY, options: { ...POLICY.options, pauses: this.pauses } },
    };
  }
}
