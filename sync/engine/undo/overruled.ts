import type {
  Base,
  Bases,
  Intent,
  JournalEntry,
  Link,
  Overruled,
  Settlement,
  Side,
} from '../../ports/store.js';
import type { Merged } from '../merge.js';
import type { KindOf, Shapes } from '../pair-work.js';
import type { Reason } from '../reasons.js';
import { pathsOfOne } from './together.js';
import { markAt, printAt } from './trail.js';

/**
 * What people wrote on a side that a write of ours goes to, and what that write overwrites by the rules. It is promised with
 * the write: should nobody be left to journal it, the value of before is still in the write's trail (invariant 2).
 */
export function overrulesOf(
  side: Side,
  { conflicts, putBack, toErp, toExchange }: Merged<unknown>,
  shown: Base,
): readonly Overruled[] {
  const written = side === 'erp' ? toErp : toExchange;
  const named = (overruled: Merged<unknown>['conflicts'], as: Overruled['as']) =>
    overruled
      .filter(({ field, winner }) => winner !== side && written.includes(field))
      .map(({ field }) => ({ field, shown: printAt(shown, field), as }));
  return [...named(conflicts, 'conflict'), ...named(putBack, 'putBack')];
}

/** An intent that is closed although nobody has heard what became of its write. */
export interface Passed {
  readonly intent: Intent;
  /** False where the ERP answered that it has not got the write, and it will not come any more. */
  readonly hasLanded: boolean;
  /** What the sides show, where the link that is settled does not tell. */
  readonly shown: Partial<Bases>;
}

/** A conflict that this batch journals by itself. */
export interface Noted {
  readonly linkId: string;
  readonly field: string;
  readonly shown: string;
}

/**
 * What interrupted writes have overwritten, each once: not where the written side still shows the person's value, because
 * the write was not made, nor where the same value has just lost to the write that took its place. Where a side cannot tell,
 * the value is kept rather than lost.
 */
export function overwrittenBy<S extends Shapes>(
  kind: KindOf<S>,
  passed: readonly Passed[],
  links: readonly Link[],
  noted: readonly Noted[],
): NonNullable<Settlement['overwritten']> {
  const byId = new Map(links.map((link) => [link.id, link]));
  return passed.flatMap(({ intent, hasLanded, shown }) => {
    const { id: intentId, linkId, side, overrules = [] } = intent;
    if (!hasLanded) return [];
    const link = byId.get(linkId);
    const now = shown[side] ?? link?.bases[side] ?? {};
    const isNoted = (one: Overruled): boolean =>
      noted.some(
        (other) =>
          other.linkId === linkId && other.field === one.field && other.shown === one.shown,
      );
    return overrules
      .filter((one) => !isNoted(one) && printAt(now, one.field) !== one.shown)
      .map(({ field }) => ({
        intentId,
        field,
        after: link === undefined ? undefined : markAt(link.bases, pathsOfOne(kind, field)),
      }));
  });
}

/** What the journal says of them, as it says it of a conflict that was not interrupted. */
export function overwrittenLines(
  overwritten: NonNullable<Settlement['overwritten']>,
  passed: readonly Passed[],
  at: JournalEntry['at'],
): readonly JournalEntry[] {
  return overwritten.flatMap(({ intentId, field }) => {
    const intent = passed.find((one) => one.intent.id === intentId)?.intent;
    const as = intent?.overrules?.find((one) => one.field === field)?.as;
    if (intent === undefined || as === undefined) return [];
    const { side, recordId, itemId } = intent;
    const winner: Side = side === 'erp' ? 'exchange' : 'erp';
    const common = { at, event: as, recordId, itemId, fields: [field], losses: [] };
    return as === 'conflict'
      ? [{ ...common, side: winner, detail: `${winner}Wins` satisfies Reason }]
      : [{ ...common, side, detail: '' }];
  });
}
