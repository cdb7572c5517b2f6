import type { ItemRef } from '../../ports/exchange.js';
import type { Answer } from '../../ports/failure.js';
import { bringBackDeleted } from './bring-back-deleted.js';
import { changeOccurrences } from './change-occurrences.js';
import { findSteps } from './occurrence-steps.js';
import { removeOccurrences } from './remove-occurrences.js';
import type { Ask } from './requests.js';
import { look, outcomeOf, startWork, type SeriesTarget } from './series-work.js';

/**
 * Gives series the exceptions they shall have, per series and in order; answers with the state our last step left. All series
 * advance together, one step of each per request. Every step carries the ChangeKey of the one before it, so a person's edit in
 * between ends the work as `stale` and is never overwritten; deletions, which know no key, are checked before and after.
 * Killed anywhere it can be repeated: it starts from what the series show then.
 */
export async function bringAboutExceptions(
  ask: Ask,
  targets: readonly SeriesTarget[],
): Promise<readonly Answer<ItemRef>[]> {
  const works = targets.map(startWork);
  await look(ask, works);
  await bringBackDeleted(ask, works);
  const steps = await findSteps(ask, works);
  await removeOccurrences(ask, steps);
  await changeOccurrences(ask, steps);
  return works.map(outcomeOf);
}
