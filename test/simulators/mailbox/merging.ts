import { isDeepStrictEqual } from 'node:util';
import type { Draft } from './changes.js';
import { ExchangeError } from './failure.js';
import type { ConflictMode, ExchangeModes } from './modes.js';
import type { PastChange, StoredContent, StoredItem } from './stored-item.js';

/** What a write with a stale key may still do (fact 35). */
export interface Merged {
  readonly draft: Draft;
  /** How many of the client's values lost against another's: Count of ConflictResults. */
  readonly conflicts: number;
}

/**
 * Facts 15 and 35, evidence A 15: without a key only AlwaysOverwrite writes; NeverOverwrite fails on a stale key;
 * AutoResolve merges by property, as far as the mode lets it.
 */
export function resolveConflict(
  item: StoredItem,
  {
    changeKey,
    conflict,
    draft,
  }: { changeKey: string | null; conflict: ConflictMode; draft: Draft },
  modes: ExchangeModes,
): Merged {
  if (conflict === 'AlwaysOverwrite') return { draft, conflicts: 0 };
  if (changeKey === null) {
    throw new ExchangeError(
      'ErrorChangeKeyRequiredForWriteOperations',
      'This operation needs a change key.',
    );
  }
  if (changeKey === item.changeKey) return { draft, conflicts: 0 };
  if (conflict === 'NeverOverwrite' || modes.autoResolve === 'refuse') throw conflicting();
  return mergedWith(draft, touchedSince(item, changeKey), modes);
}

/** The names of what differs between two contents: properties, keys of extended ones, days of exceptions. */
export function touchedBetween(before: StoredContent, after: StoredContent): string[] {
  return [
    ...differing(
      new Map(Object.entries(before.properties)),
      new Map(Object.entries(after.properties)),
    ),
    ...differing(before.extended, after.extended),
    ...differing(before.exceptions, after.exceptions).map((day) => `exception ${day}`),
  ];
}

function differing(
  before: ReadonlyMap<string | number, unknown>,
  after: ReadonlyMap<string | number, unknown>,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => !same(before.get(key), after.get(key)))
    .map(String);
}

function same(left: unknown, right: unknown): boolean {
  return left === right || isDeepStrictEqual(left, right);
}

function touchedSince({ history = [] }: StoredItem, changeKey: string): ReadonlySet<string> {
  const at = history.findIndex(({ key }) => key === changeKey);
  if (at < 0) throw conflicting(); // too long ago
  return new Set(history.slice(at).flatMap(({ touched }: PastChange) => touched));
}

function mergedWith(draft: Draft, theirs: ReadonlySet<string>, modes: ExchangeModes): Merged {
  const mine = [...Object.keys(draft.set), ...draft.removed, ...draft.extended.keys()];
  const clashing = mine.filter((name) => theirs.has(name));
  if (clashing.length === 0) return { draft, conflicts: 0 };
  if (modes.autoResolve !== 'keepTheirs') throw conflicting();
  const isMine = ([name]: readonly [string, unknown]): boolean => !theirs.has(name);
  return {
    draft: {
      set: Object.fromEntries(Object.entries(draft.set).filter(isMine)),
      removed: new Set([...draft.removed].filter((name) => !theirs.has(name))),
      extended: new Map([...draft.extended].filter(isMine)),
    },
    conflicts: clashing.length,
  };
}

function conflicting(): ExchangeError {
  return new ExchangeError(
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the ' +
      'request does not match the current change key for the item.',
  );
}
