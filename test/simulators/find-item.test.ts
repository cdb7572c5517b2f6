import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIn, field, findIn, folder } from './item-requests.js';
import { startSoapBench } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

const MARK =
  '<t:ExtendedFieldURI PropertySetId="11111111-2222-3333-4444-555555555555" PropertyName="Mark" PropertyType="Integer"/>';
const LIST = MARK.replace('"Mark"', '"List"').replace('Integer', 'StringArray');

/** Five tasks: subject, categories, priority, mark, list. */
const TASKS: readonly (readonly [string, readonly string[], string, number, readonly string[]])[] =
  [
    ['Äpfel bestellen', ['Einkauf'], 'High', 1, ['a', 'b']],
    ['apfel essen', [], 'Low', 20, []],
    ['Birnen bestellen', ['Einkauf', 'Obst'], 'Normal', 3, ['b']],
    ['Rechnung Nr. 7', ['Büro'], 'Normal', 100, []],
    ['', [], 'Normal', 5, []],
  ];

function task([subject, categories, importance, mark, list]: (typeof TASKS)[number]): string {
  const strings = categories.map((one) => `<t:String>${one}</t:String>`).join('');
  const values = list.map((one) => `<t:Value>${one}</t:Value>`).join('');
  return (
    `<t:Task><t:Subject>${subject}</t:Subject>` +
    (strings === '' ? '' : `<t:Categories>${strings}</t:Categories>`) +
    `<t:Importance>${importance}</t:Importance>` +
    `<t:ExtendedProperty>${MARK}<t:Value>${String(mark)}</t:Value></t:ExtendedProperty>` +
    (values === ''
      ? ''
      : `<t:ExtendedProperty>${LIST}<t:Values>${values}</t:Values></t:ExtendedProperty>`) +
    '</t:Task>'
  );
}

let bench: SoapBench;
beforeAll(async () => {
  bench = await startSoapBench({ queryStringLag: 60_000, restrictedFindCap: 2 });
  await bench.ask(createIn('tasks', TASKS.map(task).join('')));
});
afterAll(() => bench.exchange.stop());

interface Found {
  readonly subjects: readonly string[];
  readonly root: Readonly<Record<string, string>>;
  readonly codes: readonly string[];
}

async function find(parts: Parameters<typeof findIn>[1]): Promise<Found> {
  const answered = await bench.ask(findIn('tasks', parts));
  const subjects = answered.all('Subject').map(({ text }) => text);
  return { subjects, root: answered.all('RootFolder')[0]?.attributes ?? {}, codes: answered.codes };
}

const restricted = (inside: string): { rest: string } => ({
  rest: `<m:Restriction>${inside}</m:Restriction>`,
});
const compare = (name: string, path: string, value: string): string =>
  `<t:${name}>${path}<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant></t:${name}>`;
const contains = (path: string, value: string, mode: string, comparison = 'Exact'): string =>
  `<t:Contains ContainmentMode="${mode}" ContainmentComparison="${comparison}">${path}<t:Constant Value="${value}"/></t:Contains>`;
const SUBJECT = field('item:Subject');

describe('a restriction finds', () => {
  // prettier-ignore
  test.each<[string, string, readonly string[]]>([
    ['an equal text without regard to case', compare('IsEqualTo', SUBJECT, 'APFEL ESSEN'), ['apfel essen']],
    ['a word in a list', compare('IsEqualTo', field('item:Categories'), 'obst'), ['Birnen bestellen']],
    ['a number above another, as numbers', compare('IsGreaterThan', MARK, '19'), ['apfel essen', 'Rechnung Nr. 7']],
    ['a number equal to another', compare('IsEqualTo', MARK, '3'), ['Birnen bestellen']],
    ['one of the values of an extended list', compare('IsEqualTo', LIST, 'b'), ['Äpfel bestellen', 'Birnen bestellen']],
    ['what has a property at all', `<t:Exists>${LIST}</t:Exists>`, ['Äpfel bestellen', 'Birnen bestellen']],
    ['a beginning, by its case', contains(SUBJECT, 'apfel', 'Prefixed'), ['apfel essen']],
    ['a beginning without accents and case', contains(SUBJECT, 'APFEL', 'Prefixed', 'IgnoreCaseAndNonSpacingCharacters'), ['Äpfel bestellen', 'apfel essen']],
    ['the beginning of a word', contains(SUBJECT, 'best', 'PrefixOnWords'), ['Äpfel bestellen', 'Birnen bestellen']],
    ['a phrase between words', contains(SUBJECT, 'Nr. 7', 'ExactPhrase'), ['Rechnung Nr. 7']],
    ['both of two', `<t:And>${compare('IsEqualTo', field('item:Importance'), 'Normal')}${compare('IsLessThan', MARK, '5')}</t:And>`, ['Birnen bestellen']],
    ['one of two', `<t:Or>${compare('IsEqualTo', MARK, '1')}${compare('IsEqualTo', MARK, '100')}</t:Or>`, ['Äpfel bestellen', 'Rechnung Nr. 7']],
    ['none of it', `<t:Not><t:Exists>${field('item:Categories')}</t:Exists></t:Not>`, ['apfel essen', '']],
    ['numbers without a bit', `<t:Excludes>${MARK}<t:Bitmask Value="0x1"/></t:Excludes>`, ['apfel essen', 'Rechnung Nr. 7']],
    ['equal properties', `<t:IsEqualTo>${SUBJECT}<t:FieldURIOrConstant>${SUBJECT}</t:FieldURIOrConstant></t:IsEqualTo>`, ['Äpfel bestellen', 'apfel essen']],
  ])('%s', async (_name, inside, subjects) => {
    const { codes, subjects: found } = await find(restricted(inside));
    expect([codes, found]).toEqual([['NoError'], subjects.slice(0, 2)]); // its pages are short here: fact 28
  });
});

describe('a restriction is refused or finds nothing', () => {
  // prettier-ignore
  test.each<[string, string, string]>([
    ['on what cannot be searched', compare('IsEqualTo', field('task:Status'), 'Completed'), 'ErrorUnsupportedPathForQuery'],
    ['with more than 255 parts', `<t:Or>${compare('IsEqualTo', MARK, '1').repeat(255)}</t:Or>`, 'ErrorRestrictionTooComplex'],
    ['with no time where one is wanted', compare('IsGreaterThan', field('item:DateTimeCreated'), 'gestern'), 'ErrorInvalidValueForProperty'],
  ])('%s', async (_name, inside, code) => {
    expect((await find(restricted(inside))).codes).toEqual([code]);
  });

  test('on a property that is accepted and never matches', async () => {
    const inside = compare('IsEqualTo', field('task:PercentComplete'), '0');
    expect((await find(restricted(inside))).subjects).toEqual([]);
  });
});

describe('pages', () => {
  const sorted =
    '<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:Subject"/></t:FieldOrder></m:SortOrder>';
  const ORDER = ['', 'apfel essen', 'Birnen bestellen', 'Rechnung Nr. 7', 'Äpfel bestellen'];
  const indexed = (offset: number, base = 'Beginning'): string =>
    `<m:IndexedPageItemView MaxEntriesReturned="2" Offset="${String(offset)}" BasePoint="${base}"/>`;

  test('follow each other to the last', async () => {
    const pages = [];
    for (const offset of [0, 2, 4]) pages.push(await find({ view: indexed(offset), rest: sorted }));
    expect(pages.flatMap(({ subjects }) => subjects)).toEqual(ORDER);
    expect(
      pages.map(({ root }) => [root['IncludesLastItemInRange'], root['IndexedPagingOffset']]),
    ).toEqual([
      ['false', '2'],
      ['false', '4'],
      ['true', '5'],
    ]);
  });

  test('can be counted from the end, or begin at a fraction or a condition', async () => {
    const fromEnd = await find({ view: indexed(0, 'End'), rest: sorted });
    expect(fromEnd.subjects).toEqual(ORDER.slice(3).reverse());
    const half = '<m:FractionalPageItemView MaxEntriesReturned="9" Numerator="1" Denominator="2"/>';
    expect((await find({ view: half, rest: sorted })).subjects).toEqual(ORDER.slice(2));
    const seek = `<m:SeekToConditionPageItemView BasePoint="Beginning"><t:Condition>${compare('IsGreaterThan', SUBJECT, 'c')}</t:Condition></m:SeekToConditionPageItemView>`;
    expect((await find({ view: seek, rest: sorted })).subjects).toEqual(ORDER.slice(3));
  });

  test('with a restriction are as short as the server likes', async () => {
    const every = restricted(`<t:Exists>${MARK}</t:Exists>`);
    const { subjects, root } = await find(every);
    expect([subjects.length, root['IncludesLastItemInRange'], root['TotalItemsInView']]).toEqual([
      2,
      'false',
      '5',
    ]);
  });

  test('with a negative offset are refused', async () => {
    expect((await find({ view: indexed(-1) })).codes).toEqual([
      'ErrorInvalidIndexedPagingParameters',
    ]);
  });
});

test('sorting backwards by an extended number and then by subject', async () => {
  const order = `<m:SortOrder><t:FieldOrder Order="Descending">${MARK}</t:FieldOrder></m:SortOrder>`;
  expect((await find({ rest: order })).subjects).toEqual([
    'Rechnung Nr. 7',
    'apfel essen',
    '',
    'Birnen bestellen',
    'Äpfel bestellen',
  ]);
});

test('a QueryString finds words once the search index has caught up', async () => {
  const asked = [
    'bestellen',
    'subject:apfel',
    'category:obst OR subject:Rechnung',
    'bestellen NOT category:obst',
  ];
  const search = (): Promise<readonly (readonly string[])[]> =>
    Promise.all(asked.map(async (query) => (await find({ query })).subjects));
  expect(await search()).toEqual([[], [], [], []]);
  bench.exchange.organisation.clock.shift(61_000);
  expect(await search()).toEqual([
    ['Äpfel bestellen', 'Birnen bestellen'],
    ['apfel essen'],
    ['Birnen bestellen', 'Rechnung Nr. 7'],
    ['Äpfel bestellen'],
  ]);
});

test('SoftDeleted and Associated find nothing, several folders are answered one by one', async () => {
  const both = findIn('tasks').replace(folder('tasks'), folder('tasks') + folder('notes'));
  const shallow = await bench.ask(both);
  expect(shallow.all('RootFolder').map(({ attributes }) => attributes['TotalItemsInView'])).toEqual(
    ['5', '0'],
  );
  const deleted = await bench.ask(findIn('tasks').replace('Shallow', 'SoftDeleted'));
  expect(deleted.all('Task').length).toBe(0);
});
