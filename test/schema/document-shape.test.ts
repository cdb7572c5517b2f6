import { describe, expect, test } from 'vitest';
import { shapeOf } from './document-shape.js';

const element = (text: string): string => `<t:A Id="${text}"><t:B>${text}</t:B></t:A>`;
const sameShape = (one: string, other: string): boolean =>
  shapeOf(element(one)) === shapeOf(element(other));

describe('documents of one shape', () => {
  test.each([
    ['texts', 'Wartung in Halle 3', 'Prüfung „Größe“ 🚀'],
    ['times', '2026-03-02T09:00:00Z', '2027-12-31T23:59:59Z'],
    ['ids', 'AAMkADkwNGNjAAMkADkwNGN/', 'AAMkADQ1Yjg0MjU4LTRlAAMkADkwNA=='],
    ['GUIDs', '7c0f3f0b-2a55-4d39-9d9c-0d7b3f0f2a11', '00062002-0000-0000-C000-000000000046'],
    ['escaped texts', 'a &amp; b', 'c &lt; d'],
  ])('%s differ without another shape', (_, one, other) => {
    expect(sameShape(one, other)).toBe(true);
  });

  test.each([
    ['a word of an enumeration and another', 'Busy', 'Geheim'],
    ['a number and one beyond the bound', '512', '513'],
    ['a date and one that is none', '2026-03-02', '2026-13-02'],
    ['a version and one that is none', 'Exchange2016', 'Exchange2019'],
    ['a GUID and none', '7c0f3f0b-2a55-4d39-9d9c-0d7b3f0f2a11', '7c0f3f0b-2a55'],
    ['a duration and none', 'PT1H', 'P1H'],
    ['something and nothing', 'x', ''],
    ['text and white space', 'Wartung 3', '   '],
    ['text and one with a control character', 'Wartung 3', 'Wartung\x1f3'],
    ['text and one with a reference to one', 'Wartung 3', 'Wartung&#x1F;3'],
    ['a time with and without a zone', '2026-03-02T09:00:00Z', '2026-03-02T09:00:00'],
  ])('%s are told apart', (_, one, other) => {
    expect(sameShape(one, other)).toBe(false);
  });

  test('the names and the order of elements stay as they are', () => {
    expect(shapeOf('<a><b>1</b><c/></a>')).not.toBe(shapeOf('<a><c/><b>1</b></a>'));
  });
});
