import { parsePlainDate, parseZone, UnreadableValue } from '../../mappings/values.js';
import type { IanaZone, PlainDate } from '../../mappings/values.js';
import type { Sentence } from '../../sync/ports/failure.js';

/** What was typed cannot be used. Each sentence says what to type instead; the command line answers with exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly sentences: readonly Sentence[];

  constructor(...sentences: readonly Sentence[]) {
    super(sentences.map(({ en }) => en).join('\n'));
    this.sentences = sentences;
  }
}

/** The words and options that were typed. Each method refuses, with a sentence, what it cannot use. */
export interface Input {
  /** The word at this place, counted from 0; null where there is none. */
  word(index: number): string | null;
  flag(option: string): boolean;
  text(option: string): string | null;
  required(option: string): string;
  choice<T extends string>(option: string, allowed: readonly T[]): T | null;
  whole(option: string, bounds: { readonly min: number; readonly max: number }): number | null;
  date(option: string): PlainDate | null;
  zone(option: string): IanaZone | null;
}

/** Wraps what `parseArgs` found. */
export function inputOf(
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
): Input {
  const text = (option: string): string | null => {
    const value = values[option];
    return typeof value === 'string' ? value : null;
  };
  const read = <T>(
    option: string,
    parse: (value: string) => T,
    refused: (v: string) => Sentence,
  ) => {
    const value = text(option);
    if (value === null) return null;
    try {
      return parse(value);
    } catch (error) {
      if (error instanceof UnreadableValue) throw new InputError(refused(value));
      throw error;
    }
  };
  return {
    word: (index) => words[index] ?? null,
    flag: (option) => values[option] === true,
    text,

    required(option) {
      const value = text(option)?.trim() ?? '';
      if (value === '') throw new InputError(missing(option));
      return value;
    },

    choice<T extends string>(option: string, allowed: readonly T[]): T | null {
      const value = text(option);
      if (value === null) return null;
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw new InputError(notOneOf(option, value, allowed));
      return found;
    },

    whole(option, { min, max }) {
      const value = text(option);
      if (value === null) return null;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= min && number <= max)) throw new InputError(notBetween(option, min, max));
      return number;
    },

    date: (option) => read(option, parsePlainDate, (value) => notADate(option, value)),
    zone: (option) => read(option, parseZone, (value) => notAZone(option, value)),
  };
}

function missing(option: string): Sentence {
  return { de: `Es fehlt --${option}.`, en: `--${option} is missing.` };
}

function notOneOf(option: string, value: string, allowed: readonly string[]): Sentence {
  const list = allowed.join(', ');
  return {
    de: `--${option} ist „${value}“; erlaubt ist: ${list}.`,
    en: `--${option} is "${value}"; allowed are: ${list}.`,
  };
}

function notBetween(option: string, min: number, max: number): Sentence {
  return {
    de: `--${option} muss eine ganze Zahl von ${min} bis ${max} sein.`,
    en: `--${option} must be a whole number from ${min} to ${max}.`,
  };
}

function notADate(option: string, value: string): Sentence {
  return {
    de: `--${option} ist „${value}“; erwartet wird ein Tag wie 2026-03-01.`,
    en: `--${option} is "${value}"; expected is a day like 2026-03-01.`,
  };
}

function notAZone(option: string, value: string): Sentence {
  return {
    de: `--${option} ist „${value}“; erwartet wird eine Zeitzone wie Europe/Berlin.`,
    en: `--${option} is "${value}"; expected is a time zone like Europe/Berlin.`,
  };
}
