import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sentence } from '../../sync/ports/failure.js';
import { InputError } from './input.js';

/**
 * Reads a password from a file, or from standard input where the name is `-`. One line break at the end is not part of
 * it. Refuses an empty one, and more than one line: that is most likely the wrong file. `option` is what named the file.
 */
export async function readSecret(
  file: string,
  stdin: Readable,
  option = 'password-file',
): Promise<string> {
  const content = file === '-' ? await text(stdin) : await readSecretFile(file, option);
  const secret = content.replace(/\r?\n$/, '');
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
  return readOr(file, (why) => ({
    de: `Die Datei ${file} lässt sich nicht lesen (${why}).`,
    en: `The file ${file} cannot be read (${why}).`,
  }));
}

/** The same for a file that holds a secret. Its name is not repeated: somebody may have typed the secret in its place. */
export async function readSecretFile(file: string, option: string): Promise<string> {
  return readOr(file, (why) => ({
    de: `Die Datei, die --${option} nennt, lässt sich nicht lesen (${why}).`,
    en: `The file that --${option} names cannot be read (${why}).`,
  }));
}

async function readOr(file: string, refusal: (why: string) => Sentence): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(refusal(codeOf(error)));
  }
}

/** Not the message: Node repeats the name in it. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function nameOf(file: string, language: 'de' | 'en'): string {
  if (file !== '-') return file;
  return language === 'de' ? 'der Standardeingabe' : 'standard input';
}
