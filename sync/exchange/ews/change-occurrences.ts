import type { OccurrenceToChange } from './exception-plan.js';
import { writeChanges } from './item-fields.js';
import type { Step } from './occurrence-steps.js';
import type { ItemUpdateRequest } from './operations/update-item.js';
import type { Ask } from './requests.js';
import { editedMeanwhile, note, orFailed, refuse, type SeriesWork } from './series-work.js';
import { quietlyOrNot } from './telling.js';
import { updateItems } from './update-items.js';
import type { Xml } from './xml-writer.js';

/**
 * One change of every series per request, since the occurrences of a series share its ChangeKey; one that attendees are told
 * of has a request of its own, as SendMeetingInvitationsOrCancellations counts for a whole request. A change that would cross
 * a neighbour waits until that one has moved; when none can move any more, Exchange's refusal stands.
 */
export async function changeOccurrences(ask: Ask, steps: readonly Step[]): Promise<void> {
  let waiting: readonly Step[] = steps.filter(({ fields }) => fields !== null);
  for (let hasMoved = true; hasMoved && waiting.length > 0;) {
    const blocked = await changeOnce(ask, waiting);
    hasMoved = blocked.length < waiting.length;
    waiting = blocked;
  }
  for (const step of waiting) refuse(step.work, step.originalStart, 'OccurrenceCrossesAnother');
}

/** Tries every step once, in rounds; answers with those that cross a neighbour. */
async function changeOnce(ask: Ask, steps: readonly Step[]): Promise<readonly Step[]> {
  const waiting = new Set(steps);
  const blocked: Step[] = [];
  for (let round = nextOfEach(waiting); round.length > 0; round = nextOfEach(waiting)) {
    for (const step of round) waiting.delete(step);
    blocked.push(...(await changeOneOfEach(ask, round)));
  }
  return blocked;
}

function nextOfEach(steps: ReadonlySet<Step>): readonly Step[] {
  const first = new Map<SeriesWork, Step>();
  for (const step of steps) {
    if (step.work.failure === null && !first.has(step.work)) first.set(step.work, step);
  }
  return [...first.values()];
}

/** Answers with the steps that cross a neighbour. */
async function changeOneOfEach(ask: Ask, round: readonly Step[]): Promise<readonly Step[]> {
  const answers = await orFailed(
    round.length,
    quietlyOrNot(round, {
      quietly: (quiet) => updateItems(ask, quiet.map(requestOf)),
      telling: (step) => updateItems(ask, [requestOf(step)], true),
    }),
  );
  return round.filter((step, at) => {
    const answer = answers[at];
    if (answer?.ok === true) advance(step.work, answer.value.version);
    else if (CROSSING.has(answer?.failure.code ?? '')) return true;
    else if (answer !== undefined) note(step.work, answer.failure);
    return false;
  });
}

function requestOf({ work, itemId, fields }: Step): ItemUpdateRequest {
  return {
    address: { kind: 'item', id: itemId, changeKey: work.ref.version },
    changes: changesOf(work, fields ?? {}),
  };
}

/** Without the key that the write left, the next one could not say what it builds on. */
function advance(work: SeriesWork, version: string): void {
  if (version === '') work.failure ??= editedMeanwhile();
  work.ref = { id: work.ref.id, version };
}

/** Start and end never without the zones, here those of the series (evidence B 11). */
function changesOf({ seen }: SeriesWork, fields: OccurrenceToChange['fields']): readonly Xml[] {
  const timeZone = seen?.item.startTimeZone ?? null;
  const isZoned = timeZone !== null && fields.start !== undefined;
  return writeChanges(isZoned ? { fields, timeZone } : { fields }, null);
}

const CROSSING: ReadonlySet<string> = new Set([
  'ErrorOccurrenceCrossingBoundary',
  'ErrorOccurrenceTimeSpanTooBig',
]);
