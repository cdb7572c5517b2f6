import { sha256, STAYING, UNREAD } from '../fingerprint.js';
import type { Base, Bases, Intent, Link, LostValue, Settlement, Trail } from '../../ports/store.js';
import type { KindOf, Shapes } from '../pair-work.js';
import { pathsOfOne } from './together.js';

/**
 * What the audit trail keeps of a write, so that it can be taken back (rule 18): the fields it changes, with the values that
 * the written side showed before.
 */
export function trailOf(paths: readonly string[], before: object): Trail {
  const roots = new Set(paths.map((path) => splitPath(path).field));
  const values = Object.fromEntries(Object.entries(before).filter(([field]) => roots.has(field)));
  return { fields: paths, before: JSON.stringify(values), wishId: null };
}

/** Of something made anew; taken back it is removed, so nothing has to be kept. */
export const NEW_TRAIL: Trail = { fields: [], before: null, wishId: null };

/** Of something removed as a whole. */
export function trailOfRemoval(before: object): Trail {
  return { fields: [], before: JSON.stringify(before), wishId: null };
}

/** Of an employee taken out of a record that stays. */
export const PART_TRAIL: Trail = { fields: ['participants'], before: null, wishId: null };

/** A mark of all that both sides showed: equal marks of one link mean that nobody has changed anything in between. */
export function markOfBases({ erp, exchange }: Bases): string {
  return digest([sortedBase(erp), sortedBase(exchange)]);
}

/** The same of one field, or of one element, as `field/element`; of several that make one thing, of all of them. */
export function markAt({ erp, exchange }: Bases, paths: readonly string[]): string {
  const printed = (base: Base): string => paths.map((path) => printAt(base, path)).join(' ');
  return digest([printed(erp), printed(exchange)]);
}

export function splitPath(path: string): {
  readonly field: string;
  readonly element: string | null;
} {
  const at = path.indexOf('/');
  return at < 0
    ? { field: path, element: null }
    : { field: path.slice(0, at), element: path.slice(at + 1) };
}

/** An intent that is closed, and whether the write that closes it is its own. */
export interface Closed {
  readonly intent: Intent;
  /** The sides that were written when it was closed by a later write; null = it is closed by its own answer. */
  readonly later: readonly Intent['side'][] | null;
  /** The ERP answered that it has the write. */
  readonly hasLanded: boolean;
}

/** Those of the closed intents that took effect, with the mark of what their links show since. */
export function doneBy(
  closed: readonly Closed[],
  links: readonly Link[],
): NonNullable<Settlement['done']> {
  const byId = new Map(links.map((link) => [link.id, link]));
  return closed.flatMap((one) => {
    const link = byId.get(one.intent.linkId);
    if (link === undefined || !tookEffect(one, link)) return [];
    return [{ intentId: one.intent.id, after: markOfBases(link.bases) }];
  });
}

/** Lost values with what both sides show in their fields since; a link that was not settled shows nothing yet. */
export function withMarks<S extends Shapes>(
  kind: KindOf<S>,
  lostValues: readonly LostValue[],
  links: readonly Link[],
): readonly LostValue[] {
  const byId = new Map(links.map((link) => [link.id, link]));
  return lostValues.map((lost) => {
    const link = byId.get(lost.linkId);
    return link === undefined
      ? lost
      : { ...lost, after: markAt(link.bases, pathsOfOne(kind, lost.field)) };
  });
}

/** After an interruption only what the written side shows tells, unless the same side had to be written once more. */
function tookEffect({ intent, later, hasLanded }: Closed, link: Link): boolean {
  if (later === null) return true;
  if (later.includes(intent.side)) return false;
  if (intent.what === 'remove') return link.ended !== null;
  const { side, target } = intent;
  return (
    hasLanded || (target !== null && sortedBase(target[side]) === sortedBase(link.bases[side]))
  );
}

/** As one text; the bases come in any order, and every write makes two of these. */
function sortedBase(base: Base): string {
  let text = '';
  for (const field of Object.keys(base).sort()) {
    if (field === UNREAD || field === STAYING) continue; // what was attached or told since is no change of what both sides share
    const print = base[field];
    text += ` ${field}=`;
    if (typeof print === 'string') text += print;
    else
      for (const [element, of] of Object.entries(print ?? {}).sort()) text += `${element}:${of},`;
  }
  return text;
}

/** The fingerprint of a field, or of one element, as `field/element`; '' = it is not there. */
export function printAt(base: Base, path: string): string {
  const { field, element } = splitPath(path);
  const found = base[field];
  if (element === null) return typeof found === 'string' ? found : '';
  return typeof found === 'object' ? (found[element] ?? '') : '';
}

/** The same base with another fingerprint at a field, or at one element. */
export function withPrint(base: Base, path: string, print: string): Base {
  const { field, element } = splitPath(path);
  if (element === null) return { ...base, [field]: print };
  const elements = base[field];
  return { ...base, [field]: { ...(typeof elements === 'object' && elements), [element]: print } };
}

/** Tells states apart, protects nothing: what it is made of are keyed hashes already. */
function digest([erp, exchange]: readonly [string, string]): string {
  return sha256(`${erp}\n${exchange}`).slice(0, 16);
}
