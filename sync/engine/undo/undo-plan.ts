import { keysOf } from '../../../mappings/keys.js';
import type { Base, Link, LostValue, Refusal, Side, Wish, Write } from '../../ports/store.js';
import type { Decision } from '../decision.js';
import type { ItemThere, Observed, RecordThere } from '../sights.js';
import { hasMoved } from '../has-moved.js';
import type { Merged } from '../merge.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { DecisionOf } from '../step.js';
import { alike, comingBack, pathsOfOne } from './together.js';
import { markAt, markOfBases, splitPath } from './trail.js';
import { EVERYWHERE, waysOf } from '../terms/travel.js';
import { travelFor } from '../terms/travel-for.js';

/** What comes of a wish in this cycle. */
export type WishPlan<S extends Shapes> =
  | { readonly kind: 'refuse'; readonly why: Refusal }
  /** Something else comes first: the next cycle looks again. */
  | { readonly kind: 'later' }
  | { readonly kind: 'do'; readonly decision: Decision<S>; readonly fields: readonly string[] };

/**
 * Whether, and how, writes of ours to a link that lives are taken back, or a lost value is brought back: on both sides as one
 * edit, and only while both still show what they showed then. What travels one way goes back where we wrote it, and the link
 * rests from then on. A half-done earlier try is recognised by its intents. Pure.
 */
export function planWish<S extends Shapes>(
  work: PairWork<S>,
  { for: wanted }: Wish,
  observed: Observed<S>,
  link: Link,
): WishPlan<S> {
  if (wanted.kind === 'restore') {
    const { lost, beside = [] } = wanted;
    if (lost === null) return refuse('expired');
    return planRestore(work, { lost, beside }, observed, link);
  }
  const created = wanted.writes.find(({ what }) => what === 'create');
  if (created !== undefined && isRemovedByUs(observed, created.side)) {
    return { kind: 'do', decision: { kind: 'endLink', link, why: 'takenBack' }, fields: [] };
  }
  const [newest] = wanted.writes;
  return withBoth(observed, link, (both) => {
    const isThen =
      newest?.after === markOfBases(link.bases) && newest.form === work.kind.form(work.translation);
    if (!isThen || isTouched(work, both)) return refuse('changedSince');
    return created === undefined
      ? planValues(work, wanted.writes, both)
      : planUncreate(created.side, both);
  });
}

/** Of what we made only our own half goes; what it was made from is somebody's, and stays. */
function planUncreate<S extends Shapes>(side: Side, { link, record, item }: Both<S>): WishPlan<S> {
  const decision: Decision<S> =
    side === 'erp'
      ? { kind: 'removeFromErp', link, record }
      : { kind: 'removeFromExchange', link, item };
  return { kind: 'do', decision, fields: [] };
}

/** Our removal was done, and nobody heard the answer: it must not pass for a person's deletion. */
function isRemovedByUs<S extends Shapes>({ unit, record, item }: Observed<S>, side: Side): boolean {
  const isPromised = unit.open.some((intent) => intent.what === 'remove' && intent.side === side);
  const isGone = side === 'erp' ? record.kind === 'removed' : item.kind === 'deleted';
  return isPromised && isGone;
}

interface Both<S extends Shapes> {
  readonly observed: Observed<S>;
  readonly link: Link;
  readonly record: RecordThere<S>;
  readonly item: ItemThere<S>;
}

function withBoth<S extends Shapes>(
  observed: Observed<S>,
  link: Link,
  plan: (both: Both<S>) => WishPlan<S>,
): WishPlan<S> {
  const { record, item } = observed;
  if (link.ended !== null) return refuse('notLinked');
  if (record.kind === 'unknown' || item.kind === 'unknown') return { kind: 'later' };
  if (record.kind !== 'there' || item.kind !== 'there') return refuse('notThere');
  return plan({ observed, link, record, item });
}

function planValues<S extends Shapes>(
  work: PairWork<S>,
  writes: readonly Write[],
  both: Both<S>,
): WishPlan<S> {
  const each: Putting[] = [];
  // newest first, so that the value before the oldest write is the one that stays
  for (const { side, fields, before } of writes) {
    if (before === null) return refuse('expired');
    for (const path of fields) each.push(...puttingOf(work, both, { path, side, before }));
  }
  const puttings = alike(work.kind, shownNow(both), each);
  if (puttings.length === 0 || puttings.some(({ to }) => to.length === 0)) return refuse('oneWay');
  const isOneWay = puttings.some(({ to, isErpsOwn }) => to.length === 1 && !isErpsOwn);
  const isAlone = puttings.every(({ isErpsOwn }) => isErpsOwn);
  // what only the ERP can say is not taken back beside what goes back on both sides; it follows the rest
  return putBackTo(
    work,
    both,
    puttings.filter(({ isErpsOwn }) => !isErpsOwn || isOneWay || isAlone),
  );
}

/** A value of before, and the sides that it may be written to: both, or, where it travels one way, where we wrote. */
interface Putting {
  readonly path: string;
  readonly to: readonly Side[];
  readonly values: object;
  /** The field travels from the ERP alone, whatever anybody chose. */
  readonly isErpsOwn: boolean;
}

function puttingOf<S extends Shapes>(
  work: PairWork<S>,
  { observed, link }: Both<S>,
  { path, side, before }: { readonly path: string; readonly side: Side; readonly before: string },
): readonly Putting[] {
  const field = fieldOf(work, path);
  if (field === undefined) return [];
  const rule = work.kind.rules[field];
  const ways = waysOf(field, rule, travelFor(work, observed, link));
  const isThere = side === 'erp' ? ways.toErp : ways.toExchange;
  const to: readonly Side[] = ways.toErp && ways.toExchange ? ['erp', 'exchange'] : [side];
  const isErpsOwn = rule.direction !== 'both';
  return [{ path, to: isThere ? to : [], values: parsed(before), isErpsOwn }];
}

/** Where it goes back on one side only, the link rests afterwards: the other side would bring its value again. */
function putBackTo<S extends Shapes>(
  work: PairWork<S>,
  both: Both<S>,
  puttings: readonly Putting[],
): WishPlan<S> {
  const values = { erp: both.record.shown.value, exchange: both.item.shown.value };
  const paths = { erp: new Set<string>(), exchange: new Set<string>() };
  const alone = { erp: new Set<string>(), exchange: new Set<string>() };
  for (const { path, to, values: before } of puttings) {
    for (const side of to) {
      values[side] = withValue(work, values[side], path, before);
      paths[side].add(path);
      if (to.length === 1) alone[side].add(path);
    }
  }
  const undone = { toErp: [...alone.erp], toExchange: [...alone.exchange] };
  const isFreezing = undone.toErp.length + undone.toExchange.length > 0;
  const decision = mergeTo(both, values, {
    toErp: [...paths.erp],
    toExchange: [...paths.exchange],
  });
  return {
    kind: 'do',
    decision: isFreezing ? { ...decision, freezes: undone } : decision,
    fields: [...new Set([...paths.erp, ...paths.exchange])],
  };
}

function planRestore<S extends Shapes>(
  work: PairWork<S>,
  { lost, beside }: { readonly lost: LostValue; readonly beside: readonly LostValue[] },
  observed: Observed<S>,
  link: Link,
): WishPlan<S> {
  if (fieldOf(work, lost.field) === undefined) return refuse('changedSince');
  return withBoth(observed, link, (both) => {
    const back = comingBack(work.kind, { lost, beside }, shownNow(both));
    if (back === null) return refuse('changedSince');
    const each = back.flatMap((one) => puttingOfLost(work, both, one));
    const puttings = alike(work.kind, shownNow(both), each);
    if (puttings.some(({ to }) => to.length === 0)) return refuse('oneWay');
    const paths = pathsOfOne(work.kind, lost.field);
    const isThen = lost.after === markAt(link.bases, paths);
    const isTouchedThere = paths.some((path) => isTouched(work, both, path));
    if (!isThen || isTouchedThere) return refuse('changedSince');
    // what else was changed is carried over first: a base that moved on with this write would swallow it
    if (isTouched(work, both)) return { kind: 'later' };
    return putBackTo(work, both, puttings);
  });
}

function shownNow<S extends Shapes>({ record, item }: Both<S>): readonly S['value'][] {
  return [record.shown.value, item.shown.value];
}

function puttingOfLost<S extends Shapes>(
  work: PairWork<S>,
  both: Both<S>,
  { field: path, value, winner }: LostValue,
): readonly Putting[] {
  const side = winner === 'erp' ? 'exchange' : 'erp';
  const lost: unknown = JSON.parse(value);
  const before = JSON.stringify({ [splitPath(path).field]: lost });
  return puttingOf(work, both, { path, side, before });
}

/** Whether anybody but us changed something on either side since both last agreed, in one field or in any. */
function isTouched<S extends Shapes>(
  work: PairWork<S>,
  { observed: { unit }, link, record, item }: Both<S>,
  path: string | null = null,
): boolean {
  if (link.form !== work.kind.form(work.translation)) return true;
  const only = (base: Base): Base => (path === null ? base : onlyAt(base, path));
  const bases = { erp: only(link.bases.erp), exchange: only(link.bases.exchange) };
  const { open, cameToNothing } = unit;
  const terms = { bases, travel: EVERYWHERE, open, cameToNothing };
  const isErpOurs = unit.landedVersion !== null && record.seen.version === unit.landedVersion;
  return (
    (!isErpOurs && hasMoved(work.kind, 'erp', only(record.shown.base), terms)) ||
    hasMoved(work.kind, 'exchange', only(item.shown.base), terms)
  );
}

/** A base as if there were nothing but this field, or this element. */
function onlyAt(base: Base, path: string): Base {
  const { field, element } = splitPath(path);
  const found = base[field];
  if (found === undefined) return {};
  if (element === null || typeof found === 'string') return { [field]: found };
  const print = found[element];
  return { [field]: print === undefined ? {} : { [element]: print } };
}

function mergeTo<S extends Shapes>(
  { link, record, item }: Both<S>,
  values: Readonly<Record<Side, S['value']>>,
  paths: Pick<Merged<S['value']>, 'toErp' | 'toExchange'>,
): DecisionOf<S, 'merge'> {
  const merged: Merged<S['value']> = {
    forErp: values.erp,
    forExchange: values.exchange,
    ...paths,
    conflicts: [],
    putBack: [],
    bothMoved: [],
    lookedPast: { erp: [], exchange: [] },
  };
  return { kind: 'merge', link, record, item, merged };
}

function fieldOf<S extends Shapes>(
  { kind }: PairWork<S>,
  path: string,
): (keyof S['value'] & string) | undefined {
  const { field } = splitPath(path);
  return keysOf(kind.rules).find((name) => name === field);
}

function withValue<S extends Shapes>(
  work: PairWork<S>,
  onto: S['value'],
  path: string,
  values: object,
): S['value'] {
  const from: S['value'] = { ...onto, ...values };
  const field = fieldOf(work, path);
  const { element } = splitPath(path);
  if (field === undefined) return onto;
  return element === null
    ? { ...onto, [field]: from[field] }
    : work.kind.withElement(onto, field, element, from);
}

/** What was kept as JSON by ourselves. */
export function parsed(text: string): object {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}

export function refuse(why: Refusal): { readonly kind: 'refuse'; readonly why: Refusal } {
  return { kind: 'refuse', why };
}
