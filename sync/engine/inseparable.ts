import type { Side } from '../ports/store.js';
import type { Stands } from './stand.js';
import type { Ways } from './terms/travel.js';

/** Whose value a field is given on both sides. */
export interface Winner {
  readonly side: Side;
  readonly isConflict: boolean;
  readonly isPutBack?: boolean;
}

/** One of several fields that make one thing and differ: who changed it, and which way it may travel. */
export interface Standing {
  readonly field: string;
  readonly stands: Stands;
  readonly may: Ways;
}

/** What becomes of each of these fields; null = each side keeps its own, and what was changed is looked past. */
export type Whole = ReadonlyMap<string, Winner | null>;

/**
 * Fields that make one thing, differ and must not be mixed are all taken from one side: somebody has entered the result. That
 * is the side that was changed, and where both were, `decide` says which one. A side of which one field may not travel cannot
 * win; where none can, both stay as they are, or are put back where that is enforced. What is overwritten goes into the
 * journal with all of its fields, so that it comes back whole. null = each field for itself.
 */
export function takenWhole(
  differing: readonly Standing[],
  enforce: boolean,
  decide: () => Side,
): Whole | null {
  const moved = SIDES.filter((side) => differing.some(({ stands }) => stands[side] === 'moved'));
  if (moved.length === 0) return null;
  const free = SIDES.filter((side) => differing.every(({ may }) => mayLeave(side, may)));
  const able = moved.filter((side) => free.includes(side));
  const side = able.length === 2 ? decide() : (able[0] ?? (enforce ? free[0] : undefined));
  const isContested =
    moved.length === 2 && differing.some(({ may }) => may.toErp && may.toExchange);
  return new Map(
    differing.map((one) => [
      one.field,
      side === undefined ? null : winnerOf(one, side, isContested),
    ]),
  );
}

const SIDES: readonly Side[] = ['erp', 'exchange'];

function mayLeave(side: Side, { toErp, toExchange }: Ways): boolean {
  return side === 'erp' ? toExchange : toErp;
}

/** Where nothing but the direction decides, an edit of the other side alone is put back, as that of a single field would be. */
function winnerOf({ stands }: Standing, side: Side, isContested: boolean): Winner {
  if (isContested) return { side, isConflict: true };
  const isTheirsAlone = stands[side] !== 'moved' && stands[otherThan(side)] === 'moved';
  return { side, isConflict: false, ...(isTheirsAlone && { isPutBack: true }) };
}

function otherThan(side: Side): Side {
  return side === 'erp' ? 'exchange' : 'erp';
}
