import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockText, joinBody, splitBody } from '../../mappings/body-block.js';
import { comparedText, textLines } from '../../mappings/text.js';
import { texts } from './arbitraries.js';

const BLOCK = 'Teilnehmer: Jörg Böhm (zugesagt), Claudia König\nFirma: Muster Maschinenbau GmbH';
const START = '=== Aus dem ERP (Änderungen hier gehen verloren) ===';
const END = '=== Ende ERP ===';
const FRAMED = `${START}\n${BLOCK}\n${END}`;

// prettier-ignore
const ROWS: readonly (readonly [what: string, text: string, body: string, block: string])[] = [
  ['nothing was added',                       'Guten Tag\nZeile zwei',                            'Guten Tag\nZeile zwei', ''],
  ['as we wrote it',                          `Guten Tag\n\n${FRAMED}`,                           'Guten Tag', BLOCK],
  ['without a body',                          FRAMED,                                             '', BLOCK],
  ['a person wrote below it',                 `Guten Tag\n\n${FRAMED}\n\nBitte Plan mitbringen`,  'Guten Tag\n\nBitte Plan mitbringen', BLOCK],
  ['a person wrote only below it',            `${FRAMED}\nBitte Plan mitbringen`,                 'Bitte Plan mitbringen', BLOCK],
  ['HTML doubled the empty lines',            `Guten Tag\n\n\n\n${FRAMED.replaceAll('\n', '\n\n')}\n\n`, 'Guten Tag', BLOCK],
  ['HTML made other blanks',                  `Guten Tag\n\n${FRAMED.replaceAll(' ', '\u00a0')}`, 'Guten Tag', BLOCK],
  ['HTML doubled or trimmed blanks',          `Guten Tag\n\n ${FRAMED.replaceAll(' ', '  ')} `,   'Guten Tag', BLOCK],
  ['it was quoted in a reply',                `Guten Tag\n\n> ${FRAMED.replaceAll('\n', '\n> ')}`, 'Guten Tag', BLOCK],
  ['long lines were wrapped',                 `Guten Tag\n\n${FRAMED.replace(', ', ',\n')}`,      'Guten Tag', BLOCK.replace(', ', ',\n')],
  ['the mailbox changed its language',        'Hello\n\n=== From the ERP (changes in here get lost) ===\nCompany: X\n=== End of ERP ===', 'Hello', 'Company: X'],
  ['the block is there twice',                `Guten Tag\n\n${FRAMED}\n\n${FRAMED}`,              'Guten Tag', BLOCK],
  ['a person deleted its last line',          `Guten Tag\n\n${START}\n${BLOCK}\n\nEigener Text`,  'Guten Tag\n\nEigener Text', BLOCK],
  ['a person deleted its first line',         `Guten Tag\n\n${BLOCK}\n${END}\nEigener Text`,      'Guten Tag\n\nEigener Text', BLOCK],
  ['twice, with the line between them gone',  `Guten Tag\n\n${START}\n${BLOCK}\n${FRAMED}`,       'Guten Tag', BLOCK],
  ['a person deleted all of it',              'Guten Tag',                                        'Guten Tag', ''],
  ['only its frame was left',                 `Guten Tag\n\n${START}\n${END}`,                    'Guten Tag', ''],
  ['a person drew lines',                     'A\n==========\nB\n== C ==',                        'A\n==========\nB\n== C ==', ''],
  ['a person speaks of the ERP',              'Aus dem ERP: siehe unten\n=== Protokoll ===',      'Aus dem ERP: siehe unten\n=== Protokoll ===', ''],
  ['a person uses a label of ours',           'Firma: Konkurrenz',                                'Firma: Konkurrenz', ''],
];

describe('the block is taken off a body when', () => {
  it.each(ROWS)('%s', (_, text, body, block) => {
    expect(splitBody(textLines(text))).toEqual({ body, block });
  });

  it('whatever the body and the lines are', () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom('', BLOCK),
        fc.constantFrom('de', 'en'),
        (text, block, language) => {
          const { body } = splitBody(textLines(text));
          const there = splitBody(textLines(joinBody(body, block, language)));
          expect(comparedText(there.body)).toBe(comparedText(body));
          expect(there.block).toBe(block);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('and once it is off, nothing more comes off', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(START, END, BLOCK, 'Text', '', 'Firma: X')), (parts) => {
        const once = splitBody(textLines(parts.join('\n'))).body;
        expect(once).not.toMatch(/=== (Aus dem|Ende) ERP/);
        expect(splitBody(once)).toEqual({ body: once, block: '' });
      }),
      { numRuns: 2000 },
    );
  });

  it('and a hostile body takes no longer than its length', () => {
    const started = performance.now();
    for (const line of ['=== Aus dem ERP ===', '= = == ===', '>'.repeat(200), '=='.repeat(100)]) {
      splitBody(`${line}\n`.repeat(5000));
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('the lines of a block', () => {
  it('have one form', () => {
    expect(blockText(['Firma:  A\u00a0B ', '', ' Projekt: C'])).toBe('Firma: A B\nProjekt: C');
  });
});
