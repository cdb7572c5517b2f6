import type { Loss } from '../../mappings/translation.js';
import type { Intent, Link, LinkEnd, Owed, Side } from '../ports/store.js';
import { readFeed } from './feed.js';
import type { Feed } from './feed.js';
import { whyHeld } from './guard.js';
import { openLedger } from './ledger.js';
import type { Conflict } from './merge.js';
import type { PairWork, Shapes } from './pair-work.js';
import { findTwins } from './pairing/pairing.js';
import { planBatch } from './plan-batch.js';
import { withoutWrites } from './read-only.js';
import type { MeetingReason, OutOfScope, Reason } from './reasons.js';
import type { Interrupted } from './recover.js';
import type { Step } from './step.js';
import { foreseeSuccessions } from './succession/foresee.js';
import { travelling } from './terms/travel.js';
import { travelFor } from './terms/travel-for.js';
import { unitsOf } from './units.js';

/** What a cycle would do about one appointment, task or contact. Values are the neutral ones of its kind. */
export type Foreseen<V> =
  | {
      readonly what: 'create' | 'update' | 'remove';
      /** The side that would be written. */
      readonly side: Side;
      readonly recordId: string | null;
      readonly itemId: string | null;
      /** What that side shows now; null before a create. */
      readonly before: V | null;
      /** What it would show; null after a removal. */
      readonly after: V | null;
      /** Names of fields, an element as `field/element`; empty but for an update. */
      readonly fields: readonly string[];
      readonly losses: readonly Loss[];
      readonly conflicts: readonly Conflict[];
      /** Why it would wait for an administrator; null = it would happen. */
      readonly held: Reason | null;
    }
  /** Record and item would be connected, or their link would end, without a change to either. */
  | { readonly what: 'link'; readonly recordId: string; readonly itemId: string }
  | {
      readonly what: 'unlink';
      readonly recordId: string;
      readonly itemId: string;
      readonly why: LinkEnd;
    }
  | {
      readonly what: 'hold';
      readonly side: Side;
      readonly recordId: string;
      readonly itemId: string;
      readonly held: Reason;
    }
  | { readonly what: 'park'; readonly side: Side; readonly id: string; readonly reason: string }
  /** Something that stays on its own side, by which rule. */
  | {
      readonly what: 'ignore';
      readonly side: Side;
      readonly id: string;
      readonly why: OutOfScope | MeetingReason;
    }
  /** An earlier write is not confirmed, or a side could not be read: only the next cycle can tell. */
  | { readonly what: 'unknown'; readonly recordId: string | null; readonly itemId: string | null };

/**
 * Plans the next cycle of a pair and carries out nothing: neither side, nor what we remember, is written (feature B8). It
 * plans with the code that the cycle plans with, so the plan is the one that is carried out if nothing changes meanwhile.
 * Memory is bounded by one batch and by what would be taken away. `only`: what it would do about these, whether or not they
 * changed. `meetings`: keys of those that pairs looked at before would make; this one would join them (rule 21). Throws as a cycle does.
 */
export async function* preview<S extends Shapes>(
  real: PairWork<S>,
  {
    only = null,
    meetings = new Set(),
  }: { readonly only?: readonly Owed[] | null; readonly meetings?: Set<string> } = {},
): AsyncGenerator<Foreseen<S['value']>> {
  const settled = new Map<string, Link>();
  const paired = new Map<string, Link>();
  const work = withoutWrites(withoutWrites(real, paired), settled);
  const interrupted = unconfirmed(await work.store.intents(work.pair.id));
  const feed = only === null ? await readFeed(work, interrupted) : await feedOf(work, only);
  const twins = await findTwins(work, feed, interrupted, false);
  for (const { link } of twins.links) paired.set(link.id, link);
  for (const { side, id, reason } of twins.unpaired) yield { what: 'park', side, id, reason };
  const ledger = openLedger(work, feed, interrupted);
  for (const tick of await foreseeSuccessions(work, { feed, interrupted, ledger })) {
    yield { what: 'update', ...tick, losses: [], conflicts: [], held: null };
  }
  const destructive = new Map<string, Step<S>>();
  for await (const units of unitsOf(work, feed, interrupted)) {
    const steps = await planBatch(work, units, { feed, interrupted, ledger });
    for (const { side, id, reason } of ledger.takeSettlement().parked) {
      yield { what: 'park', side, id, reason };
    }
    for (const step of steps) {
      const { unit, isCopy, isTwin } = step.action.observed;
      // a moved item comes up with its record and again by its new id; the cycle would find nothing to do then
      const isSettled = unit.link !== null && settled.get(unit.link.id)?.ended === null;
      if (isSettled && !isCopy && !isTwin) continue;
      for (const link of settledBy(step)) settled.set(link.id, link);
      if (step.destroys > 0) destructive.set(step.linkId, step);
      else yield* foreseenOf(work, step, { held: null, meetings });
    }
  }
  for (const { side, id } of ledger.owed) {
    yield {
      what: 'unknown',
      ...(side === 'erp' ? { recordId: id, itemId: null } : { recordId: null, itemId: id }),
    };
  }
  yield* foreseenRemovals(work, [...destructive.values()]);
}

/** As if nothing but these were to be looked at. */
async function feedOf<S extends Shapes>(work: PairWork<S>, only: readonly Owed[]): Promise<Feed> {
  const since = await work.store.progress(work.pair.id);
  const asked = (side: Side): Map<string, { readonly kind: 'ask' }> =>
    new Map(only.filter((one) => one.side === side).map(({ id }) => [id, { kind: 'ask' }]));
  const next = since.watermarks;
  const complete = { erp: false, exchange: false };
  const news = { records: asked('erp'), items: asked('exchange'), complete };
  return { ...news, next, since, later: [], reserved: new Set(), resting: new Set() };
}

/** The links as the cycle would have settled them before it comes to the next unit. */
function settledBy<S extends Shapes>({ action, linkId, key, attempt }: Step<S>): readonly Link[] {
  const { decision } = action;
  const fresh = { ...NEW_LINK, id: linkId, key, attempt };
  const ended = (link: Link | null): readonly Link[] =>
    link === null ? [] : [{ ...link, ended: 'deletedEverywhere' }];
  switch (decision.kind) {
    case 'merge': {
      const { link, record, item } = decision;
      return [{ ...link, recordId: record.seen.id, itemId: item.seen.ref.id, ended: null }];
    }
    case 'createInErp':
      return [...ended(decision.replaces), { ...fresh, itemId: decision.item.seen.ref.id }];
    case 'createInExchange':
      return [...ended(decision.replaces), { ...fresh, recordId: decision.record.seen.id }];
    default:
      return [];
  }
}

const NEW_LINK: Omit<Link, 'id' | 'key' | 'attempt'> = {
  recordId: '',
  recordBirth: '',
  recordVersion: '',
  itemId: '',
  itemVersion: '',
  uid: null,
  ended: null,
  bases: { erp: {}, exchange: {} },
  form: '',
};

/** As the cycle decides it: what is free is asked about as a whole. */
async function* foreseenRemovals<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
): AsyncGenerator<Foreseen<S['value']>> {
  const free = steps.filter(({ action }) => action.standing === 'free');
  const reason = await whyHeld(
    work,
    free.reduce((sum, step) => sum + step.destroys, 0),
  );
  for (const step of steps) {
    const { standing } = step.action;
    const held = standing === 'free' ? reason : 'changedSinceVerdict';
    yield* foreseenOf(work, step, {
      held: standing === 'approved' ? null : held,
      meetings: new Set(),
    });
  }
}

/** One step as what would be seen of it on each side. */
function foreseenOf<S extends Shapes>(
  work: PairWork<S>,
  step: Step<S>,
  { held, meetings }: { readonly held: Reason | null; readonly meetings: Set<string> },
): readonly Foreseen<S['value']>[] {
  const { decision, observed } = step.action;
  const { recordId, itemId, link } = observed.unit;
  const ids = { recordId, itemId };
  const { losses } = step;
  const nothing = { fields: [], losses, conflicts: [], held };
  const newValue = (value: S['value'], to: Side): S['value'] =>
    travelling(work.kind, value, to, travelFor(work, observed));
  switch (decision.kind) {
    case 'createInExchange': {
      const after = newValue(decision.record.shown.value, 'exchange');
      return [{ what: 'create', side: 'exchange', ...ids, before: null, after, ...nothing }];
    }
    case 'createInErp': {
      const { seen, shown } = decision.item;
      const from = { recordId, itemId: seen.ref.id };
      if (isForeseen(step, meetings)) {
        const joined = { ...nothing, fields: ['participants'] };
        return [{ what: 'update', side: 'erp', ...from, before: null, after: null, ...joined }];
      }
      return [
        {
          what: 'create',
          side: 'erp',
          ...from,
          before: null,
          after: newValue(shown.value, 'erp'),
          ...nothing,
        },
      ];
    }
    case 'joinRecord': {
      const from = { recordId: decision.join.id, itemId: decision.item.seen.ref.id };
      const fields = ['participants'];
      return [
        { what: 'update', side: 'erp', ...from, before: null, after: null, ...nothing, fields },
      ];
    }
    case 'declineInErp': {
      const { value: after, record } = decision;
      const { value: before } = record.shown;
      const fields = ['replies'];
      return [{ what: 'update', side: 'erp', ...ids, before, after, ...nothing, fields }];
    }
    case 'turnPrivate': {
      const { value: after, record } = decision;
      const { value: before } = record.shown;
      return [{ what: 'update', side: 'erp', ...ids, before, after, ...nothing }];
    }
    case 'removeFromErp': {
      const before = decision.record.shown.value;
      return [{ what: 'remove', side: 'erp', ...ids, before, after: null, ...nothing }];
    }
    case 'removeFromExchange':
    case 'removeTwin': {
      const before = decision.item.shown.value;
      return [{ what: 'remove', side: 'exchange', ...ids, before, after: null, ...nothing }];
    }
    case 'merge':
      return foreseenMerge(step, decision, held);
    case 'endLink': {
      const { recordId: record, itemId: item } = decision.link;
      return [{ what: 'unlink', recordId: record, itemId: item, why: decision.why }];
    }
    case 'hold': {
      const { side, reason } = decision;
      const { recordId: record = '', itemId: item = '' } = link ?? {};
      return [{ what: 'hold', side, recordId: record, itemId: item, held: reason }];
    }
    case 'park':
      return [{ what: 'park', side: decision.side, id: decision.id, reason: decision.reason }];
    case 'ignore': {
      const side = observed.record.kind === 'there' ? ('erp' as const) : ('exchange' as const);
      const id = (side === 'erp' ? recordId : itemId) ?? '';
      return [{ what: 'ignore', side, id, why: decision.why }];
    }
    case 'wait':
      return [{ what: 'unknown', ...ids }];
    case 'rest':
      return [];
  }
}

/** Whether an earlier pair would make the record of this meeting already; if not, this one is remembered to. */
function isForeseen<S extends Shapes>({ erp }: Step<S>, meetings: Set<string>): boolean {
  const key = erp?.kind === 'create' ? erp.entry.meeting?.key : undefined;
  if (key === undefined) return false;
  const isKnown = meetings.has(key);
  meetings.add(key);
  return isKnown;
}

function foreseenMerge<S extends Shapes>(
  step: Step<S>,
  { record, item, merged }: Extract<Step<S>['action']['decision'], { kind: 'merge' }>,
  held: Reason | null,
): readonly Foreseen<S['value']>[] {
  const recordId = record.seen.id;
  const itemId = item.seen.ref.id;
  const common = { what: 'update' as const, recordId, itemId, held };
  const { losses } = step;
  const won = (side: Side): readonly Conflict[] =>
    merged.conflicts.filter(({ winner }) => winner !== side);
  const seen: Foreseen<S['value']>[] = [];
  if (step.erp !== null) {
    const values = { before: record.shown.value, after: merged.forErp };
    const more = { fields: merged.toErp, losses, conflicts: won('erp') };
    seen.push({ ...common, side: 'erp', ...values, ...more });
  }
  if (step.exchange?.kind === 'update' && step.exchange.entry.patch !== null) {
    const values = { before: item.shown.value, after: merged.forExchange };
    const more = { fields: merged.toExchange, losses, conflicts: won('exchange') };
    seen.push({ ...common, side: 'exchange', ...values, ...more });
  }
  const isOnlyMarked = seen.length === 0 && step.exchange !== null;
  return isOnlyMarked ? [{ what: 'link', recordId, itemId }] : seen;
}

/**
 * Unconfirmed writes are left alone: finding out what became of them would raise the fence of a worker that may be carrying
 * them out. What may still land is not foreseen a second time.
 */
function unconfirmed(open: readonly Intent[]): Interrupted {
  const openOf = new Map<string, Intent[]>();
  for (const intent of open) {
    openOf.set(intent.linkId, [...(openOf.get(intent.linkId) ?? []), intent]);
  }
  const creates = open.filter(({ what }) => what === 'create');
  return {
    open,
    openOf,
    landed: new Map(),
    cameToNothing: new Set(),
    ledTo: new Map(),
    waiting: new Set(creates.flatMap(({ recordId }) => (recordId === null ? [] : [recordId]))),
    retries: new Map(),
    owed: [],
    made: new Map(),
  };
}
