import type { Loss } from '../mappings/translation.js';
import { preview } from '../sync/engine/preview.js';
import type { Foreseen } from '../sync/engine/preview.js';
import type { Chance, Clock } from '../sync/ports/clock.js';
import { ConnectorFailure } from '../sync/ports/failure.js';
import type { Answer, Sentence } from '../sync/ports/failure.js';
import type { Pair } from '../sync/ports/pair.js';
import type { Owed, Side } from '../sync/ports/store.js';
import type { PairPorts } from './jobs/run-cycle.js';
import { translationOf } from './jobs/translation-of.js';
import { whyOff } from './why-off.js';
import type { Abgleich, Trace } from './wire.js';

/** How something stands with one employee. The order is that in which one of them is the reason for all others. */
export type Standing =
  | { readonly what: 'switchedOff'; readonly why: Sentence }
  | { readonly what: 'failing'; readonly why: Sentence }
  | { readonly what: 'frozen'; readonly trace: Trace }
  | { readonly what: 'held'; readonly trace: Trace }
  | { readonly what: 'parked'; readonly trace: Trace }
  | { readonly what: 'ended'; readonly trace: Trace }
  | { readonly what: 'unfinished'; readonly trace: Trace }
  /** The next cycle would do something about it. */
  | { readonly what: 'waiting'; readonly foreseen: Foreseen<object> }
  | { readonly what: 'ignored'; readonly why: string }
  | { readonly what: 'private' }
  | { readonly what: 'filtered' }
  | { readonly what: 'synced'; readonly trace: Trace }
  /** It could not be asked now. */
  | { readonly what: 'unknown'; readonly why: Sentence };

export interface Answered {
  readonly employeeId: string;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly standing: Standing;
}

export interface WhyDeps {
  readonly abgleich: Abgleich;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Only this employee; undefined = whoever it concerns. */
  readonly employeeId?: string | undefined;
}

/** What is asked of mailboxes nobody named; more would take minutes. */
export const MOST_MAILBOXES = 50;

/**
 * Why something is synced or not, for each employee that it concerns: what we remember of it, and where that says
 * nothing, what the two sides show now and what a cycle would make of it. Nothing is written. Nothing = nobody knows it.
 */
export async function whyIsIt(
  id: string,
  deps: WhyDeps,
  signal: AbortSignal,
): Promise<readonly Answered[]> {
  const { abgleich, employeeId } = deps;
  const isMeant = (one: { readonly employeeId: string }): boolean =>
    employeeId === undefined || one.employeeId === employeeId;
  const traces = (await abgleich.findTraces(id)).filter(isMeant);
  const known: Answered[] = [];
  for (const trace of latestOf(traces)) known.push(await answerOf(trace, deps, signal));
  return known.length > 0 ? known : lookAtBothSides(id, deps, signal);
}

/** One per pair and thing: what ended before another link of the same thing began says nothing any more. */
function latestOf(traces: readonly Trace[]): readonly Trace[] {
  return traces.filter((trace, at) => {
    const isSame = (other: Trace): boolean =>
      other.pairId === trace.pairId &&
      (other.recordId === trace.recordId || other.itemId === trace.itemId);
    return !traces.slice(0, at).some(isSame);
  });
}

async function answerOf(trace: Trace, deps: WhyDeps, signal: AbortSignal): Promise<Answered> {
  const { employeeId, recordId, itemId } = trace;
  const pair = await deps.abgleich.pairs.get(trace.pairId);
  const standing = (pair === null ? null : await pairStanding(pair, deps)) ??
    remembered(trace, deps.clock) ??
    (await foreseen(pair, trace, deps, signal)) ?? {
      what: 'synced' as const,
      trace: {
        ...trace,
        losses: [...trace.losses, ...(await unreadNow(pair, trace, deps, signal))],
      },
    };
  return { employeeId, recordId, itemId, standing };
}

/** What concerns everything of the pair alike. */
async function pairStanding(pair: Pair, { abgleich }: WhyDeps): Promise<Standing | null> {
  const why = await whyOff(pair, abgleich);
  if (why !== null) return { what: 'switchedOff', why };
  const state = (await abgleich.pairStates()).find(({ pairId }) => pairId === pair.id);
  const trouble = state?.trouble ?? null;
  return trouble === null ? null : { what: 'failing', why: trouble };
}

function remembered(trace: Trace, clock: Clock): Standing | null {
  const { link, held, parked, openWrites } = trace;
  const frozenUntil = link?.frozenUntil ?? null;
  if (frozenUntil !== null && clock.now() < frozenUntil) return { what: 'frozen', trace };
  if (held.length > 0) return { what: 'held', trace };
  if (parked.length > 0) return { what: 'parked', trace };
  if (link !== null && link.ended !== null) return { what: 'ended', trace };
  return openWrites > 0 ? { what: 'unfinished', trace } : null;
}

async function foreseen(
  pair: Pair | null,
  { recordId, itemId }: Pick<Trace, 'recordId' | 'itemId'>,
  deps: WhyDeps,
  signal: AbortSignal,
): Promise<Standing | null> {
  if (pair === null) return null;
  const only: Owed[] = [];
  if (recordId !== null) only.push({ side: 'erp', id: recordId });
  if (itemId !== null) only.push({ side: 'exchange', id: itemId });
  try {
    const work = await workOf(pair, deps, signal);
    for await (const one of preview(work, { only })) return standingOf(one);
    return null;
  } catch (error) {
    return unknownBy(error);
  }
}

/** What each side does not get of the other, as it is now: the journal says it once, and forgets it some day. */
async function unreadNow(
  pair: Pair | null,
  { recordId, itemId }: Pick<Trace, 'recordId' | 'itemId'>,
  deps: WhyDeps,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  if (pair === null) return [];
  try {
    const { kind, erp, exchange, translation } = await workOf(pair, deps, signal);
    const ofRecord = kind.unwritten === undefined || recordId === null ? [] : [recordId];
    const ofItem = kind.unread === undefined || itemId === null ? [] : [itemId];
    const records = await read(ofRecord, (ids) => erp.read(pair.employeeId, ids, signal));
    const items = await read(ofItem, (ids) => exchange.read(pair.mailbox, ids, signal));
    return [
      ...records.flatMap(({ record }) => kind.unwritten?.(record, translation) ?? []),
      ...items.flatMap(({ item }) => kind.unread?.(item, translation) ?? []),
    ];
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return [];
  }
}

async function read<T>(
  ids: readonly string[],
  ask: (ids: readonly string[]) => Promise<readonly Answer<T>[]>,
): Promise<readonly T[]> {
  if (ids.length === 0) return [];
  return (await ask(ids)).flatMap((answer) => (answer.ok ? [answer.value] : []));
}

function standingOf(one: Foreseen<object>): Standing {
  return one.what === 'ignore'
    ? { what: 'ignored', why: one.why }
    : { what: 'waiting', foreseen: one };
}

function unknownBy(error: unknown): Standing {
  if (!(error instanceof ConnectorFailure)) throw error;
  return { what: 'unknown', why: error.sentence ?? { de: error.message, en: error.message } };
}

async function workOf(pair: Pair, { abgleich, clock, chance }: WhyDeps, signal: AbortSignal) {
  const ports = await abgleich.portsFor(pair);
  const folders =
    pair.folders.length > 0 ? pair.folders : await ports.exchange.folders(pair.mailbox, signal);
  return {
    ...ports,
    ...{ clock, chance, signal },
    pair: { ...pair, folders },
    lease: { pairId: pair.id, fence: 0 }, // nothing is written
    translation: translationOf(pair, await ports.priorities(signal)),
  };
}

/** Something we remember nothing of. */
async function lookAtBothSides(
  id: string,
  deps: WhyDeps,
  signal: AbortSignal,
): Promise<readonly Answered[]> {
  const pairs = await deps.abgleich.pairs.list(deps.employeeId);
  const found: Answered[] = [];
  for (const pair of pairs) {
    const standing = await lookAt('erp', id, pair, deps, signal);
    if (standing === null) continue;
    found.push({ employeeId: pair.employeeId, recordId: id, itemId: null, standing });
  }
  if (found.length > 0 || pairs.length > MOST_MAILBOXES) return found;
  for (const pair of pairs) {
    const standing = await lookAt('exchange', id, pair, deps, signal);
    if (standing === null) continue;
    return [{ employeeId: pair.employeeId, recordId: null, itemId: id, standing }];
  }
  return [];
}

/** null where this side of the pair does not have it. */
async function lookAt(
  side: Side,
  id: string,
  pair: Pair,
  deps: WhyDeps,
  signal: AbortSignal,
): Promise<Standing | null> {
  try {
    const work = await workOf(pair, deps, signal);
    const seen = await sightOf(side, id, pair, work, signal);
    if (seen === null) return null;
    const ids = { recordId: side === 'erp' ? id : null, itemId: side === 'exchange' ? id : null };
    const standing = await pairStanding(pair, deps);
    if (standing !== null) return standing;
    if (seen !== 'there') return { what: seen };
    return (await foreseen(pair, ids, deps, signal)) ?? { what: 'filtered' };
  } catch (error) {
    // an id of the other side, or of another mailbox, is no failure
    return side === 'exchange' ? null : unknownBy(error);
  }
}

async function sightOf(
  side: Side,
  id: string,
  pair: Pair,
  { kind, erp, exchange }: PairPorts & Awaited<ReturnType<typeof workOf>>,
  signal: AbortSignal,
): Promise<'there' | 'private' | 'filtered' | null> {
  const standing = ({ isPrivate }: { readonly isPrivate: boolean }): 'private' | 'there' =>
    pair.policy.leavePrivateOut && isPrivate ? 'private' : 'there';
  if (side === 'erp') {
    const [answer] = await erp.read(pair.employeeId, [id], signal);
    if (answer?.ok !== true) return null;
    if (!answer.value.isInScope) return 'filtered';
    return standing(kind.recordFacts(answer.value.record));
  }
  const [answer] = await exchange.read(pair.mailbox, [id], signal);
  if (answer?.ok !== true) return null;
  return standing(kind.itemFacts(answer.value.item));
}
