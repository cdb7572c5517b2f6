import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { InputError } from './input.js';

/**
 * Reads a password from a file, or from standard input where the name is `-`. One line break at the end is not part of
 * it. Refuses an empty one, and more than one line: that is most likely the wrong file.
 */
export async function readSecret(file: string, stdin: Readable): Promise<string> {
  const secret = (file === '-' ? await text(stdin) : await readText(file)).replace(/\r?\n$/, '');
  if (secret === '') {
    throw new InputError({
      de: `In ${nameOf(file, 'de')} steht kein Kennwort.`,
      en: `There is no password in ${nameOf(file, 'en')}.`,
    });
  }
  if (/[\r\n]/.test(secret)) {
    throw new InputError({
      de: `In ${nameOf(file, 'de')} steht mehr als eine Zeile; erwartet wird nur das Kennwort.`,
      en: `There is more than one line in ${nameOf(file, 'en')}; only the password is expected.`,
    });
  }
  return secret;
}

/** Reads a text file that was named by an option. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError({
      de: `Die Datei ${file} lässt sich nicht lesen (${why}).`,
      en: `The file ${file} cannot be read (${why}).`,
    });
  }
}

function nameOf(file: string, language: 'de' | 'en'): string {
  if (file !== '-') return file;
  return language === 'de' ? 'der Standardeingabe' : 'standard input';
}
