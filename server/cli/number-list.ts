import { InputError } from './input.js';

const MOST = 100_000;

/** `3,5-9` as numbers, each once, in order. Throws `InputError` for anything else. */
export function numbersIn(text: string): readonly number[] {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [, from = '', to = from] = /^\s*(\d{1,15})(?:\s*-\s*(\d{1,15}))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === '' || last < first || last - first >= MOST) throw unusable(text);
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

function unusable(text: string): InputError {
  return new InputError({
    de: `„${text}“ ist keine Liste von Nummern; erwartet wird etwas wie 3,5-9.`,
    en: `"${text}" is no list of numbers; expected is something like 3,5-9.`,
  });
}
