import { outOfOfficeOf } from '../../mailbox/out-of-office.js';
import { answerDirectly } from '../direct-answer.js';
import { checkOrder, element, requiredChild, textElement } from '../xml.js';
import type { XmlNode } from '../xml.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getmailtips-operation */
export const getMailTips: Operation = (body, context) => {
  checkOrder(body, ['SendingAs', 'Recipients', 'MailTipsRequested']);
  const recipients = requiredChild(body, 'Recipients').children;
  return answerDirectly(context, () =>
    element(
      'm:ResponseMessages',
      recipients.map((recipient) => writeTips(recipient, context)).join(''),
    ),
  );
};

function writeTips(recipient: XmlNode, { organisation }: OperationContext): string {
  const address = requiredChild(recipient, 'EmailAddress').text.trim();
  const mailbox = organisation.mailboxes.find(
    (one) => one.address.toLowerCase() === address.toLowerCase(),
  );
  const away = mailbox ? outOfOfficeOf(mailbox) : null;
  const reply = away && away.state !== 'Disabled' ? away.internalReply : '';
  const named =
    textElement('t:Name', mailbox?.name ?? '') +
    textElement('t:EmailAddress', address) +
    '<t:RoutingType>SMTP</t:RoutingType>';
  const tips =
    element('t:RecipientAddress', named) +
    '<t:PendingMailTips/>' +
    element('t:OutOfOffice', element('t:ReplyBody', textElement('t:Message', reply))) +
    '<t:MailboxFull>false</t:MailboxFull><t:TotalMemberCount>1</t:TotalMemberCount>' +
    `<t:ExternalMemberCount>${mailbox ? 0 : 1}</t:ExternalMemberCount>` +
    '<t:MaxMessageSize>37748736</t:MaxMessageSize><t:DeliveryRestricted>false</t:DeliveryRestricted>' +
    '<t:IsModerated>false</t:IsModerated><t:InvalidRecipient>false</t:InvalidRecipient>';
  return element(
    'm:MailTipsResponseMessageType',
    `<m:ResponseCode>NoError</m:ResponseCode>${element('m:MailTips', tips)}`,
    { ResponseClass: 'Success' },
  );
}
