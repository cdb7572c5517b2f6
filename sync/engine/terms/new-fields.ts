import { keysOf } from '../../../mappings/keys.js';
import type { Base, Bases, Link } from '../../ports/store.js';
import type { Observed } from '../sights.js';
import type { KindOf, PairWork, Shapes } from '../pair-work.js';

/**
 * The bases of a link, with what both sides show now in fields that the form it was made with did not have yet: nobody
 * moved those, they were just not looked at, and an upgrade that reads more must not carry anything over (rule 7).
 */
export function basesWithNewFields<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  { record, item }: Pick<Observed<S>, 'record' | 'item'>,
  link: Link,
): Bases {
  if (link.form === kind.form(translation)) return link.bases;
  const { erp, exchange } = link.bases;
  return {
    erp: record.kind === 'there' ? completed(kind, erp, () => record.shown.base) : erp,
    exchange: item.kind === 'there' ? completed(kind, exchange, () => item.shown.base) : exchange,
  };
}

/** An empty base says that nothing is known of any field, and stays so. */
function completed<S extends Shapes>(kind: KindOf<S>, base: Base, shown: () => Base): Base {
  if (keysOf(base).length === 0) return base;
  const missing = keysOf(kind.rules).filter((field) => base[field] === undefined);
  if (missing.length === 0) return base;
  const added = missing.flatMap((field) => {
    const state = shown()[field];
    return state === undefined ? [] : [[field, state] as const];
  });
  return { ...base, ...Object.fromEntries(added) };
}
