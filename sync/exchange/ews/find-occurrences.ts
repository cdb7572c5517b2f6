import { instantOf, millisecondsOf, type Instant } from '../../../mappings/values.js';
import { failed, answered, type Answer, type ConnectorFailure } from '../../ports/failure.js';
import { inBatches, maySplitRead } from './in-batches.js';
import type { ItemAddress } from './item-address.js';
import { OCCURRENCE_SHAPE } from './item-shape.js';
import { readItemRef, readOriginalStart } from './item-xml.js';
import { instanceIndex } from './occurrence-times.js';
import { readCalendarView, writeCalendarView } from './operations/find-item.js';
import { readGetItem, writeGetItem } from './operations/get-item.js';
import { READ_BATCH, type AppointmentSeen } from './read-appointments.js';
import type { Ask } from './requests.js';
import { answersOf, onlyMessage } from './response-messages.js';
import { childText, type XmlNode } from './xml-reader.js';

/** An occurrence that is as its series has it, and so has no id of its own that we know. */
export interface OccurrenceWanted {
  readonly series: AppointmentSeen;
  readonly originalStart: Instant;
}

/**
 * The item ids of occurrences, per entry and in order; null where Exchange has no such occurrence. Found by their place in
 * the pattern and believed only if Exchange names the same original start, else looked for in the calendar of these days: an
 * index that is off by one would change somebody's Tuesday instead of Monday.
 */
export async function findOccurrences(
  ask: Ask,
  wanted: readonly OccurrenceWanted[],
): Promise<readonly Answer<string | null>[]> {
  const byIndex = await findByIndex(ask, wanted);
  const answers: Answer<string | null>[] = [];
  for (const [at, one] of wanted.entries()) {
    const answer = byIndex[at] ?? answered(null);
    const isOpen = answer.ok ? answer.value === null : !REPEATABLE.has(answer.failure.kind);
    answers.push(isOpen ? await findByDate(ask, one) : answer);
  }
  return answers;
}

/** Failures that say nothing about the index. */
const REPEATABLE: ReadonlySet<ConnectorFailure['kind']> = new Set(['busy', 'unreachable']);

async function findByIndex(
  ask: Ask,
  wanted: readonly OccurrenceWanted[],
): Promise<readonly Answer<string | null>[]> {
  const entries = wanted.map((one) => ({ ...one, address: addressOf(one) }));
  const known = entries.flatMap(({ address, originalStart }) =>
    address === null ? [] : [{ address, originalStart }],
  );
  const answers = await inBatches(known, {
    size: READ_BATCH,
    maySplit: maySplitRead,
    send: async (batch) => {
      const addresses = batch.map(({ address }) => address);
      const response = await ask('GetItem', writeGetItem(addresses, OCCURRENCE_SHAPE));
      return answersOf(response, batch.length, readGetItem);
    },
  });
  let next = 0;
  return entries.map(({ address, series, originalStart }) => {
    if (address === null) return answered(null);
    const answer = answers[next++] ?? answered(null);
    if (!answer.ok) return failed(answer.failure);
    return answered(
      answer.value === null ? null : occurrenceId(answer.value, series, originalStart),
    );
  });
}

function addressOf({ series, originalStart }: OccurrenceWanted): ItemAddress | null {
  const index = instanceIndex(series.item, originalStart);
  return index === null ? null : { kind: 'occurrence', masterId: series.ref.id, index };
}

/**
 * The id of an item if it is the occurrence that is meant. Never that of the series or of a single appointment, which may
 * have the same UID and start: who removes an occurrence must not remove the whole.
 */
function occurrenceId(
  item: XmlNode,
  series: AppointmentSeen,
  originalStart: Instant,
): string | null {
  const { id } = readItemRef(item);
  const type = childText(item, 'CalendarItemType')?.trim() ?? 'Occurrence';
  const isOccurrence = id !== series.ref.id && (type === 'Occurrence' || type === 'Exception');
  const isThere = readOriginalStart(item)?.slice(0, 16) === originalStart.slice(0, 16);
  return isOccurrence && isThere ? id : null;
}

async function findByDate(
  ask: Ask,
  { series, originalStart }: OccurrenceWanted,
): Promise<Answer<string | null>> {
  const { uid } = series.item;
  if (series.folderId === null || uid === null) return answered(null);
  const around = millisecondsOf(originalStart);
  const [from, to] = [instantOf(around - DAY), instantOf(around + DAY)];
  const response = await ask('FindItem', writeCalendarView(series.folderId, from, to));
  for (const item of readCalendarView(onlyMessage(response))) {
    const id = childText(item, 'UID') === uid ? occurrenceId(item, series, originalStart) : null;
    if (id !== null) return answered(id);
  }
  return answered(null);
}

const DAY = 86_400_000;
