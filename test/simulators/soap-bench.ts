import { startFakeExchange } from './ews-server.js';
import type { FakeExchange, FakeExchangeOptions } from './ews-server.js';
import { SOAP_NS } from './ews/soap.js';
import { readXml } from './ews/xml.js';
import type { XmlNode } from './ews/xml.js';
import { ANNA, newOrganisation } from './mailbox-bench.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { SERVICE_USER } from './sample-firm.js';

/** A client that writes requests by hand, for tests of the SOAP skin: it shares no code with any real client. */
export interface SoapBench {
  readonly exchange: FakeExchange;
  /** Sends one request; as the service account in Anna's place unless said otherwise. */
  ask(body: string, more?: Asking): Promise<Answered>;
  /** Talks to the control address. */
  control(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }>;
}

export interface Asking {
  readonly user?: string;
  readonly password?: string;
  /** null = no impersonation header. */
  readonly as?: string | null;
  /** How the header names whom; PrimarySmtpAddress unless said otherwise. */
  readonly form?: string;
  readonly version?: string;
  readonly zone?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** ResponseCode of every message, or of the fault. */
  readonly codes: readonly string[];
  /** Every element of that name, anywhere but the envelope's own. */
  all(name: string): XmlNode[];
}

export async function startSoapBench(
  modes: Partial<ExchangeModes> = {},
  options: FakeExchangeOptions = {},
): Promise<SoapBench> {
  const exchange = await startFakeExchange({ organisation: newOrganisation(modes), ...options });
  return {
    exchange,
    ask: (body, more = {}) => ask(exchange.url, body, more),
    async control(method, path, body) {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
      const response = await fetch(`${exchange.control}${path}`, init);
      return { status: response.status, json: await response.json() };
    },
  };
}

async function ask(url: string, body: string, more: Asking): Promise<Answered> {
  const { user = SERVICE_USER.address, password = SERVICE_USER.password } = more;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...more.headers,
      'Content-Type': 'text/xml; charset=utf-8',
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    },
    body: envelope(body, more),
  });
  const text = await response.text();
  const root = response.headers.get('content-type')?.startsWith('text/xml') ? readXml(text) : null;
  const all = (name: string): XmlNode[] => (root ? elementsNamed(root, name) : []);
  const codes = all('ResponseCode').map((node) => node.text);
  return { status: response.status, headers: response.headers, text, codes, all };
}

/** A request around a body. */
export function envelope(body: string, asking: Asking): string {
  const { as = ANNA, form = 'PrimarySmtpAddress', version = 'Exchange2013_SP1', zone } = asking;
  const sid = as === null ? '' : `<t:${form}>${as}</t:${form}>`;
  const impersonation =
    as === null
      ? ''
      : `<t:ExchangeImpersonation><t:ConnectingSID>${sid}</t:ConnectingSID></t:ExchangeImpersonation>`;
  const context =
    zone === undefined
      ? ''
      : `<t:TimeZoneContext><t:TimeZoneDefinition Id="${zone}"/></t:TimeZoneContext>`;
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"' +
    ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"' +
    ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header>' +
    `<t:RequestServerVersion Version="${version}"/>${impersonation}${context}</s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** Every element of that name below a node, the node included, but the envelope’s own. */
export function elementsNamed(node: XmlNode, name: string): XmlNode[] {
  const below = node.children.flatMap((child) => elementsNamed(child, name));
  return node.name === name && node.ns !== SOAP_NS ? [node, ...below] : below;
}

/** An attribute of the first element of that name. */
export function attributeOf(answered: Answered, name: string, attribute: string): string {
  return answered.all(name)[0]?.attributes[attribute] ?? '';
}

export const CALENDAR = '<t:DistinguishedFolderId Id="calendar"/>';

export const MARK =
  '<t:ExtendedFieldURI PropertySetId="11111111-2222-3333-4444-555555555555" PropertyName="Mark" PropertyType="String"/>';

export function getFolder(ids: string): string {
  return `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${ids}</m:FolderIds></m:GetFolder>`;
}

export function createItems(items: string, send = 'SendMeetingInvitations="SendToNone"'): string {
  return `<m:CreateItem ${send}><m:SavedItemFolderId>${CALENDAR}</m:SavedItemFolderId><m:Items>${items}</m:Items></m:CreateItem>`;
}

/** A calendar item of 2 March, 9 to 10 in Berlin; `before` and `after` stand before and after its times. */
export function calendarItem(before = '', after = ''): string {
  return (
    `<t:CalendarItem>${before}<t:Start>2026-03-02T09:00:00</t:Start><t:End>2026-03-02T10:00:00</t:End>` +
    `${after}<t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/></t:CalendarItem>`
  );
}

export function getItems(ids: string, shape = '<t:BaseShape>AllProperties</t:BaseShape>'): string {
  return `<m:GetItem><m:ItemShape>${shape}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`;
}

export function syncItems(state = '', most = 512): string {
  return (
    '<m:SyncFolderItems><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>' +
    `<m:SyncFolderId>${CALENDAR}</m:SyncFolderId>${state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`}` +
    `<m:MaxChangesReturned>${String(most)}</m:MaxChangesReturned></m:SyncFolderItems>`
  );
}

export function findItems(inside: string): string {
  return (
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>' +
    `${inside}<m:ParentFolderIds>${CALENDAR}</m:ParentFolderIds></m:FindItem>`
  );
}
