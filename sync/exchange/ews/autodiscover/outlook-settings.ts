import { child, childText, type XmlNode } from '../xml-reader.js';
import { element, textElement } from '../xml-writer.js';
import { usableAddresses, type MailboxAnswer } from './mailbox-answer.js';

/**
 * Asks an endpoint about one mailbox in the older protocol, "POX".
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-request-for-exchange
 */
export function writeOutlookRequest(mailbox: string): string {
  const request = element(
    'Request',
    null,
    textElement('EMailAddress', mailbox),
    textElement('AcceptableResponseSchema', `${SCHEMAS}/outlook/responseschema/2006a`),
  );
  const namespace = { xmlns: `${SCHEMAS}/outlook/requestschema/2006` };
  return `<?xml version="1.0" encoding="utf-8"?>${element('Autodiscover', namespace, request)}`;
}

const SCHEMAS = 'http://schemas.microsoft.com/exchange/autodiscover';

/**
 * Reads either form of the answer (2006, which only errors come in, and 2006a) by its names; null where it is none.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/pox-autodiscover-response-for-exchange
 */
export function readOutlookAnswer(root: XmlNode): MailboxAnswer | null {
  const response = root.name === 'Autodiscover' ? child(root, 'Response') : null;
  if (response === null) return null;
  const error = child(response, 'Error');
  if (error !== null) return { kind: 'refused', code: childText(error, 'ErrorCode')?.trim() ?? '' };
  const account = child(response, 'Account');
  if (account === null) return { kind: 'settings', addresses: [], group: null };
  return redirectIn(account) ?? settingsIn(account);
}

function redirectIn(account: XmlNode): MailboxAnswer | null {
  const action = childText(account, 'Action')?.trim().toLowerCase();
  const mailbox = childText(account, 'RedirectAddr')?.trim() ?? '';
  const url = childText(account, 'RedirectUrl')?.trim() ?? '';
  if (action === 'redirectaddr' || mailbox !== '') return { kind: 'otherMailbox', mailbox };
  if (action === 'redirecturl' || url !== '') return { kind: 'otherEndpoint', url };
  return null;
}

function settingsIn(account: XmlNode): MailboxAnswer {
  const protocols = protocolsIn(account, 'either');
  const at = (place: Protocol['place']): readonly (string | null)[] =>
    protocols.filter((protocol) => protocol.place === place).map(({ url }) => url);
  return {
    kind: 'settings',
    addresses: usableAddresses([...at('inside'), ...at('either'), ...at('outside')]),
    group: null,
  };
}

interface Protocol {
  readonly place: 'inside' | 'either' | 'outside';
  readonly url: string | null;
}

/**
 * EXCH is for inside the network, EXPR for outside. EXHTTP says for neither which it is for, and WEB nests one of each in
 * `Internal` and `External`.
 */
function protocolsIn(parent: XmlNode, place: Protocol['place']): readonly Protocol[] {
  return parent.children.flatMap((node) => {
    if (node.name === 'Internal') return protocolsIn(node, 'inside');
    if (node.name === 'External') return protocolsIn(node, 'outside');
    if (node.name !== 'Protocol') return [];
    const type = (childText(node, 'Type') ?? '').trim().toUpperCase();
    const own = PLACES.get(type) ?? place;
    const url = childText(node, 'EwsUrl') ?? childText(node, 'ASUrl');
    return [{ place: own, url }, ...protocolsIn(node, own)];
  });
}

const PLACES: ReadonlyMap<string, Protocol['place']> = new Map([
  ['EXCH', 'inside'],
  ['EXPR', 'outside'],
]);
