import type { PairPolicy } from '../../../sync/ports/pair.js';
import { ChoreErp } from './chore-erp.js';
import type { ErpHabits } from './chore-erp.js';
import { ChoreExchange } from './chore-exchange.js';
import type { ExchangeHabits } from './chore-exchange.js';
import { CHORE } from './chore-kind.js';
import type { Chore, ChoreShapes } from './chore-kind.js';
import { TableWorld } from './table-world.js';

export interface Habits {
  readonly erp: Partial<ErpHabits>;
  readonly exchange: Partial<ExchangeHabits>;
}

const PROMPT: { readonly erp: ErpHabits; readonly exchange: ExchangeHabits } = {
  erp: { isLate: false, tellsOrigin: true },
  exchange: { copiesMark: true, namesBorn: true, isLate: false },
};

/** One pair of chores between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export class ChoreWorld extends TableWorld<ChoreShapes> {
  override readonly erp: ChoreErp;
  override readonly exchange: ChoreExchange;
  protected override readonly kind = CHORE;

  constructor(habits: Partial<Habits> = {}, policy: Partial<PairPolicy> = {}) {
    super(policy);
    this.erp = new ChoreErp({ ...PROMPT.erp, ...habits.erp });
    this.exchange = new ChoreExchange({ ...PROMPT.exchange, ...habits.exchange });
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
}
