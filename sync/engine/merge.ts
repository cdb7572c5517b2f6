import type { ConnectionConflictRule, FieldRule } from '../../mappings/field-rules.js';
import type { Canonical, TranslationContext } from '../../mappings/kind.js';
import { keysOf } from '../../mappings/keys.js';
import type { Base, Bases, Intent, Side } from '../ports/store.js';
import type { KindOf, Shapes } from './pair-work.js';
import type { Shown } from './shown.js';
import { waysOf } from './terms/travel.js';
import type { Travel, Ways } from './terms/travel.js';
import { asTheyWillBe, isUprooted } from './uprooted.js';
import type { Compared } from './uprooted.js';

export interface Conflict {
  readonly field: string;
  readonly winner: Side;
  /** What the losing side had, for the conflict journal. */
  readonly lost: unknown;
}

/** What both sides shall show, and which fields (or elements, as `field/element`) travel where. */
export interface Merged<R> {
  readonly forErp: R;
  readonly forExchange: R;
  readonly toErp: readonly string[];
  readonly toExchange: readonly string[];
  readonly conflicts: readonly Conflict[];
  /** What people changed where it may not travel away from, and what is therefore overwritten there. */
  readonly putBack: readonly Conflict[];
  /** The same where it is left as it is, until the other side changes it. */
  readonly lookedPast: Readonly<Record<Side, readonly string[]>>;
  /** Why the record has terms of its own, if it has. */
  readonly why?: Travel['why'];
  /** What would be overwritten although that side moved too, whichever way it may travel; not the ERP's own knowledge. */
  readonly bothMoved: readonly string[];
}

/** What the merge must know beside the two sides. */
export interface MergeTerms {
  readonly bases: Bases;
  /** Which way this record travels; a record may have terms of its own. */
  readonly travel: Travel;
  readonly conflict: ConnectionConflictRule;
  /** The side that was changed later, by corrected clocks; `erp` where that is not sure (rule 16). */
  readonly newer: Side;
  /** The winner of a field whose value in the ERP came from another mailbox (rule 16); null = no mailbox's. */
  readonly between?: ((field: string) => Side | null) | undefined;
  /** Writes of ours to this link that are not confirmed (rules 2 and 3). */
  readonly open: readonly Intent[];
  /** Those of them that brought nothing; they still tell what was there when they were planned. */
  readonly cameToNothing?: ReadonlySet<string> | undefined;
  /** The version that each of the others led to in the ERP, by intent. */
  readonly ledTo?: ReadonlyMap<string, string> | undefined;
  /** True where nothing is known of what the sides showed when they last agreed: all that differs has moved on both. */
  readonly isBaseUnknown?: boolean;
  /** True where the ERP's version is the one that our own unconfirmed write led to. */
  readonly erpIsOurs: boolean;
}

/** How a field or element stands on one side, compared with what that side showed when both last agreed. */
type Stand = 'same' | 'moved' | 'ours';

/**
 * Field by field, and for set-like fields element by element: which side moved since both last agreed?
 *
 *                      ERP same      ERP moved
 *   Exchange same      nothing       to Exchange
 *   Exchange moved     to ERP        conflict: the field's rule decides
 *
 * - Each side is compared with what *it* showed last, not with one shared base: the ERP clips long titles, and a
 *   clipped title must not come back as an edit.
 * - What matches an unconfirmed write of ours, or is missing because a series rewrite of ours was interrupted, is
 *   *ours*: it has not moved, and what should be there is written again.
 * - Values that the other side would show unchanged are equal, whatever the fingerprints say: nothing is written.
 * - Where a field travels one way only, the other side's edits are looked past, or put back where that is enforced.
 */
export function mergeValues<S extends Shapes>(
  kind: KindOf<S>,
  context: TranslationContext,
  sides: { readonly erp: Shown<S['value']>; readonly exchange: Shown<S['value']> },
  terms: MergeTerms,
): Merged<S['value']> {
  const asTheyAre = equality(kind, context, sides);
  const merged = startingFrom<S>(sides, terms.travel);
  for (const field of keysOf(kind.rules)) {
    const rule = kind.rules[field];
    const staysEqual = isUprooted(rule, merged)
      ? equality(kind, context, asTheyWillBe(sides, merged))
      : asTheyAre;
    const equal = (path: Path): boolean => asTheyAre(path) && staysEqual(path);
    for (const path of pathsOf(field, rule, sides, terms.bases)) {
      const winner = winnerOf(path, rule, sides, { ...terms, equal, merged });
      if (winner) carry(kind, merged, { field, path, winner, sides });
    }
  }
  return merged;
}

interface Path {
  readonly field: string;
  readonly element: string | null;
}

function pathsOf<R>(
  field: string,
  rule: FieldRule,
  sides: { readonly erp: Shown<R>; readonly exchange: Shown<R> },
  bases: Bases,
): readonly Path[] {
  if (rule.merge === 'whole') return [{ field, element: null }];
  const elements = new Set<string>();
  for (const side of [sides.erp.base, sides.exchange.base, bases.erp, bases.exchange]) {
    const known = side[field];
    if (typeof known === 'object') for (const element of Object.keys(known)) elements.add(element);
  }
  return [...elements].sort().map((element) => ({ field, element }));
}

interface Winner {
  readonly side: Side;
  readonly isConflict: boolean;
  readonly isPutBack?: boolean;
}

function winnerOf<R>(
  path: Path,
  rule: FieldRule,
  sides: { readonly erp: Shown<R>; readonly exchange: Shown<R> },
  terms: MergeTerms & {
    readonly equal: (path: Path) => boolean;
    readonly merged: Merging<unknown>;
  },
): Winner | null {
  const erp = isErpOurs(path, sides.erp.base, terms)
    ? 'ours'
    : standOf('erp', path, sides.erp.base, terms);
  const exchange = standOf('exchange', path, sides.exchange.base, terms);
  const may = waysOf(path.field, rule, terms.travel);
  const winner =
    erp === 'same' && exchange === 'same'
      ? takenAlong(rule, may, terms.merged, (field) => isNewInExchange(field, sides, terms))
      : (sideThatTravels(erp, exchange, may, path, rule, terms) ??
        putBack({ erp, exchange }, may, terms.travel));
  const isAtRest = winner === null && erp !== 'moved' && exchange !== 'moved';
  if (isAtRest || terms.equal(path)) return null;
  if (winner === null) noteLookedPast({ erp, exchange }, path, may, terms.merged);
  else if (erp === 'moved' && exchange === 'moved' && rule.direction === 'both') {
    terms.merged.bothMoved.push(nameOf(path));
  }
  return winner;
}

/** What may not travel away from a side is overwritten there with what the other side has, where that may come. */
function putBack(
  { erp, exchange }: Readonly<Record<Side, Stand>>,
  may: Ways,
  { enforce }: Travel,
): Winner | null {
  if (!enforce) return null;
  if (exchange === 'moved' && may.toExchange && !may.toErp)
    return { side: 'erp', isConflict: false, isPutBack: true };
  if (erp === 'moved' && may.toErp && !may.toExchange)
    return { side: 'exchange', isConflict: false, isPutBack: true };
  return null;
}

function noteLookedPast(
  { erp, exchange }: Readonly<Record<Side, Stand>>,
  path: Path,
  may: Ways,
  { lookedPast }: Merging<unknown>,
): void {
  if (exchange === 'moved' && !may.toErp) lookedPast.exchange.push(nameOf(path));
  if (erp === 'moved' && !may.toExchange) lookedPast.erp.push(nameOf(path));
}

function nameOf({ field, element }: Path): string {
  return element === null ? field : `${field}/${element}`;
}

/** Also where the ERP has it already from a write of ours that we did not live to settle. */
function isNewInExchange<R>(
  field: string,
  { exchange }: { readonly exchange: Shown<R> },
  { bases }: MergeTerms,
): boolean {
  const path = { field, element: null };
  return at(exchange.base, path) !== at(bases.exchange, path);
}

function takenAlong(
  rule: FieldRule,
  may: Ways,
  merged: Merged<unknown>,
  isNew: (field: string) => boolean,
): Winner | null {
  const { alongToExchange = [] } = rule;
  if (
    may.toExchange &&
    alongToExchange.some((field) => merged.toExchange.includes(field) || isNew(field))
  )
    return { side: 'erp', isConflict: false };
  for (const field of rule.alongWith ?? []) {
    if (may.toExchange && merged.toExchange.includes(field))
      return { side: 'erp', isConflict: false };
    if (may.toErp && merged.toErp.includes(field)) return { side: 'exchange', isConflict: false };
  }
  return null;
}

function sideThatTravels(
  erp: Stand,
  exchange: Stand,
  may: Ways,
  path: Path,
  rule: FieldRule,
  terms: MergeTerms,
): Winner | null {
  const erpTravels = may.toExchange && (erp === 'moved' || exchange === 'ours');
  const exchangeTravels = may.toErp && (exchange === 'moved' || erp === 'ours');
  if (erpTravels && exchangeTravels) {
    if (erp !== 'moved') return { side: 'exchange', isConflict: false };
    if (exchange !== 'moved') return { side: 'erp', isConflict: false };
    return { side: conflictWinner(path, rule, terms), isConflict: true };
  }
  if (erpTravels) return { side: 'erp', isConflict: false };
  return exchangeTravels ? { side: 'exchange', isConflict: false } : null;
}

function conflictWinner(path: Path, rule: FieldRule, terms: MergeTerms): Side {
  const mailbox = terms.between?.(nameOf(path)) ?? null;
  if (mailbox !== null && rule.direction === 'both') return mailbox;
  const decided = rule.onConflict === 'connection' ? terms.conflict : rule.onConflict;
  return decided === 'newest' ? terms.newer : decided;
}

function standOf(side: Side, path: Path, now: Base, terms: MergeTerms): Stand {
  const shown = at(now, path);
  if (terms.isBaseUnknown !== true && shown === at(terms.bases[side], path)) return 'same';
  for (const intent of terms.open) {
    if (intent.side !== side || intent.target === null) continue;
    if (terms.cameToNothing?.has(intent.id) === true) continue;
    const isAsWritten = shown === at(intent.target[side], path);
    if (isAsWritten && isBroughtBy(intent, path, shown, terms.open)) return 'ours';
    if (intent.rewritesSeries && path.element !== null && shown === undefined) return 'ours';
  }
  return 'moved';
}

/**
 * Our write landed, and nobody wrote since: what it brought is ours, even where the ERP clipped it. What was there before
 * came by an earlier write of ours only where nobody wrote between the two.
 */
function isErpOurs(path: Path, now: Base, terms: MergeTerms): boolean {
  const { erpIsOurs, open, cameToNothing, ledTo } = terms;
  if (!erpIsOurs) return false;
  const shown = at(now, path);
  const writes = open.filter(({ id, side }) => side === 'erp' && cameToNothing?.has(id) !== true);
  if (writes.length === 0) return true;
  let version: string | null = null;
  for (const write of writes.reverse()) {
    if (version !== null && ledTo?.get(write.id) !== version) continue;
    if (isBroughtBy(write, path, shown, open)) return true;
    version = write.recordVersion;
  }
  return false;
}

/**
 * Whether a value came by this write, or was there when the write was planned: a person's edit that should travel the
 * other way. The write to the other side, planned from the same versions, has that observation as its target.
 */
function isBroughtBy(
  intent: Intent,
  path: Path,
  shown: string | undefined,
  open: readonly Intent[],
): boolean {
  const sibling = open.find(
    (other) =>
      other.side !== intent.side &&
      other.target !== null &&
      other.recordVersion === intent.recordVersion &&
      other.itemVersion === intent.itemVersion,
  );
  return !sibling?.target || at(sibling.target[intent.side], path) !== shown;
}

function at(base: Base, path: Path): string | undefined {
  const found = base[path.field];
  if (path.element === null) return typeof found === 'string' ? found : undefined;
  return typeof found === 'object' ? found[path.element] : undefined;
}

/** Equal = putting one side's value into the other would change nothing there (rule 2). Computed only when asked. */
function equality<S extends Shapes>(
  kind: KindOf<S>,
  context: TranslationContext,
  sides: { readonly erp: Compared<S['value']>; readonly exchange: Compared<S['value']> },
): (path: Path) => boolean {
  let inErp: Canonical | null = null;
  let inExchange: Canonical | null = null;
  return (path) => {
    const erp = textAt(sides.erp.canonical, path);
    const exchange = textAt(sides.exchange.canonical, path);
    if (erp === exchange) return true;
    inExchange ??= kind.canonical(kind.asExchangeHolds(sides.erp.value, context));
    if (textAt(inExchange, path) === exchange) return true;
    inErp ??= kind.canonical(kind.asErpHolds(sides.exchange.value, context));
    return textAt(inErp, path) === erp;
  };
}

function textAt(canonical: Canonical, path: Path): string | undefined {
  const found = canonical[path.field];
  if (path.element === null) return typeof found === 'string' ? found : undefined;
  return typeof found === 'object' ? found[path.element] : undefined;
}

interface Merging<R> extends Merged<R> {
  forErp: R;
  forExchange: R;
  readonly toErp: string[];
  readonly toExchange: string[];
  readonly conflicts: Conflict[];
  readonly putBack: Conflict[];
  readonly lookedPast: Readonly<Record<Side, string[]>>;
  readonly bothMoved: string[];
}

function startingFrom<S extends Shapes>(
  sides: {
    readonly erp: Shown<S['value']>;
    readonly exchange: Shown<S['value']>;
  },
  { why }: Travel,
): Merging<S['value']> {
  return {
    forErp: sides.erp.value,
    forExchange: sides.exchange.value,
    toErp: [],
    toExchange: [],
    conflicts: [],
    putBack: [],
    lookedPast: { erp: [], exchange: [] },
    ...(why !== undefined && { why }),
    bothMoved: [],
  };
}

function carry<S extends Shapes>(
  kind: KindOf<S>,
  merged: Merging<S['value']>,
  move: {
    readonly field: keyof S['value'] & string;
    readonly path: Path;
    readonly winner: Winner;
    readonly sides: { readonly erp: Shown<S['value']>; readonly exchange: Shown<S['value']> };
  },
): void {
  const { field, path, winner, sides } = move;
  const name = nameOf(path);
  const from = winner.side === 'erp' ? sides.erp.value : sides.exchange.value;
  const into = (value: S['value']): S['value'] =>
    path.element === null
      ? { ...value, [field]: from[field] }
      : kind.withElement(value, field, path.element, from);
  if (winner.side === 'erp') {
    merged.forExchange = into(merged.forExchange);
    merged.toExchange.push(name);
  } else {
    merged.forErp = into(merged.forErp);
    merged.toErp.push(name);
  }
  const loser = winner.side === 'erp' ? sides.exchange.value : sides.erp.value;
  const overruled = { field: name, winner: winner.side, lost: loser[field] };
  if (winner.isConflict) merged.conflicts.push(overruled);
  if (winner.isPutBack === true) merged.putBack.push(overruled);
}

/** Whether a side moved in any field that may travel away from it: such a change beats a deletion over there. */
export function hasMoved<S extends Shapes>(
  kind: KindOf<S>,
  side: Side,
  shown: Base,
  terms: Pick<MergeTerms, 'bases' | 'travel' | 'open' | 'cameToNothing'> &
    Partial<Pick<MergeTerms, 'erpIsOurs' | 'ledTo'>>,
): boolean {
  return keysOf(kind.rules).some((field) => {
    const may = waysOf(field, kind.rules[field], terms.travel);
    if (!(side === 'erp' ? may.toExchange : may.toErp)) return false;
    const known = new Set<string>();
    for (const base of [shown, terms.bases[side]]) {
      const elements = base[field];
      if (typeof elements === 'object')
        for (const element of Object.keys(elements)) known.add(element);
    }
    const paths: Path[] =
      kind.rules[field].merge === 'whole'
        ? [{ field, element: null }]
        : [...known].map((element) => ({ field, element }));
    const { erpIsOurs = false } = terms;
    const all = { ...terms, conflict: 'erp', newer: 'erp', erpIsOurs } as const;
    // what the ERP has made of a write of ours is nobody's edit
    const isOurs = (path: Path): boolean => side === 'erp' && isErpOurs(path, shown, all);
    return paths.some((path) => standOf(side, path, shown, all) === 'moved' && !isOurs(path));
  });
}
