import type { Link, Side, Waiting } from '../ports/store.js';
import type { Observed } from './sights.js';
import type { Shapes } from './pair-work.js';
import type { Decision, Standing } from './decision.js';

/** What waits for an administrator, by link. */
export type WaitingByLink = ReadonlyMap<string, readonly Waiting[]>;

export function waitingByLink(waiting: readonly Waiting[]): WaitingByLink {
  const byLink = new Map<string, Waiting[]>();
  for (const one of waiting) byLink.set(one.linkId, [...(byLink.get(one.linkId) ?? []), one]);
  return byLink;
}

export interface Judged<S extends Shapes> {
  readonly decision: Decision<S>;
  readonly standing: Standing;
}

/**
 * What becomes of a decision by what an administrator said of it. An approval lets exactly what was held happen. A rejection
 * lets nothing be taken away: both sides stay as they are, and linked, until one of them changes or comes back.
 * `decide` plans an observation again. Pure.
 */
export function judge<S extends Shapes>(
  observed: Observed<S>,
  decision: Decision<S>,
  waiting: WaitingByLink,
  decide: (observed: Observed<S>, mayOverwrite: boolean) => Decision<S>,
): Judged<S> {
  const said = verdictOn(observed, decision, waiting);
  if (said?.verdict === 'rejected') return rejected(observed, decision, said, decide);
  if (said?.verdict !== 'approved') return { decision, standing: 'free' };
  if (!isOfThese(said, observed)) return { decision, standing: 'heldAgain' };
  const done = decision.kind === 'hold' ? decide(asProven(observed), true) : decision;
  return { decision: done, standing: 'approved' };
}

function verdictOn<S extends Shapes>(
  { unit }: Observed<S>,
  decision: Decision<S>,
  waiting: WaitingByLink,
): Waiting | undefined {
  const ofLink = unit.link === null ? [] : (waiting.get(unit.link.id) ?? []);
  const side = sideAtRisk(decision);
  return side === null ? undefined : ofLink.find((one) => side === 'any' || one.side === side);
}

/** Which side a decision may take something away from; of a merge only its step tells. */
function sideAtRisk<S extends Shapes>(decision: Decision<S>): Side | 'any' | null {
  switch (decision.kind) {
    case 'removeFromErp':
      return 'erp';
    case 'removeFromExchange':
      return 'exchange';
    case 'hold':
      return decision.side;
    case 'merge':
      return 'any';
    default:
      return null;
  }
}

/** What was kept is right: changed by a person it is brought back to the side that has lost it, else it rests. */
function rejected<S extends Shapes>(
  observed: Observed<S>,
  decision: Decision<S>,
  said: Waiting,
  decide: (observed: Observed<S>, mayOverwrite: boolean) => Decision<S>,
): Judged<S> {
  if (decision.kind === 'merge') {
    const isSame = isOfThese(said, observed);
    return isSame
      ? { decision: { kind: 'rest' }, standing: 'free' }
      : { decision, standing: 'heldAgain' };
  }
  const again = decide(asProven(observed), false);
  const isBroughtBack = again.kind === 'createInErp' || again.kind === 'createInExchange';
  return { decision: isBroughtBack ? again : { kind: 'rest' }, standing: 'free' };
}

/** What is merely missing, taken as deleted: an administrator has looked into it. */
function asProven<S extends Shapes>(observed: Observed<S>): Observed<S> {
  const { record, item } = observed;
  return {
    ...observed,
    record: record.kind === 'missing' ? { kind: 'removed', idReused: false } : record,
    item: item.kind === 'missing' ? { kind: 'deleted' } : item,
  };
}

function isOfThese<S extends Shapes>(said: Waiting, observed: Observed<S>): boolean {
  const { link } = observed.unit;
  if (link === null) return false;
  const { recordVersion, itemVersion } = versionsOf(observed, link);
  return said.recordVersion === recordVersion && said.itemVersion === itemVersion;
}

/** The versions that both sides show; of a side that is gone the last one known. */
export function versionsOf<S extends Shapes>(
  { record, item }: Observed<S>,
  link: Link,
): { readonly recordVersion: string; readonly itemVersion: string } {
  return {
    recordVersion: record.kind === 'there' ? record.seen.version : link.recordVersion,
    itemVersion: item.kind === 'there' ? item.seen.ref.version : link.itemVersion,
  };
}
