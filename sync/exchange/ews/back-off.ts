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
  return text === undefined || !/^\d+$/.test(text) ? null : Math.min(Number(text), LONGEST_MS);
}

/** HTTP Retry-After in milliseconds: a number of seconds, or a date, which is compared with the server's own `Date`. */
export function retryAfterOf(headers: Readonly<Record<string, unknown>>): number | null {
  const text = headers['retry-after'];
  if (typeof text !== 'string') return null;
  if (/^\d+$/.test(text.trim())) return Math.min(Number(text) * 1000, LONGEST_MS);
  const sent = headers['date'];
  const wait = Date.parse(text) - Date.parse(typeof sent === 'string' ? sent : '');
  return Number.isNaN(wait) || wait < 0 ? null : Math.min(wait, LONGEST_MS);
}

/**
 * Exchange's own waits are of minutes: its budgets fill up within the hour. A longer one is the slip of a gateway in between; obeyed,
 * it would stop a mailbox for days, and one request in an hour does no harm.
 */
const LONGEST_MS = 3_600_000;
