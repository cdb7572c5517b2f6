import type { LostValue } from '../../ports/store.js';
import type { KindOf, Shapes } from '../pair-work.js';

/** What goes back of fields that make one thing goes back as one, or it would be what nobody has entered. */

/** The field or element, and what makes one thing with it. */
export function pathsOfOne<S extends Shapes>(
  { inseparable }: Pick<KindOf<S>, 'inseparable'>,
  path: string,
): readonly string[] {
  return inseparable?.fields.includes(path) === true ? inseparable.fields : [path];
}

/**
 * A lost value with those that must come back with it: they were lost with it, and it cannot be mixed with what the sides show
 * now. What is not among them was the same on both sides. null where any of them could be one of two.
 */
export function comingBack<S extends Shapes>(
  kind: KindOf<S>,
  { lost, beside }: { readonly lost: LostValue; readonly beside: readonly LostValue[] },
  now: readonly S['value'][],
): readonly LostValue[] | null {
  const others = pathsOfOne(kind, lost.field).filter((field) => field !== lost.field);
  const found = beside.filter(({ field, after }) => others.includes(field) && after === lost.after);
  const all = [lost, ...found].map(({ field, value }) => ({ path: field, value: parsed(value) }));
  if (mayGoBackSingly(kind, now, all)) return [lost];
  const isClear = new Set(found.map(({ field }) => field)).size === found.length;
  return isClear ? [lost, ...found] : null;
}

function parsed(value: string): unknown {
  return JSON.parse(value);
}

/** What goes back on one side only takes with it what makes one thing with it, where the two cannot be mixed. */
export function alike<
  S extends Shapes,
  P extends { readonly path: string; readonly to: readonly string[]; readonly values: object },
>(kind: KindOf<S>, now: readonly S['value'][], puttings: readonly P[]): readonly P[] {
  const all = puttings.map(({ path, values }) => ({ path, value: valueAt(values, path) }));
  if (mayGoBackSingly(kind, now, all)) return puttings;
  return puttings.map((one) => {
    const paths = pathsOfOne(kind, one.path);
    const others = puttings.filter(({ path }) => paths.includes(path));
    return { ...one, to: one.to.filter((side) => others.every(({ to }) => to.includes(side))) };
  });
}

function valueAt(values: object, path: string): unknown {
  return Object.entries(values).find(([field]) => field === path)?.[1];
}

function mayGoBackSingly<S extends Shapes>(
  { inseparable }: KindOf<S>,
  now: readonly S['value'][],
  all: readonly { readonly path: string; readonly value: unknown }[],
): boolean {
  if (inseparable === undefined) return true;
  const back = all.filter(
    ({ path, value }) => inseparable.fields.includes(path) && value !== undefined,
  );
  const values = Object.fromEntries(back.map(({ path, value }) => [path, value]));
  return now.every((value) => inseparable.mayBeMixed(value, { ...value, ...values }));
}
