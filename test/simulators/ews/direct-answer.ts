import { ExchangeError } from '../mailbox/failure.js';
import type { OperationContext } from './operations/operation.js';
import { MESSAGES_NS, TYPES_NS } from './soap.js';
import { element, textElement } from './xml.js';

/** The answer of an operation that has no list of messages: the response itself says how it went. */
export function answerDirectly(
  context: OperationContext & { readonly responseName?: string },
  answer: () => string,
  afterError = '',
): string {
  const name = `m:${context.responseName ?? `${context.operation}Response`}`;
  const spaces = { 'xmlns:m': MESSAGES_NS, 'xmlns:t': TYPES_NS };
  try {
    const planted = context.plantedError(0);
    if (planted) throw planted;
    const content = `<m:ResponseCode>NoError</m:ResponseCode>${answer()}`;
    return element(name, content, { ResponseClass: 'Success', ...spaces });
  } catch (error) {
    return element(name, errorParts(error) + afterError, { ResponseClass: 'Error', ...spaces });
  }
}

/** One `ResponseMessage` inside an answer that has several parts (availability, out-of-office). */
export function responseMessage(name: string, error: unknown = null): string {
  if (error === null) {
    return element(name, '<m:ResponseCode>NoError</m:ResponseCode>', { ResponseClass: 'Success' });
  }
  return element(name, errorParts(error), { ResponseClass: 'Error' });
}

/** Throws what is no refusal, and what concerns the whole request. */
function errorParts(error: unknown): string {
  if (!(error instanceof ExchangeError) || error.code === 'ErrorSchemaValidation') throw error;
  return (
    textElement('m:MessageText', error.message) +
    element('m:ResponseCode', error.code) +
    '<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>'
  );
}
