import type { Instant } from '../../../mappings/values.js';
import type { OccurrenceToChange } from './exception-plan.js';
import { findOccurrences } from './find-occurrences.js';
import type { Ask } from './requests.js';
import { active, note, orFailed, refuse, type SeriesWork } from './series-work.js';

/** A planned step on an occurrence whose id is known; `fields` null removes it. */
export interface Step {
  readonly work: SeriesWork;
  readonly originalStart: Instant;
  readonly itemId: string;
  readonly fields: OccurrenceToChange['fields'] | null;
  readonly tell?: 'everybody';
}

type PlannedStep = Omit<Step, 'itemId'> & { readonly itemId: string | null };

/** Every planned step whose occurrence Exchange has; the others are refused. */
export async function findSteps(ask: Ask, works: readonly SeriesWork[]): Promise<readonly Step[]> {
  const planned = active(works).flatMap(plannedSteps);
  const open = planned.flatMap(({ itemId, originalStart, work }) =>
    itemId === null && work.seen !== null ? [{ series: work.seen, originalStart }] : [],
  );
  const found = await orFailed(open.length, findOccurrences(ask, open));
  let next = 0;
  return planned.flatMap((step): readonly Step[] => {
    if (step.itemId !== null) return [{ ...step, itemId: step.itemId }];
    const answer = found[next++];
    if (answer?.ok === false) note(step.work, answer.failure);
    else if (typeof answer?.value === 'string') return [{ ...step, itemId: answer.value }];
    else refuse(step.work, step.originalStart, 'OccurrenceNotFound');
    return [];
  });
}

function plannedSteps(work: SeriesWork): readonly PlannedStep[] {
  const { remove, change } = work.plan;
  return [
    ...remove.map((one) => ({ ...one, work, fields: null })),
    ...change.map((one) => ({ ...one, work })),
  ];
}
