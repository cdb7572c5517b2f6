import { isDeepStrictEqual } from 'node:util';
import type { ExchangeAppointment } from '../../../mappings/exchange-item.js';
import { deleteItems } from './delete-items.js';
import type { Step } from './occurrence-steps.js';
import type { AppointmentSeen } from './read-appointments.js';
import type { Ask } from './requests.js';
import {
  active,
  editedMeanwhile,
  note,
  orFailed,
  readAfresh,
  type SeriesWork,
} from './series-work.js';
import { quietlyOrNot } from './telling.js';

/**
 * Removes the occurrences that shall be deleted, those of all series that nobody is told of in one request; afterwards each
 * `ref` is current again.
 */
export async function removeOccurrences(ask: Ask, steps: readonly Step[]): Promise<void> {
  const going = steps.filter(({ work, fields }) => work.failure === null && fields === null);
  if (going.length === 0) return;
  const answers = await orFailed(
    going.length,
    quietlyOrNot(going, {
      quietly: (quiet) =>
        deleteItems(
          ask,
          quiet.map(({ itemId }) => itemId),
        ),
      telling: ({ itemId }) => deleteItems(ask, [itemId], true),
    }),
  );
  answers.forEach((answer, at) => {
    const work = going[at]?.work;
    if (work !== undefined && !answer.ok && answer.failure.kind !== 'gone')
      note(work, answer.failure);
  });
  await checkRemovals(ask, active([...new Set(going.map(({ work }) => work))]));
}

/**
 * DeleteItem answers without a ChangeKey. The one that a fresh look shows is ours only if nothing but the removed occurrences
 * differs; else somebody edited the series at the same moment.
 */
async function checkRemovals(ask: Ask, works: readonly SeriesWork[]): Promise<void> {
  const seen = await readAfresh(ask, works);
  works.forEach((work, at) => {
    const now = seen[at];
    if (now === undefined || now === null || work.seen === null) return;
    if (!isSameButRemoved(work.seen, now)) return note(work, editedMeanwhile());
    work.ref = now.ref;
  });
}

function isSameButRemoved(before: AppointmentSeen, now: AppointmentSeen): boolean {
  const rest = new Set(now.item.modifiedOccurrences.map(({ itemId }) => itemId));
  const kept = before.item.modifiedOccurrences.filter(({ itemId }) => rest.has(itemId));
  return (
    isDeepStrictEqual(kept, now.item.modifiedOccurrences) &&
    isDeepStrictEqual(ownContent(before.item), ownContent(now.item))
  );
}

function ownContent(item: ExchangeAppointment): ExchangeAppointment {
  return { ...item, modifiedOccurrences: [], deletedOccurrences: [], lastModified: null };
}
