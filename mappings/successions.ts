import type { PlainDate } from './values.js';

/** How a record or an item stands in what comes again. */
export interface Stage {
  readonly due: PlainDate | null;
  /** Ticked off. */
  readonly isFinished: boolean;
  /** One of it follows, unless it is the last one. What a side has kept of an earlier one comes once. */
  readonly comesAgain: boolean;
}

/**
 * How things of a kind that come again go on when one of them is ticked off (rule 19). Each side then gives birth by itself:
 * Exchange puts a finished one-off beside the item, which goes on with the next due date under its id; the ERP leaves the
 * finished record, and makes a next one, at once or later.
 */
export interface Successions<R, Rec> {
  /** The fields that say that it is finished; the first one decides. */
  readonly finished: readonly string[];
  /** The field of the due date, by which what was born is told from its brothers. */
  readonly due: string;
  /** What a side sets by itself in what is born: how it comes again, reminders. It is nobody's edit. */
  readonly setAtBirth: readonly string[];
  stageOf(value: R): Stage;
  /** The value, ticked off as the other one is. */
  finishedLike(value: R, other: R): R;
  /** What all of one series have in common; it tells them where a side says nothing else of where they came from. */
  familyOf(value: R): string;
  /** The id of the record that this one follows; null = it is none, or the ERP does not say. */
  cameFrom(record: Rec): string | null;
}
