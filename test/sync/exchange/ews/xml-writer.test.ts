import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xmlReader } from '../../../../sync/exchange/ews/xml-reader.js';
import { element, textElement, textOf } from '../../../../sync/exchange/ews/xml-writer.js';

const ROWS = [
  { what: 'markup', text: `<b>&"'</b>`, written: '&lt;b&gt;&amp;&quot;&apos;&lt;/b&gt;' },
  { what: 'the end of a CDATA section', text: ']]>', written: ']]&gt;' },
  { what: 'what looks escaped already', text: '&amp;&#10;', written: '&amp;amp;&amp;#10;' },
  { what: 'carriage return and tab', text: 'a\r\n\tb', written: 'a&#13;\n&#9;b' },
  { what: 'umlauts and emoji', text: 'Größe 🔧', written: 'Größe 🔧' },
  { what: 'control characters', text: 'a\u0000\u0001\u001f\u000bb', written: 'ab' },
  { what: 'halves of a surrogate pair', text: 'a\ud83d \udd27b', written: 'a b' },
  { what: 'non-characters', text: 'a\ufffe\uffffb', written: 'ab' },
  { what: 'nothing', text: '', written: '' },
];

describe('text for a request', () => {
  test.each(ROWS)('$what', ({ text, written }) => {
    expect(textOf(text)).toBe(written);
  });

  test('an attribute is escaped like a text', () => {
    expect(element('t:ItemId', { Id: `a"><b>&` })).toBe(
      '<t:ItemId Id="a&quot;&gt;&lt;b&gt;&amp;"/>',
    );
  });

  test('any text is got back as it was, but for what XML cannot hold', () => {
    const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(unit, (text) => {
        const reader = xmlReader();
        reader.write(textElement('a', text));

        const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;
        expect(reader.end().text).toBe(text.replace(forbidden, ''));
      }),
    );
  });
});
