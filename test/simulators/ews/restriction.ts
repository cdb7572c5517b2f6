import type { Mailbox } from '../mailbox/mailbox.js';
import type { ExtendedPath } from '../mailbox/properties.js';
import type { StoredItem } from '../mailbox/stored-item.js';
import type { ItemView } from '../mailbox/view.js';
import { readTime } from '../mailbox/zones.js';
import { ExchangeError } from '../mailbox/failure.js';
import { PATH_ELEMENTS, readPath, readPathIn } from './paths.js';
import type { PropertyPath } from './paths.js';
import { requiredAttribute, requiredChild, schemaError } from './xml.js';
import type { XmlNode } from './xml.js';

/** A restriction ready to use: a test for one item and, where an index helps, the few items to test. */
export interface Restriction {
  test(view: ItemView): boolean;
  /** null = every item of the folder must be tested. */
  candidates(mailbox: Mailbox): readonly StoredItem[] | null;
}

/** Reads the search expression inside a Restriction element. */
export function readRestriction(node: XmlNode): Restriction {
  const [expression, ...more] = node.children;
  if (!expression || more.length > 0) throw schemaError('A restriction holds one expression.');
  return readExpression(expression);
}

function readExpression(node: XmlNode): Restriction {
  switch (node.name) {
    case 'And':
      return allOf(node.children.map(readExpression));
    case 'Or':
      return anyOf(node.children.map(readExpression));
    case 'Not':
      return noneOf(readRestriction(node));
    case 'Exists':
      return scan(exists(readPathIn(node)));
    case 'Contains':
      return scan(contains(node));
    default:
      return readComparison(node);
  }
}

function scan(test: (view: ItemView) => boolean): Restriction {
  return { test, candidates: () => null };
}

function allOf(parts: readonly Restriction[]): Restriction {
  return {
    test: (view) => parts.every((part) => part.test(view)),
    candidates: (mailbox) =>
      parts.map((part) => part.candidates(mailbox)).find((found) => found !== null) ?? null,
  };
}

function anyOf(parts: readonly Restriction[]): Restriction {
  return {
    test: (view) => parts.some((part) => part.test(view)),
    candidates: (mailbox) => {
      const found = parts.map((part) => part.candidates(mailbox));
      if (found.includes(null)) return null;
      return [...new Set(found.flatMap((list) => list ?? []))];
    },
  };
}

function noneOf(part: Restriction): Restriction {
  return scan((view) => !part.test(view));
}

type Value = string | number | boolean | null;

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

function readComparison(node: XmlNode): Restriction {
  const holds = COMPARISONS[node.name];
  if (!holds) throw schemaError(`'${node.name}' is not a search expression.`);
  const path = readPathIn(node);
  const [other] = requiredChild(node, 'FieldURIOrConstant').children;
  if (!other) throw schemaError('FieldURIOrConstant is empty.');
  const isPath = PATH_ELEMENTS.some((name) => name === other.name);
  const rightOf = isPath ? readerOf(readPath(other)) : null;
  const constant = rightOf ? '' : requiredAttribute(other, 'Value');
  const left = readerOf(path);
  const test = (view: ItemView): boolean => {
    const value = left(view);
    if (value === null) return node.name === 'IsNotEqualTo';
    const right = rightOf ? rightOf(view) : constantLike(value, constant);
    return right !== null && holds(compare(value, right));
  };
  const isIndexed = node.name === 'IsEqualTo' && path.kind === 'extended' && !rightOf;
  return isIndexed ? indexed(path.path, constant, test) : scan(test);
}

function indexed(
  path: ExtendedPath,
  constant: string,
  test: (view: ItemView) => boolean,
): Restriction {
  return { test, candidates: (mailbox) => mailbox.store.findByExtended(path, constant) };
}

function exists(path: PropertyPath): (view: ItemView) => boolean {
  const read = readerOf(path);
  return (view) => read(view) !== null;
}

function contains(node: XmlNode): (view: ItemView) => boolean {
  const read = readerOf(readPathIn(node));
  const wanted = requiredAttribute(requiredChild(node, 'Constant'), 'Value');
  const ignoresCase = (node.attributes['ContainmentComparison'] ?? '').includes('IgnoreCase');
  const fold = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const needle = fold(wanted);
  const mode = node.attributes['ContainmentMode'] ?? 'FullString';
  return (view) => {
    const text = fold(String(read(view) ?? ''));
    if (mode === 'FullString') return text === needle;
    return mode === 'Prefixed' ? text.startsWith(needle) : text.includes(needle);
  };
}

/** Compares like SQL would: texts without case, as Exchange does. */
function compare(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [one, two] = [String(left).toLowerCase(), String(right).toLowerCase()];
  if (one === two) return 0;
  return one < two ? -1 : 1;
}

function constantLike(value: Value, constant: string): Value {
  if (typeof value === 'number') {
    return /^-?\d+(\.\d+)?$/.test(constant) ? Number(constant) : readTime(constant, 'UTC');
  }
  if (typeof value === 'boolean') return constant === 'true' || constant === '1';
  return constant;
}

const STORED_TIMES: Readonly<Record<string, (view: ItemView) => number>> = {
  'item:DateTimeReceived': ({ stored }) => stored.createdAt,
  'item:DateTimeCreated': ({ stored }) => stored.createdAt,
  'item:LastModifiedTime': ({ stored }) => stored.modifiedAt,
};

function readerOf(path: PropertyPath): (view: ItemView) => Value {
  if (path.kind === 'extended') {
    const { key } = path;
    return ({ extended }) => {
      const value = extended.get(key)?.value;
      return typeof value === 'string' ? value : null;
    };
  }
  if (path.kind === 'indexed') throw unsupported(path.uri);
  const time = STORED_TIMES[path.uri];
  if (time) return time;
  const property = path.field?.property;
  if (!property || path.uri === 'calendar:UID') throw unsupported(path.uri); // the UID is not searchable
  return (view) => {
    const value: unknown = view.properties[property];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
  };
}

function unsupported(uri: string): ExchangeError {
  return new ExchangeError('ErrorUnsupportedPathForQuery', `${uri} cannot be searched for.`);
}

/** Reads the property a path names, for sorting; null sorts first. */
export function sortKeyOf(path: PropertyPath): (left: ItemView, right: ItemView) => number {
  const read = readerOf(path);
  return (left, right) => {
    const [one, two] = [read(left), read(right)];
    if (one === null || two === null) return (one === null ? 0 : 1) - (two === null ? 0 : 1);
    return compare(one, two);
  };
}
