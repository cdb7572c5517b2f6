import { instantOf, millisecondsOf } from '../../mappings/values.js';
import type { Instant } from '../../mappings/values.js';
import type { Loss } from '../../mappings/translation.js';
import type { ConnectorFailure, FailureKind } from '../ports/failure.js';
import type {
  Bases,
  JournalEntry,
  Link,
  LinkEnd,
  LostValue,
  Owed,
  Parked,
  Held,
  Intent,
  Refusal,
  Settlement,
  Side,
  Wish,
} from '../ports/store.js';
import type { Feed } from './feed.js';
import type { Conflict } from './merge.js';
import { overwrittenBy, overwrittenLines } from './undo/overruled.js';
import type { Noted, Passed } from './undo/overruled.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Reason } from './reasons.js';
import type { Observed } from './sights.js';
import type { Interrupted } from './recover.js';
import type { Step } from './step.js';
import type { Unit } from './unit.js';
import { doneBy, withMarks } from './undo/trail.js';
import type { Closed } from './undo/trail.js';
import { uncertainMails } from './meetings/uncertain-mails.js';
import type { Restless } from './unrest.js';
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
  /**
   * The step's own intents, and all earlier ones of the link, are done with; where another link takes its place they are
   * moot, and `replaced` is what its sides show.
   */
  close(linkId: string, step: Pick<Step<Shapes>, 'intents'>, replaced?: Partial<Bases>): void;
  /** Intents that came to nothing, or mean nothing any more. */
  drop(intents: readonly Intent[]): void;
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
  /** `shown`: the fingerprint of the value that lost. */
  conflict(link: Link, conflict: Conflict, shown: string): void;
  /** What a person changed where it may not travel away from was overwritten; their value is kept like a losing one. */
  putBack(link: Link, overruled: Conflict, shown: string): void;
  /** The same, left as it is until the other side changes it. Said once: from then on it is what that side shows. */
  lookedPast(link: Link, side: Side, fields: readonly string[], why: Reason): void;
  /** What of one side the other one does not get. */
  notTakenOver(link: Link, from: Side, losses: readonly Loss[]): void;
  /** What would be taken away from a side waits for an administrator. Said once, however often it is planned again. */
  hold(observed: Observed<Shapes>, side: Side, reason: Reason): void;
  /** Somebody else keeps changing it: it rests for a day, whatever changes, and an administrator is told. */
  freeze(link: Link, restless: Restless): void;
  park(side: Side, id: string, kind: FailureKind | 'untranslatable', reason: string): void;
  /** The same, with what the refusing side says in the language of the employee. */
  refused(side: Side, id: string, failure: ConnectorFailure): void;
  /** It lies too far ahead: it is looked at again at that moment, or when it changes. */
  later(side: Side, id: string, until: Instant): void;
  /** There is nothing any more, or nothing to do, where something was parked. */
  forget(unit: Unit): void;
  owe(side: Side, id: string): void;
  /** For the guard's counting; what an administrator approved says nothing about what else may go wrong. */
  destroyed(step: Pick<Step<Shapes>, 'action' | 'destroys'>): void;
  /** A proven deletion could not be carried out: the watermark that proves it stays where it is. */
  unfinishedRemoval(): void;
  /** A wish is fulfilled, or refused for a reason. */
  answer(wish: Wish, refusal: Refusal | null, fields?: readonly string[]): void;
  /** Of this link only ids may be remembered from now on (rule 20). */
  purge(linkId: string): void;
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
    close(linkId, step, replaced) {
      const open = interrupted.openOf.get(linkId) ?? [];
      const hasLanded = interrupted.landed.has(linkId);
      for (const intent of open) {
        const isLost = interrupted.cameToNothing.has(intent.id);
        batch.passed.push({ intent, hasLanded: !isLost, shown: replaced ?? {} });
      }
      if (replaced !== undefined) return this.drop([...open, ...step.intents]);
      const later = step.intents.map(({ side }) => side);
      for (const intent of open) {
        batch.closed.push({ intent, later, hasLanded: hasLanded && intent.side === 'erp' });
      }
      for (const intent of step.intents) batch.closed.push(ownAnswer(intent));
    },
    drop(intents) {
      batch.dropped.push(...intents.map((intent) => intent.id));
    },
    closeRepeated({ intents, linkId }) {
      const promised = (interrupted.openOf.get(linkId) ?? []).map(promiseOf);
      const repeated = intents.filter((intent) => promised.includes(promiseOf(intent)));
      this.drop(repeated);
    },
    giveUpCreating(recordId) {
      batch.dropped.push(...(interrupted.retries.get(recordId)?.intentIds ?? []));
    },
    wrote(event, side, step, recordId, itemId, fields = []) {
      counts[event][side] += 1;
      if (event === 'created') {
        for (const intent of step.intents) batch.closed.push(ownAnswer(intent));
        this.giveUpCreating(recordId);
      }
      const common = { side, recordId: orNull(recordId), itemId: orNull(itemId), fields };
      const writeId = step.intents.find((intent) => intent.side === side)?.id;
      journal({ event, ...common, losses: step.losses, detail: '', writeId });
    },
    unlinked(link, why) {
      const { recordId, itemId } = link;
      const side: Side =
        why === 'recordLeftScope' || why === 'recordDeletedItemKept' ? 'erp' : 'exchange';
      journal({ event: 'unlinked', side, recordId, itemId, fields: [], losses: [], detail: why });
    },
    conflict(link, conflict, shown) {
      totals.conflicts += 1;
      const { recordId, itemId } = link;
      const { field, winner } = conflict;
      batch.noted.push({ linkId: link.id, field, shown });
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
    putBack(link, { field, winner, lost }, shown) {
      const { recordId, itemId, id: linkId } = link;
      batch.noted.push({ linkId, field, shown });
      const side: Side = winner === 'erp' ? 'exchange' : 'erp';
      const ids = { recordId, itemId, fields: [field] };
      journal({ event: 'putBack', side, ...ids, losses: [], detail: '' });
      batch.lostValues.push({ linkId, field, winner, value: JSON.stringify(lost ?? null) });
    },
    lookedPast(link, side, fields, why) {
      const { recordId, itemId } = link;
      journal({ event: 'ignored', side, recordId, itemId, fields, losses: [], detail: why });
    },
    notTakenOver({ recordId, itemId }, side, losses) {
      const ids = { recordId, itemId, fields: [] };
      journal({ event: 'lost', side, ...ids, losses, detail: '' });
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
    freeze(link, { unrest, frozen }) {
      const retryAt = unrest.frozenUntil;
      if (frozen === null || retryAt === null) return;
      totals.parked += 1;
      const { reason, fields } = frozen;
      const { recordId, itemId } = link;
      batch.parked.push({ side: 'erp', id: recordId, kind: 'frozen', reason, times: 1, retryAt });
      journal({
        event: 'frozen',
        side: 'erp',
        recordId,
        itemId,
        fields,
        losses: [],
        detail: reason,
      });
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
    refused(side, id, failure) {
      const { kind, message, sentence } = failure;
      this.park(side, id, kind, sentence?.[work.pair.policy.language] ?? message);
    },
    later(side, id, until) {
      batch.parked.push({ side, id, kind: 'later', reason: '', times: 0, retryAt: until });
      parkedBefore.delete(`${side} ${id}`);
    },
    forget({ recordId, itemId }) {
      if (recordId !== null) heal('erp', recordId);
      if (itemId !== null) heal('exchange', itemId);
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
    answer({ id: wishId, recordId, itemId, for: wanted }, refusal, fields = []) {
      batch.answered.push({ wishId, refusal });
      const event = wanted.kind === 'undo' ? ('takenBack' as const) : ('restored' as const);
      const ids = { recordId: orNull(recordId), itemId: orNull(itemId), fields };
      const side = sideOfWish(wanted);
      if (refusal === null) journal({ event, side, ...ids, losses: [], detail: '' });
      else journal({ event: 'refused', side, ...ids, losses: [], detail: refusal });
    },
    purge(linkId) {
      batch.purged.push(linkId);
    },
    takeSettlement() {
      const { closed, dropped, passed, noted, lostValues, ...rest } = batch;
      batch = emptyBatch();
      const now = work.clock.now();
      const kept = passed.filter(({ intent }) => !rest.purged.includes(intent.linkId));
      const overwritten = overwrittenBy(work.kind, kept, rest.links, noted);
      const done = new Set([...closed.map(({ intent }) => intent.id), ...dropped]);
      const earlier = interrupted.open.filter(({ id }) => done.has(id));
      return {
        ...rest,
        journal: [
          ...rest.journal,
          ...overwrittenLines(overwritten, kept, now),
          ...uncertainMails(earlier, now),
        ],
        lostValues: withMarks(work.kind, lostValues, rest.links),
        closedIntents: [...closed.map(({ intent }) => intent.id), ...dropped],
        done: doneBy(closed, rest.links),
        overwritten,
      };
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

function ownAnswer(intent: Intent): Closed {
  return { intent, later: null, hasLanded: true };
}

function orNull(id: string): string | null {
  return id === '' ? null : id;
}

/** The side whose write is taken back, or whose value is brought back. */
function sideOfWish(wanted: Wish['for']): Side {
  if (wanted.kind === 'undo') return wanted.writes[0]?.side ?? 'exchange';
  return wanted.lost?.winner === 'exchange' ? 'erp' : 'exchange';
}

function isSameHeld(a: Held, b: Held): boolean {
  const isSameAction = a.linkId === b.linkId && a.side === b.side;
  return isSameAction && a.recordVersion === b.recordVersion && a.itemVersion === b.itemVersion;
}

/** What an intent is to lead to, as a text that compares. */
function promiseOf({ side, what, target, rewritesSeries, overrules = [] }: Intent): string {
  return JSON.stringify([side, what, target, rewritesSeries, overrules]);
}

/** Where a server gives no hint (protocol fact 91). */
const DEFAULT_BACK_OFF_MS = 30_000;

interface Batch {
  readonly links: Link[];
  readonly closed: Closed[];
  readonly dropped: string[];
  readonly passed: Passed[];
  readonly noted: Noted[];
  readonly answered: { readonly wishId: number; readonly refusal: Refusal | null }[];
  readonly purged: string[];
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
    dropped: [],
    passed: [],
    noted: [],
    answered: [],
    purged: [],
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
