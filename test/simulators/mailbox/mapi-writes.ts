import { extendedKey } from './extended.js';
import type { ExtendedPath, ExtendedProperty, ItemInput, PropertyName } from './properties.js';

/**
 * Some programs set what an item has under its MAPI number: the server then changes the property itself, and
 * keeps no second one beside it. null for properties that are nothing but extended.
 */
export function nativeInput({ path, value }: ExtendedProperty): ItemInput | null {
  const native = NATIVE.get(extendedKey(path));
  if (!native) return null;
  const texts = typeof value === 'string' ? [value] : value;
  return { [native.property]: native.read(texts[0] ?? '', texts) };
}

/** The item's own property behind such a number. */
export function nativeProperty(path: ExtendedPath): PropertyName | null {
  return NATIVE.get(extendedKey(path))?.property ?? null;
}

interface Native {
  readonly property: PropertyName;
  readonly read: (text: string, texts: readonly string[]) => unknown;
}

function plain(property: PropertyName): Native {
  return { property, read: (text) => text };
}

function choice(property: PropertyName, words: readonly string[]): Native {
  return { property, read: (text) => words[Number(text)] ?? words[0] };
}

/** PublicStrings `Keywords` are the categories (MS-OXPROPS). */
const KEYWORDS = { DistinguishedPropertySetId: 'PublicStrings', PropertyName: 'Keywords' };
const BUSY = ['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere'];

const NATIVE: ReadonlyMap<string, Native> = new Map([
  [tag('0x0017'), choice('Importance', ['Low', 'Normal', 'High'])],
  [tag('0x0036'), choice('Sensitivity', ['Normal', 'Personal', 'Private', 'Confidential'])],
  [tag('0x0037'), plain('Subject')],
  [tag('0x1000'), { property: 'Body', read: (text) => ({ BodyType: 'Text', Value: text }) }],
  [tag('0x3a06'), plain('GivenName')],
  [tag('0x3a11'), plain('Surname')],
  [tag('0x3a16'), plain('CompanyName')],
  [tag('0x3a17'), plain('JobTitle')],
  [tag('0x3a18'), plain('Department')],
  [extendedKey({ ...KEYWORDS, PropertyType: 'StringArray' }), keywords()],
  [named('Appointment', 0x8205), choice('LegacyFreeBusyStatus', BUSY)],
  [named('Appointment', 0x8208), plain('Location')],
  [named('Task', 0x8104), plain('StartDate')],
  [named('Task', 0x8105), plain('DueDate')],
]);

function keywords(): Native {
  return { property: 'Categories', read: (_text, texts) => texts };
}

function tag(PropertyTag: string): string {
  return extendedKey({ PropertyTag, PropertyType: 'String' });
}

function named(DistinguishedPropertySetId: string, PropertyId: number): string {
  return extendedKey({ DistinguishedPropertySetId, PropertyId, PropertyType: 'String' });
}
