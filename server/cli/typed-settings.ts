import type { Sentence } from '../../sync/ports/failure.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { readAll } from './read-all.js';

/** What `KEY=VALUE` said; '' = back to the wider choice. */
export type TypedSettings = ReadonlyMap<string, string>;

/** The words from `first` on. Refuses what is no `KEY=VALUE`, and a key that was typed twice. */
export function typedSettings(input: Input, first: number): TypedSettings {
  const typed = new Map<string, string>();
  for (let at = first; ; at += 1) {
    const word = input.word(at);
    if (word === null) return typed;
    const cut = word.indexOf('=');
    if (cut < 1) throw new InputError(notAPair(word));
    const key = word.slice(0, cut).trim().toLowerCase();
    if (typed.has(key)) throw new InputError(typedTwice(key));
    typed.set(key, word.slice(cut + 1).trim());
  }
}

/** Reads all of them; what cannot be used is refused together, a sentence each. `read` answers null for an unknown key. */
export async function readTyped<T>(
  typed: TypedSettings,
  known: readonly string[],
  read: (key: string, text: string) => T | null,
): Promise<readonly T[]> {
  const readers = [...typed].map(([key, text]) => {
    const reader = (): T => {
      const value = read(key, text);
      if (value === null) throw new InputError(unknownKey(key, known));
      return value;
    };
    return [key, reader] as const;
  });
  return Object.values(await readAll<Record<string, () => T>>(Object.fromEntries(readers)));
}

export function nothingTyped(known: readonly string[]): InputError {
  const list = known.join(', ');
  return new InputError({
    de: `Es fehlt, was zu ändern ist, als SCHLÜSSEL=WERT. Es gibt: ${list}.`,
    en: `What to change is missing, as KEY=VALUE. There are: ${list}.`,
  });
}

/** There is nothing wider to return to. */
export function mustHaveValue(key: string): InputError {
  return new InputError({
    de: `${key} braucht einen Wert.`,
    en: `${key} needs a value.`,
  });
}

function notAPair(word: string): Sentence {
  return {
    de: `„${word}“ ist kein SCHLÜSSEL=WERT.`,
    en: `"${word}" is no KEY=VALUE.`,
  };
}

function typedTwice(key: string): Sentence {
  return { de: `${key} ist zweimal angegeben.`, en: `${key} is given twice.` };
}

function unknownKey(key: string, known: readonly string[]): Sentence {
  const list = known.join(', ');
  return {
    de: `Die Einstellung „${key}“ gibt es hier nicht. Es gibt: ${list}.`,
    en: `There is no setting "${key}" here. There are: ${list}.`,
  };
}
