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
import { ERRORS_NS, MESSAGES_NS, SOAP_NS, TYPES_NS } from './namespaces.js';
import { acceptsVersion, serverVersionInfo } from './server-release.js';
import type { ServerRelease } from './server-release.js';

export { MESSAGES_NS, SOAP_NS, TYPES_NS };

/** A request with its headers read. */
export interface SoapRequest {
  /** The operation's name, `GetItem`. */
  readonly operation: string;
  readonly body: XmlNode;
  /** Whom the header impersonates; null without one. */
  readonly impersonated: ConnectingSid | null;
  /** Windows id of TimeZoneContext. */
  readonly headerZone: string | null;
}

/** The four ways to name a mailbox (fact 86). */
export interface ConnectingSid {
  readonly form: (typeof SIDS)[number];
  readonly value: string;
}

/** Reads an envelope. Throws what becomes a fault: schema, version and header errors (facts 3, 4, 86). */
export function readEnvelope(text: string, release: ServerRelease): SoapRequest {
  const envelope = readXml(text);
  if (envelope.name !== 'Envelope' || envelope.ns !== SOAP_NS) {
    throw schemaError('The document is not a SOAP 1.1 envelope.');
  }
  const header = childNamed(envelope, 'Header');
  const [body, ...more] = childNamed(envelope, 'Body')?.children ?? [];
  if (!body || more.length > 0) throw schemaError('The Body must hold exactly one request.');
  checkNamespaces(body);
  if (header) checkVersion(header, release);
  return {
    operation: body.name,
    body,
    impersonated: header && readImpersonated(header),
    headerZone: header && readHeaderZone(header),
  };
}

/** Wraps what an operation answers. */
export function writeEnvelope(body: string, release: ServerRelease): string {
  return (
    `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP_NS}"><s:Header>` +
    serverVersionInfo(release) +
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

function checkVersion(header: XmlNode, release: ServerRelease): void {
  const node = childNamed(header, 'RequestServerVersion');
  if (!node || acceptsVersion(release, requiredAttribute(node, 'Version'))) return;
  throw new ExchangeError(
    'ErrorInvalidServerVersion',
    'The specified server version is invalid or not supported.',
  );
}

/** The fault of an operation that nobody knows (EL takes it for one of the version). */
export function notARequest(name: string): ExchangeError {
  return new ExchangeError('ErrorInvalidRequest', `'${name}' is not a request of this server.`);
}

function checkNamespaces(body: XmlNode): void {
  if (body.ns !== MESSAGES_NS) throw notARequest(body.name);
  const isStrange = ({ ns, children }: XmlNode): boolean =>
    (ns !== MESSAGES_NS && ns !== TYPES_NS) || children.some(isStrange);
  if (body.children.some(isStrange)) throw schemaError('An element is in a foreign namespace.');
}

const SIDS = ['PrincipalName', 'SID', 'PrimarySmtpAddress', 'SmtpAddress'] as const;

function readImpersonated(header: XmlNode): ConnectingSid | null {
  const node = childNamed(header, 'ExchangeImpersonation');
  if (!node) return null;
  const sids = childNamed(node, 'ConnectingSID')?.children ?? [];
  const [sid] = sids;
  const form = SIDS.find((one) => one === sid?.name);
  if (!sid || !form || sids.length > 1 || sid.text.trim() === '') {
    throw new ExchangeError(
      'ErrorInvalidExchangeImpersonationHeaderData',
      'The ConnectingSID must hold exactly one id.',
    );
  }
  return { form, value: sid.text.trim() };
}

function readHeaderZone(header: XmlNode): string | null {
  const context = childNamed(header, 'TimeZoneContext');
  const definition = context && childNamed(context, 'TimeZoneDefinition');
  return definition ? canonicalZone(requiredAttribute(definition, 'Id')) : null;
}
