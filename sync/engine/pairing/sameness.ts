import type { Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { keysOf } from '../../../mappings/keys.js';
import { Untranslatable } from '../../../mappings/translation.js';

/** Something on one side that nothing is linked to, as far as it is needed to find its other half. */
export interface Stranger {
  readonly id: string;
  /** From "the same in everything" to the widest that tells it: hashes, so that ten thousand of them stay small. */
  readonly levels: readonly string[];
  /** Whether it would be made on the other side; what neither side would bring over is left alone. */
  readonly isWanted: boolean;
}

export interface Sorted {
  readonly pairs: readonly { readonly recordId: string; readonly itemId: string }[];
  /** Would be made on the other side, and several things there may be it: nothing is guessed. */
  readonly ambiguous: readonly { readonly side: Side; readonly id: string }[];
}

/** The levels of a value: what both sides can hold of it as a whole, then what its kind says tells it. */
export function levelsOf<S extends Shapes>(work: PairWork<S>, value: S['value']): string[] {
  const { kind, translation, fingerprinter } = work;
  try {
    const held = kind.asExchangeHolds(kind.asErpHolds(value, translation), translation);
    const canonical = kind.canonical(held);
    // what travels one way is the ERP's own knowledge: another tool's item does not have it
    const shared = keysOf(kind.rules).filter((field) => kind.rules[field].direction === 'both');
    const whole = JSON.stringify(shared.sort().map((field) => inOrder(canonical[field])));
    return [whole, ...kind.sameness(held)].map((text, level) =>
      fingerprinter.of('', String(level), text),
    );
  } catch (error) {
    if (error instanceof Untranslatable) return []; // the other side cannot hold it, so it is not there
    throw error;
  }
}

function inOrder(
  text: string | Readonly<Record<string, string>> | undefined,
): string | readonly (readonly [string, string])[] {
  return typeof text === 'object' ? Object.entries(text).sort() : (text ?? '');
}

/**
 * Who belongs to whom by content. Those that are the same in everything are paired one to one, in the order of their ids:
 * identical twins stay two pairs, whichever has which. Those that merely share what tells them are paired where there is
 * one on each side; several stay unpaired and are reported. Pure.
 */
export function sortOutTwins(records: readonly Stranger[], items: readonly Stranger[]): Sorted {
  const left = { records: inStableOrder(records), items: inStableOrder(items) };
  const pairs: { recordId: string; itemId: string }[] = [];
  const levels = Math.max(0, ...left.records.map(({ levels: { length } }) => length));
  const ambiguous: { side: Side; id: string }[] = [];
  for (let level = 0; level < levels; level += 1) {
    const taken = new Set<Stranger>();
    for (const group of sharing(left, level)) {
      const isSure = level === 0 || (group.records.length === 1 && group.items.length === 1);
      for (const [record, item] of isSure ? inTurn(group) : []) {
        pairs.push({ recordId: record.id, itemId: item.id });
        taken.add(record).add(item);
      }
      if (!isSure && level === levels - 1) ambiguous.push(...wantedOf(group));
    }
    left.records = left.records.filter((one) => !taken.has(one));
    left.items = left.items.filter((one) => !taken.has(one));
  }
  return { pairs, ambiguous };
}

interface Group {
  readonly records: readonly Stranger[];
  readonly items: readonly Stranger[];
}

/** Those of both sides that share a text of this level. */
function sharing({ records, items }: Group, level: number): readonly Group[] {
  const byText = new Map<string, { records: Stranger[]; items: Stranger[] }>();
  for (const record of records) {
    const text = record.levels[level];
    if (text === undefined) continue;
    const group = byText.get(text);
    if (group) group.records.push(record);
    else byText.set(text, { records: [record], items: [] });
  }
  for (const item of items) byText.get(item.levels[level] ?? '')?.items.push(item);
  return [...byText.values()].filter((group) => group.items.length > 0);
}

function inTurn({ records, items }: Group): readonly (readonly [Stranger, Stranger])[] {
  return records.flatMap((record, at) => {
    const item = items[at];
    if (item === undefined || !(record.isWanted || item.isWanted)) return [];
    return [[record, item] as const];
  });
}

function wantedOf({
  records,
  items,
}: Group): readonly { readonly side: Side; readonly id: string }[] {
  const of = (side: Side, strangers: readonly Stranger[]) =>
    strangers.filter(({ isWanted }) => isWanted).map(({ id }) => ({ side, id }));
  return [...of('erp', records), ...of('exchange', items)];
}

/** What would be brought over comes first: it needs its other half more than what would not. */
function inStableOrder(strangers: readonly Stranger[]): readonly Stranger[] {
  const before = (a: Stranger, b: Stranger): boolean =>
    a.isWanted === b.isWanted ? a.id < b.id : a.isWanted;
  return [...strangers].sort((a, b) => (before(a, b) ? -1 : 1));
}
