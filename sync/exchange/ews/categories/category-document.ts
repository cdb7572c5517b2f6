import { SaxesParser } from 'saxes';

/**
 * The document of a category list. What is not changed stays as it is to the letter: entries are edited where they stand
 * in the text, because a client has to write back what it does not understand (MS-OXOCFG 3.1.4.2.3).
 */
export interface CategoryDocument {
  readonly text: string;
  /** The entries in their order. */
  readonly entries: readonly CategoryEntry[];
  readonly root: RootTag;
}

/** One entry: its attributes as they read, and where its tag stands in the text. */
export interface CategoryEntry {
  readonly attributes: Readonly<Record<string, string>>;
  readonly start: number;
  readonly end: number;
}

interface RootTag {
  /** With its prefix, if it has one. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Where new entries go: before the closing tag. null: the root is one empty tag. */
  readonly inside: number | null;
}

/** An empty list. */
export function newDocument(savedAt: string): CategoryDocument {
  const root = `<categories lastSavedSession="0" lastSavedTime="${savedAt}" xmlns="CategoryList.xsd"/>`;
  const read = readDocument(`<?xml version="1.0"?>\r\n${root}`);
  if (read === null) throw new Error('the empty list does not read');
  return read;
}

/** null for a text that is no category list: broken, cut off, or of another kind. */
export function readDocument(text: string): CategoryDocument | null {
  if (declaresOtherEncoding(text)) return null;
  const parser = new SaxesParser({ xmlns: false });
  const entries: CategoryEntry[] = [];
  let root: RootTag | null = null;
  let depth = 0;
  const refuse = (): never => {
    throw new Refused();
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    const place = { start: text.lastIndexOf('<', parser.position - 1), end: parser.position };
    if (depth === 0) root = { ...place, name, inside: null };
    if (depth === 1 && localName(name) === 'category') entries.push({ ...place, attributes });
    depth++;
  });
  parser.on('closetag', ({ isSelfClosing }) => {
    depth--;
    if (depth > 0 || root === null || isSelfClosing) return;
    root = { ...root, inside: text.lastIndexOf('<', parser.position - 1) };
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
  return checked(text, { entries, root });
}

class Refused extends Error {
  override readonly name = 'Refused';
}

/** Every place must hold what it is said to hold: a wrong one would spoil the list when it is edited. */
function checked(
  text: string,
  { entries, root }: { readonly entries: readonly CategoryEntry[]; readonly root: RootTag | null },
): CategoryDocument | null {
  if (root === null || localName(root.name) !== 'categories') return null;
  const isTag = ({ start, end }: { readonly start: number; readonly end: number }): boolean =>
    text.startsWith('<', start) && text.endsWith('>', end);
  const areTags = isTag(root) && entries.every(isTag);
  const areNamed = entries.every(({ attributes }) => attributes['name'] !== undefined);
  return areTags && areNamed ? { text, entries, root } : null;
}

/** New values for attributes of an entry; what is not there yet is added at its end. */
export interface CategoryEdit {
  readonly entry: CategoryEntry;
  readonly set: Readonly<Record<string, string>>;
}

/** The text with some entries changed and some added at the end. */
export function editDocument(
  { text, root }: CategoryDocument,
  change: {
    readonly edits: readonly CategoryEdit[];
    readonly added: readonly Readonly<Record<string, string>>[];
    readonly savedAt: string;
  },
): string {
  const prefix = root.name.slice(0, root.name.length - 'categories'.length);
  const more = change.added.map((entry) => `<${prefix}category${attributesText(entry)}/>`).join('');
  const pieces = change.edits.map(({ entry, set }) => {
    return { ...entry, text: withAttributes(text.slice(entry.start, entry.end), set) };
  });
  const rootText = withAttributes(text.slice(root.start, root.end), {
    lastSavedTime: change.savedAt,
  });
  const isOpen = root.inside !== null || more === '';
  const opened = isOpen ? rootText : rootText.replace(/\s*\/>$/, '>');
  const closed = isOpen ? '' : `${more}</${root.name}>`;
  pieces.push({ start: root.start, end: root.end, text: opened + closed, attributes: {} });
  if (root.inside !== null) {
    pieces.push({ start: root.inside, end: root.inside, text: more, attributes: {} });
  }
  return spliced(text, pieces);
}

function spliced(
  text: string,
  pieces: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string {
  const backwards = [...pieces].sort((left, right) => right.start - left.start);
  return backwards.reduce(
    (whole, piece) => whole.slice(0, piece.start) + piece.text + whole.slice(piece.end),
    text,
  );
}

function declaresOtherEncoding(text: string): boolean {
  const [, encoding = 'utf-8'] = /^\ufeff?<\?xml[^>]*encoding\s*=\s*["']([^"']*)/i.exec(text) ?? [];
  return !/^(utf-?8|us-ascii)$/i.test(encoding);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ATTRIBUTE = /(\s+)([^\s=/>]+)(\s*=\s*)("[^"]*"|'[^']*')/g;

/** Goes attribute by attribute: the text of one may look like another. */
function withAttributes(tag: string, set: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(set));
  const changed = tag.replace(ATTRIBUTE, (all, gap: string, name: string, equals: string) => {
    const value = left.get(name);
    left.delete(name);
    return value === undefined ? all : `${gap}${name}${equals}"${escaped(value)}"`;
  });
  const more = attributesText(Object.fromEntries(left));
  return changed.replace(/\s*(\/?>)$/, (_all, end: string) => more + end);
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

function escaped(value: string): string {
  return value
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
