import { UnreadableXml, xmlReader, type XmlNode } from '../xml-reader.js';

/**
 * Reads a whole document as strictly as an answer of EWS. Only the entities of HTML, which servers that are not Exchange write into
 * names of people, do not spoil it: they become blanks, since no name is looked at. Null for what cannot be read.
 */
export function readSmallXml(text: string): XmlNode | null {
  const reader = xmlReader();
  try {
    reader.write(text.replace(BYTE_ORDER_MARK, '').replace(FOREIGN_ENTITY, ' '));
    return reader.end();
  } catch (error) {
    if (error instanceof UnreadableXml) return null;
    throw error;
  }
}

const BYTE_ORDER_MARK = /^\ufeff/;

const FOREIGN_ENTITY = /&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w{0,30};/g;
