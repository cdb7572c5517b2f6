import { SaxesParser } from 'saxes';

/** One element with what is inside it. Names are local ones: which prefix a server chooses means nothing. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** All text directly inside, in order. */
  readonly text: string;
}

/** Why an answer cannot be read. The names go into `ConnectorFailure.code`. */
export type UnreadableReason =
  'AnswerTruncated' | 'AnswerMalformed' | 'AnswerNotSoap' | 'AnswerTooDeep';

/** An answer that is no XML, or no XML we are willing to read. */
export class UnreadableXml extends Error {
  override readonly name = 'UnreadableXml';
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Takes a document piece by piece; `end` answers with its root. */
export interface XmlReader {
  write(piece: string): void;
  /** Whether the root has been closed; for streams of several documents, where nothing else says that one is over. */
  isComplete(): boolean;
  end(): XmlNode;
}

/**
 * Reads one document, as strict as XML is about structure. Tolerated is what Exchange itself sends: references to, and raw
 * control characters that XML forbids (evidence B 7g); they are left out. A document type is refused, and with it every
 * entity but the five of XML. Throws `UnreadableXml`.
 */
export function xmlReader(): XmlReader {
  const parser = new SaxesParser({ xmlns: false, position: false } as const);
  const open: MutableNode[] = [];
  let root: MutableNode | null = null;
  let held = '';

  parser.on('doctype', () => {
    throw new UnreadableXml('AnswerNotSoap', 'the answer declares a document type');
  });
  parser.on('opentag', (tag) => {
    const node = { name: localName(tag.name), attributes: tag.attributes, children: [], text: '' };
    if (open.length === MAX_DEPTH) throw new UnreadableXml('AnswerTooDeep', 'nested too deeply');
    const parent = open[open.length - 1];
    if (parent === undefined) root = node;
    else parent.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (text: string): void => {
    const node = open[open.length - 1];
    if (node !== undefined) node.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);

  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw error instanceof UnreadableXml ? error : malformed(error, root, open.length > 0);
    }
  };
  return {
    write(piece) {
      const text = held + piece;
      const end = completeUpTo(text);
      held = text.slice(end);
      guarded(() => parser.write(clean(text.slice(0, end))));
    },
    isComplete: () => root !== null && open.length === 0,
    end() {
      guarded(() => parser.write(clean(held)).close());
      if (root === null) throw new UnreadableXml('AnswerTruncated', 'the answer is empty');
      return root;
    },
  };
}

interface MutableNode extends XmlNode {
  readonly children: MutableNode[];
  text: string;
}

/** No EWS answer nests deeper than 20; a document that does was made to hurt. */
const MAX_DEPTH = 64;

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/**
 * One item may hold what makes its answer malformed; a text that never was SOAP comes from somebody else. saxes reports a
 * document that was cut off like any other fault; its words tell them apart.
 */
function malformed(error: unknown, root: XmlNode | null, isInside: boolean): UnreadableXml {
  const message = error instanceof Error ? error.message : String(error);
  if (root?.name !== 'Envelope') return new UnreadableXml('AnswerNotSoap', message, error);
  const isCut = isInside && /unclosed tag|unexpected end/.test(message);
  return new UnreadableXml(isCut ? 'AnswerTruncated' : 'AnswerMalformed', message, error);
}

/** Where a piece can be cut so that no character reference is torn in two; the longest one has eleven characters. */
function completeUpTo(text: string): number {
  const start = text.indexOf('&', Math.max(0, text.length - 11));
  if (start < 0) return text.length;
  const last = text.lastIndexOf('&');
  return text.includes(';', last) ? text.length : last;
}

function clean(text: string): string {
  const bare = RAW_CONTROL.test(text) ? text.replace(RAW_CONTROL_EACH, '') : text;
  return bare.includes('&#') ? bare.replace(REFERENCE, keepLegal) : bare;
}

function keepLegal(
  reference: string,
  hex: string | undefined,
  decimal: string | undefined,
): string {
  return isXmlChar(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) ? reference : '';
}

/** https://www.w3.org/TR/xml/#charsets */
function isXmlChar(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return (
    code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff)
  );
}

const REFERENCE = /&#(?:x([0-9a-fA-F]+)|([0-9]+));/g;

const RAW_CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

const RAW_CONTROL_EACH = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** The first child of that name, or null. */
export function child(node: XmlNode, name: string): XmlNode | null {
  for (const one of node.children) if (one.name === name) return one;
  return null;
}

/** Goes down one name after the other; null where one is missing. */
export function descend(node: XmlNode, ...names: readonly string[]): XmlNode | null {
  let at: XmlNode | null = node;
  for (const name of names) at = at === null ? null : child(at, name);
  return at;
}

/** The text of a child; null where there is no such child. */
export function childText(node: XmlNode, name: string): string | null {
  return child(node, name)?.text ?? null;
}
