import type { Canonical, Kind } from '../../../mappings/kind.js';
import { keysOf } from '../../../mappings/keys.js';
import { comparedLine } from '../../../mappings/text.js';
import type { Loss } from '../../../mappings/translation.js';
import { sha256 } from '../../../sync/engine/fingerprint.js';
import { PLAIN } from './plain-kind.js';

/**
 * The smallest thing with more numbers than Exchange has places for, each side's own way of writing them, and something heavy.
 * It proves the engine alone: that what does not fit stays where it is and is told, and that nothing travels which nobody
 * changed. The fields of real contacts, and what servers do with them, come with the kind `contact`.
 */
export interface Card {
  readonly name: string;
  readonly town: string;
  /** By place, such as `business 2`. Each side writes numbers in its own way. */
  readonly phones: Places;
  /** By place, from `1` on. */
  readonly mails: Places;
  /** '' = none. */
  readonly photo: string;
}

/** A place that nothing stands in is not there. */
export type Places = Readonly<Record<string, string>>;

/** What is not named stays as it is; a place with an empty text is emptied. */
export type CardPatch = Partial<Card>;

export interface CardShapes {
  readonly value: Card;
  readonly record: Card;
  readonly recordPatch: CardPatch;
  readonly item: Card;
  readonly itemPatch: CardPatch;
}

type CardKind = Kind<Card, Card, CardPatch, Card, CardPatch>;

/** The places that a contact in Exchange has (protocol fact 38). An ERP has as many as people need. */
export const PLACES: Readonly<Record<'phones' | 'mails', readonly string[]>> = {
  phones: ['business 1', 'business 2', 'home 1', 'home 2', 'mobile 1', 'fax 1'],
  mails: ['1', '2', '3'],
};

/** So long are the texts of a narrow ERP. */
export const NARROW = 20;

const BOTH = { onConflict: 'connection', direction: 'both' } as const;

/** A narrow ERP cuts names, and gets long numbers without their blanks. */
export function cardKind({ isNarrow }: { readonly isNarrow: boolean }): CardKind {
  const asErpHolds = (value: Card): Card => (isNarrow ? narrowed(value) : value);
  return {
    ...PLAIN,
    name: 'contact',
    rules: {
      name: { ...BOTH, merge: 'whole' },
      town: { ...BOTH, merge: 'whole' },
      phones: { ...BOTH, merge: 'byElement' },
      mails: { ...BOTH, merge: 'byElement' },
      photo: { ...BOTH, merge: 'whole' },
    },
    form: () => 'card.1',
    fromErp: (record) => record,
    toErp: (value, current) => ({ value: differing(asErpHolds(value), current), losses: [] }),
    fromExchange: (item) => item,
    toExchange: (value, current) => ({
      value: differing(asExchangeHolds(value), current),
      losses: [],
    }),
    unread: (item) => (asErpHolds(item).name === item.name ? [] : [CUT]),
    unwritten: (record) => [...beyond(record, 'phones'), ...beyond(record, 'mails')],
    asErpHolds,
    asExchangeHolds,
    canonical,
    sameness: ({ name, town }) => [comparedLine(`${name} ${town}`)],
    destroyed: (before, after) =>
      emptied(before, after, 'phones') + emptied(before, after, 'mails'),
    withElement(value, field, element, from) {
      if (field !== 'phones' && field !== 'mails') return value;
      const there = { [element]: from[field][element] ?? '' };
      return { ...value, [field]: withPlaces(value[field], there) };
    },
  };
}

const CUT: Loss = {
  field: 'name',
  reason: 'textTooLong',
  detail: `The text was cut to ${String(NARROW)} characters.`,
};

function narrowed(card: Card): Card {
  const phones = ofPlaces(card.phones, (text) => (text.length > NARROW ? dialled(text) : text));
  return { ...card, name: card.name.slice(0, NARROW), phones };
}

function asExchangeHolds(card: Card): Card {
  const held = (field: 'phones' | 'mails'): Places =>
    withPlaces(card[field], Object.fromEntries(outside(card, field).map((place) => [place, ''])));
  return { ...card, phones: held('phones'), mails: held('mails') };
}

function outside(card: Card, field: 'phones' | 'mails'): readonly string[] {
  return Object.keys(card[field]).filter((place) => !PLACES[field].includes(place));
}

function beyond(card: Card, field: 'phones' | 'mails'): readonly Loss[] {
  const detail = 'Exchange has no place for it; it stays in the ERP.';
  return outside(card, field).map((place) => ({
    ...{ field: `${field}/${place}`, reason: 'notSynced', detail },
  }));
}

function canonical({ name, town, phones, mails, photo }: Card) {
  return {
    name: comparedLine(name),
    town: comparedLine(town),
    phones: ofPlaces(phones, dialled),
    mails: ofPlaces(mails, (text) => text.trim().toLowerCase()),
    photo: photo === '' ? '' : sha256(photo),
  };
}

/** A number as everybody means it, however it is written; what is none as it stands there. */
export function dialled(text: string): string {
  const digits = text
    .replace(/^(\s*(?:\+|00)\d+\s*)\(0\)/, '$1')
    .replace(/^\s*\+/, '00')
    .replace(/\D/g, '');
  if (digits === '') return text.trim();
  return digits.replace(/^00/, '+').replace(/^0/, '+49');
}

/** Place by place and field by field: what nobody changed is in no patch. */
function differing(card: Card, current: Card | null): CardPatch | null {
  if (current === null) return card;
  const [wanted, shown] = [canonical(card), canonical(current)];
  const patch: { -readonly [F in keyof Card]?: Card[F] } = {};
  for (const field of ['name', 'town', 'photo'] as const)
    if (wanted[field] !== shown[field]) patch[field] = card[field];
  for (const field of ['phones', 'mails'] as const) {
    const all = Object.keys({ ...wanted[field], ...shown[field] });
    const changed = all.filter((place) => wanted[field][place] !== shown[field][place]);
    const texts = changed.map((place) => [place, card[field][place] ?? ''] as const);
    if (changed.length > 0) patch[field] = Object.fromEntries(texts);
  }
  return keysOf(patch).length === 0 ? null : patch;
}

function emptied(before: Canonical, after: Canonical, field: string): number {
  const there = after[field];
  return Object.keys(before[field] ?? {}).filter(
    (place) => typeof there !== 'object' || !(place in there),
  ).length;
}

/** What a side shows after a patch was written into it. */
export function patchedCard(card: Card, patch: CardPatch): Card {
  const phones = withPlaces(card.phones, patch.phones ?? {});
  return { ...card, ...patch, phones, mails: withPlaces(card.mails, patch.mails ?? {}) };
}

function withPlaces(places: Places, changed: Places): Places {
  const all = Object.entries({ ...places, ...changed });
  return Object.fromEntries(all.filter(([, text]) => text !== ''));
}

export function ofPlaces(places: Places, change: (text: string) => string): Places {
  return Object.fromEntries(Object.entries(places).map(([place, text]) => [place, change(text)]));
}

/** A customer with one phone and one e-mail too many, and everything at rest but what the test names. */
export function card(different: Partial<Card> = {}): Card {
  return {
    name: 'Jürgen Groß',
    town: 'Köln',
    phones: {
      'business 1': '+49 (0)30 / 123-45',
      'business 2': '030 / 123-46',
      'business 3': '(030) 123 47',
    },
    mails: {
      1: 'jg@muster.example',
      2: 'info@muster.example',
      3: 'jg@home.example',
      4: 'x@y.example',
    },
    photo: 'JPEG'.repeat(20),
    ...different,
  };
}

export const NO_CARD: Card = { name: '', town: '', phones: {}, mails: {}, photo: '' };
