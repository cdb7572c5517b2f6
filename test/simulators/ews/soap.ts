import { canonicalZone } from '../mailbox/zones.js';
import { ExchangeError } from '../mailbox/failure.js';
import {
  childNamed,
  element,
  escapeXml,
  readXml,
  requiredAttribute,
  schemaError,
  textElement,
} from './xml.js';
import type { XmlNode } from './xml.js';

export const SOAP_NS = 'http://schemas.xmlsoap.org/soap/envelope/';
export const MESSAGES_NS = 'http://schemas.microsoft.com/exchange/services/2006/messages';
export const TYPES_NS = 'http://schemas.microsoft.com/exchange/services/2006/types';
const ERRORS_NS = 'http://schemas.microsoft.com/exchange/services/2006/errors';

/** A request with its headers read. */
export interface SoapRequest {
  /** The operation's name, `GetItem`. */
  readonly operation: string;
  readonly body: XmlNode;
  /** Whom the header impersonates; null without one. */
  readonly impersonated: string | null;
  /** Windows id of TimeZoneContext. */
  readonly headerZone: string | null;
}

/** Reads an envelope. Throws what becomes a fault: schema, version and header errors (facts 3, 4, 86). */
export function readEnvelope(text: string): SoapRequest {
  const envelope = readXml(text);
  if (envelope.name !== 'Envelope' || envelope.ns !== SOAP_NS) {
    throw schemaError('The document is not a SOAP 1.1 envelope.');
  }
  const header = childNamed(envelope, 'Header');
  const [body, ...more] = childNamed(envelope, 'Body')?.children ?? [];
  if (!body || more.length > 0) throw schemaError('The Body must hold exactly one request.');
  checkNamespaces(body);
  if (header) checkVersion(header);
  return {
    operation: body.name,
    body,
    impersonated: header && readImpersonated(header),
    headerZone: header && readHeaderZone(header),
  };
}

/** Wraps what an operation answers. */
export function writeEnvelope(body: string): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP_NS}"><s:Header>${SERVER_VERSION}` +
    `</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** The fault of a whole request (fact 6); `backOff` adds the wait of a busy server (fact 90). */
export function writeFault(code: string, message: string, backOff: number | null = null): string {
  const wait =
    backOff === null
      ? ''
      : `<t:MessageXml xmlns:t="${TYPES_NS}"><t:Value Name="BackOffMilliseconds">${backOff}</t:Value></t:MessageXml>`;
  const detail =
    element('e:ResponseCode', code, { 'xmlns:e': ERRORS_NS }) +
    element('e:Message', escapeXml(message), { 'xmlns:e': ERRORS_NS }) +
    wait;
  return (
    `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP_NS}"><s:Body><s:Fault>` +
    `<faultcode xmlns:a="${TYPES_NS}">a:${code}</faultcode>` +
    `<faultstring xml:lang="en-US">${escapeXml(message)}</faultstring>` +
    `<detail>${detail}</detail></s:Fault></s:Body></s:Envelope>`
  );
}

const SERVER_VERSION = element('h:ServerVersionInfo', '', {
  MajorVersion: 15,
  MinorVersion: 2,
  MajorBuildNumber: 2562,
  MinorBuildNumber: 17,
  Version: 'V2017_07_11',
  'xmlns:h': TYPES_NS,
});

/** One answered id. */
export function successMessage(operation: string, content: string): string {
  return element(
    `m:${operation}ResponseMessage`,
    `<m:ResponseCode>NoError</m:ResponseCode>${content}`,
    { ResponseClass: 'Success' },
  );
}

/** One refused id; `rest` is what the schema wants behind the error. */
export function errorMessage(operation: string, error: ExchangeError, rest: string): string {
  const isWarning = error.code === 'ErrorBatchProcessingStopped';
  return element(
    `m:${operation}ResponseMessage`,
    textElement('m:MessageText', error.message) +
      element('m:ResponseCode', error.code) +
      '<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>' +
      rest,
    { ResponseClass: isWarning ? 'Warning' : 'Error' },
  );
}

/** The answer of a whole operation: one message per id, in order (fact 5). */
export function writeResponse(operation: string, messages: readonly string[]): string {
  return element(`m:${operation}Response`, element('m:ResponseMessages', messages.join('')), {
    'xmlns:m': MESSAGES_NS,
    'xmlns:t': TYPES_NS,
  });
}

const VERSIONS = new Set([
  'Exchange2007',
  'Exchange2007_SP1',
  'Exchange2009',
  'Exchange2010',
  'Exchange2010_SP1',
  'Exchange2010_SP2',
  'Exchange2012',
  'Exchange2013',
  'Exchange2013_SP1',
  'Exchange2015',
  'Exchange2016',
  'V2015_10_05',
  'V2016_01_06',
  'V2016_04_13',
  'V2016_07_13',
  'V2016_10_10',
  'V2017_01_07',
  'V2017_04_14',
  'V2017_07_11',
]);

function checkVersion(header: XmlNode): void {
  const node = childNamed(header, 'RequestServerVersion');
  if (!node || VERSIONS.has(requiredAttribute(node, 'Version'))) return;
  throw new ExchangeError(
    'ErrorInvalidServerVersion',
    'The specified server version is invalid or not supported.',
  );
}

function checkNamespaces(body: XmlNode): void {
  if (body.ns !== MESSAGES_NS) throw schemaError(`'${body.name}' is not a request.`);
  const isStrange = ({ ns, children }: XmlNode): boolean =>
    (ns !== MESSAGES_NS && ns !== TYPES_NS) || children.some(isStrange);
  if (body.children.some(isStrange)) throw schemaError('An element is in a foreign namespace.');
}

const SIDS = ['PrincipalName', 'SID', 'PrimarySmtpAddress', 'SmtpAddress'];

function readImpersonated(header: XmlNode): string | null {
  const node = childNamed(header, 'ExchangeImpersonation');
  if (!node) return null;
  const sids = childNamed(node, 'ConnectingSID')?.children ?? [];
  const [sid] = sids;
  if (!sid || sids.length > 1 || !SIDS.includes(sid.name) || sid.text.trim() === '') {
    throw new ExchangeError(
      'ErrorInvalidExchangeImpersonationHeaderData',
      'The ConnectingSID must hold exactly one id.',
    );
  }
  return sid.text.trim();
}

function readHeaderZone(header: XmlNode): string | null {
  const context = childNamed(header, 'TimeZoneContext');
  const definition = context && childNamed(context, 'TimeZoneDefinition');
  return definition ? canonicalZone(requiredAttribute(definition, 'Id')) : null;
}
