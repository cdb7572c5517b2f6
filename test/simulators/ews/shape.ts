import { ExchangeError } from '../mailbox/failure.js';
import { fieldsOfKind } from '../mailbox/fields.js';
import type { FieldRow } from '../mailbox/fields/field-row.js';
import type { ExtendedPath, ItemKind } from '../mailbox/properties.js';
import { readPath } from './paths.js';
import { booleanOf, childNamed, requiredChild, textOf, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** Which properties an answer carries, worked out once per request. */
export interface ItemShape {
  readonly bodyType: 'Best' | 'HTML' | 'Text';
  readonly extended: readonly { readonly path: ExtendedPath; readonly key: string }[];
  fieldsOf(kind: ItemKind): readonly FieldRow[];
  /** The entries of a dictionary that were asked for one by one; null = the whole of it. */
  entriesOf(row: FieldRow): readonly string[] | null;
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
  if (
    childNamed(node, 'IncludeMimeContent') &&
    booleanOf(textOf(node, 'IncludeMimeContent') ?? '')
  ) {
    if (isList) throw noMimeInLists();
    named.add('item:MimeContent');
  }
  const extended = paths.filter((path) => path.kind === 'extended');
  const entries = paths.flatMap((path) =>
    path.kind === 'indexed' && path.entry ? path.entry : [],
  );
  const isWhole = (row: FieldRow): boolean => named.has(row.uri) || inBase(row, base);
  const isWanted = (row: FieldRow): boolean => {
    if (isList && row.getItemOnly) return false;
    if (row.uri === 'item:ExtendedProperty') return extended.length > 0;
    return row.uri === 'item:ItemId' || isWhole(row) || entries.some(({ field }) => field === row);
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
    entriesOf: (row) =>
      isWhole(row) ? null : entries.flatMap(({ field, entry }) => (field === row ? entry : [])),
  };
}

/** By name it is left out like a body; by its own switch it is refused (evidence B 4, ITS R3787). */
function noMimeInLists(): ExchangeError {
  return new ExchangeError(
    'ErrorInvalidPropertyForOperation',
    'MimeContent is not available in lists.',
  );
}

/** Reads an AttachmentShape: an attached item comes with everything, and with what is named beside. */
export function readAttachedShape(node: XmlNode | null): ItemShape {
  const base = { ...EMPTY, name: 'BaseShape', text: 'AllProperties' };
  return readItemShape({ ...(node ?? EMPTY), children: [base, ...(node?.children ?? [])] }, false);
}

const EMPTY: XmlNode = { name: 'AttachmentShape', ns: '', attributes: {}, children: [], text: '' };

/** The shape of answers that name ids only. */
export const ID_ONLY: ItemShape = shapeOf(['item:ItemId']);

/** What CreateItem answers: the id, and the ids of the attachments that came along (EL). */
export const CREATED: ItemShape = shapeOf(['item:ItemId', 'item:Attachments']);

function shapeOf(uris: readonly string[]): ItemShape {
  return {
    bodyType: 'Best',
    extended: [],
    fieldsOf: (kind) => fieldsOfKind(kind).filter(({ uri }) => uris.includes(uri)),
    entriesOf: () => null,
  };
}

function inBase(row: FieldRow, base: (typeof BASE_SHAPES)[number]): boolean {
  if (base === 'AllProperties') return row.shape !== 'named';
  return base === 'Default' && row.shape === 'default';
}
