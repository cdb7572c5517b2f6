import { keysOf } from '../../mappings/keys.js';
import type { Base, Bases, Side } from '../ports/store.js';
import { pathsOf } from './merge.js';
import type { MergeTerms } from './merge.js';
import type { KindOf, Shapes } from './pair-work.js';
import { at, isErpOurs, nameOf, standOf } from './stand.js';
import { waysOf } from './terms/travel.js';

/** Whether a side moved in any field that may travel away from it: such a change beats a deletion over there. */
export function hasMoved<S extends Shapes>(
  kind: KindOf<S>,
  side: Side,
  shown: Base,
  terms: Pick<MergeTerms, 'bases' | 'travel' | 'open' | 'cameToNothing'> &
    Partial<Pick<MergeTerms, 'erpIsOurs' | 'ledTo'>>,
): boolean {
  const { erpIsOurs = false } = terms;
  const all = { ...terms, conflict: 'erp', newer: 'erp', erpIsOurs } as const;
  const sides = { erp: { base: shown }, exchange: { base: shown } };
  const leavers = leaversOf(kind, side, shown, terms.bases);
  return keysOf(kind.rules).some((field) => {
    const rule = kind.rules[field];
    const may = waysOf(field, rule, terms.travel);
    if (!(side === 'erp' ? may.toExchange : may.toErp)) return false;
    // what only the ERP tells names who takes part
    if (leavers.length > 0 && rule.direction === 'toExchange') return false;
    return pathsOf(field, rule, sides, terms.bases).some((path) => {
      if (leavers.includes(nameOf(path))) return false;
      // what the ERP has made of a write of ours is nobody's edit
      const isOurs = side === 'erp' && isErpOurs(path, shown, all);
      return standOf(side, path, shown, all) === 'moved' && !isOurs;
    });
  });
}

/** That somebody leaves keeps nothing there: two who delete one meeting would bring it back to each other. */
function leaversOf<S extends Shapes>(
  { meetings }: KindOf<S>,
  side: Side,
  shown: Base,
  bases: Bases,
): readonly string[] {
  const field = meetings?.attendees ?? '';
  const before = bases[side][field];
  if (typeof before !== 'object') return [];
  const paths = Object.keys(before).map((element) => ({ field, element }));
  return paths.filter((path) => at(shown, path) === undefined).map(nameOf);
}
