import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/** Who reads which mailbox: every mailbox by its own user, so impersonation is not involved. */
export interface MailboxAccess {
  /** Of the EWS endpoint. */
  readonly url: string;
  readonly address: string;
  readonly password: string;
}

/** An element of an answer: attributes start with `@`, text is `#text`, every child is a list. */
export type Node = Readonly<Record<string, unknown>>;

/** The items of the calendar, series as masters; all pages. */
export async function findItems(access: MailboxAccess): Promise<Node[]> {
  const found: Node[] = [];
  for (let offset = 0; ;) {
    const paging = `<m:IndexedPageItemView MaxEntriesReturned="500" Offset="${offset}" BasePoint="Beginning"/>`;
    const { items, isLast } = await find(access, ITEM_PROPERTIES, paging);
    found.push(...items);
    offset += items.length;
    if (isLast || items.length === 0) return found;
  }
}

/** Singles and occurrences that touch the days from `from` to `before`; throws when the server cut the list. */
export async function findOccurrences(
  access: MailboxAccess,
  from: string,
  before: string,
): Promise<Node[]> {
  const view = `<m:CalendarView StartDate="${from}T00:00:00Z" EndDate="${before}T00:00:00Z" MaxEntriesReturned="1000"/>`;
  const { items, isLast } = await find(access, OCCURRENCE_PROPERTIES, view);
  if (!isLast) throw new Error(`the calendar view from ${from} holds more than 1,000 entries`);
  return items;
}

/** The bodies as plain text, by item id. */
export async function readBodies(
  access: MailboxAccess,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const bodies = new Map<string, string>();
  for (let at = 0; at < ids.length; at += 50) {
    const batch = ids.slice(at, at + 50);
    const answer = await call(access, getItem(batch));
    for (const message of below(answer, 'GetItemResponseMessage')) {
      const [item] = below(message, 'CalendarItem');
      if (item === undefined) throw new Error(`unreadable: ${text(message, 'ResponseCode')}`);
      bodies.set(attribute(item, 'ItemId', 'Id'), text(item, 'Body'));
    }
  }
  return bodies;
}

/** Text of a child; '' where there is none. */
export function text(node: Node, name: string): string {
  const [first] = children(node, name);
  const value = first?.['#text'];
  return typeof value === 'string' ? value : '';
}

/** Attribute of a child; '' where there is none. */
export function attribute(node: Node, name: string, of: string): string {
  const value = children(node, name)[0]?.[`@${of}`];
  return typeof value === 'string' ? value : '';
}

/** The direct children of a name. */
export function children(node: Node, name: string): Node[] {
  return NODES.parse(node[name] ?? []);
}

const NODES = z.array(z.record(z.string(), z.unknown()));

/** All elements of a name, at any depth. */
function below(node: Node, name: string): Node[] {
  return Object.keys(node).flatMap((key) => {
    if (key.startsWith('@') || key === '#text') return [];
    const nodes = children(node, key);
    return key === name ? nodes : nodes.flatMap((child) => below(child, name));
  });
}

const MARK = `<t:ExtendedFieldURI PropertySetId="fff1ad88-45da-4196-849c-59721420d729" PropertyName="AbgleichKey" PropertyType="String"/>`;
const ITEM_PROPERTIES = `<t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:Sensitivity"/><t:FieldURI FieldURI="calendar:UID"/><t:FieldURI FieldURI="calendar:CalendarItemType"/>${MARK}`;
const OCCURRENCE_PROPERTIES = [
  'item:Subject',
  'item:Sensitivity',
  'item:Importance',
  'item:ReminderIsSet',
  'item:ReminderMinutesBeforeStart',
  'calendar:UID',
  'calendar:Start',
  'calendar:End',
  'calendar:IsAllDayEvent',
  'calendar:LegacyFreeBusyStatus',
  'calendar:Location',
  'calendar:CalendarItemType',
  'calendar:StartTimeZone',
]
  .map((path) => `<t:FieldURI FieldURI="${path}"/>`)
  .join('');

async function find(
  access: MailboxAccess,
  properties: string,
  view: string,
): Promise<{ items: Node[]; isLast: boolean }> {
  const answer = await call(
    access,
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${properties}</t:AdditionalProperties></m:ItemShape>${view}<m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`,
  );
  const [folder] = below(answer, 'RootFolder');
  if (folder === undefined) throw new Error(`FindItem failed: ${JSON.stringify(answer)}`);
  return {
    items: below(folder, 'CalendarItem'),
    isLast: folder['@IncludesLastItemInRange'] === 'true',
  };
}

function getItem(ids: readonly string[]): string {
  const list = ids.map((id) => `<t:ItemId Id="${id}"/>`).join('');
  return `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:BodyType>Text</t:BodyType><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/></t:AdditionalProperties></m:ItemShape><m:ItemIds>${list}</m:ItemIds></m:GetItem>`;
}

/** Ids are base64 and texts of ours, so nothing in a request needs escaping. */
async function call({ url, address, password }: MailboxAccess, body: string): Promise<Node> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      authorization: `Basic ${Buffer.from(`${address}:${password}`).toString('base64')}`,
    },
    body: `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="Exchange2013_SP1"/></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}: ${answer.slice(0, 500)}`);
  if (!/<\/(\w+:)?Envelope>\s*$/.test(answer)) throw new Error(`${address}: half an answer`);
  return z.record(z.string(), z.unknown()).parse(PARSER.parse(answer));
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  alwaysCreateTextNode: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: true,
  htmlEntities: true, // without it, characters by number stay as they are
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});
