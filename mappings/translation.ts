/**
 * What a translation answers. A value that the receiving side cannot hold is never dropped in silence:
 * it is a loss with a name, or, where half a value would be wrong, a refusal of the whole record.
 */

/** Why something did not fit. The names are the words of the journal and of `abgleich why`. */
export type LossReason =
  | 'textTooLong' // cut to what the side holds
  | 'textUnprintable' // control characters were taken out
  | 'zoneUnknown' // the zone has no name there; another one with the stated rule was used
  | 'exceptionOutsidePattern' // the pattern has no such occurrence any more
  | 'tooManyExceptions'
  | 'valueUnknown' // a code that our tables do not have
  | 'outOfRange' // clipped to the nearest value the side accepts
  | 'notSynced'; // stays on its side

/** One value that the receiving side does not hold as it is. `field` is the record's own field name. */
export interface Loss {
  readonly field: string;
  readonly reason: LossReason;
  /** What is missing or what was used instead, in one sentence without personal content. */
  readonly detail: string;
}

/** A translated value with what was lost on the way. */
export interface Translated<T> {
  readonly value: T;
  readonly losses: readonly Loss[];
}

/** A record that a side cannot hold at all: half of it would be wrong. It is parked with this sentence, which is for people. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
  readonly field: string;
  readonly sentence: { readonly de: string; readonly en: string };

  constructor(field: string, sentence: { readonly de: string; readonly en: string }) {
    super(sentence.en);
    this.field = field;
    this.sentence = sentence;
  }
}
