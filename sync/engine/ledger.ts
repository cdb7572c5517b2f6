import { instantOf, millisecondsOf } from '../../mappings/values.js';
import type { FailureKind } from '../ports/failure.js';
import type {
  JournalEntry,
  Link,
  LinkEnd,
  LostValue,
  Owed,
  Parked,
  Held,
  Intent,
  Settlement,
  Side,
} from '../ports/store.js';
import type { Feed } from './feed.js';
import type { Conflict } from './merge.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Reason } from './reasons.js';
import type { Observed } from './observe.js';
import type { Interrupted } from './recover.js';
import type { Step } from './step.js';
import { versionsOf } from './verdict.js';

/** What a cycle did, for the caller, the log and the metrics. */
export interface CycleReport {
  readonly created: { readonly erp: number; readonly exchange: number };
  readonly updated: { readonly erp: number; readonly exchange: number };
  readonly removed: { readonly erp: number; readonly exchange: number };
  readonly conflicts: number;
  readonly parked: number;
  readonly held: number;
  /** Ids that the next cycle looks at again. */
  readonly owed: number;
  /** How long to wait before the next cycle; null = as usual. */
  readonly retryAfterMs: number | null;
}

/** Takes down what a batch leaves behind, and counts for the report. One ledger per cycle, emptied per batch. */
export interface Ledger {
  /** `heals`: what was parked of it is in order again. */
  link(link: Link, heals?: boolean): void;
  /** The step's own intents, and all earlier ones of the link, are done with. */
  close(linkId: string, step: Pick<Step<Shapes>, 'intents'>): void;
  /** Intents of the step that promise what an earlier one, still open, promises already. */
  closeRepeated(step: Pick<Step<Shapes>, 'intents' | 'linkId'>): void;
  /** Interrupted creates of this record are not repeated: there is nothing to create any more. */
  giveUpCreating(recordId: string): void;
  wrote(
    event: 'created' | 'updated' | 'removed',
    side: Side,
    step: Pick<Step<Shapes>, 'intents' | 'losses' | 'linkId'>,
    recordId: string,
    itemId: string,
    fields?: readonly string[],
  ): void;
  unlinked(link: Link, why: LinkEnd): void;
  conflict(link: Link, conflict: Conflict): void;
  /** What would be taken away from a side waits for an administrator. Said once, however often it is planned again. */
  hold(observed: Observed<Shapes>, side: Side, reason: Reason): void;
  park(side: Side, id: string, kind: FailureKind | 'untranslatable', reason: string): void;
  owe(side: Side, id: string): void;
  /** For the guard's counting; what an administrator approved says nothing about what else may go wrong. */
  destroyed(step: Pick<Step<Shapes>, 'action' | 'destroys'>): void;
  /** A proven deletion could not be carried out: the watermark that proves it stays where it is. */
  unfinishedRemoval(): void;
  backOff(retryAfterMs: number | null): void;
  /** What was taken down since the last call. */
  takeSettlement(): Settlement;
  readonly owed: readonly Owed[];
  readonly keepsErpWatermark: boolean;
  report(): CycleReport;
}

/** A ledger for one cycle. */
export function openLedger<S extends Shapes>(
  work: PairWork<S>,
  feed: Feed,
  interrupted: Interrupted,
): Ledger {
  const counts = {
    created: { erp: 0, exchange: 0 },
    updated: { erp: 0, exchange: 0 },
    removed: { erp: 0, exchange: 0 },
  };
  const totals = { conflicts: 0, parked: 0, held: 0, keepsErpWatermark: false };
  let retryAfterMs: number | null = null;
  const owed = new Map<string, Owed>();
  const parkedBefore = new Map(feed.since.parked.map((one) => [`${one.side} ${one.id}`, one]));
  let batch = emptyBatch();

  const journal = (entry: Omit<JournalEntry, 'at'>): void => {
    batch.journal.push({ at: work.clock.now(), ...entry });
  };
  const heal = (side: Side, id: string): void => {
    if (parkedBefore.delete(`${side} ${id}`)) batch.healed.push({ side, id });
  };

  return {
    link(link, heals = true) {
      batch.links.push(link);
      if (!heals) return;
      heal('erp', link.recordId);
      heal('exchange', link.itemId);
    },
    close(linkId, step) {
      for (const intent of interrupted.openOf.get(linkId) ?? []) batch.closed.push(intent.id);
      for (const intent of step.intents) batch.closed.push(intent.id);
    },
    closeRepeated({ intents, linkId }) {
      const promised = (interrupted.openOf.get(linkId) ?? []).map(promiseOf);
      const repeated = intents.filter((intent) => promised.includes(promiseOf(intent)));
      batch.closed.push(...repeated.map((intent) => intent.id));
    },
    giveUpCreating(recordId) {
      batch.closed.push(...(interrupted.retries.get(recordId)?.intentIds ?? []));
    },
    wrote(event, side, step, recordId, itemId, fields = []) {
      counts[event][side] += 1;
      if (event === 'created') {
        for (const intent of step.intents) batch.closed.push(intent.id);
        this.giveUpCreating(recordId);
      }
      const common = { side, recordId, itemId, fields };
      journal({ event, ...common, losses: step.losses, detail: '' });
    },
    unlinked(link, why) {
      const { recordId, itemId } = link;
      const side: Side =
        why === 'recordLeftScope' || why === 'recordDeletedItemKept' ? 'erp' : 'exchange';
      journal({ event: 'unlinked', side, recordId, itemId, fields: [], losses: [], detail: why });
    },
    conflict(link, conflict) {
      totals.conflicts += 1;
      const { recordId, itemId } = link;
      const { field, winner } = conflict;
      journal({
        event: 'conflict',
        side: winner,
        recordId,
        itemId,
        fields: [field],
        losses: [],
        detail: `${winner}Wins` satisfies Reason,
      });
      batch.lostValues.push({
        linkId: link.id,
        field,
        winner,
        value: JSON.stringify(conflict.lost ?? null),
      });
    },
    hold(observed, side, reason) {
      const { link } = observed.unit;
      if (link === null) return;
      totals.held += 1;
      const { id: linkId, recordId, itemId } = link;
      const held = { linkId, side, ...versionsOf(observed, link), reason };
      if (feed.since.waiting.some((one) => isSameHeld(one, held))) return;
      batch.held.push(held);
      journal({ event: 'held', side, recordId, itemId, fields: [], losses: [], detail: reason });
    },
    park(side, id, kind, reason) {
      totals.parked += 1;
      const before = parkedBefore.get(`${side} ${id}`);
      const times = (before?.times ?? 0) + 1;
      batch.parked.push({ side, id, kind, reason, times, retryAt: retryAt(work, times) });
      if (before?.reason === reason) return; // once is enough in the journal
      const ids = { recordId: side === 'erp' ? id : null, itemId: side === 'exchange' ? id : null };
      journal({ event: 'parked', side, ...ids, fields: [], losses: [], detail: reason });
    },
    owe(side, id) {
      owed.set(`${side} ${id}`, { side, id });
    },
    destroyed({ action, destroys }) {
      if (action.standing !== 'approved') batch.destroyed += destroys;
    },
    unfinishedRemoval() {
      totals.keepsErpWatermark = true;
    },
    backOff(ms) {
      retryAfterMs = Math.max(retryAfterMs ?? 0, ms ?? DEFAULT_BACK_OFF_MS);
    },
    takeSettlement() {
      const { closed, ...rest } = batch;
      batch = emptyBatch();
      return { ...rest, closedIntents: closed };
    },
    get owed() {
      return [...owed.values(), ...feed.later];
    },
    get keepsErpWatermark() {
      return totals.keepsErpWatermark;
    },
    report() {
      const { conflicts, parked, held } = totals;
      return {
        ...counts,
        conflicts,
        parked,
        held,
        owed: owed.size + feed.later.length,
        retryAfterMs,
      };
    },
  };
}

function isSameHeld(a: Held, b: Held): boolean {
  const isSameAction = a.linkId === b.linkId && a.side === b.side;
  return isSameAction && a.recordVersion === b.recordVersion && a.itemVersion === b.itemVersion;
}

/** What an intent is to lead to, as a text that compares. */
function promiseOf({ side, what, target, rewritesSeries }: Intent): string {
  return JSON.stringify([side, what, target, rewritesSeries]);
}

/** Where a server gives no hint (protocol fact 91). */
const DEFAULT_BACK_OFF_MS = 30_000;

interface Batch {
  readonly links: Link[];
  readonly closed: string[];
  readonly journal: JournalEntry[];
  readonly parked: Parked[];
  readonly healed: { readonly side: Side; readonly id: string }[];
  readonly held: Held[];
  readonly lostValues: LostValue[];
  destroyed: number;
}

function emptyBatch(): Batch {
  return {
    links: [],
    closed: [],
    journal: [],
    parked: [],
    healed: [],
    held: [],
    lostValues: [],
    destroyed: 0,
  };
}

const FIRST_RETRY_MS = 5 * 60_000;
const LAST_RETRY_MS = 24 * 3_600_000;

/** Ever more rarely, at most daily; a change of the record brings it back at once. */
function retryAt<S extends Shapes>(work: PairWork<S>, times: number): Parked['retryAt'] {
  const wait = Math.min(FIRST_RETRY_MS * 2 ** (times - 1), LAST_RETRY_MS);
  return instantOf(millisecondsOf(work.clock.now()) + wait);
}
