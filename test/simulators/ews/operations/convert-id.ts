import { ExchangeError } from '../../mailbox/failure.js';
import { readId } from '../../mailbox/ids.js';
import { checkOrder, element, requiredAttribute, requiredChild } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation */
export const convertId: Operation = (body, context) => {
  checkOrder(body, ['SourceIds']);
  const format = requiredAttribute(body, 'DestinationFormat');
  return answerEach(context, requiredChild(body, 'SourceIds').children, (node) =>
    convertOne(node, format, context),
  );
};

/** Only EwsId to EwsId is a conversion here; some clients read their own address off it (fact 96). */
function convertOne(node: XmlNode, format: string, { organisation }: OperationContext): string {
  const id = requiredAttribute(node, 'Id');
  const parts = readId(id);
  const mailbox = parts && organisation.mailboxByGuid(parts.mailboxGuid);
  if (!mailbox) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  if (format !== 'EwsId' || requiredAttribute(node, 'Format') !== 'EwsId') {
    throw new ExchangeError('ErrorUnsupportedTypeForConversion', 'Only EwsId is converted.');
  }
  return element('m:AlternateId', '', {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:type': 't:AlternateIdType',
    Format: format,
    Id: id,
    Mailbox: mailbox.address,
  });
}
