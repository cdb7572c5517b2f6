import { parseInstant, UnreadableValue, type Instant } from '../../../mappings/values.js';
import { childText, type XmlNode } from './xml-reader.js';

/** `true` and `1` of xs:boolean; everything else is false. */
export function isTrue(text: string | null): boolean {
  const word = text?.trim();
  return word === 'true' || word === '1';
}

/** The whole number in a child; null where there is none. */
export function numberIn(node: XmlNode, name: string): number | null {
  const text = childText(node, name)?.trim() ?? '';
  return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The number in a child that must be there. Throws `UnreadableValue`. */
export function requiredNumber(node: XmlNode, name: string): number {
  const number = numberIn(node, name);
  if (number === null) throw new UnreadableValue(name, childText(node, name) ?? '');
  return number;
}

/**
 * A point in time, to the second. Without a zone it is UTC, which every request of ours sets as the context (protocol
 * fact 57); a date alone is its midnight. Throws `UnreadableValue`.
 */
export function instantIn(text: string): Instant {
  const trimmed = text.trim();
  if (EXACT.test(trimmed)) return parseInstant(trimmed);
  const [, date = '', time = 'T00:00:00', zone = ''] = DATE_TIME.exec(trimmed) ?? [];
  if (date === '') throw new UnreadableValue('instant', text);
  return parseInstant(date + time + (zone === '' ? 'Z' : zone));
}

const EXACT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** The point in time in a child; null where there is none. */
export function instantOf(node: XmlNode, name: string): Instant | null {
  const text = childText(node, name);
  return text === null || text.trim() === '' ? null : instantIn(text);
}

/** The point in time in a child that must be there. Throws `UnreadableValue`. */
export function requiredInstant(node: XmlNode, name: string): Instant {
  return instantIn(childText(node, name) ?? '');
}

/** The day of `2025-07-02`, with whatever a server puts behind it (`Z`, `+01:00`, a time). Throws `UnreadableValue`. */
export function dateIn(node: XmlNode, name: string): string {
  const text = childText(node, name)?.trim() ?? '';
  const [date] = /^\d{4}-\d\d-\d\d/.exec(text) ?? [];
  if (date === undefined) throw new UnreadableValue(name, text);
  return date;
}

/** The one of several words that a text is, or else the word to use instead. */
export function oneOf<Word extends string>(
  words: readonly Word[],
  text: string | null,
  otherwise: Word,
): Word {
  const found = text?.trim();
  return words.find((word) => word === found) ?? otherwise;
}
