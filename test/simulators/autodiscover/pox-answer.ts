import { childNamed, element, readXml, textElement, textOf } from '../ews/xml.js';
import { answerFor } from './answers-for.js';
import type { Directory, DirectoryAnswer } from './answers-for.js';

/** POST autodiscover.xml. Throws what is not well-formed XML. */
export function answerPox(text: string, directory: Directory): string {
  const request = childNamed(readXml(text), 'Request');
  const address = request && textOf(request, 'EMailAddress')?.trim();
  const schema = request && textOf(request, 'AcceptableResponseSchema')?.trim();
  if (!request || !address) return poxError(600, 'Invalid Request');
  if (schema !== OUTLOOK) return poxError(601, 'Provider is not available');
  return written(answerFor(address, directory), address);
}

/** The older form of the answer, which only errors come in. */
export function poxError(code: number, message: string): string {
  const parts = element('ErrorCode', String(code)) + textElement('Message', message);
  const error = element('Error', `${parts}<DebugData/>`, { Time: '12:00:00.0000000', Id: 1 });
  return document(element('Response', error));
}

const SCHEMAS = 'http://schemas.microsoft.com/exchange/autodiscover';
const OUTLOOK = `${SCHEMAS}/outlook/responseschema/2006a`;

function written(answer: DirectoryAnswer, address: string): string {
  switch (answer.kind) {
    case 'error':
      return answer.code === 'ServerBusy'
        ? poxError(603, 'The server is busy.')
        : poxError(500, 'The e-mail address cannot be found.');
    case 'redirectAddress':
      return account(
        element('Action', 'redirectAddr') + textElement('RedirectAddr', answer.target),
        '',
      );
    case 'redirectUrl':
      return account(
        element('Action', 'redirectUrl') + textElement('RedirectUrl', answer.target),
        '',
      );
    case 'settings':
      return account(
        element('Action', 'settings') + protocolsOf(answer.settings),
        textElement('DisplayName', answer.settings.get('UserDisplayName') ?? '') +
          textElement('LegacyDN', answer.settings.get('UserDN') ?? '') +
          textElement('AutoDiscoverSMTPAddress', address),
      );
  }
}

function account(content: string, user: string): string {
  const userPart = user === '' ? '' : element('User', user);
  const accountPart = element('Account', `<AccountType>email</AccountType>${content}`);
  return document(element('Response', userPart + accountPart, { xmlns: OUTLOOK }));
}

/** EXCH is for clients inside, EXPR for those outside, and WEB repeats both, as servers since 2007 do. */
function protocolsOf(settings: ReadonlyMap<string, string>): string {
  const inside = protocol('EXCH', settings.get('InternalEwsUrl'));
  const outside = protocol('EXPR', settings.get('ExternalEwsUrl'));
  const both = element('Internal', inside) + element('External', outside);
  return inside + outside + element('Protocol', `<Type>WEB</Type>${both}`);
}

function protocol(type: string, url: string | undefined): string {
  if (url === undefined) return '';
  const urls = textElement('ASUrl', url) + textElement('EwsUrl', url);
  return element('Protocol', element('Type', type) + urls);
}

function document(content: string): string {
  const root = element('Autodiscover', content, { xmlns: `${SCHEMAS}/responseschema/2006` });
  return `<?xml version="1.0" encoding="utf-8"?>${root}`;
}
