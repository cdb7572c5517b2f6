import { child, type XmlNode } from './xml-reader.js';

/**
 * The pair of names and values that Exchange adds to a failure (`MessageXml/Value`), of a fault's detail or of a
 * response message. Empty where there are none.
 */
export function messageValues(failure: XmlNode): ReadonlyMap<string, string> {
  const values = child(failure, 'MessageXml')?.children ?? [];
  return new Map(values.map((value) => [value.attributes['Name'] ?? '', value.text.trim()]));
}

/**
 * The response code that counts. A busy back end comes as HTTP 200 with ErrorInternalServerError around it (protocol fact 90);
 * taken for what it says outside, it would be repeated too early.
 */
export function effectiveCode(code: string, values: ReadonlyMap<string, string>): string {
  const inner = values.get('InnerErrorResponseCode');
  return code === 'ErrorInternalServerError' && inner !== undefined && inner !== '' ? inner : code;
}

/** Milliseconds to wait as Exchange names them; null where it names none that can be meant. */
export function backOffOf(values: ReadonlyMap<string, string>): number | null {
  const text = values.get('BackOffMilliseconds');
  return text === undefined || !/^\d{1,9}$/.test(text) ? null : Number(text);
}

/** HTTP Retry-After in milliseconds: a number of seconds, or a date, which is compared with the server's own `Date`. */
export function retryAfterOf(headers: Readonly<Record<string, unknown>>): number | null {
  const text = headers['retry-after'];
  if (typeof text !== 'string') return null;
  if (/^\d{1,6}$/.test(text.trim())) return Number(text) * 1000;
  const sent = headers['date'];
  const wait = Date.parse(text) - Date.parse(typeof sent === 'string' ? sent : '');
  return Number.isNaN(wait) || wait < 0 ? null : wait;
}
