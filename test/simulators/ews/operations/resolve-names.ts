import { ExchangeError } from '../../mailbox/failure.js';
import { checkOrder, element, requiredChild, textElement } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export const resolveNames: Operation = (body, context) => {
  checkOrder(body, ['ParentFolderIds', 'UnresolvedEntry']);
  const entry = requiredChild(body, 'UnresolvedEntry');
  return answerEach(context, [entry], ({ text }) => {
    const wanted = text.replace(/^smtp:/i, '').toLowerCase();
    const found = context.organisation.mailboxes.filter(
      ({ address, name }) =>
        address.toLowerCase().startsWith(wanted) || name.toLowerCase().includes(wanted),
    );
    if (found.length === 0) {
      throw new ExchangeError('ErrorNameResolutionNoResults', 'No results were found.');
    }
    const resolutions = found.slice(0, 100).map(({ address, name }) => {
      const content =
        textElement('t:Name', name) +
        textElement('t:EmailAddress', address) +
        '<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType>';
      return element('t:Resolution', element('t:Mailbox', content));
    });
    return element('m:ResolutionSet', resolutions.join(''), {
      TotalItemsInView: found.length,
      IncludesLastItemInRange: found.length <= 100,
    });
  });
};
