import type { ExchangeExceptionTarget } from '../../../mappings/exchange-item.js';
import type { Instant } from '../../../mappings/values.js';
import { localDateOf } from '../../../mappings/wall-clock.js';
import { ianaZoneOf } from '../../../mappings/zones.js';
import type { ItemRef } from '../../ports/exchange.js';
import { answered, ConnectorFailure, failed, leaving, type Answer } from '../../ports/failure.js';
import { planExceptions, type ExceptionPlan } from './exception-plan.js';
import { readAppointments, type AppointmentSeen } from './read-appointments.js';
import type { Ask } from './requests.js';

/** A series and the exceptions it shall have. */
export interface SeriesTarget {
  /** The state that our last write of the master left, or that the change was planned from. */
  readonly ref: ItemRef;
  readonly exceptions: readonly ExchangeExceptionTarget[];
  /** Original starts of those whose attendees are told. */
  readonly tellOf?: readonly Instant[] | undefined;
}

/** A series while its exceptions are brought about. */
export interface SeriesWork {
  readonly target: SeriesTarget;
  /** The ChangeKey of this ref is the one our last write returned: the precondition of the next one (rule 3). */
  ref: ItemRef;
  seen: AppointmentSeen | null;
  plan: ExceptionPlan;
  /** Ends the work on this series. */
  failure: ConnectorFailure | null;
  /** An occurrence that Exchange refuses; the others are still brought about. */
  refusal: ConnectorFailure | null;
}

export function startWork(target: SeriesTarget): SeriesWork {
  const plan = { remove: [], change: [], bringBack: [] };
  return { target, ref: target.ref, seen: null, plan, failure: null, refusal: null };
}

/** What is still to be done on a series is `active` until something ends it. */
export function active(works: readonly SeriesWork[]): readonly SeriesWork[] {
  return works.filter((work) => work.failure === null);
}

/** Failures of one occurrence leave the others alone; anything else ends the work on its series. */
export function note(work: SeriesWork, failure: ConnectorFailure): void {
  const isOfOccurrence = failure.kind === 'rejected' || failure.kind === 'gone';
  if (isOfOccurrence && failure.code !== 'EntryUnreadable') work.refusal ??= failure;
  else work.failure ??= failure;
}

/** An occurrence that cannot be made what it shall be. The date is no personal content; it says which one to look at. */
export function refuse(work: SeriesWork, originalStart: Instant, code: string): void {
  const day = dayOf(work, originalStart);
  const en = `Exchange does not take over the change of the occurrence of ${day}: ${code}.`;
  const de = `Exchange übernimmt die Änderung am Termin der Serie vom ${day} nicht: ${code}.`;
  work.refusal ??= new ConnectorFailure('rejected', en, { code, sentence: { de, en } });
}

/** On the clock of the series, as people see it; an all-day one begins on another day of UTC. */
function dayOf({ seen }: SeriesWork, originalStart: Instant): string {
  const name = seen?.item.startTimeZone ?? null;
  const zone = name === null ? null : ianaZoneOf(name);
  return zone === null ? `${originalStart.slice(0, 10)} (UTC)` : localDateOf(originalStart, zone);
}

/** A refusal says in which state it left the series: the news of that state are our own. */
export function outcomeOf({ failure, refusal, ref }: SeriesWork): Answer<ItemRef> {
  if (failure !== null) return failed(failure);
  return refusal === null ? answered(ref) : failed(leaving(refusal, ref.version));
}

/** Reads the series afresh. One that is not in the state our last write left was edited since: it is planned again, not overwritten. */
export async function look(ask: Ask, works: readonly SeriesWork[]): Promise<void> {
  const seen = await readAfresh(ask, works);
  works.forEach((work, at) => {
    const now = seen[at];
    if (now === undefined || now === null) return;
    if (now.ref.version !== work.ref.version) return note(work, editedMeanwhile());
    work.seen = now;
    const { exceptions, tellOf } = work.target;
    work.plan = planExceptions(now.item, exceptions, tellOf);
  });
}

/** What each series shows now; null where it cannot be read, which is noted. */
export async function readAfresh(
  ask: Ask,
  works: readonly SeriesWork[],
): Promise<readonly (AppointmentSeen | null)[]> {
  if (works.length === 0) return [];
  const answers = await orFailed(
    works.length,
    readAppointments(
      ask,
      works.map(({ ref }) => ref.id),
    ),
  );
  return answers.map((answer, at) => {
    if (answer.ok) return answer.value;
    const work = works[at];
    if (work !== undefined) work.failure ??= answer.failure;
    return null;
  });
}

/** A batch call that threw, as answers: the series before it were written, so their failure belongs to each of them. */
export async function orFailed<T>(
  entries: number,
  answers: Promise<readonly Answer<T>[]>,
): Promise<readonly Answer<T>[]> {
  try {
    return await answers;
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return Array.from({ length: entries }, () => failed<T>(error));
  }
}

/** Somebody changed the item between two of our steps. */
export function editedMeanwhile(): ConnectorFailure {
  return new ConnectorFailure('stale', 'the item was changed while it was being written', {
    code: 'EditedMeanwhile',
  });
}
