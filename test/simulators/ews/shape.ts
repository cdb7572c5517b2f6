import { fieldsOfKind } from '../mailbox/fields.js';
import type { FieldRow } from '../mailbox/fields.js';
import type { ExtendedPath, ItemKind } from '../mailbox/properties.js';
import { readPath } from './paths.js';
import { childNamed, requiredChild, textOf, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** Which properties an answer carries, worked out once per request. */
export interface ItemShape {
  readonly bodyType: 'Best' | 'HTML' | 'Text';
  readonly extended: readonly { readonly path: ExtendedPath; readonly key: string }[];
  fieldsOf(kind: ItemKind): readonly FieldRow[];
}

const BASE_SHAPES = ['IdOnly', 'Default', 'AllProperties', 'PcxPeopleSearch'] as const;

/**
 * Reads an ItemShape. `isList`: FindItem and SyncFolderItems leave out what they cannot deliver (facts 22, 29).
 * Properties of other classes are no error, they are left out (fact 32).
 */
export function readItemShape(node: XmlNode, isList: boolean): ItemShape {
  const base = wordOf(requiredChild(node, 'BaseShape').text, BASE_SHAPES);
  const bodyType = wordOf(textOf(node, 'BodyType') ?? 'Best', ['Best', 'HTML', 'Text'] as const);
  const paths = (childNamed(node, 'AdditionalProperties')?.children ?? []).map(readPath);
  const named = new Set(paths.flatMap((path) => (path.kind === 'field' ? [path.uri] : [])));
  const extended = paths.filter((path) => path.kind === 'extended');
  const isWanted = (row: FieldRow): boolean => {
    if (isList && row.getItemOnly) return false;
    if (row.uri === 'item:ExtendedProperty') return extended.length > 0;
    return row.uri === 'item:ItemId' || named.has(row.uri) || inBase(row, base);
  };
  const cache = new Map<ItemKind, readonly FieldRow[]>();
  return {
    bodyType,
    extended,
    fieldsOf(kind) {
      const known = cache.get(kind);
      if (known) return known;
      const rows = fieldsOfKind(kind).filter(isWanted);
      cache.set(kind, rows);
      return rows;
    },
  };
}

/** The shape of answers that name ids only. */
export const ID_ONLY: ItemShape = {
  bodyType: 'Best',
  extended: [],
  fieldsOf: (kind) => fieldsOfKind(kind).filter(({ uri }) => uri === 'item:ItemId'),
};

function inBase(row: FieldRow, base: (typeof BASE_SHAPES)[number]): boolean {
  if (base === 'AllProperties') return row.shape !== 'named';
  return base === 'Default' && row.shape === 'default';
}
