import type { ErpPriority } from './erp-record.js';
import type { FieldRules } from './field-rules.js';
import type { Translated } from './translation.js';
import type { IanaZone, Instant, PlainDate } from './values.js';

/** What a translation must know beside the value: settings and code tables of one pair. */
export interface TranslationContext {
  /** The zone of the mailbox: midnights of all-day items, and times of an item that names no zone. */
  readonly zone: IanaZone;
  readonly language: 'de' | 'en';
  readonly employeeId: string;
  readonly priorities: readonly ErpPriority[];
  readonly content: ContentOptions;
}

/** What an administrator chose about contents; part of the form, since fingerprints depend on it (rule 7). */
export interface ContentOptions {
  /**
   * `both`; `toExchange`: what a person writes in Outlook stays there until the ERP's text changes; `never`: no text of
   * the ERP is written to Exchange ("Informationen nicht hinterlegen", feature C10).
   */
  readonly body: 'both' | 'toExchange' | 'never';
  /** Writes plain text instead of HTML (feature C11). */
  readonly plainText: boolean;
  /** `never` writes no reminder to Exchange at all (feature C12). */
  readonly reminders: 'asIs' | 'never';
}

export const DEFAULT_CONTENT: ContentOptions = {
  body: 'both',
  plainText: false,
  reminders: 'asIs',
};

/** Per field its canonical text, or, for set-like fields, one text per element. What is not there is empty or regular. */
export type Canonical = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/**
 * All that the engine must know about one kind of record: how it is read and written on both sides.
 * Everything here is pure. Laws, tested with generated values for every kind:
 *  - what was put is got back: `asErpHolds(v)` is what `fromErp` shows after `toErp(v)` was written, and the same for Exchange;
 *  - putting back what was got changes nothing: `toErp(fromErp(r), r).value` is null, and the same for Exchange;
 *  - `asXHolds(asXHolds(v))` equals `asXHolds(v)`.
 * `toErp` and `toExchange` throw `Untranslatable` where half a record would be wrong.
 */
export interface Kind<R extends object, Rec, RecPatch, Item, ItemPatch> {
  readonly name: 'appointment' | 'task' | 'contact';
  readonly rules: FieldRules<R>;
  /** Version of the canonical form with a digest of the settings it depends on (rule 7). */
  form(context: TranslationContext): string;

  fromErp(record: Rec, context: TranslationContext): R;
  /** Changes only what differs from `current`; the value is null where nothing does. */
  toErp(value: R, current: Rec | null, context: TranslationContext): Translated<RecPatch | null>;
  fromExchange(item: Item, context: TranslationContext): R;
  toExchange(
    value: R,
    current: Item | null,
    context: TranslationContext,
  ): Translated<ItemPatch | null>;

  /** What the side would show after the value was put into an empty record of it. */
  asErpHolds(value: R, context: TranslationContext): R;
  asExchangeHolds(value: R, context: TranslationContext): R;

  canonical(value: R): Canonical;
  /** How many things of value a write takes away: texts emptied, occurrences newly deleted (rule 6). */
  destroyed(before: Canonical, after: Canonical): number;
  /** The value with one element of a set-like field as `from` has it (also: not there). */
  withElement(value: R, field: keyof R & string, element: string, from: R): R;

  recordFacts(record: Rec): { readonly ownerId: string; readonly isProtected: boolean };
  itemFacts(item: Item): {
    readonly uid: string | null;
    readonly lastModified: Instant | null;
    readonly isOrganizer: boolean;
  };
  isPrivate(value: R): boolean;
  /** The last day on which it takes place, for "bring over what ends on or after"; null = it never ends. */
  lastDay(value: R, context: TranslationContext): PlainDate | null;
}
