import type { Mailbox } from '../../ports/exchange.js';
import { element, textElement, type Xml } from './xml-writer.js';

/**
 * The whole request: version, whose mailbox, and UTC, so that a time without a zone can mean one thing only.
 * The lowest version that has all we use keeps Exchange 2013 SP1 and everything later within reach (protocol fact 3).
 */
export function envelope(mailbox: Mailbox, body: Xml): string {
  const header = element(
    's:Header',
    null,
    element('t:RequestServerVersion', { Version: 'Exchange2013_SP1' }),
    impersonation(mailbox),
    UTC_CONTEXT,
  );
  return DECLARATION + element('s:Envelope', NAMESPACES, header, element('s:Body', null, body));
}

/** https://learn.microsoft.com/exchange/client-developer/exchange-web-services/impersonation-and-ews-in-exchange */
function impersonation({ address, namedBy }: Mailbox): Xml {
  const name = namedBy === 'upn' ? 't:PrincipalName' : 't:PrimarySmtpAddress';
  const account = element('t:ConnectingSID', null, textElement(name, address));
  return element('t:ExchangeImpersonation', null, account);
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

const NAMESPACES = {
  'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
  'xmlns:m': 'http://schemas.microsoft.com/exchange/services/2006/messages',
  'xmlns:t': 'http://schemas.microsoft.com/exchange/services/2006/types',
};

const UTC_CONTEXT = element(
  't:TimeZoneContext',
  null,
  element('t:TimeZoneDefinition', { Id: 'UTC' }),
);
