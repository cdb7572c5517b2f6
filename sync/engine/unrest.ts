import { instantOf, millisecondsOf } from '../../mappings/values.js';
import type { Instant } from '../../mappings/values.js';
import { UNTIL_THAWED } from '../ports/store.js';
import type { Base, Bases, Link, Side, Unrest } from '../ports/store.js';
import { printAt, withPrint } from './undo/trail.js';

/** How often a field may go back to what it was just before, in an hour: people change their minds, tools for ever. */
const MOST_FLIPS = 6;
/** How often we write one record at all, in an hour. */
const MOST_WRITES = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Why a record is frozen, as the journal keeps it. */
export type FrozenReason = 'keepsFlipping' | 'writtenTooOften' | 'takenBackOneWay';

/** What a write leaves of a link's unrest, and the reason why it is frozen with it; null = it is not. */
export interface Restless {
  readonly unrest: Unrest;
  readonly frozen: { readonly reason: FrozenReason; readonly fields: readonly string[] } | null;
}

/** Whether somebody else keeps changing this record, so that it rests for now (scenario 15). */
export function isFrozen({ unrest }: Link, now: Instant): boolean {
  const until = unrest?.frozenUntil ?? null;
  return until !== null && now < until;
}

/** After a write of these fields: does a value keep coming back to what it was before the last one? Pure. */
export function afterWrite(
  link: Link,
  bases: Bases,
  written: Readonly<Record<Side, readonly string[]>>,
  now: Instant,
): Restless {
  const before = recent(link.unrest, now);
  const fields = { ...before.fields };
  for (const side of ['erp', 'exchange'] as const) {
    for (const path of written[side]) {
      const name = `${side}/${path}`;
      const known = fields[name];
      const isBack = known?.before === printAt(bases[side], path);
      const flips = isBack ? known.flips + 1 : 0; // something new is somebody's work
      fields[name] = { before: printAt(link.bases[side], path), flips };
    }
  }
  return judged({ ...before, fields, writes: before.writes + 1 }, now);
}

/**
 * After something was taken back on one side, which the other side may not follow: the link rests until somebody thaws it,
 * or the other side's value would come again (rule 18).
 */
export function afterOneWayUndo(
  undone: NonNullable<Unrest['undone']>,
  { unrest }: Link,
  now: Instant,
): Restless {
  const before = unrest?.undone ?? { toErp: [], toExchange: [] };
  const toErp = [...new Set([...before.toErp, ...undone.toErp])];
  const toExchange = [...new Set([...before.toExchange, ...undone.toExchange])];
  const frozenUntil = UNTIL_THAWED;
  return {
    unrest: { fields: {}, writes: 0, since: now, frozenUntil, undone: { toErp, toExchange } },
    frozen: { reason: 'takenBackOneWay', fields: [...new Set([...toErp, ...toExchange])] },
  };
}

/** What was taken back on one side, and thawed since: there the other side counts as changed, so that it is brought anew. */
export function basesOnceThawed(bases: Bases, { unrest }: Link): Bases {
  const { toErp = [], toExchange = [] } = unrest?.undone ?? {};
  const moved = (base: Base, paths: readonly string[]): Base =>
    paths.reduce((one, path) => withPrint(one, path, ''), base);
  return { erp: moved(bases.erp, toExchange), exchange: moved(bases.exchange, toErp) };
}

/** Synced again, nothing is left of it. */
export function calmed(unrest: Unrest | undefined, now: Instant): Unrest | undefined {
  if (unrest?.undone === undefined) return unrest;
  const isResting = unrest.frozenUntil !== null && now < unrest.frozenUntil;
  return isResting ? unrest : { ...unrest, undone: undefined };
}

function judged(unrest: Unrest, now: Instant): Restless {
  const flipping = Object.entries(unrest.fields)
    .filter(([, { flips }]) => flips >= MOST_FLIPS)
    .map(([name]) => name.slice(name.indexOf('/') + 1));
  const isTooMuch = unrest.writes >= MOST_WRITES;
  if (flipping.length === 0 && !isTooMuch) return { unrest, frozen: null };
  const reason = flipping.length > 0 ? 'keepsFlipping' : 'writtenTooOften';
  const frozenUntil = instantOf(millisecondsOf(now) + DAY_MS);
  return {
    unrest: { ...unrest, fields: {}, writes: 0, since: frozenUntil, frozenUntil },
    frozen: { reason, fields: flipping },
  };
}

/** What is older than an hour says nothing any more. */
function recent(unrest: Unrest | undefined, now: Instant): Unrest {
  if (unrest === undefined) return { ...CALM, since: now };
  const isOld = millisecondsOf(now) - millisecondsOf(unrest.since) > HOUR_MS;
  const frozenUntil = unrest.frozenUntil === UNTIL_THAWED ? UNTIL_THAWED : null;
  return isOld ? { ...unrest, fields: {}, writes: 0, since: now, frozenUntil } : unrest;
}

const CALM: Omit<Unrest, 'since'> = {
  fields: {},
  writes: 0,
  frozenUntil: null,
};
