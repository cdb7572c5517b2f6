import type { PlacedFolder } from './addressing.js';
import { readerOfFolder } from './folder-fields.js';
import { PATH_ELEMENTS, readPath, readPathIn } from './paths.js';
import { requiredAttribute, requiredChild, schemaError } from './xml.js';
import type { XmlNode } from './xml.js';

type FolderTest = (place: PlacedFolder) => boolean;

/** Reads the Restriction of a FindFolder. */
export function readFolderRestriction(node: XmlNode): FolderTest {
  const [expression, ...more] = node.children;
  if (!expression || more.length > 0) throw schemaError('A restriction holds one expression.');
  return readExpression(expression);
}

function readExpression(node: XmlNode): FolderTest {
  switch (node.name) {
    case 'And': {
      const parts = node.children.map(readExpression);
      return (place) => parts.every((part) => part(place));
    }
    case 'Or': {
      const parts = node.children.map(readExpression);
      return (place) => parts.some((part) => part(place));
    }
    case 'Not': {
      const part = readFolderRestriction(node);
      return (place) => !part(place);
    }
    case 'Exists': {
      const read = readerOfFolder(readPathIn(node));
      return (place) => read(place) !== null;
    }
    case 'Contains':
      return readContains(node);
    default:
      return readComparison(node);
  }
}

/** Prefixes of words and whole phrases are treated as parts of the text. */
function readContains(node: XmlNode): FolderTest {
  const read = readerOfFolder(readPathIn(node));
  const wanted = requiredAttribute(requiredChild(node, 'Constant'), 'Value');
  const ignoresCase = (node.attributes['ContainmentComparison'] ?? '').includes('IgnoreCase');
  const fold = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const needle = fold(wanted);
  const mode = node.attributes['ContainmentMode'] ?? 'FullString';
  return (place) => {
    const text = fold(String(read(place) ?? ''));
    if (mode === 'FullString') return text === needle;
    return mode === 'Prefixed' ? text.startsWith(needle) : text.includes(needle);
  };
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

function readComparison(node: XmlNode): FolderTest {
  const holds = COMPARISONS[node.name];
  if (!holds) throw schemaError(`'${node.name}' is not a search expression.`);
  const left = readerOfFolder(readPathIn(node));
  const [other] = requiredChild(node, 'FieldURIOrConstant').children;
  if (!other) throw schemaError('FieldURIOrConstant is empty.');
  const isPath = PATH_ELEMENTS.some((name) => name === other.name);
  const constant = isPath ? null : requiredAttribute(other, 'Value');
  const right = constant === null ? readerOfFolder(readPath(other)) : () => constant;
  return (place) => {
    const [one, two] = [left(place), right(place)];
    if (one === null || two === null) return node.name === 'IsNotEqualTo';
    return holds(compare(one, two));
  };
}

/** Texts compare without case, numbers as numbers. */
function compare(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'number') return left - Number(right);
  const [one, two] = [String(left).toLowerCase(), String(right).toLowerCase()];
  if (one === two) return 0;
  return one < two ? -1 : 1;
}
