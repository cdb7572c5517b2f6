import { describe, expect, test } from 'vitest';
import {
  child,
  childText,
  descend,
  UnreadableXml,
  xmlReader,
  type XmlNode,
} from '../../../../sync/exchange/ews/xml-reader.js';

function read(text: string, pieceLength = text.length): XmlNode {
  const reader = xmlReader();
  for (let at = 0; at < text.length; at += pieceLength)
    reader.write(text.slice(at, at + pieceLength));
  return reader.end();
}

function reasonOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UnreadableXml) return error.reason;
    throw error;
  }
  return 'read';
}

const DOCUMENT =
  '<?xml version="1.0" encoding="utf-8"?>\r\n<q:Envelope xmlns:q="x" xmlns="y"><!-- - -->' +
  '<q:Body><Item Id="a&lt;&#228;&quot;"><Text>Gr&#xF6;&#223;e &amp;amp; &gt;&#x1F;<![CDATA[ <&> ]]>!</Text></Item>' +
  '<Empty/></q:Body></q:Envelope>';

describe('an answer', () => {
  test('is read by local names, whatever the prefixes', () => {
    const item = descend(read(DOCUMENT), 'Body', 'Item');
    expect(item?.attributes).toEqual({ Id: 'a<ä"' });
    expect(item && childText(item, 'Text')).toBe('Größe &amp; > <&> !');
    expect(descend(read(DOCUMENT), 'Body', 'Nothing', 'Below')).toBeNull();
  });

  test.each([1, 2, 3, 5, 7, 11, 64])('may arrive in pieces of %i characters', (length) => {
    expect(read(DOCUMENT, length)).toEqual(read(DOCUMENT));
  });

  test.each([
    { what: 'a reference to a control character', text: 'a&#x1F;b&#0;c&#xFFFE;d' },
    { what: 'a reference to half a pair', text: 'ab&#xD83D;cd' },
    { what: 'a raw control character', text: 'a\u0001b\u001fcd' },
  ])('loses only $what', ({ text }) => {
    expect(read(`<Envelope><A>${text}</A></Envelope>`).children[0]?.text).toBe('abcd');
  });

  test.each([
    { what: 'cut in an element', text: '<Envelope><Body><A>text', reason: 'AnswerTruncated' },
    { what: 'cut in a tag', text: '<Envelope><Body><A attri', reason: 'AnswerTruncated' },
    {
      what: 'with an ampersand alone',
      text: '<Envelope>a & b</Envelope>',
      reason: 'AnswerTruncated',
    },
    { what: 'cut in a reference', text: '<Envelope><Body>&am', reason: 'AnswerTruncated' },
    {
      what: 'with tags that do not match',
      text: '<Envelope><A></B></Envelope>',
      reason: 'AnswerMalformed',
    },
    {
      what: 'with an unknown entity',
      text: '<Envelope>&nbsp;</Envelope>',
      reason: 'AnswerMalformed',
    },
    { what: 'with two roots', text: '<Envelope/><Envelope/>', reason: 'AnswerMalformed' },
    { what: 'with a document type', text: '<!DOCTYPE a><Envelope/>', reason: 'AnswerNotSoap' },
    { what: 'that is empty', text: '', reason: 'AnswerNotSoap' },
    { what: 'that is text', text: 'Service Unavailable', reason: 'AnswerNotSoap' },
    { what: 'nested without end', text: '<Envelope>'.repeat(70_000), reason: 'AnswerTooDeep' },
  ])('$what is refused by name', ({ text, reason }) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('whose attributes have names of objects harms nobody', () => {
    const node = read(
      '<Envelope __proto__="x" constructor="y"><__proto__>z</__proto__></Envelope>',
    );
    expect(node.attributes.constructor).toBe('y');
    expect(child(node, '__proto__')?.text).toBe('z');
    expect(Object.keys({})).toEqual([]);
  });
});
