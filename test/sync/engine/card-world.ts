import { CardErp } from './card-erp.js';
import { CardExchange } from './card-exchange.js';
import { cardKind } from './card-kind.js';
import type { Card, CardShapes } from './card-kind.js';
import { TableWorld } from './table-world.js';

/** What an ERP and a server do with the texts of a card. */
export interface CardHabits {
  readonly isNarrow: boolean;
  readonly rewrites: boolean;
}

/** One pair of cards between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export class CardWorld extends TableWorld<CardShapes> {
  override readonly erp: CardErp;
  override readonly exchange: CardExchange;
  override readonly kind;

  constructor(habits: CardHabits = { isNarrow: false, rewrites: false }) {
    super();
    this.erp = new CardErp(habits);
    this.exchange = new CardExchange(habits);
    this.kind = cardKind(habits);
  }

  /** The only card, as each side shows it. */
  get both(): { readonly erp: Card | undefined; readonly exchange: Card | undefined } {
    const [[row, ...rows], [item, ...items]] = [this.erp.cards, this.exchange.cards];
    if (rows.length + items.length > 0) throw new Error('there are several cards');
    return { erp: row?.record, exchange: item?.item };
  }

  editInErp(change: Partial<Card>): void {
    this.erp.edit(this.erp.cards[0]?.id ?? '', change);
  }

  editInOutlook(change: Partial<Card>): void {
    this.exchange.edit(this.exchange.cards[0]?.id ?? '', change);
  }

  /** Which losses an administrator was told of, a line each. */
  get told(): readonly string[] {
    return this.memory.journal.flatMap(({ losses }) =>
      losses.map(({ field, reason }) => `${field} ${reason}`),
    );
  }
}
