import { extendedKey } from '../mailbox/extended.js';
import { fieldByUri } from '../mailbox/fields.js';
import { entryOf } from '../mailbox/fields/contact-fields.js';
import type { FieldRow } from '../mailbox/fields/field-row.js';
import type { ExtendedPath, ExtendedProperty } from '../mailbox/properties.js';
import {
  element,
  integerOf,
  requiredAttribute,
  requiredChild,
  schemaError,
  textElement,
} from './xml.js';
import type { XmlNode } from './xml.js';

/** How a request names a property. `field` null: the schema has it, this server keeps nothing of it. */
export type PropertyPath =
  | { readonly kind: 'field'; readonly uri: string; readonly field: FieldRow | null }
  | {
      readonly kind: 'indexed';
      readonly uri: string;
      /** The dictionary and its entry (`EmailAddress1`, `Business:Street`); null = none that is kept. */
      readonly entry: { readonly field: FieldRow; readonly entry: string } | null;
    }
  | { readonly kind: 'extended'; readonly path: ExtendedPath; readonly key: string };

export const PATH_ELEMENTS = ['FieldURI', 'IndexedFieldURI', 'ExtendedFieldURI'] as const;

const URI =
  /^(item|calendar|task|contacts|message|meeting|meetingRequest|folder|postitem|conversation|distributionlist|persona):[A-Za-z:]+$/;

/** Reads FieldURI, IndexedFieldURI or ExtendedFieldURI. */
export function readPath(node: XmlNode): PropertyPath {
  if (node.name === 'ExtendedFieldURI') {
    const path = readExtendedPath(node);
    return { kind: 'extended', path, key: extendedKey(path) };
  }
  const uri = requiredAttribute(node, 'FieldURI');
  if (!URI.test(uri)) throw schemaError(`The FieldURI '${uri}' is not in the enumeration.`);
  if (node.name === 'IndexedFieldURI') {
    return { kind: 'indexed', uri, entry: readEntry(uri, requiredAttribute(node, 'FieldIndex')) };
  }
  if (node.name !== 'FieldURI') throw schemaError(`'${node.name}' is not a path.`);
  return { kind: 'field', uri, field: fieldByUri(uri) };
}

function readEntry(uri: string, index: string): { field: FieldRow; entry: string } | null {
  const found = entryOf(uri, index);
  const field = found && fieldByUri(found.uri);
  if (!found || !field) return null;
  if (!field.choices?.includes(index)) {
    throw schemaError(`'${index}' is not a key of '${uri}'.`); // EmailAddress4 does not exist (fact 38)
  }
  return { field, entry: found.entry };
}

/** The path among the children of an element. */
export function readPathIn(node: XmlNode): PropertyPath {
  const found = node.children.find(({ name }) => PATH_ELEMENTS.some((path) => path === name));
  if (!found) throw schemaError(`The element '${node.name}' has no path.`);
  return readPath(found);
}

const PROPERTY_TYPES = [
  'ApplicationTime',
  'Binary',
  'Boolean',
  'CLSID',
  'Currency',
  'Double',
  'Float',
  'Integer',
  'Long',
  'Short',
  'String',
  'SystemTime',
];

/** Reads the address of an extended property. */
export function readExtendedPath(node: XmlNode): ExtendedPath {
  const { attributes } = node;
  const type = requiredAttribute(node, 'PropertyType');
  if (!PROPERTY_TYPES.includes(type.replace(/Array$/, ''))) {
    throw schemaError(`'${type}' is not a property type.`);
  }
  const { PropertyId: id, ...texts } = attributes;
  return {
    ...texts,
    ...(id === undefined ? {} : { PropertyId: integerOf(id) }),
    PropertyType: type,
  };
}

/** Reads an ExtendedProperty: its address and its value or values. */
export function readExtendedProperty(node: XmlNode): ExtendedProperty {
  const path = readExtendedPath(requiredChild(node, 'ExtendedFieldURI'));
  const values = node.children.find(({ name }) => name === 'Values');
  const value = values
    ? values.children.map(({ text }) => text)
    : storedValue(path.PropertyType, requiredChild(node, 'Value').text);
  return { path, value };
}

/** Exchange answers `true` and `false` where a client sent 1 and 0 (fact 7). */
function storedValue(type: string, text: string): string {
  if (type !== 'Boolean') return text;
  return text.trim() === '1' || text.trim() === 'true' ? 'true' : 'false';
}

/** Writes an extended property under the address that it was asked for by. */
export function writeExtendedProperty({ value }: ExtendedProperty, asked: ExtendedPath): string {
  const path = element('t:ExtendedFieldURI', '', { ...asked });
  const values =
    typeof value === 'string'
      ? textElement('t:Value', value)
      : element('t:Values', value.map((one) => textElement('t:Value', one)).join(''));
  return element('t:ExtendedProperty', path + values);
}
