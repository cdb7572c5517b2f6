import { child, childText, descend, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';
import { usableAddresses, type MailboxAnswer } from './mailbox-answer.js';

/** One request may ask about this many mailboxes; more are refused. https://learn.microsoft.com/exchange/client-developer/web-service-reference/users-soap */
export const MOST_MAILBOXES = 100;

/**
 * Asks an endpoint about up to `MOST_MAILBOXES` mailboxes.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getusersettings-operation-soap
 */
export function writeGetUserSettings(endpoint: string, mailboxes: readonly string[]): string {
  const users = mailboxes.map((mailbox) =>
    element('a:User', null, textElement('a:Mailbox', mailbox)),
  );
  const settings = [INTERNAL, EXTERNAL, GROUP].map((name) => textElement('a:Setting', name));
  const request = element(
    'a:Request',
    null,
    element('a:Users', null, ...users),
    element('a:RequestedSettings', null, ...settings),
    textElement('a:RequestedVersion', VERSION), // the schema requires it, though many clients leave it out (fact 11)
  );
  const body = element('a:GetUserSettingsRequestMessage', null, request);
  const document = element(
    's:Envelope',
    NAMESPACES,
    headerTo(endpoint),
    element('s:Body', null, body),
  );
  return `<?xml version="1.0" encoding="utf-8"?>${document}`;
}

/**
 * The answers in the order of the mailboxes that were asked about; null where the document is no such answer, or answers other than
 * `count` mailboxes.
 */
export function readGetUserSettings(root: XmlNode, count: number): readonly MailboxAnswer[] | null {
  const body = root.name === 'Envelope' ? child(root, 'Body') : null;
  const fault = body === null ? null : child(body, 'Fault');
  if (fault !== null) return repeated({ kind: 'refused', code: faultCode(fault) }, count);
  const response = body && descend(body, 'GetUserSettingsResponseMessage', 'Response');
  if (response === null) return null;
  const code = codeOf(response);
  const answers = child(response, 'UserResponses')?.children ?? [];
  if (code !== 'NoError' && answers.length !== count) {
    return repeated({ kind: 'refused', code }, count);
  }
  return answers.length === count ? answers.map(readUser) : null;
}

const INTERNAL = 'InternalEwsUrl';
const EXTERNAL = 'ExternalEwsUrl';
const GROUP = 'GroupingInformation';
const VERSION = 'Exchange2013_SP1';
const SERVICE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';

const NAMESPACES = {
  'xmlns:s': 'http://schemas.xmlsoap.org/soap/envelope/',
  'xmlns:a': SERVICE,
  'xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
};

function headerTo(endpoint: string): Xml {
  return element(
    's:Header',
    null,
    textElement('a:RequestedServerVersion', VERSION),
    textElement('wsa:Action', `${SERVICE}/Autodiscover/GetUserSettings`),
    textElement('wsa:To', endpoint),
  );
}

function readUser(user: XmlNode): MailboxAnswer {
  const code = codeOf(user);
  const target = childText(user, 'RedirectTarget')?.trim() ?? '';
  if (code === 'RedirectAddress') return { kind: 'otherMailbox', mailbox: target };
  if (code === 'RedirectUrl') return { kind: 'otherEndpoint', url: target };
  if (code !== 'NoError') return { kind: 'refused', code };
  const settings = settingsIn(user);
  const group = settings.get(GROUP) ?? '';
  return {
    kind: 'settings',
    addresses: usableAddresses([settings.get(INTERNAL) ?? null, settings.get(EXTERNAL) ?? null]),
    group: group === '' ? null : group,
  };
}

function settingsIn(user: XmlNode): ReadonlyMap<string, string> {
  const settings = child(user, 'UserSettings')?.children ?? [];
  return new Map(
    settings.map((setting) => [
      childText(setting, 'Name')?.trim() ?? '',
      childText(setting, 'Value')?.trim() ?? '',
    ]),
  );
}

/** A server that leaves the code out has nothing to complain about. */
function codeOf(response: XmlNode): string {
  const code = childText(response, 'ErrorCode')?.trim() ?? '';
  return code === '' ? 'NoError' : code;
}

/** Of SOAP 1.1, or of 1.2, in which some servers fail whatever they were asked in. */
function faultCode(fault: XmlNode): string {
  const code = childText(fault, 'faultcode') ?? descend(fault, 'Code', 'Value')?.text ?? 'Fault';
  return code.trim().replace(/^.*:/, '');
}

function repeated(answer: MailboxAnswer, count: number): readonly MailboxAnswer[] {
  return Array.from({ length: count }, () => answer);
}
