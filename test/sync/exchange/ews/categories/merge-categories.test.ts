import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  newDocument,
  readDocument,
} from '../../../../../sync/exchange/ews/categories/category-document.js';
import type { CategoryDocument } from '../../../../../sync/exchange/ews/categories/category-document.js';
import {
  categoriesOf,
  mergeCategories,
} from '../../../../../sync/exchange/ews/categories/merge-categories.js';
import type { WantedCategory } from '../../../../../sync/ports/categories.js';
import { OUTLOOKS_LIST, wanted } from '../../../../contracts/category-list.js';

const NOW = '2026-03-02T08:00:00Z';

function documentOf(text: string): CategoryDocument {
  const document = readDocument(text);
  if (document === null) throw new Error(`does not read: ${text}`);
  return document;
}

function merge(text: string, ...wishes: readonly WantedCategory[]) {
  let made = 0;
  return mergeCategories(documentOf(text), wishes, { now: NOW, newId: () => `{${++made}}` });
}

describe('reading', () => {
  test('names, colours and ids come out of a list of Outlook', () => {
    expect(categoriesOf(documentOf(OUTLOOKS_LIST))).toEqual([
      { name: 'Rot & wichtig', colour: 'red', id: '{0EF44F1F-3A04-4B43-B4C2-4B3C2F4C9F11}' },
      { name: 'ES_1_Wartung', colour: 'green', id: '{0EF44F1F-3A04-4B43-B4C2-4B3C2F4C9F12}' },
    ]);
  });

  // prettier-ignore
  test.each([
    { number: '-1', colour: 'none' }, { number: '0', colour: 'red' }, { number: '9', colour: 'maroon' },
    { number: '24', colour: 'darkMaroon' }, { number: '25', colour: null }, { number: 'rot', colour: null },
    { number: '', colour: null },
  ])('colour $number reads as $colour', ({ number, colour }) => {
    const text = `<categories><category name="A" color="${number}"/></categories>`;
    expect(categoriesOf(documentOf(text))[0]?.colour).toBe(colour);
  });

  test('prefixes, references, comments and nested elements do not confuse it', () => {
    const text =
      '\ufeff<?xml version="1.0" encoding="UTF-8"?><c:categories xmlns:c="CategoryList.xsd"><!-- <c:category name="no"/> -->' +
      '<c:category name="B&#252;ro &#x1F4BC;" color="1"><c:category name="inside"/></c:category></c:categories>';
    expect(categoriesOf(documentOf(text))).toMatchObject([{ name: 'Büro 💼', colour: 'orange' }]);
  });
});

describe('merging', () => {
  test('another colour changes the colour and the time of that entry alone', () => {
    const { text, answers } = merge(OUTLOOKS_LIST, wanted('ES_1_Wartung', 'darkBlue'));
    expect(answers).toMatchObject([{ ok: true, value: { outcome: 'changed' } }]);
    expect(text).toBe(
      OUTLOOKS_LIST.replace("color='4'", 'color="22"')
        .replace('"2026-01-02T08:00:00.000Z"', `"${NOW}"`)
        .replace('lastSavedTime="2026-01-01T08:00:00.000Z"', `lastSavedTime="${NOW}"`),
    );
  });

  test('new entries stand at the end, and everything before them is as it was', () => {
    const { text } = merge(OUTLOOKS_LIST, wanted('ES_7_Büro "A" & <B>', 'none'));
    const entry =
      '<category name="ES_7_Büro &quot;A&quot; &amp; &lt;B&gt;" color="-1" keyboardShortcut="0" usageCount="0"' +
      ` lastTimeUsed="${NOW}" guid="{1}" renameOnFirstUse="0"/>`;
    expect(text).toBe(
      OUTLOOKS_LIST.replace('</categories>', `${entry}</categories>`).replace(
        'lastSavedTime="2026-01-01T08:00:00.000Z"',
        `lastSavedTime="${NOW}"`,
      ),
    );
  });

  test('an entry is not renamed onto a name that another one has', () => {
    const id = '{0ef44f1f-3a04-4b43-b4c2-4b3c2f4c9f12}';
    const { text, answers } = merge(OUTLOOKS_LIST, wanted('ROT & wichtig', 'red', id));
    expect(text).toBe(OUTLOOKS_LIST);
    expect(answers).toMatchObject([{ value: { outcome: 'unchanged' } }]);
  });

  test('two wishes never share one entry', () => {
    const id = '{0EF44F1F-3A04-4B43-B4C2-4B3C2F4C9F12}';
    const { text } = merge(
      OUTLOOKS_LIST,
      wanted('Neu', 'blue', id),
      wanted('ES_1_Wartung', 'green'),
    );
    const after = categoriesOf(documentOf(text));
    expect(after.map(({ name }) => name)).toEqual(['Rot & wichtig', 'ES_1_Wartung', 'Neu']);
    expect(new Set(after.map((one) => one.id)).size).toBe(3);
  });

  test('an entry that was deleted comes back under its id', () => {
    const { answers } = merge(OUTLOOKS_LIST, wanted('Weg', 'gray', '{ABC}'));
    expect(answers).toEqual([{ ok: true, value: { id: '{ABC}', outcome: 'added' } }]);
  });

  test('an entry without an id gets one', () => {
    const { text, answers } = merge(
      '<categories><category name="A" color="0" /></categories>',
      wanted('a', 'red'),
    );
    expect(text).toContain('<category name="A" color="0" guid="{1}"/>');
    expect(answers).toEqual([{ ok: true, value: { id: '{1}', outcome: 'changed' } }]);
  });

  test('a list under a prefix stays under it', () => {
    const { text } = merge(
      '<c:categories xmlns:c="CategoryList.xsd"></c:categories>',
      wanted('A', 'red'),
    );
    expect(text).toMatch(/<c:category name="A"[^>]*\/><\/c:categories>$/);
  });

  test('one name twice, in capitals and small letters, is refused the second time', () => {
    const { answers } = merge(OUTLOOKS_LIST, wanted('Neu', 'red'), wanted(' NEU', 'blue'));
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });

  test('whatever is wanted: once merged it is there, and merging again changes nothing', () => {
    const name = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
    const colour = fc.constantFrom<WantedCategory['colour']>('none', 'red', 'darkMaroon');
    const wish = fc.record({ name, colour, id: fc.constantFrom(null, '{A}', '{B}') });
    const starts = [OUTLOOKS_LIST, newDocument(NOW).text];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(wish, { maxLength: 6 }), (start, wishes) => {
        const first = merge(start, ...wishes);
        const there = categoriesOf(documentOf(first.text));
        const names = there.map((one) => one.name.trim().normalize('NFC').toLowerCase());
        const good = wishes.filter((_one, at) => first.answers[at]?.ok);
        const missing = good.filter(
          (one) => !names.includes(one.name.trim().normalize('NFC').toLowerCase()),
        );
        expect(missing).toEqual([]);
        expect(merge(first.text, ...good).text).toBe(first.text);
      }),
      { numRuns: 300 },
    );
  });
});
