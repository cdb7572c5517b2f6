import { ExchangeError } from '../../mailbox/failure.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { writeResponse } from '../soap.js';
import {
  booleanOf,
  checkOrder,
  element,
  escapeXml,
  requiredAttribute,
  requiredChild,
  textElement,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/resolvenames-operation */
export const resolveNames: Operation = (body, context) => {
  checkOrder(body, ['ParentFolderIds', 'UnresolvedEntry']);
  const isFull = booleanOf(requiredAttribute(body, 'ReturnFullContactData'));
  const scope = wordOf(body.attributes['SearchScope'] ?? 'ActiveDirectoryContacts', SCOPES);
  const entry = requiredChild(body, 'UnresolvedEntry');
  const { mailboxes } = context.organisation;
  const found = scope === 'Contacts' ? [] : matching(mailboxes, wantedOf(entry));
  const set = writeSet(found, isFull);
  if (found.length > 1 && !context.plantedError(0)) {
    return writeResponse(context.operation, [severalMessage(set)]);
  }
  return answerEach(context, [entry], () => {
    if (found.length > 0) return set;
    throw new ExchangeError('ErrorNameResolutionNoResults', 'No results were found.');
  });
};

const SCOPES = [
  'ActiveDirectory',
  'ActiveDirectoryContacts',
  'Contacts',
  'ContactsActiveDirectory',
] as const;

/** At most so many are told of; there is no second page (types.xsd). */
const MOST = 100;

function wantedOf({ text }: XmlNode): string {
  return text
    .trim()
    .replace(/^smtp:/i, '')
    .toLowerCase();
}

/** An exact address is one person; else the beginnings of names and addresses count (ANR). */
function matching(mailboxes: readonly Mailbox[], wanted: string): readonly Mailbox[] {
  const exact = mailboxes.filter(({ address }) => address.toLowerCase() === wanted);
  if (exact.length > 0 || wanted === '') return exact;
  const words = wanted.split(/\s+/);
  return mailboxes.filter(({ address, name }) => {
    const parts = [address, name, ...name.split(/\s+/)].map((part) => part.toLowerCase());
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
}

function severalMessage(set: string): string {
  return element(
    'm:ResolveNamesResponseMessage',
    '<m:MessageText>Multiple results were found.</m:MessageText>' +
      '<m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>' +
      '<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>' +
      set,
    { ResponseClass: 'Warning' },
  );
}

function writeSet(found: readonly Mailbox[], isFull: boolean): string {
  const resolutions = found
    .slice(0, MOST)
    .map((mailbox) =>
      element('t:Resolution', writeMailbox(mailbox) + (isFull ? writeContact(mailbox) : '')),
    );
  return element('m:ResolutionSet', resolutions.join(''), {
    TotalItemsInView: found.length,
    IncludesLastItemInRange: found.length <= MOST,
  });
}

function writeMailbox({ address, name }: Mailbox): string {
  return element(
    't:Mailbox',
    textElement('t:Name', name) +
      textElement('t:EmailAddress', address) +
      '<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>Mailbox</t:MailboxType>',
  );
}

/** What the directory knows of a person. */
function writeContact({ address, name }: Mailbox): string {
  const [given = '', ...rest] = name.split(' ');
  return element(
    't:Contact',
    textElement('t:DisplayName', name) +
      textElement('t:GivenName', given) +
      element(
        't:EmailAddresses',
        element('t:Entry', escapeXml(`SMTP:${address}`), { Key: 'EmailAddress1' }),
      ) +
      '<t:ContactSource>ActiveDirectory</t:ContactSource>' +
      textElement('t:Surname', rest.join(' ')),
  );
}
