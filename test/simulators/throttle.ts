import { ExchangeError } from './mailbox/failure.js';
import type { ServerSettings } from './server-settings.js';

/** What a budget did: the impersonated mailbox's, else the account's (facts 85, 92). */
export interface BudgetReport {
  readonly budget: string;
  /** How many requests came before the end of a wait that had been named. */
  readonly tooEarly: number;
  /** How much of the present wait is left. */
  readonly waitMs: number;
  /** The most requests that were open at the same time. */
  readonly mostAtOnce: number;
  readonly mostSyncCallsAtOnce: number;
}

/** Keeps the budgets: who was told to wait, who did not, and how much was open at once. */
export class Throttle {
  private readonly now: () => number;
  private readonly settings: () => ServerSettings;
  private readonly budgets = new Map<string, Budget>();

  constructor(now: () => number, settings: () => ServerSettings) {
    this.now = now;
    this.settings = settings;
  }

  /** A wait was named to this budget; a longer one that runs already goes on. */
  nameWait(name: string, ms: number): void {
    const budget = this.budgetOf(name);
    budget.until = Math.max(budget.until, this.now() + ms);
  }

  /** Counts a request that comes too early; answers the new wait where such are refused, else null. */
  noteRequest(name: string): number | null {
    const budget = this.budgetOf(name);
    const left = budget.until - this.now();
    if (left <= 0) return null;
    budget.tooEarly++;
    if (this.settings().tooEarly === 'counted') return null;
    budget.until += Math.min(left, 60_000); // fact 91: retrying early prolongs the block
    return budget.until - this.now();
  }

  /** A request is open until the answer is called. Throws where that is one too many (facts 27, 90). */
  open(name: string, isSyncCall: boolean): () => void {
    const budget = this.budgetOf(name);
    const { requestsAtOnce, syncCallsAtOnce } = this.settings();
    if (budget.open >= requestsAtOnce) {
      throw new ExchangeError('ErrorExceededConnectionCount', 'Too many requests at once.');
    }
    if (isSyncCall && budget.syncCalls >= syncCallsAtOnce) {
      throw new ExchangeError('ErrorServerBusy', 'Too many sync calls at once.');
    }
    const step = isSyncCall ? 1 : 0;
    budget.open++;
    budget.syncCalls += step;
    budget.mostOpen = Math.max(budget.mostOpen, budget.open);
    budget.mostSyncCalls = Math.max(budget.mostSyncCalls, budget.syncCalls);
    return () => {
      budget.open--;
      budget.syncCalls -= step;
    };
  }

  report(): BudgetReport[] {
    return [...this.budgets].map(([budget, one]) => ({
      budget,
      tooEarly: one.tooEarly,
      waitMs: Math.max(0, one.until - this.now()),
      mostAtOnce: one.mostOpen,
      mostSyncCallsAtOnce: one.mostSyncCalls,
    }));
  }

  reset(): void {
    for (const budget of this.budgets.values()) {
      const { open, syncCalls } = budget; // they are still open
      Object.assign(budget, { ...fresh(), open, syncCalls });
    }
  }

  private budgetOf(name: string): Budget {
    const known = this.budgets.get(name);
    if (known) return known;
    const budget = fresh();
    this.budgets.set(name, budget);
    return budget;
  }
}

interface Budget {
  until: number;
  tooEarly: number;
  open: number;
  syncCalls: number;
  mostOpen: number;
  mostSyncCalls: number;
}

function fresh(): Budget {
  return { until: 0, tooEarly: 0, open: 0, syncCalls: 0, mostOpen: 0, mostSyncCalls: 0 };
}
