import { child, childText, type XmlNode } from './xml-reader.js';
import { element, textElement, type Xml } from './xml-writer.js';

/**
 * Where our mark lives on every item: a named property under a property set of our own. Both names are in customers'
 * mailboxes for ever, so neither may ever change. A set of our own, because properties of PublicStrings travel with
 * invitations to other people's mailboxes (evidence A 68b).
 */
const PROPERTY_SET = 'fff1ad88-45da-4196-849c-59721420d729';
const PROPERTY_NAME = 'AbgleichKey';

/** How the property is named in shapes, updates and restrictions. */
export const MARK_PATH: Xml = element('t:ExtendedFieldURI', {
  PropertySetId: PROPERTY_SET,
  PropertyName: PROPERTY_NAME,
  PropertyType: 'String',
});

/** The property with its value, as an item carries it. */
export function writeMark(mark: string): Xml {
  return element('t:ExtendedProperty', null, MARK_PATH, textElement('t:Value', mark));
}

/** The mark on an item; null where it has none, or the request did not ask for it. */
export function readMark(item: XmlNode): string | null {
  for (const property of item.children) {
    if (property.name === 'ExtendedProperty' && isMark(property)) {
      return childText(property, 'Value');
    }
  }
  return null;
}

/** Servers spell a GUID in either case (protocol fact 65). */
function isMark(property: XmlNode): boolean {
  const { PropertySetId: set, PropertyName: name } =
    child(property, 'ExtendedFieldURI')?.attributes ?? {};
  return name === PROPERTY_NAME && set?.toLowerCase() === PROPERTY_SET;
}
