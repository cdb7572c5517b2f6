import { parseInstant, parsePlainDate, UnreadableValue } from '../../mappings/values.js';
import type { Instant, PlainDate } from '../../mappings/values.js';
import type { Direction } from '../../mappings/field-rules.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { InputError } from './input.js';

/** How one kind of value is typed and shown. */
export interface ValueForm<T> {
  /** What may be typed, for the help. */
  readonly value: string;
  /** Throws `InputError`, naming the setting by its key. */
  read(text: string, key: string): T;
  show(value: T): string;
}

/** Words that are typed, and what each of them stands for. */
export function oneOf<T>(words: Readonly<Record<string, T>>): ValueForm<T> {
  const list = Object.keys(words);
  const byWord = new Map<string, T>(Object.entries(words));
  return {
    value: list.join('|'),
    read(text, key) {
      const found = byWord.get(text);
      if (found === undefined) throw notUsable(key, text, either(list));
      return found;
    },
    show: (value) => list.find((word) => byWord.get(word) === value) ?? String(value),
  };
}

export const YES_NO: ValueForm<boolean> = oneOf({ yes: true, no: false });

export const DIRECTION: ValueForm<Direction> = oneOf<Direction>({
  both: 'both',
  'to-exchange': 'toExchange',
  'to-erp': 'toErp',
  off: 'off',
});

export function whole(min: number, max: number): ValueForm<number> {
  return {
    value: `${String(min)}-${String(max)}`,
    read(text, key) {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      if (number >= min && number <= max) return number;
      throw notUsable(key, text, {
        de: `eine ganze Zahl von ${String(min)} bis ${String(max)}`,
        en: `a whole number from ${String(min)} to ${String(max)}`,
      });
    },
    show: String,
  };
}

/** The value, or a word that stands for null. */
export function orNull<T>(form: ValueForm<T>, word: string): ValueForm<T | null> {
  return {
    value: `${form.value}|${word}`,
    read: (text, key) => (text === word ? null : form.read(text, key)),
    show: (value) => (value === null ? word : form.show(value)),
  };
}

/** Names with commas between them. */
export const NAMES: ValueForm<readonly string[]> = {
  value: 'NAME,NAME…',
  read(text, key) {
    const names = text.split(',').map((name) => name.trim());
    if (names.every((name) => name !== '')) return [...new Set(names)];
    throw notUsable(key, text, {
      de: 'Namen mit Komma dazwischen',
      en: 'names with a comma between them',
    });
  },
  show: (names) => names.join(','),
};

export const DAY: ValueForm<PlainDate> = {
  value: 'DAY',
  read: (text, key) =>
    parsed(key, text, parsePlainDate, {
      de: 'ein Tag wie 2026-03-01',
      en: 'a day like 2026-03-01',
    }),
  show: String,
};

/** A moment; a day alone is its first moment in UTC. */
export const MOMENT: ValueForm<Instant> = {
  value: 'MOMENT',
  read: (text, key) =>
    parsed(key, /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text, parseInstant, {
      de: 'ein Zeitpunkt wie 2026-03-01 oder 2026-03-01T08:00:00Z',
      en: 'a moment like 2026-03-01 or 2026-03-01T08:00:00Z',
    }),
  show: String,
};

export function parsed<T>(
  key: string,
  text: string,
  parse: (text: string) => T,
  expected: Sentence,
): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UnreadableValue) throw notUsable(key, text, expected);
    throw error;
  }
}

export function notUsable(key: string, text: string, expected: Sentence): InputError {
  return new InputError({
    de: `${key} ist „${text}“; erwartet wird ${expected.de}.`,
    en: `${key} is "${text}"; expected is ${expected.en}.`,
  });
}

function either(words: readonly string[]): Sentence {
  return { de: words.join(' oder '), en: words.join(' or ') };
}
