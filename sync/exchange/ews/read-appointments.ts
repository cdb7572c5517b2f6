import type {
  ExchangeAppointment,
  ExchangeModifiedOccurrence,
} from '../../../mappings/exchange-item.js';
import type { Instant } from '../../../mappings/values.js';
import type { ItemSeen } from '../../ports/exchange.js';
import { answered, ConnectorFailure, failed, type Answer } from '../../ports/failure.js';
import { inBatches, maySplitRead } from './in-batches.js';
import { itemAt } from './item-address.js';
import { APPOINTMENT_SHAPE, EXCEPTION_SHAPE } from './item-shape.js';
import {
  itemIn,
  readAppointment,
  readFolderId,
  readHasAttachments,
  readItemRef,
  readOccurrenceFields,
} from './item-xml.js';
import { readMark } from './mark-property.js';
import { readGetItem, writeGetItem } from './operations/get-item.js';
import { peopleInOccurrence } from './people-xml.js';
import type { Ask } from './requests.js';
import { answersOf, incomplete, messagesOf } from './response-messages.js';
import { child, type XmlNode } from './xml-reader.js';
import { instantIn, instantOf } from './xml-values.js';
import type { Xml } from './xml-writer.js';

export type AppointmentSeen = ItemSeen<ExchangeAppointment>;

/** How many items one GetItem asks for. Measured: one by one costs four times the CPU, by ten half as much again, by a hundred saves little. */
export const READ_BATCH = 50;

/**
 * Appointments with all their exceptions, per id and in order. An exception that cannot be had for good has `fields: null`; one
 * that cannot be had just now fails its series, so that it is read again.
 */
export async function readAppointments(
  ask: Ask,
  ids: readonly string[],
): Promise<readonly Answer<AppointmentSeen>[]> {
  const masters = await getItems(ask, ids, APPOINTMENT_SHAPE, readSeen);
  const wanted = masters.flatMap((answer) => (answer.ok ? exceptionIds(answer.value) : []));
  if (wanted.length === 0) return masters;
  const exceptions = await exceptionsById(ask, wanted);
  return masters.map((answer) => (answer.ok ? withExceptions(answer.value, exceptions) : answer));
}

/** GetItem over any number of ids, answered per id and in order. */
async function getItems<T>(
  ask: Ask,
  ids: readonly string[],
  shape: Xml,
  read: (item: XmlNode) => T,
): Promise<readonly Answer<T>[]> {
  const answers = await inBatches(ids, {
    size: READ_BATCH,
    maySplit: maySplitRead,
    send: async (batch) => {
      const response = await ask('GetItem', writeGetItem(batch.map(itemAt), shape));
      refuseSwapped(response, batch);
      return answersOf(response, batch.length, (message) => read(readGetItem(message)));
    },
  });
  return answers.some((answer) => answer.ok) ? answers.map(parkUnreadable) : answers;
}

/**
 * Answers come in the order of the request (protocol fact 5). One that stands in another's place would give one appointment the
 * content of another, so nothing of such an answer is believed; asked one by one they cannot be swapped.
 */
function refuseSwapped(response: XmlNode, ids: readonly string[]): void {
  const asked = new Set(ids);
  for (const [at, message] of messagesOf(response).entries()) {
    const item = itemIn(message);
    const id = item === null ? undefined : child(item, 'ItemId')?.attributes['Id'];
    if (id !== undefined && id !== ids[at] && asked.has(id)) throw incomplete(response.name);
  }
}

/** While other items can be read it is the item, not the server, that makes its answer unreadable: it must not hold up the rest. */
function parkUnreadable<T>(answer: Answer<T>): Answer<T> {
  if (answer.ok || !UNREADABLE.has(answer.failure.code ?? '')) return answer;
  const { message, code } = answer.failure;
  return failed(new ConnectorFailure('rejected', message, { code: code ?? undefined }));
}

const UNREADABLE: ReadonlySet<string> = new Set([
  'AnswerTooLarge',
  'AnswerTooDeep',
  'AnswerMalformed',
  'AnswerTruncated',
  'AnswerMisencoded',
]);

function readSeen(item: XmlNode): AppointmentSeen {
  return {
    ref: readItemRef(item),
    folderId: readFolderId(item),
    mark: readMark(item),
    item: readAppointment(item),
  };
}

function exceptionIds({ item }: AppointmentSeen): readonly string[] {
  return item.modifiedOccurrences.map(({ itemId }) => itemId);
}

/** What an exception has of its own, and when its organiser last sent it out. */
interface Own {
  readonly has: Omit<ExchangeModifiedOccurrence, 'itemId' | 'originalStart'>;
  readonly sentAt: Instant | null;
}

type Exceptions = ReadonlyMap<string, Answer<Own>>;

function readOwn(item: XmlNode): Own {
  const fields = readOccurrenceFields(item);
  return {
    has: { fields, ...readHasAttachments(item), ...peopleInOccurrence(item) },
    sentAt: instantOf(item, 'DateTimeStamp'),
  };
}

async function exceptionsById(ask: Ask, ids: readonly string[]): Promise<Exceptions> {
  try {
    const answers = await getItems(ask, ids, EXCEPTION_SHAPE, readOwn);
    return new Map(ids.map((id, at) => [id, answers[at] ?? NEVER_ASKED]));
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return new Map(ids.map((id) => [id, failed(error)])); // the masters without exceptions are known
  }
}

function withExceptions(seen: AppointmentSeen, exceptions: Exceptions): Answer<AppointmentSeen> {
  const modifiedOccurrences: ExchangeModifiedOccurrence[] = [];
  const sent: Instant[] = [];
  for (const occurrence of seen.item.modifiedOccurrences) {
    const answer = exceptions.get(occurrence.itemId) ?? NEVER_ASKED;
    if (!answer.ok && !IS_FINAL.has(answer.failure.kind)) return failed(answer.failure);
    modifiedOccurrences.push(answer.ok ? { ...occurrence, ...answer.value.has } : occurrence);
    if (answer.ok && answer.value.sentAt !== null) sent.push(answer.value.sentAt);
  }
  const organizerSentAt = latest(seen.item.organizerSentAt, sent);
  return answered({ ...seen, item: { ...seen.item, modifiedOccurrences, organizerSentAt } });
}

/** Of an item that somebody else organises; null stays null. */
function latest(ofSeries: string | null, ofOccurrences: readonly Instant[]): string | null {
  if (ofSeries === null) return null;
  const [last] = [...ofOccurrences].sort().reverse();
  return last !== undefined && last > instantIn(ofSeries) ? last : ofSeries;
}

/** Failures that asking again will not change. */
const IS_FINAL: ReadonlySet<string> = new Set(['gone', 'rejected', 'forbidden', 'stale']);

const NEVER_ASKED: Answer<never> = failed(
  new ConnectorFailure('unreachable', 'the exception was not asked for'),
);
