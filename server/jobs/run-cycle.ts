import type { ErpPriority } from '../../mappings/erp-record.js';
import { runCycle } from '../../sync/engine/cycle.js';
import type { CycleReport } from '../../sync/engine/cycle.js';
import type { PairWork, Shapes } from '../../sync/engine/pair-work.js';
import type { PairingNotes } from '../../sync/engine/pairing/pairing-notes.js';
import type { Chance, Clock } from '../../sync/ports/clock.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Pair } from '../../sync/ports/pair.js';
import type { Log } from '../log.js';
import type { CycleResult, Metrics } from '../metrics.js';
import {
  AFTER_BUG,
  concernedBy,
  isSignInRefused,
  waitAfter,
  waitMs as waitAfterFailures,
} from './back-off.js';
import { sideOf } from './failure-side.js';
import type { Gates } from './gates.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { Claim, PairQueue, Release } from './pair-queue.js';
import { pausedForMs } from './pauses.js';
import { auditFor } from './audit.js';
import type { AuditBook } from './audit.js';
import { translationOf } from './translation-of.js';

export { translationOf };

/** What a pair works with, whatever its kind. The engine's `work` without what belongs to one cycle. */
export type PairPorts = Pick<
  PairWork<Shapes>,
  'kind' | 'erp' | 'exchange' | 'store' | 'fingerprinter'
> & {
  readonly priorities: (signal: AbortSignal) => Promise<readonly ErpPriority[]>;
  /** The gate of the connection; another one after a change of its settings. */
  readonly gate: string;
};

/** The pairs as they are set up now: read anew for every cycle, so that a changed setting needs no restart. */
export interface PairBook {
  /** null where there is none; what is switched off is not claimed in the first place. */
  get(pairId: string): Promise<Pair | null>;
  rememberFolders(pairId: string, folders: readonly string[]): Promise<void>;
}

export interface CycleDeps {
  readonly pairs: PairBook;
  /** What the pair works with; by itself it sends nothing. */
  readonly portsFor: (pair: Pair) => Promise<PairPorts>;
  readonly queue: Pick<PairQueue, 'release'>;
  readonly keeper: LeaseKeeper;
  readonly gates: Gates;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pollMs: number;
  /** A cycle that takes longer is called off and continued by the next one, so that a setting or a stop gets its turn. */
  readonly deadlineMs: number;
  /** Where the cycle begins at the beginning of both sides and connects anew: takes down what it found (`resync`). */
  readonly anew?: PairingNotes;
  readonly audits: AuditBook;
}

/** How a cycle ended. */
export type CycleEnd =
  | { readonly kind: 'done'; readonly report: CycleReport }
  | { readonly kind: 'failed'; readonly failure: ConnectorFailure | null; readonly why: Sentence }
  /** The server is known to be away; nothing was tried. */
  | { readonly kind: 'postponed' }
  /** A pause for maintenance; nothing was tried. */
  | { readonly kind: 'paused' }
  /** The pair is not to be synced any more. */
  | { readonly kind: 'switchedOff' }
  | { readonly kind: 'calledOff' }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'leaseLost' };

/**
 * Runs one cycle of a claimed pair and gives the pair back. Never throws.
 *
 * Repeats are harmless: a cycle starts from the stored watermarks. `stop` calls it off between two calls.
 */
export async function runPairCycle(
  claim: Claim,
  deps: CycleDeps,
  stop: AbortSignal,
): Promise<CycleEnd> {
  const { clock, log, metrics } = deps;
  const startedAtMs = clock.monotonicMs();
  const watch = watchOver(claim, deps, stop);
  try {
    const { end, release } = await attempt(claim, deps, watch.signal);
    if (release !== null) await giveBack(claim, release, deps);
    metrics.cycleEnded(resultOf(end), (clock.monotonicMs() - startedAtMs) / 1000);
    if (end.kind === 'done') noteReport(claim, end.report, deps);
    else log.debug({ pair: claim.pairId, end: end.kind }, 'cycle ended early');
    return end;
  } finally {
    watch.end();
  }
}

interface Attempt {
  readonly end: CycleEnd;
  /** null where the lease is not ours to give back. */
  readonly release: Release | null;
}

async function attempt(claim: Claim, deps: CycleDeps, signal: AbortSignal): Promise<Attempt> {
  const { gates } = deps;
  let gate: string | null = null;
  try {
    const pair = await deps.pairs.get(claim.pairId);
    if (pair === null) return { end: { kind: 'switchedOff' }, release: dueIn(null) };
    const pausedMs = pausedForMs(pair.policy.options.pauses, deps.clock.now());
    if (pausedMs > 0) return { end: { kind: 'paused' }, release: dueIn(pausedMs) };
    const ports = await deps.portsFor(pair);
    gate = ports.gate;
    const closedMs = Math.max(gates.closedForMs(gate), gates.closedForMs(ERP_GATE));
    if (closedMs > 0) return { end: { kind: 'postponed' }, release: dueIn(closedMs) };
    const report = await cycleOf(pair, ports, { claim, deps, signal });
    gates.passed(gate);
    gates.passed(ERP_GATE);
    return { end: { kind: 'done', report }, release: dueIn(nextPollMs(report, deps)) };
  } catch (error) {
    return stoppedBy(signal) ?? failedAttempt(error, claim, gate, deps);
  }
}

const ERP_GATE = 'erp';

async function cycleOf(
  configured: Pair,
  ports: PairPorts,
  { claim, deps, signal }: { claim: Claim; deps: CycleDeps; signal: AbortSignal },
): Promise<CycleReport> {
  const { kind, erp, exchange, store, fingerprinter } = ports;
  const { clock, chance } = deps;
  const priorities = await ports.priorities(signal);
  const pair = await withFolders(configured, ports, deps, signal);
  const audit = await auditFor(pair, deps.audits, clock);
  const anew = deps.anew ?? audit;
  const report = await runCycle({
    ...{ kind, erp, exchange, store, fingerprinter, clock, chance, pair, signal },
    ...(anew === null ? {} : { anew }),
    lease: { pairId: claim.pairId, fence: claim.fence },
    translation: translationOf(pair, priorities),
  });
  if (audit !== null) await noteAudit(pair, audit, deps);
  return report;
}

async function noteAudit(
  { id }: Pair,
  { paired, differing, unpaired }: PairingNotes,
  { audits, log }: CycleDeps,
): Promise<void> {
  await audits.done(id);
  const found = { paired: paired.length, differing: differing.length, unpaired: unpaired.length };
  log.info({ pair: id, ...found }, 'everything compared');
}

/** A pair that never ran does not know its folders yet. */
async function withFolders(
  pair: Pair,
  { exchange }: Pick<PairPorts, 'exchange'>,
  deps: CycleDeps,
  signal: AbortSignal,
): Promise<Pair> {
  if (pair.folders.length > 0) return pair;
  const folders = await exchange.folders(pair.mailbox, signal);
  await deps.pairs.rememberFolders(pair.id, folders);
  return { ...pair, folders };
}

/** What is owed is looked at soon; otherwise the pair waits for its poll, a little scattered. */
function nextPollMs(report: CycleReport, { pollMs, chance }: CycleDeps): number {
  if (report.retryAfterMs !== null) return report.retryAfterMs;
  const scattered = Math.round(pollMs * (1 - 0.1 * chance.fraction()));
  return report.owed > 0 ? Math.min(scattered, OWED_AFTER_MS) : scattered;
}

const OWED_AFTER_MS = 5_000;

/** Works when the lease is lost, the time is up, or somebody wants us to stop; the first of them is the signal's reason. */
function watchOver(claim: Claim, deps: CycleDeps, stop: AbortSignal) {
  const controller = new AbortController();
  const timer = new AbortController();
  const onStop = (): void => controller.abort('calledOff' satisfies StopReason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  const kept = deps.keeper.keep(claim, () => controller.abort('leaseLost' satisfies StopReason));
  deps.clock.sleep(deps.deadlineMs, timer.signal).then(
    () => controller.abort('timedOut' satisfies StopReason),
    () => undefined, // the cycle ended first
  );
  return {
    signal: controller.signal,
    end() {
      stop.removeEventListener('abort', onStop);
      kept.drop();
      timer.abort();
    },
  };
}

type StopReason = 'calledOff' | 'leaseLost' | 'timedOut';

function stoppedBy(signal: AbortSignal): Attempt | null {
  if (!signal.aborted) return null;
  if (signal.reason === 'leaseLost') return { end: { kind: 'leaseLost' }, release: null };
  const kind = signal.reason === 'timedOut' ? 'timedOut' : 'calledOff';
  return { end: { kind }, release: dueIn(0) };
}

function failedAttempt(
  error: unknown,
  claim: Claim,
  gate: string | null,
  deps: CycleDeps,
): Attempt {
  const { log, metrics } = deps;
  const failure = error instanceof ConnectorFailure ? error : null;
  const why = failure === null ? OUR_MISTAKE : (failure.sentence ?? plainly(failure.message));
  const fields = { pair: claim.pairId, kind: failure?.kind ?? 'bug', code: failure?.code ?? null };
  if (failure === null) log.error({ ...fields, error: described(error) }, 'cycle failed by a bug');
  else log.warn({ ...fields, side: sideOf(failure), reason: failure.message }, 'cycle failed');
  metrics.cycleFailed(fields.kind, (failure && sideOf(failure)) ?? 'own');

  const wait = failure === null ? AFTER_BUG : waitAfter(failure.kind);
  const pairMs = waitAfterFailures(wait, claim.failures, failure?.retryAfterMs ?? null);
  const gateMs = failure === null ? 0 : closeGate(failure, claim, gate, deps);
  const end: CycleEnd = { kind: 'failed', failure, why };
  return { end, release: { dueInMs: Math.max(pairMs, gateMs), trouble: why } };
}

/** Tells the pairs that would meet the same failure; answers how long they all wait now. */
function closeGate(
  failure: ConnectorFailure,
  { pairId }: Claim,
  ofConnection: string | null,
  { gates }: CycleDeps,
): number {
  const concerned = concernedBy(failure, sideOf(failure));
  const gate = concerned === 'erp' ? ERP_GATE : ofConnection;
  if (concerned === 'pair' || gate === null) return 0;
  const isCertain = concerned === 'erp' || isSignInRefused(failure);
  gates.failed(gate, { pairId, wait: waitAfter(failure.kind), isCertain });
  return gates.closedForMs(gate);
}

/** Where even that fails, the lease runs out by itself and the pair is still due. */
async function giveBack(claim: Claim, release: Release, deps: CycleDeps): Promise<void> {
  try {
    await deps.queue.release(claim, release);
  } catch (error) {
    deps.log.warn({ pair: claim.pairId, reason: String(error) }, 'a pair could not be given back');
  }
}

function dueIn(dueInMs: number | null): Release {
  return { dueInMs: dueInMs === null ? null : Math.ceil(dueInMs), trouble: null };
}

function resultOf(end: CycleEnd): CycleResult {
  return end.kind === 'switchedOff' || end.kind === 'paused' ? 'postponed' : end.kind;
}

function noteReport(claim: Claim, report: CycleReport, { log, metrics }: CycleDeps): void {
  metrics.wrote(report);
  const counts = [report.created, report.updated, report.removed];
  const isQuiet = counts.every(({ erp, exchange }) => erp + exchange === 0);
  const fields = { pair: claim.pairId, ...report };
  if (isQuiet) log.debug(fields, 'cycle finished');
  else log.info(fields, 'cycle finished');
}

const OUR_MISTAKE: Sentence = {
  de: 'Der Abgleich ist an einem Fehler des Programms gescheitert; das Protokoll des Servers nennt ihn. Es wird wieder versucht.',
  en: 'The sync failed by a mistake of the program; the log of the server names it. It is tried again.',
};

function plainly(text: string): Sentence {
  return { de: text, en: text };
}

/** Not the error itself: what the database adds to its errors are people's data. */
function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return { name: error.name, message: error.message, stack: error.stack };
}
