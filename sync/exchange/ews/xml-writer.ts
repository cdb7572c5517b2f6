declare const brand: unique symbol;

/** Text that is well-formed XML content. Only this file makes it, so nothing unescaped reaches a request. */
export type Xml = string & { readonly [brand]: 'Xml' };

/** Nothing, where an optional element is left out. */
export const NOTHING = '' as Xml;

/** An element with its name as it is sent (`m:ItemIds`), attributes and content. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>> | null,
  ...content: readonly Xml[]
): Xml {
  const start = attributes === null ? name : name + attributesOf(attributes);
  const inside = content.length === 1 ? (content[0] ?? '') : content.join('');
  return (inside === '' ? `<${start}/>` : `<${start}>${inside}</${name}>`) as Xml;
}

/** An element that holds nothing but text. */
export function textElement(name: string, value: string): Xml {
  return element(name, null, textOf(value));
}

/** Several elements in a row. */
export function together(parts: readonly Xml[]): Xml {
  return parts.join('') as Xml;
}

/**
 * Text as it may stand in an element or in an attribute. Characters that XML cannot hold are left out: Exchange refuses a
 * whole request for one of them, even as a reference, and the other entries of the batch would fail with it.
 */
export function textOf(value: string): Xml {
  if (!SPECIAL.test(value)) return value as Xml;
  return value.replace(SPECIAL_EACH, (char) => ESCAPES.get(char) ?? '') as Xml;
}

/** A reader takes a line feed in an attribute for a blank, unless it is a reference. */
function attributesOf(attributes: Readonly<Record<string, string>>): string {
  let text = '';
  for (const [name, value] of Object.entries(attributes)) {
    text += ` ${name}="${textOf(value).replaceAll('\n', '&#10;')}"`;
  }
  return text;
}

// What needs an escape, and what XML 1.0 forbids; read by code points, a surrogate is a lone one.

const SPECIAL = /[&<>"'\t\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/u;
const SPECIAL_EACH = new RegExp(SPECIAL, 'gu');

/** Tab and carriage return as references: a reader would turn them into blanks and line feeds otherwise. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\r', '&#13;'],
]);
