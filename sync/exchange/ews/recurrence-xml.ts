import type {
  ExchangeDayOfWeek,
  ExchangeDayOfWeekIndex,
  ExchangeMonth,
  ExchangePattern,
  ExchangeRange,
  ExchangeRecurrence,
} from '../../../mappings/exchange-item.js';
import { UnreadableValue } from '../../../mappings/values.js';
import { child, childText, type XmlNode } from './xml-reader.js';
import { dateIn, requiredNumber } from './xml-values.js';
import { element, textElement, type Xml } from './xml-writer.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-recurrencetype */
export function writeRecurrence({ pattern, range }: ExchangeRecurrence): Xml {
  return element('t:Recurrence', null, writePattern(pattern), writeRange(range));
}

/** Throws `UnreadableValue` for a pattern that appointments do not have. */
export function readRecurrence(node: XmlNode): ExchangeRecurrence {
  return { pattern: readPattern(node), range: readRange(node) };
}

function writePattern(pattern: ExchangePattern): Xml {
  switch (pattern.kind) {
    case 'Daily':
      return element('t:DailyRecurrence', null, interval(pattern.interval));
    case 'Weekly':
      return element(
        't:WeeklyRecurrence',
        null,
        interval(pattern.interval),
        textElement('t:DaysOfWeek', pattern.daysOfWeek.join(' ')),
        ...(pattern.firstDayOfWeek === null
          ? []
          : [textElement('t:FirstDayOfWeek', pattern.firstDayOfWeek)]),
      );
    case 'AbsoluteMonthly':
      return element(
        't:AbsoluteMonthlyRecurrence',
        null,
        interval(pattern.interval),
        textElement('t:DayOfMonth', String(pattern.dayOfMonth)),
      );
    case 'RelativeMonthly':
      return element(
        't:RelativeMonthlyRecurrence',
        null,
        interval(pattern.interval),
        textElement('t:DaysOfWeek', pattern.dayOfWeek),
        textElement('t:DayOfWeekIndex', pattern.index),
      );
    case 'AbsoluteYearly':
      return element(
        't:AbsoluteYearlyRecurrence',
        null,
        textElement('t:DayOfMonth', String(pattern.dayOfMonth)),
        textElement('t:Month', pattern.month),
      );
    case 'RelativeYearly':
      return element(
        't:RelativeYearlyRecurrence',
        null,
        textElement('t:DaysOfWeek', pattern.dayOfWeek),
        textElement('t:DayOfWeekIndex', pattern.index),
        textElement('t:Month', pattern.month),
      );
  }
}

function interval(count: number): Xml {
  return textElement('t:Interval', String(count));
}

function writeRange(range: ExchangeRange): Xml {
  const start = textElement('t:StartDate', range.startDate);
  switch (range.kind) {
    case 'NoEnd':
      return element('t:NoEndRecurrence', null, start);
    case 'EndDate':
      return element('t:EndDateRecurrence', null, start, textElement('t:EndDate', range.endDate));
    case 'Numbered': {
      const count = textElement('t:NumberOfOccurrences', String(range.numberOfOccurrences));
      return element('t:NumberedRecurrence', null, start, count);
    }
  }
}

function readPattern(node: XmlNode): ExchangePattern {
  for (const one of node.children) {
    const read = PATTERNS.get(one.name);
    if (read !== undefined) return read(one);
  }
  throw new UnreadableValue('recurrence pattern', node.children[0]?.name ?? '');
}

const PATTERNS: ReadonlyMap<string, (node: XmlNode) => ExchangePattern> = new Map<
  string,
  (node: XmlNode) => ExchangePattern
>([
  ['DailyRecurrence', (node) => ({ kind: 'Daily', interval: requiredNumber(node, 'Interval') })],
  [
    'WeeklyRecurrence',
    (node) => ({
      kind: 'Weekly',
      interval: requiredNumber(node, 'Interval'),
      daysOfWeek: daysIn(node),
      firstDayOfWeek: child(node, 'FirstDayOfWeek') && wordIn(node, 'FirstDayOfWeek', DAYS),
    }),
  ],
  [
    'AbsoluteMonthlyRecurrence',
    (node) => ({
      kind: 'AbsoluteMonthly',
      interval: requiredNumber(node, 'Interval'),
      dayOfMonth: requiredNumber(node, 'DayOfMonth'),
    }),
  ],
  [
    'RelativeMonthlyRecurrence',
    (node) => ({
      kind: 'RelativeMonthly',
      interval: requiredNumber(node, 'Interval'),
      dayOfWeek: wordIn(node, 'DaysOfWeek', DAYS),
      index: wordIn(node, 'DayOfWeekIndex', INDEXES),
    }),
  ],
  [
    'AbsoluteYearlyRecurrence',
    (node) => ({
      kind: 'AbsoluteYearly',
      dayOfMonth: requiredNumber(node, 'DayOfMonth'),
      month: wordIn(node, 'Month', MONTHS),
    }),
  ],
  [
    'RelativeYearlyRecurrence',
    (node) => ({
      kind: 'RelativeYearly',
      dayOfWeek: wordIn(node, 'DaysOfWeek', DAYS),
      index: wordIn(node, 'DayOfWeekIndex', INDEXES),
      month: wordIn(node, 'Month', MONTHS),
    }),
  ],
]);

function readRange(node: XmlNode): ExchangeRange {
  const ends = child(node, 'EndDateRecurrence');
  if (ends !== null) {
    const endDate = dateIn(ends, 'EndDate');
    return { kind: 'EndDate', startDate: dateIn(ends, 'StartDate'), endDate };
  }
  const numbered = child(node, 'NumberedRecurrence');
  if (numbered !== null) {
    const numberOfOccurrences = requiredNumber(numbered, 'NumberOfOccurrences');
    return { kind: 'Numbered', startDate: dateIn(numbered, 'StartDate'), numberOfOccurrences };
  }
  const endless = child(node, 'NoEndRecurrence');
  if (endless !== null) return { kind: 'NoEnd', startDate: dateIn(endless, 'StartDate') };
  throw new UnreadableValue('recurrence range', node.children.at(-1)?.name ?? '');
}

function daysIn(node: XmlNode): readonly ExchangeDayOfWeek[] {
  const words = (childText(node, 'DaysOfWeek') ?? '').trim().split(/\s+/);
  return words.map((word) => known(word, 'DaysOfWeek', DAYS));
}

function wordIn<Word extends string>(node: XmlNode, name: string, words: readonly Word[]): Word {
  return known((childText(node, name) ?? '').trim(), name, words);
}

/** A wrong day would put a whole series on wrong dates, so an unknown word is no guess but a refusal. */
function known<Word extends string>(text: string, name: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new UnreadableValue(name, text);
  return word;
}

const DAYS: readonly ExchangeDayOfWeek[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
  'Day',
  'Weekday',
  'WeekendDay',
];
const INDEXES: readonly ExchangeDayOfWeekIndex[] = ['First', 'Second', 'Third', 'Fourth', 'Last'];
const MONTHS: readonly ExchangeMonth[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
