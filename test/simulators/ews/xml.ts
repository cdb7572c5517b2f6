import { SaxesParser } from 'saxes';
import { ExchangeError } from '../mailbox/failure.js';

/** An element with its namespace resolved; attributes without a namespace by their names. */
export interface XmlNode {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  readonly text: string;
}

/** Reads one XML document strictly. Throws ErrorSchemaValidation for anything that is not well-formed. */
export function readXml(text: string): XmlNode {
  const stack: Growing[] = [];
  const roots: Growing[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw schemaError(error.message);
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    const node: Growing = { name: local, ns: uri, attributes: {}, children: [], text: '' };
    for (const attribute of Object.values(attributes)) {
      if (attribute.uri === '') node.attributes[attribute.local] = attribute.value;
    }
    (stack.at(-1)?.children ?? roots).push(node);
    stack.push(node);
  });
  const addText = (more: string): void => {
    const current = stack.at(-1);
    if (current) current.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => stack.pop());
  parser.write(text).close();
  const [root] = roots;
  if (!root) throw schemaError('There is no element.');
  return root;
}

interface Growing extends XmlNode {
  readonly attributes: Record<string, string>;
  readonly children: Growing[];
  text: string;
}

export function childNamed(node: XmlNode, name: string): XmlNode | null {
  return node.children.find((child) => child.name === name) ?? null;
}

/** The child that the schema requires. */
export function requiredChild(node: XmlNode, name: string): XmlNode {
  const found = childNamed(node, name);
  if (!found) throw schemaError(`The element '${node.name}' has incomplete content: '${name}'.`);
  return found;
}

export function textOf(node: XmlNode, name: string): string | null {
  return childNamed(node, name)?.text ?? null;
}

export function requiredAttribute(node: XmlNode, name: string): string {
  const value = node.attributes[name];
  if (value === undefined) throw schemaError(`The required attribute '${name}' is missing.`);
  return value;
}

/** xs:boolean, so 1 and 0 are legal too (fact 7). */
export function booleanOf(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === '1') return true;
  if (trimmed === 'false' || trimmed === '0') return false;
  throw schemaError(`'${text}' is not a valid Boolean value.`);
}

export function integerOf(text: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw schemaError(`'${text}' is not a valid Int32 value.`);
  return Number(text);
}

/** One of the words the schema allows. */
export function wordOf<Word extends string>(text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text.trim());
  if (found === undefined) throw schemaError(`'${text}' is not one of: ${words.join(', ')}.`);
  return found;
}

/** Refuses children that are unknown, doubled or out of the schema's order. */
export function checkOrder(node: XmlNode, order: readonly string[]): void {
  let last = -1;
  for (const { name } of node.children) {
    const position = order.indexOf(name);
    if (position <= last) {
      throw schemaError(`The element '${node.name}' has invalid child element '${name}'.`);
    }
    last = position;
  }
}

export function schemaError(message: string): ExchangeError {
  return new ExchangeError(
    'ErrorSchemaValidation',
    `The request failed schema validation: ${message}`,
  );
}

const SPECIAL = /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\r]/;
const SPECIALS = /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/**
 * Escapes text for content and attributes. Control characters come out as references that XML 1.0 forbids:
 * real servers answer so (evidence B 7g), and a reader must bear it.
 */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(
    SPECIALS,
    (found) => ESCAPES[found] ?? `&#x${found.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}

/** An element; `content` is XML already, attribute values are text. */
export function element(
  name: string,
  content: string,
  attributes: Readonly<Record<string, string | number | boolean>> | null = null,
): string {
  let open = name;
  if (attributes) {
    for (const [key, value] of Object.entries(attributes)) {
      open += ` ${key}="${escapeXml(String(value))}"`;
    }
  }
  return content === '' ? `<${open}/>` : `<${open}>${content}</${name}>`;
}

/** An element with text in it. */
export function textElement(name: string, text: string): string {
  return text === '' ? `<${name}/>` : `<${name}>${escapeXml(text)}</${name}>`;
}
