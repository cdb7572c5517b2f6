import type { Base, Bases, Intent, Side } from '../ports/store.js';
import type { Unit } from './unit.js';

/**
 * The bases, where an update of ours reached the ERP and was not settled: what the item shows as that update carried it
 * over is no edit that the ERP has not seen. A record that was deleted since was deleted with it.
 */
export function withCarriedToErp(unit: Unit, bases: Bases, shown: Base): Bases {
  const carried = unit.open.findLast(
    (one) => isUpdateOf('erp', one) && unit.cameToNothing?.has(one.id) !== true,
  );
  if (unit.landedVersion === null || !carried?.target) return bases;
  const { erp, exchange } = carried.target;
  const isCarried = (path: Path): boolean =>
    at(exchange, path) === at(shown, path) && isBrought(unit, carried, erp, path);
  return { ...bases, exchange: taken(bases.exchange, shown, isCarried) };
}

/**
 * The same for an update of ours to an item that was deleted since: the item shows, where it lies, whether the update had
 * reached it. null = nothing tells.
 */
export function withCarriedToItem(
  unit: Unit,
  bases: Bases,
  { shown, last }: { readonly shown: Base; readonly last: Base | null },
): Bases {
  if (last === null) return bases;
  const updates = unit.open.filter((one) => isUpdateOf('exchange', one));
  const isCarried = (path: Path): boolean =>
    updates.some((intent) => {
      if (intent.target === null) return false;
      const { erp, exchange } = intent.target;
      const isThere = at(exchange, path) === at(last, path) && at(erp, path) === at(shown, path);
      return isThere && isBrought(unit, intent, exchange, path);
    });
  return { ...bases, erp: taken(bases.erp, shown, isCarried) };
}

/** The bases of a link that was just adopted: what the item shows as it was made is nobody's edit. */
export function withMade({ made }: Unit, bases: Bases, shown: Base): Bases {
  if (made === undefined) return bases;
  const isAsMade = (path: Path): boolean => at(made.exchange, path) === at(shown, path);
  return { ...bases, exchange: taken(bases.exchange, shown, isAsMade) };
}

function isUpdateOf(side: Side, intent: Intent): boolean {
  return intent.side === side && intent.what === 'update';
}

/** Where both sides were written, each write brought its own fields only: the rest was there before. */
function isBrought({ open }: Unit, intent: Intent, written: Base, path: Path): boolean {
  const sibling = open.find(
    (other) =>
      other.side !== intent.side &&
      other.what === 'update' &&
      other.recordVersion === intent.recordVersion &&
      other.itemVersion === intent.itemVersion,
  );
  return !sibling?.target || at(sibling.target[intent.side], path) !== at(written, path);
}

type Path = readonly [field: string, element: string | null];

function at(base: Base, [field, element]: Path): string | undefined {
  const found = base[field];
  if (element === null) return typeof found === 'string' ? found : undefined;
  return typeof found === 'object' ? found[element] : undefined;
}

/** `base`, with what was carried as it is shown. */
function taken(base: Base, shown: Base, isCarried: (path: Path) => boolean): Base {
  const result: Record<string, Base[string]> = { ...base };
  for (const [field, now] of Object.entries(shown)) {
    if (typeof now === 'string') {
      if (isCarried([field, null])) result[field] = now;
      continue;
    }
    const before = base[field];
    const elements: Record<string, string> = typeof before === 'object' ? { ...before } : {};
    for (const element of new Set([...Object.keys(elements), ...Object.keys(now)])) {
      if (!isCarried([field, element])) continue;
      const print = now[element];
      if (print === undefined) Reflect.deleteProperty(elements, element);
      else elements[element] = print;
    }
    result[field] = elements;
  }
  return result;
}
