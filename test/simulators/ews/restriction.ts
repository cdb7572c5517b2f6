import type { Mailbox } from '../mailbox/mailbox.js';
import { isMapi } from '../mailbox/mapi-properties.js';
import type { ExtendedPath } from '../mailbox/properties.js';
import type { StoredItem } from '../mailbox/stored-item.js';
import type { ItemView } from '../mailbox/view.js';
import { readTime } from '../mailbox/zones.js';
import { ExchangeError } from '../mailbox/failure.js';
import { compareValues, valuesOf } from './item-values.js';
import type { Value } from './item-values.js';
import { PATH_ELEMENTS, readPath, readPathIn } from './paths.js';
import type { PropertyPath } from './paths.js';
import { requiredAttribute, requiredChild, schemaError, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** A restriction ready to use: a test for one item and, where an index helps, the few items to test. */
export interface Restriction {
  test(view: ItemView): boolean;
  /** null = every item of the folder must be tested. */
  candidates(mailbox: Mailbox): readonly StoredItem[] | null;
}

/** Evidence B 12. */
const MOST_NODES = 255;

/** Reads the search expression inside a Restriction element; `zone` is what times without an offset mean. */
export function readRestriction(node: XmlNode, zone: string): Restriction {
  const [expression, ...more] = node.children;
  if (!expression || more.length > 0) throw schemaError('A restriction holds one expression.');
  if (countExpressions(expression) > MOST_NODES) {
    throw new ExchangeError('ErrorRestrictionTooComplex', 'The restriction is too complex.');
  }
  return readExpression(expression, zone);
}

function countExpressions({ name, children }: XmlNode): number {
  if (!['And', 'Or', 'Not'].includes(name)) return 1;
  return children.reduce((sum, child) => sum + countExpressions(child), 1);
}

function readExpression(node: XmlNode, zone: string): Restriction {
  const parts = (): Restriction[] => node.children.map((child) => readExpression(child, zone));
  switch (node.name) {
    case 'And':
      return allOf(parts());
    case 'Or':
      return anyOf(parts());
    case 'Not':
      return noneOf(readRestriction(node, zone));
    case 'Exists':
      return scan(exists(readPathIn(node)));
    case 'Excludes':
      return scan(excludes(node));
    case 'Contains':
      return scan(contains(node));
    default:
      return readComparison(node, zone);
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

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

/** A list fits where one of its values does; only "not equal" wants all of them to, and none to be there is fine. */
function readComparison(node: XmlNode, zone: string): Restriction {
  const holds = COMPARISONS[node.name];
  if (!holds) throw schemaError(`'${node.name}' is not a search expression.`);
  const path = readPathIn(node);
  const [other] = requiredChild(node, 'FieldURIOrConstant').children;
  if (!other) throw schemaError('FieldURIOrConstant is empty.');
  const isPath = PATH_ELEMENTS.some((name) => name === other.name);
  const rightOf = isPath ? valuesOf(readPath(other)) : null;
  const constant = rightOf ? '' : requiredAttribute(other, 'Value');
  const left = valuesOf(path);
  const isNegative = node.name === 'IsNotEqualTo';
  const test = (view: ItemView): boolean => {
    const fits = (value: Value): boolean => {
      const [right] = rightOf ? rightOf(view) : [constantLike(value, constant, zone)];
      return right !== undefined && holds(compareValues(value, right));
    };
    const values = left(view);
    return isNegative ? values.every(fits) : values.some(fits);
  };
  const isIndexed =
    node.name === 'IsEqualTo' && path.kind === 'extended' && !rightOf && !isMapi(path.key);
  return isIndexed && !path.path.PropertyType.endsWith('Array')
    ? indexed(path.path, constant, test)
    : scan(test);
}

function indexed(
  path: ExtendedPath,
  constant: string,
  test: (view: ItemView) => boolean,
): Restriction {
  return { test, candidates: (mailbox) => mailbox.store.findByExtended(path, constant) };
}

function exists(path: PropertyPath): (view: ItemView) => boolean {
  const read = valuesOf(path);
  return (view) => read(view).length > 0;
}

/** True where no bit of the mask is set. */
function excludes(node: XmlNode): (view: ItemView) => boolean {
  const read = valuesOf(readPathIn(node));
  const mask = Number(requiredAttribute(requiredChild(node, 'Bitmask'), 'Value'));
  if (!Number.isInteger(mask)) throw schemaError('The bitmask is not a number.');
  return (view) => read(view).every((value) => (Number(value) & mask) === 0);
}

const MODES = ['FullString', 'Prefixed', 'Substring', 'PrefixOnWords', 'ExactPhrase'] as const;

function contains(node: XmlNode): (view: ItemView) => boolean {
  const read = valuesOf(readPathIn(node));
  const wanted = requiredAttribute(requiredChild(node, 'Constant'), 'Value');
  const fold = foldingOf(node.attributes['ContainmentComparison'] ?? 'Exact');
  const needle = fold(wanted);
  const mode = wordOf(node.attributes['ContainmentMode'] ?? 'FullString', MODES);
  return (view) => read(view).some((value) => holds(fold(String(value)), needle, mode));
}

function holds(text: string, needle: string, mode: (typeof MODES)[number]): boolean {
  switch (mode) {
    case 'FullString':
      return text === needle;
    case 'Prefixed':
      return text.startsWith(needle);
    case 'Substring':
      return text.includes(needle);
    case 'PrefixOnWords':
      return ` ${text}`.includes(` ${needle}`);
    case 'ExactPhrase':
      return ` ${text} `.includes(` ${needle} `);
  }
}

/** `Loose` counts as without accents and marks; case only where it is named. */
function foldingOf(comparison: string): (text: string) => string {
  const ignoresCase = comparison.includes('IgnoreCase');
  const ignoresMarks = comparison.includes('NonSpacing') || comparison.startsWith('Loose');
  return (text) => {
    const unmarked = ignoresMarks ? text.normalize('NFD').replace(/\p{M}/gu, '') : text;
    return ignoresCase ? unmarked.toLowerCase() : unmarked;
  };
}

function constantLike(value: Value, constant: string, zone: string): Value {
  if (typeof value === 'number') {
    return /^-?\d+(\.\d+)?$/.test(constant) ? Number(constant) : readTime(constant, zone);
  }
  if (typeof value === 'boolean') return constant === 'true' || constant === '1';
  return constant;
}
