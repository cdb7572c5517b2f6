import { UnreadableValue } from '../../../mappings/values.js';
import {
  answered,
  ConnectorFailure,
  failed,
  type Answer,
  type FailureKind,
} from '../../ports/failure.js';
import { backOffOf, effectiveCode, messageValues } from './back-off.js';
import { failureKind } from './response-codes.js';
import { sentenceOf } from './sentences.js';
import { child, childText, type XmlNode } from './xml-reader.js';

/**
 * The second error layer: a SOAP fault, with whatever HTTP status it came. Its code stands in `detail/ResponseCode`,
 * or, where a server leaves that out, in `faultcode` behind a prefix (protocol fact 6).
 */
export function faultFailure(fault: XmlNode): ConnectorFailure {
  const detail = child(fault, 'detail');
  const faultCode = (childText(fault, 'faultcode') ?? '').trim().split(':').at(-1) ?? '';
  const code = (detail === null ? null : childText(detail, 'ResponseCode')?.trim()) ?? faultCode;
  const values = messageValues(detail ?? fault);
  const effective = effectiveCode(code, values);
  return failureOf(effective, values, childText(fault, 'faultstring'), wholeRequestKind(effective));
}

/** Of the whole request an internal error says nothing about its records, and refusing them all would park them all. */
function wholeRequestKind(code: string): FailureKind {
  if (code === 'ErrorInternalServerError') return 'unreachable';
  return code.startsWith('Error') || code === 'Client' ? failureKind(code) : 'unreachable';
}

/** The third error layer: one response message. null where it reports success. */
export function messageFailure(message: XmlNode): ConnectorFailure | null {
  const code = childText(message, 'ResponseCode')?.trim() ?? '';
  const isError = message.attributes['ResponseClass'] === 'Error';
  if (!isError && (code === 'NoError' || code === '')) return null;
  const values = messageValues(message);
  const effective = effectiveCode(code, values);
  return failureOf(effective, values, childText(message, 'MessageText'), failureKind(effective));
}

function failureOf(
  code: string,
  values: ReadonlyMap<string, string>,
  text: string | null,
  kind: FailureKind,
): ConnectorFailure {
  return new ConnectorFailure(kind, text === null ? code : `${code}: ${text.trim()}`, {
    code,
    retryAfterMs: (kind === 'busy' ? backOffOf(values) : null) ?? undefined,
    sentence: sentenceOf(code) ?? undefined,
  });
}

/** The response messages of an answer, in order. */
export function messagesOf(response: XmlNode): readonly XmlNode[] {
  return child(response, 'ResponseMessages')?.children ?? [];
}

/** What the response messages of an answer say about being too busy. */
export function busyIn(response: XmlNode): readonly ConnectorFailure[] {
  return messagesOf(response).flatMap((message) => {
    const failure = messageFailure(message);
    return failure?.kind === 'busy' ? [failure] : [];
  });
}

/** The only response message of an answer to a request about one thing; throws its failure. */
export function onlyMessage(response: XmlNode): XmlNode {
  const [message] = messagesOf(response);
  if (message === undefined) throw incomplete(response.name);
  const failure = messageFailure(message);
  if (failure !== null) throw failure;
  return message;
}

/**
 * One answer per entry of a batch. With fewer or more messages than entries nobody knows which belongs to which, so
 * none is believed: taken in order they would give one appointment the content of another.
 */
export function answersOf<T>(
  response: XmlNode,
  entries: number,
  read: (message: XmlNode) => T,
): readonly Answer<T>[] {
  const messages = messagesOf(response);
  if (messages.length !== entries) throw incomplete(response.name);
  return messages.map((message) => answerOf(message, read));
}

/** The answer in one response message; a content that cannot be read is a refusal of that entry alone. */
export function answerOf<T>(message: XmlNode, read: (message: XmlNode) => T): Answer<T> {
  const failure = messageFailure(message);
  if (failure !== null) return failed(failure);
  try {
    return answered(read(message));
  } catch (error) {
    if (error instanceof ConnectorFailure) return failed(error);
    if (error instanceof UnreadableValue) return failed(unreadableEntry(error.message, error));
    throw error;
  }
}

/** An entry whose content makes no sense to us. */
export function unreadableEntry(message: string, cause?: unknown): ConnectorFailure {
  return new ConnectorFailure('rejected', `Exchange sent something unreadable: ${message}`, {
    code: 'EntryUnreadable',
    cause,
  });
}

/** An answer with another number of messages than was asked for. */
export function incomplete(name: string): ConnectorFailure {
  return new ConnectorFailure('unreachable', `${name} does not answer every entry of the batch`, {
    code: 'AnswerIncomplete',
  });
}
