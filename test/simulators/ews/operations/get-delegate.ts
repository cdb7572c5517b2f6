import { ExchangeError } from '../../mailbox/failure.js';
import { checkAccess } from '../caller.js';
import { answerDirectly, responseMessage } from '../direct-answer.js';
import { checkOrder, childNamed, element, requiredChild, textOf } from '../xml.js';
import type { XmlNode } from '../xml.js';
import type { Operation, OperationContext } from './operation.js';

/** Nobody has a delegate here. https://learn.microsoft.com/exchange/client-developer/web-service-reference/getdelegate-operation */
export const getDelegate: Operation = (body, context) => {
  checkOrder(body, ['Mailbox', 'UserIds']);
  const address = requiredChild(requiredChild(body, 'Mailbox'), 'EmailAddress').text;
  const users = childNamed(body, 'UserIds')?.children ?? [];
  return answerDirectly(context, () => {
    checkAccess(context.caller, context.organisation.mailbox(address.trim()));
    const messages = users.map((user) =>
      responseMessage('m:DelegateUserResponseMessageType', refusalOf(user, context)),
    );
    return (
      (messages.length === 0 ? '' : element('m:ResponseMessages', messages.join(''))) +
      '<m:DeliverMeetingRequests>NoForward</m:DeliverMeetingRequests>'
    );
  });
};

function refusalOf(user: XmlNode, { organisation }: OperationContext): ExchangeError {
  const address = textOf(user, 'PrimarySmtpAddress')?.trim().toLowerCase() ?? null;
  if (address === null) {
    return new ExchangeError('ErrorInvalidUserSid', 'The SID is not that of a user.');
  }
  const isKnown = organisation.mailboxes.some((one) => one.address.toLowerCase() === address);
  return isKnown
    ? new ExchangeError('ErrorNotDelegate', 'The user is not a delegate.')
    : new ExchangeError('ErrorDelegateNoUser', 'The user does not exist.');
}
