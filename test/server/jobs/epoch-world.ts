import type { Knex } from 'knex';
import { epochs } from '../../../db/epochs.js';
import { epochGate } from '../../../server/jobs/epoch-gate.js';
import type { EpochGate, GatedPair } from '../../../server/jobs/epoch-gate.js';
import type { EpochBook, EpochStore } from '../../../sync/ports/epoch.js';
import type { Pair } from '../../../sync/ports/pair.js';
import { CHANCE } from '../../db/store-world.js';
import { VirtualClock } from '../../simulators/clock.js';

/** Tokens of an ERP and a mailbox in memory, our memory of them in PostgreSQL, and a process that may die at any write. */
export class EpochWorld {
  readonly clock = new VirtualClock('2026-03-02T08:00:00Z');
  readonly tokens = new Map<string, string>();
  readonly written: string[] = [];
  readonly book: EpochBook;
  reads = 0;
  hasOurItems = false;
  /** Runs in the middle of reading a token. */
  whileReading: () => Promise<void> = async () => undefined;
  /** Called around every write of the next process; throws where it dies. */
  around: (write: () => Promise<void>) => Promise<void> = (write) => write();
  private readonly knex: Knex;
  private readonly pair: Pair;

  constructor(knex: Knex, pair: Pair) {
    this.knex = knex;
    this.pair = pair;
    this.book = epochs(knex);
  }

  get mailbox(): EpochStore {
    return `mailbox:${this.pair.employeeId}`;
  }

  /** A process that has just started. */
  process(): { readonly gate: EpochGate; readonly gated: GatedPair } {
    const { book, clock, around } = this;
    const dying: EpochBook = {
      ...book,
      async promise(...args) {
        const promised: (string | null)[] = [];
        await around(async () => void promised.push(await book.promise(...args)));
        return promised[0] ?? null;
      },
      acknowledge: (...args) => around(() => book.acknowledge(...args)),
      adopt: (...args) => around(() => book.adopt(...args)),
    };
    const store = (name: string) => ({
      read: async () => {
        this.reads += 1;
        const token = this.tokens.get(name) ?? '';
        await this.whileReading();
        return token;
      },
      write: (token: string) =>
        around(async () => {
          this.written.push(name);
          this.tokens.set(name, token);
        }),
    });
    const mailbox = store(this.mailbox);
    const erp = { ...store('erp'), fences: async () => [] };
    const gate = epochGate({ book: dying, erp, clock, chance: CHANCE });
    const gated: GatedPair = {
      pair: this.pair,
      mailboxes: { read: mailbox.read, write: (_mailbox, _holder, token) => mailbox.write(token) },
      hasOurItems: async () => this.hasOurItems,
    };
    return { gate, gated };
  }

  /** A process that starts and wants to write. */
  async write(): Promise<void> {
    const { gate, gated } = this.process();
    await gate.beforeWrite(gated, new AbortController().signal);
  }

  /** A process that starts and wants to read. */
  async enter(): Promise<void> {
    const { gate, gated } = this.process();
    await gate.enter(gated, new AbortController().signal);
  }

  /** Lets a day pass since the last renewal. */
  async age(): Promise<void> {
    await this.knex('abgleich.epochs').update({
      changed_at: this.knex.raw(`now() - interval '1 day'`),
    });
  }
}
