import type { ExchangeAppointmentPatch } from '../../../mappings/exchange-item.js';
import type { ItemCreate, ItemRef, ItemRemove, ItemUpdate } from '../../ports/exchange.js';
import { answered, failed, type Answer, type ConnectorFailure } from '../../ports/failure.js';
import { bringAboutExceptions } from './bring-about-exceptions.js';
import { deleteItems } from './delete-items.js';
import { inBatches, maySplitWrite } from './in-batches.js';
import type { ItemAddress } from './item-address.js';
import { setMark, writeChanges, writeNewAppointment } from './item-fields.js';
import { readWrittenItem, writeCreateItem } from './operations/create-item.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';
import { orFailed, type SeriesTarget } from './series-work.js';
import { updateItems, WRITE_BATCH } from './update-items.js';

/**
 * Creates appointments, per entry and in order. A series gets its exceptions in a second step; where that fails, the item
 * exists all the same, and the answer says so: `version` is empty then, so that the engine reads it and plans the rest.
 */
export async function createAppointments(
  ask: Ask,
  entries: readonly ItemCreate<ExchangeAppointmentPatch>[],
): Promise<readonly Answer<ItemRef>[]> {
  const created = await inFolders(ask, entries);
  const targets = created.map((answer, at) => seriesTarget(answer, entries[at]?.patch ?? null));
  return withExceptions(ask, created, targets, ({ ref }) => answered({ id: ref.id, version: '' }));
}

/** CreateItem names one folder per request. */
async function inFolders(
  ask: Ask,
  entries: readonly ItemCreate<ExchangeAppointmentPatch>[],
): Promise<readonly Answer<ItemRef>[]> {
  const folders = [...new Set(entries.map(({ folderId }) => folderId))];
  if (folders.length === 1) return createIn(ask, folders[0] ?? '', entries);
  const answers = new Map<ItemCreate<ExchangeAppointmentPatch>, Answer<ItemRef>>();
  for (const folderId of folders) {
    const here = entries.filter((entry) => entry.folderId === folderId);
    const created = await orFailed(here.length, createIn(ask, folderId, here));
    here.forEach((entry, at) => {
      const answer = created[at];
      if (answer !== undefined) answers.set(entry, answer);
    });
  }
  return entries.flatMap((entry) => answers.get(entry) ?? []);
}

function createIn(
  ask: Ask,
  folderId: string,
  entries: readonly ItemCreate<ExchangeAppointmentPatch>[],
): Promise<readonly Answer<ItemRef>[]> {
  return inBatches(entries, {
    size: WRITE_BATCH,
    maySplit: maySplitWrite,
    send: async (batch) => {
      const items = batch.map(({ patch, mark }) => writeNewAppointment(patch, mark));
      const response = await ask('CreateItem', writeCreateItem({ folderId, items }));
      return answersOf(response, batch.length, readWrittenItem);
    },
  });
}

/**
 * Updates appointments, per entry and in order, each only if it is still in the state it was planned from. A series write
 * that failed after its first step answers with that failure; what is missing is seen when it is read again (rule 3).
 */
export async function updateAppointments(
  ask: Ask,
  entries: readonly ItemUpdate<ExchangeAppointmentPatch>[],
): Promise<readonly Answer<ItemRef>[]> {
  const updates = entries.map(({ ref, patch, mark }) => ({
    address: addressOf(ref),
    changes: writeChanges(patch ?? { fields: {} }, mark),
  }));
  const written = await updateItems(
    ask,
    updates.filter(({ changes }) => changes.length > 0),
  );
  let next = 0;
  const answers = entries.map(({ ref }, at): Answer<ItemRef> => {
    const isSent = (updates[at]?.changes.length ?? 0) > 0;
    return isSent ? (written[next++] ?? answered(ref)) : answered(ref);
  });
  const targets = answers.map((answer, at) => seriesTarget(answer, entries[at]?.patch ?? null));
  return withExceptions(ask, answers, targets, (_, failure) => failed(failure));
}

function addressOf({ id, version }: ItemRef): ItemAddress {
  return { kind: 'item', id, changeKey: version };
}

function seriesTarget(
  answer: Answer<ItemRef>,
  patch: ExchangeAppointmentPatch | null,
): SeriesTarget | null {
  const exceptions = patch?.exceptions;
  return answer.ok && exceptions !== undefined ? { ref: answer.value, exceptions } : null;
}

async function withExceptions(
  ask: Ask,
  answers: readonly Answer<ItemRef>[],
  targets: readonly (SeriesTarget | null)[],
  onFailure: (target: SeriesTarget, failure: ConnectorFailure) => Answer<ItemRef>,
): Promise<readonly Answer<ItemRef>[]> {
  const series = targets.filter((target) => target !== null);
  if (series.length === 0) return answers;
  const outcomes = await bringAboutExceptions(ask, series);
  let next = 0;
  return answers.map((answer, at) => {
    const target = targets[at];
    if (target === undefined || target === null) return answer;
    const outcome = outcomes[next++] ?? answer;
    return outcome.ok ? outcome : onFailure(target, outcome.failure);
  });
}

/**
 * Removes appointments, per entry and in order. DeleteItem knows no ChangeKey, so the mark is written first: that is refused
 * where a person has edited since, and the edit is not lost (rule 11).
 */
export async function removeAppointments(
  ask: Ask,
  entries: readonly ItemRemove[],
): Promise<readonly Answer<null>[]> {
  const marked = await updateItems(
    ask,
    entries.map(({ ref, mark }) => ({ address: addressOf(ref), changes: [setMark(mark)] })),
  );
  const ids = marked.flatMap((answer) => (answer.ok ? [answer.value.id] : []));
  const removed = await orFailed(ids.length, deleteItems(ask, ids));
  let next = 0;
  return marked.map((answer) => {
    const outcome = answer.ok ? (removed[next++] ?? answered(null)) : failed<null>(answer.failure);
    return !outcome.ok && outcome.failure.kind === 'gone' ? answered(null) : outcome;
  });
}
