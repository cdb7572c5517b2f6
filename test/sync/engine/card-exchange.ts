import { dialled, NO_CARD, ofPlaces, patchedCard, PLACES } from './card-kind.js';
import type { Card, CardPatch } from './card-kind.js';
import { TableExchange } from './table-exchange.js';
import type { Lying } from './table-exchange.js';

/** A mailbox of cards with the places that Exchange has, and no others. One server writes all numbers in a way of its own. */
export class CardExchange extends TableExchange<Card, CardPatch> {
  private readonly rewrites: boolean;

  constructor({ rewrites }: { readonly rewrites: boolean }) {
    super();
    this.rewrites = rewrites;
  }

  /** What a person sees among the contacts. */
  get cards(): readonly Lying<Card>[] {
    return this.lyingIn('calendar');
  }

  /** What the server makes of what is written. */
  saved(patch: CardPatch): CardPatch {
    const { phones } = patch;
    if (!this.rewrites || phones === undefined) return patch;
    return { ...patch, phones: ofPlaces(phones, asOutlookWrites) };
  }

  protected override blank(): Card {
    return NO_CARD;
  }

  protected override patched(card: Card, patch: CardPatch | null): Card {
    const changed = patchedCard(card, patch ?? {});
    for (const field of ['phones', 'mails'] as const) {
      const unknown = Object.keys(changed[field]).find((place) => !PLACES[field].includes(place));
      if (unknown !== undefined) throw new Error(`Exchange has no place ${unknown} for ${field}`);
    }
    return { ...changed, ...this.saved({ phones: changed.phones }) };
  }
}

function asOutlookWrites(text: string): string {
  return dialled(text).replace(/^\+(\d\d)(\d\d)(\d+)$/, '+$1 ($2) $3');
}
