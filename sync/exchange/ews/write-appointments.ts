import type { ExchangeAppointmentPatch } from '../../../mappings/exchange-item.js';
import type { ItemCreate, ItemRef, ItemRemove, ItemUpdate } from '../../ports/exchange.js';
import { answered, failed, type Answer, type ConnectorFailure } from '../../ports/failure.js';
import { bringAboutExceptions } from './bring-about-exceptions.js';
import { deleteItems } from './delete-items.js';
import { inBatches, maySplitWrite } from './in-batches.js';
import type { ItemAddress } from './item-address.js';
import { inviteNewcomers, quietlyOrNot } from './telling.js';
import { setMark, writeChanges, writeNewAppointment } from './item-fields.js';
import { readWrittenItem, writeCreateItem } from './operations/create-item.js';
import type { ItemUpdateRequest } from './operations/update-item.js';
import type { Ask } from './requests.js';
import { answersOf } from './response-messages.js';
import { orFailed, type SeriesTarget } from './series-work.js';
import { updateItems, WRITE_BATCH } from './update-items.js';
import type { Xml } from './xml-writer.js';

/**
 * Creates appointments, per entry and in order. A series gets its exceptions in a second step; where that fails, the item
 * exists all the same, and the answer says so: `version` is empty then, so that the engine reads it and plans the rest.
 */
export async function createAppointments(
  ask: Ask,
  entries: readonly ItemCreate<ExchangeAppointmentPatch>[],
): Promise<readonly Answer<ItemRef>[]> {
  const created = await quietlyOrNot(entries, {
    quietly: (quiet) => inFolders(ask, quiet),
    telling: ({ folderId, patch, mark }) =>
      createTelling(ask, folderId, writeNewAppointment(patch, mark)),
  });
  const targets = created.map((answer, at) => seriesTarget(answer, entries[at]?.patch ?? null));
  return withExceptions(ask, created, targets, ({ ref }) => answered({ id: ref.id, version: '' }));
}

type Update = ItemUpdate<ExchangeAppointmentPatch>;

async function createTelling(
  ask: Ask,
  folderId: string,
  item: Xml,
): Promise<readonly Answer<ItemRef>[]> {
  const request = writeCreateItem({ folderId, items: [item], invites: true });
  return answersOf(await ask('CreateItem', request), 1, readWrittenItem);
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
  const written = await quietlyOrNot(entries, {
    quietly: (quiet) => updateQuietly(ask, quiet),
    telling: (entry) => updateTelling(ask, entry),
  });
  const targets = written.map((answer, at) => {
    const target = seriesTarget(answer, entries[at]?.patch ?? null);
    return target === null ? null : { ...target, tellOf: entries[at]?.tellOf };
  });
  const answers = await withExceptions(ask, written, targets, (_, failure) => failed(failure));
  return inviteNewcomers(ask, entries, answers);
}

async function updateQuietly(
  ask: Ask,
  entries: readonly Update[],
): Promise<readonly Answer<ItemRef>[]> {
  const updates = entries.map(requestOf);
  const written = await updateItems(
    ask,
    updates.filter(({ changes }) => changes.length > 0),
  );
  let next = 0;
  return entries.map(({ ref }, at): Answer<ItemRef> => {
    const isSent = (updates[at]?.changes.length ?? 0) > 0;
    return isSent ? (written[next++] ?? answered(ref)) : answered(ref);
  });
}

async function updateTelling(ask: Ask, entry: Update): Promise<readonly Answer<ItemRef>[]> {
  const update = requestOf(entry);
  return update.changes.length === 0 ? [answered(entry.ref)] : updateItems(ask, [update], true);
}

function requestOf({ ref, patch, mark }: Update): ItemUpdateRequest {
  return { address: addressOf(ref), changes: writeChanges(patch ?? { fields: {} }, mark) };
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
  const going = marked.flatMap((answer, at) =>
    answer.ok ? [{ id: answer.value.id, tell: entries[at]?.tell }] : [],
  );
  const removed = await orFailed(going.length, removeMarked(ask, going));
  let next = 0;
  return marked.map((answer) => {
    const outcome = answer.ok ? (removed[next++] ?? answered(null)) : failed<null>(answer.failure);
    return !outcome.ok && outcome.failure.kind === 'gone' ? answered(null) : outcome;
  });
}

interface Going {
  readonly id: string;
  readonly tell: ItemRemove['tell'];
}

function removeMarked(ask: Ask, going: readonly Going[]): Promise<readonly Answer<null>[]> {
  return quietlyOrNot(going, {
    quietly: (quiet) =>
      deleteItems(
        ask,
        quiet.map(({ id }) => id),
      ),
    telling: ({ id }) => deleteItems(ask, [id], true),
  });
}
