import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparedLine,
  comparedText,
  textLines,
  textLosses,
  writtenLine,
  writtenText,
} from '../../mappings/text.js';
import { lines, texts } from './arbitraries.js';

// prettier-ignore
const LINES: readonly (readonly [what: string, text: string, written: string])[] = [
  ['umlauts stay',                      'Müller & Söhne <GmbH>',     'Müller & Söhne <GmbH>'],
  ['an emoji stays whole',              'Party 🎉',                   'Party 🎉'],
  ['half a character goes',             'halb \ud83d hier',          'halb  hier'],
  ['both halves in the wrong order go', '\udc00\ud83d',              ''],
  ['control characters go',             'a\u0000b\u001fc\u0085d',    'abc d'],
  ['what XML cannot carry goes',        'a\ufffe\uffffb',            'ab'],
  ['line breaks become a blank',        'eins\r\nzwei\n\ndrei',      'eins zwei drei'],
  ['tabs become a blank',               'eins\tzwei',                'eins zwei'],
  ['blanks around it go',               '  Rand \u00a0',             'Rand'],
  ['the end of a CDATA section stays',  ']]>',                       ']]>'],
  ['255 characters stay',               'x'.repeat(255),             'x'.repeat(255)],
  ['the 256th goes',                    'x'.repeat(256),             'x'.repeat(255)],
  ['a cut does not halve a character',  'x'.repeat(254) + '🎉',       'x'.repeat(254)],
  ['a cut leaves no blank at the end',  'x'.repeat(254) + ' y',      'x'.repeat(254)],
];

describe('a line', () => {
  it.each(LINES)('%s', (_, text, written) => {
    expect(writtenLine(text)).toBe(written);
  });

  it('written again, is the same', () => {
    fc.assert(
      fc.property(lines, (text) => {
        expect(writtenLine(writtenLine(text))).toBe(writtenLine(text));
      }),
    );
  });

  it('is equal however its accents are put together and its blanks are made', () => {
    expect(comparedLine('Mu\u0308ller')).toBe(comparedLine('Müller'));
    expect(comparedLine('Raum\u00a01')).toBe(comparedLine('Raum 1'));
    expect(comparedLine('Raum 1')).not.toBe(comparedLine('Raum 2'));
  });
});

// prettier-ignore
const TEXTS: readonly (readonly [what: string, text: string, written: string])[] = [
  ['lines end in \\n',                     'a\r\nb\rc\n',     'a\nb\nc'],
  ['blanks at line ends go',               'a \t\n b\u00a0\nc', 'a\n b\nc'],
  ['empty lines at the end go',            'a\n\n \n',        'a'],
  ['empty lines before and between stay',  '\n\na\n\n\nb',    '\n\na\n\n\nb'],
  ['tabs stay',                            'a\tb',            'a\tb'],
  ['control characters go',                'a\u0007\u000bb',  'ab'],
  ['nothing but blanks is nothing',        ' \n\t\r\n',       ''],
];

describe('a text', () => {
  it.each(TEXTS)('%s', (_, text, written) => {
    expect(writtenText(text)).toBe(written);
  });

  it('written again, is the same, and compares the same', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const written = writtenText(text);
        expect(writtenText(written)).toBe(written);
        expect(comparedText(written)).toBe(comparedText(text));
        expect(comparedText(textLines(text))).toBe(comparedText(text));
      }),
    );
  });

  it('of a megabyte costs no more than its length, also when it is all blanks', () => {
    const hostile = [' '.repeat(1_000_000) + 'x', '\u00a0\n'.repeat(500_000), '=='.repeat(500_000)];
    const started = performance.now();
    for (const text of hostile) comparedText(text);
    for (const text of hostile) comparedLine(text);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('what is lost of a text', () => {
  it('is named: control characters, and what is beyond 255 characters of a line', () => {
    const reasons = (text: string, kind: 'line' | 'text'): readonly string[] =>
      textLosses('subject', text, kind).map(({ reason }) => reason);
    expect(reasons('Müller', 'line')).toEqual([]);
    expect(reasons('a\u0007', 'line')).toEqual(['textUnprintable']);
    expect(reasons('x'.repeat(256), 'line')).toEqual(['textTooLong']);
    expect(reasons('x'.repeat(255) + '  ', 'line')).toEqual([]);
    expect(reasons('x'.repeat(256), 'text')).toEqual([]);
    expect(reasons('\u0000'.repeat(2) + 'x'.repeat(300), 'line')).toEqual([
      'textUnprintable',
      'textTooLong',
    ]);
  });
});
