import { childNamed, element, escapeXml, readXml, textElement } from '../ews/xml.js';
import type { XmlNode } from '../ews/xml.js';
import { answerFor } from './answers-for.js';
import type { Directory, DirectoryAnswer } from './answers-for.js';

/** What goes back over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** POST autodiscover.svc: GetUserSettings. Throws what is not well-formed XML. */
export function answerSoap(text: string, directory: Directory): HttpAnswer {
  const envelope = readXml(text);
  const body = childNamed(envelope, 'Body');
  const message = body?.children[0];
  if (message?.name !== 'GetUserSettingsRequestMessage' || message.ns !== SERVICE) {
    return { status: 500, body: fault(`The operation '${message?.name ?? ''}' is not supported.`) };
  }
  const request = childNamed(message, 'Request');
  const users = listed(request, 'Users').map((user) => childNamed(user, 'Mailbox')?.text ?? '');
  const settings = listed(request, 'RequestedSettings').map(({ text: name }) => name.trim());
  const problem = problemWith(users, settings);
  if (problem !== null) return { status: 200, body: enveloped(refusal(problem)) };
  const answers = users.map((user) => userResponse(answerFor(user.trim(), directory), settings));
  return {
    status: 200,
    body: enveloped(NO_ERROR + element('UserResponses', answers.join(''))),
  };
}

const SERVICE = 'http://schemas.microsoft.com/exchange/2010/Autodiscover';
const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const ADDRESSING = 'http://www.w3.org/2005/08/addressing';
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const NO_ERROR = '<ErrorCode>NoError</ErrorCode><ErrorMessage/>';
const MOST_USERS = 100;

function listed(request: XmlNode | null, name: string): readonly XmlNode[] {
  return (request && childNamed(request, name))?.children ?? [];
}

function problemWith(users: readonly string[], settings: readonly string[]): string | null {
  if (users.length === 0) return 'At least one mailbox must be specified.';
  if (users.length > MOST_USERS) return 'The maximum number of mailboxes per request is 100.';
  return settings.length === 0 ? 'At least one setting must be specified.' : null;
}

function refusal(message: string): string {
  return element('ErrorCode', 'InvalidRequest') + textElement('ErrorMessage', message);
}

/** The elements stand in the schema's order. */
function userResponse(answer: DirectoryAnswer, asked: readonly string[]): string {
  switch (answer.kind) {
    case 'error':
      return element('UserResponse', errorOf(answer.code));
    case 'redirectAddress':
      return element('UserResponse', errorOf('RedirectAddress') + target(answer.target));
    case 'redirectUrl':
      return element('UserResponse', errorOf('RedirectUrl') + target(answer.target));
    case 'settings':
      return element('UserResponse', NO_ERROR + settingsOf(answer.settings, asked));
  }
}

function errorOf(code: string): string {
  return element('ErrorCode', code) + textElement('ErrorMessage', `The request failed: ${code}.`);
}

function target(text: string): string {
  return textElement('RedirectTarget', text);
}

function settingsOf(known: ReadonlyMap<string, string>, asked: readonly string[]): string {
  const errors = asked.filter((name) => !known.has(name)).map(settingError);
  const found = [...known].filter(([name]) => asked.includes(name));
  const settings = found.map(([name, value]) =>
    element('UserSetting', textElement('Name', name) + textElement('Value', value), {
      'i:type': 'StringSetting',
    }),
  );
  return (
    '<RedirectTarget i:nil="true"/>' +
    element('UserSettingErrors', errors.join('')) +
    element('UserSettings', settings.join(''))
  );
}

/** Which names the real service knows does not matter to clients: both codes are harmless to them. */
function settingError(name: string): string {
  const parts =
    element('ErrorCode', 'SettingIsNotAvailable') +
    textElement('ErrorMessage', `The setting '${name}' is not available.`) +
    textElement('SettingName', name);
  return element('UserSettingError', parts);
}

function enveloped(response: string): string {
  const header =
    element('a:Action', `${SERVICE}/Autodiscover/GetUserSettingsResponse`, {
      's:mustUnderstand': 1,
    }) + VERSION;
  const message = element('GetUserSettingsResponseMessage', element('Response', response), {
    xmlns: SERVICE,
    'xmlns:i': INSTANCE,
  });
  return document(element('s:Header', header) + element('s:Body', message));
}

const VERSION = element(
  'h:ServerVersionInfo',
  '<MajorVersion>15</MajorVersion><MinorVersion>2</MinorVersion><MajorBuildNumber>2562</MajorBuildNumber>' +
    '<MinorBuildNumber>17</MinorBuildNumber><Version>Exchange2016</Version>',
  { 'xmlns:h': SERVICE, xmlns: SERVICE },
);

function fault(message: string): string {
  const parts =
    '<faultcode>s:Client</faultcode>' +
    element('faultstring', escapeXml(message), { 'xml:lang': 'en-US' });
  return document(element('s:Body', element('s:Fault', parts)));
}

function document(content: string): string {
  const envelope = element('s:Envelope', content, { 'xmlns:s': SOAP, 'xmlns:a': ADDRESSING });
  return `<?xml version="1.0" encoding="utf-8"?>${envelope}`;
}
