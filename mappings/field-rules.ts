/** Who wins when both sides changed a field, and which way a field may travel: one row per field. */

/** `connection` = what the administrator chose for the connection (`erp`, `exchange` or `newest`). */
export type ConflictRule = 'connection' | 'erp' | 'exchange' | 'newest';

/** The rule of a whole connection. */
export type ConnectionConflictRule = 'erp' | 'exchange' | 'newest';

export type Direction = 'both' | 'toExchange' | 'toErp' | 'off';

export interface FieldRule {
  readonly onConflict: ConflictRule;
  readonly direction: Direction;
  /** `byElement`: a list whose elements are compared and merged one by one (rule 13). */
  readonly merge: 'whole' | 'byElement';
  /**
   * Fields, named before this one, whose journey takes this one along: elements that stand still on both sides and
   * differ are brought over with them. A pattern decides which exceptions can be there at all.
   */
  readonly alongWith?: readonly string[];
  /**
   * Fields whose journey, whichever way, takes this one to Exchange: what is over was written without a reminder, and gets it
   * when it moves ahead, whoever moves it.
   */
  readonly alongToExchange?: readonly string[];
}

/** A field of `R` without a row does not compile. */
export type FieldRules<R> = { readonly [F in keyof R]-?: FieldRule };
