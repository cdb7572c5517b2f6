import type { ConnectionConflictRule, FieldRule } from '../../mappings/field-rules.js';
import type { Canonical, TranslationContext } from '../../mappings/kind.js';
import { keysOf } from '../../mappings/keys.js';
import type { Base, Bases, Side } from '../ports/store.js';
import { takenWhole } from './inseparable.js';
import type { Standing, Whole, Winner } from './inseparable.js';
import type { KindOf, Shapes } from './pair-work.js';
import type { Shown } from './shown.js';
import { at, nameOf, standsOf } from './stand.js';
import type { Path, Stands, StandTerms } from './stand.js';
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
export interface MergeTerms extends StandTerms {
  /** Which way this record travels; a record may have terms of its own. */
  readonly travel: Travel;
  readonly conflict: ConnectionConflictRule;
  /** The side that was changed later, by corrected clocks; `erp` where that is not sure (rule 16). */
  readonly newer: Side;
  /** The winner of a field whose value in the ERP came from another mailbox (rule 16); null = no mailbox's. */
  readonly between?: ((field: string) => Side | null) | undefined;
  /** True where the bases were made by another form: what is missing in them may just have been told otherwise (rule 7). */
  readonly isBaseOld?: boolean;
}

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
 * - Fields that make one thing are taken from one side where mixed they would be what nobody has entered.
 */
export function mergeValues<S extends Shapes>(
  kind: KindOf<S>,
  context: TranslationContext,
  sides: { readonly erp: Shown<S['value']>; readonly exchange: Shown<S['value']> },
  terms: MergeTerms,
): Merged<S['value']> {
  const asTheyAre = equality(kind, context, sides);
  const merged = startingFrom<S>(sides, terms.travel);
  const whole = wholeOf(kind, sides, { ...terms, equal: asTheyAre });
  for (const field of keysOf(kind.rules)) {
    const rule = kind.rules[field];
    const staysEqual = isUprooted(rule, merged)
      ? equality(kind, context, asTheyWillBe(sides, merged))
      : asTheyAre;
    const isPeople = field === kind.meetings?.attendees;
    const equal = (path: Path): boolean =>
      asTheyAre(path) && staysEqual(path) && !(isPeople && wasTakenOff(path, sides, terms));
    for (const path of pathsOf(field, rule, sides, terms.bases)) {
      const asked = { ...terms, equal, merged, whole };
      const winner = winnerOf(path, rule, sides, asked);
      if (winner) carry(kind, merged, { field, path, winner, sides });
    }
  }
  return merged;
}

/**
 * Somebody was on Exchange's list, and a person has taken them off. That Exchange would not be given them anyway, where nobody
 * is invited from here, says nothing then.
 */
function wasTakenOff<R>(
  path: Path,
  { erp, exchange }: { readonly erp: Shown<R>; readonly exchange: Shown<R> },
  { bases, isBaseUnknown, isBaseOld }: MergeTerms,
): boolean {
  if (isBaseUnknown === true || isBaseOld === true) return false;
  const isGone = at(exchange.base, path) === undefined && at(bases.exchange, path) !== undefined;
  const shown = at(erp.base, path);
  return isGone && shown !== undefined && shown === at(bases.erp, path);
}

/** The field itself, or each element that a side shows or that the bases know. */
export function pathsOf(
  field: string,
  rule: FieldRule,
  sides: Readonly<Record<Side, { readonly base: Base }>>,
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

/**
 * Whose fields are taken where they make one thing, were changed, and must not be mixed; null = each field for itself. Asked
 * for each record, and nearly always answered by their fingerprints.
 */
function wholeOf<S extends Shapes>(
  { inseparable, rules }: KindOf<S>,
  sides: { readonly erp: Shown<S['value']>; readonly exchange: Shown<S['value']> },
  terms: MergeTerms & { readonly equal: (path: Path) => boolean },
): Whole | null {
  if (inseparable === undefined) return null;
  const fields = keysOf(rules).filter((field) => inseparable.fields.includes(field));
  const standings = fields.map((field): Standing => {
    const stands = standsOf({ field, element: null }, sides, terms);
    return { field, stands, may: waysOf(field, rules[field], terms.travel) };
  });
  if (!standings.some(({ stands }) => isMovedAtAll(stands))) return null;
  const differing = standings.filter(({ field }) => !terms.equal({ field, element: null }));
  if (differing.length < 2) return null;
  if (inseparable.mayBeMixed(sides.erp.value, sides.exchange.value)) return null;
  const [rule] = fields.map((field) => rules[field]);
  return takenWhole(differing, terms.travel.enforce, () => winnerOfAll(differing, rule, terms));
}

/** As for a single field; the ERP's are another mailbox's where every one that was changed came from one (rule 16). */
function winnerOfAll(
  differing: readonly Standing[],
  rule: FieldRule | undefined,
  terms: MergeTerms,
): Side {
  const inErp = differing.filter(({ stands }) => stands.erp === 'moved');
  const verdicts = inErp.map(({ field }) => terms.between?.(field) ?? null);
  if (verdicts.includes(null)) return winnerByRule(rule?.onConflict ?? 'connection', terms);
  return verdicts.includes('erp') ? 'erp' : 'exchange';
}

function winnerOf<R>(
  path: Path,
  rule: FieldRule,
  sides: { readonly erp: Shown<R>; readonly exchange: Shown<R> },
  terms: MergeTerms & {
    readonly equal: (path: Path) => boolean;
    readonly merged: Merging<unknown>;
    readonly whole: Whole | null;
  },
): Winner | null {
  const stands = standsOf(path, sides, terms);
  const isWhole = terms.whole?.has(path.field) === true;
  const may = isWhole ? NOWHERE : waysOf(path.field, rule, terms.travel);
  const winner = isWhole
    ? (terms.whole.get(path.field) ?? null)
    : winnerAlone(path, rule, stands, { ...terms, sides, may });
  const isAtRest = winner === null && !isMovedAtAll(stands);
  if (isAtRest || terms.equal(path)) return null;
  if (winner === null) noteLookedPast(stands, path, may, terms.merged);
  else if (winner.isConflict || (isMovedOnBoth(stands) && rule.direction === 'both')) {
    terms.merged.bothMoved.push(nameOf(path));
  }
  return winner;
}

/** What is taken whole does not travel by itself. */
const NOWHERE: Ways = { toErp: false, toExchange: false };

function isMovedAtAll({ erp, exchange }: Stands): boolean {
  return erp === 'moved' || exchange === 'moved';
}

function isMovedOnBoth({ erp, exchange }: Stands): boolean {
  return erp === 'moved' && exchange === 'moved';
}

function winnerAlone<R>(
  path: Path,
  rule: FieldRule,
  stands: Stands,
  terms: MergeTerms & {
    readonly sides: { readonly erp: Shown<R>; readonly exchange: Shown<R> };
    readonly merged: Merging<unknown>;
    readonly may: Ways;
  },
): Winner | null {
  const { sides, merged, may, travel } = terms;
  if (stands.erp === 'same' && stands.exchange === 'same') {
    return takenAlong(rule, may, merged, (field) => isNewInExchange(field, sides, terms));
  }
  return sideThatTravels(stands, may, path, rule, terms) ?? putBack(stands, may, travel);
}

/** What may not travel away from a side is overwritten there with what the other side has, where that may come. */
function putBack({ erp, exchange }: Stands, may: Ways, { enforce }: Travel): Winner | null {
  if (!enforce) return null;
  if (exchange === 'moved' && may.toExchange && !may.toErp)
    return { side: 'erp', isConflict: false, isPutBack: true };
  if (erp === 'moved' && may.toErp && !may.toExchange)
    return { side: 'exchange', isConflict: false, isPutBack: true };
  return null;
}

function noteLookedPast(
  { erp, exchange }: Stands,
  path: Path,
  may: Ways,
  { lookedPast }: Merging<unknown>,
): void {
  if (exchange === 'moved' && !may.toErp) lookedPast.exchange.push(nameOf(path));
  if (erp === 'moved' && !may.toExchange) lookedPast.erp.push(nameOf(path));
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
  { erp, exchange }: Stands,
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
  if (!exchangeTravels) return null;
  // the organiser's news come by a copy and go one way only: an edit that they overwrite in the ERP is kept all the same
  const isOverruled = erp === 'moved' && terms.travel.why === 'attendeeCopy';
  return { side: 'exchange', isConflict: isOverruled };
}

function conflictWinner(path: Path, rule: FieldRule, terms: MergeTerms): Side {
  const mailbox = terms.between?.(nameOf(path)) ?? null;
  if (mailbox !== null && rule.direction === 'both') return mailbox;
  return winnerByRule(rule.onConflict, terms);
}

function winnerByRule(onConflict: FieldRule['onConflict'], terms: MergeTerms): Side {
  const decided = onConflict === 'connection' ? terms.conflict : onConflict;
  return decided === 'newest' ? terms.newer : decided;
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
