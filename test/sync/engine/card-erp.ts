import { NARROW, NO_CARD, ofPlaces, patchedCard } from './card-kind.js';
import type { Card, CardPatch } from './card-kind.js';
import { TableErp } from './table-erp.js';
import type { Row } from './table-erp.js';

/** An ERP with any number of phones and e-mails, which it keeps as they were written; a narrow one cuts them. */
export class CardErp extends TableErp<Card, CardPatch> {
  private readonly isNarrow: boolean;

  constructor({ isNarrow }: { readonly isNarrow: boolean }) {
    super();
    this.isNarrow = isNarrow;
  }

  get cards(): readonly Row<Card>[] {
    return [...this.rows.values()];
  }

  protected override blank(): Card {
    return NO_CARD;
  }

  protected override patched(card: Card, patch: CardPatch): Card {
    return patchedCard(card, patch);
  }

  protected override holds(card: Card): Card {
    if (!this.isNarrow) return card;
    const cut = (text: string): string => text.slice(0, NARROW);
    return { ...card, name: cut(card.name), phones: ofPlaces(card.phones, cut) };
  }
}
