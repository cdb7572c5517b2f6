import { element, type Xml } from '../xml-writer.js';

/**
 * A request of the account about itself, without impersonation. Only the check of a connection sends one, to see whether the account
 * has a mailbox: anywhere else it would work in the service account's own calendar.
 */
export function accountEnvelope(body: Xml): string {
  const header = element(
    's:Header',
    null,
    element('t:RequestServerVersion', { Version: 'Exchange2013_SP1' }),
  );
  return DECLARATION + element('s:Envelope', NAMESPACES, header, element('s:Body', null, body));
}

/** What goes with it. */
export function accountHeaders(): Readonly<Record<string, string>> {
  return {
    'content-type': 'text/xml; charset=utf-8',
    accept: 'text/xml',
    'accept-encoding': 'identity',
    'user-agent': 'Abgleich',
  };
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

const NAMESPACES = {
  'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
  'xmlns:m': 'http://schemas.microsoft.com/exchange/services/2006/messages',
  'xmlns:t': 'http://schemas.microsoft.com/exchange/services/2006/types',
};
