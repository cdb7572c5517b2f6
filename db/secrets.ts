import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { openKeyText } from './key-file.js';
import { databaseProblem } from './problem.js';

/** Keeps passwords and client secrets unreadable in the database, and gives the fingerprints their key. */
export interface Secrets {
  /**
   * Encrypts a text. `context` names the place it is kept in, as `connection:12:password`: moved to another row or
   * column it cannot be read.
   */
  seal(plaintext: string, context: string): string;
  /** What was sealed for that place. Fails as `forbidden` when it was altered, moved, or sealed with a key that is not here. */
  unseal(sealed: string, context: string): string;
  /** The key of all fingerprints: 32 bytes that stay the same when the other keys are rotated. */
  fingerprintKey(): Buffer;
  /**
   * A short mark of the fingerprint key, safe to store. A database that remembers another one was filled with another
   * key file: every base would be unknown.
   */
  fingerprintKeyMark(): string;
}

/**
 * Opens the key file, and makes one when there is none yet (mode 0600; two processes at once get the same).
 * Refuses, with a sentence, a file that others can read (not on Windows) or that holds no usable key.
 */
export async function openKeyFile(path: string): Promise<Secrets> {
  return secretsFrom(await openKeyText(path, newKeyText), path);
}

/** The same from a text, as it may stand in the environment. `source` names it in sentences. */
export function secretsFrom(text: string, source: string): Secrets {
  const { current, byId, fingerprint } = readKeys(text, source);
  return {
    seal: (plaintext, context) => seal(current, plaintext, context),
    unseal: (sealed, context) => unseal(byId, sealed, context),
    fingerprintKey: () =>
      Buffer.from(hkdfSync('sha256', fingerprint, '', 'abgleich fingerprints', 32)),
    fingerprintKeyMark: () =>
      createHmac('sha256', fingerprint).update('abgleich mark').digest('base64url').slice(0, 12),
  };
}

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

interface Keys {
  readonly current: Key;
  readonly byId: ReadonlyMap<string, Key>;
  readonly fingerprint: Buffer;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12; // what GCM is made for
const TAG_BYTES = 16; // shorter tags could be forged
const FINGERPRINT_ID = 'fp';

/** Chance comes from the system here, not from the port: no test may repeat a key. */
function newKeyText(): string {
  const line = (id: string): string => `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
  return [
    '# Keys of Abgleich. Keep a copy in a safe place: without it stored passwords are lost.',
    '# To rotate, add a line with a new id above the other keys; the first one encrypts, all decrypt.',
    '# The line "fp" must never change: it is how Abgleich knows what it has already seen.',
    line(`k${randomBytes(4).toString('hex')}`),
    line(FINGERPRINT_ID),
    '',
  ].join('\n');
}

function readKeys(text: string, source: string): Keys {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => readKey(line, source));
  const fingerprint = keys.find(({ id }) => id === FINGERPRINT_ID);
  const [current, ...older] = keys.filter(({ id }) => id !== FINGERPRINT_ID);
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (fingerprint === undefined || current === undefined || byId.size < keys.length) {
    throw unusableKeys(source);
  }
  return {
    current,
    byId: new Map([current, ...older].map((key) => [key.id, key])),
    fingerprint: fingerprint.bytes,
  };
}

function readKey(line: string, source: string): Key {
  const [, id, base64] = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (id === undefined || bytes.length !== KEY_BYTES) throw unusableKeys(source);
  return { id, bytes };
}

function seal(key: Key, plaintext: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, iv).setAAD(Buffer.from(context));
  const text = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  const parts = [iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url'));
  return ['v1', key.id, ...parts].join('.');
}

function unseal(keys: ReadonlyMap<string, Key>, sealed: string, context: string): string {
  const [version, id = '', ...parts] = sealed.split('.');
  const [iv, text, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  const key = keys.get(id);
  if (version !== 'v1' || parts.length !== 3 || !iv || !text || tag?.length !== TAG_BYTES) {
    throw unreadable(context);
  }
  if (key === undefined) throw unknownKey(id, context);
  try {
    const decipher = createDecipheriv(CIPHER, key.bytes, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable(context);
  }
}

function unusableKeys(source: string): Error {
  return databaseProblem('forbidden', {
    de: `${source} enthält keine brauchbaren Schlüssel. Nötig sind Zeilen „Name:Base64“ mit je 32 Byte und verschiedenen Namen, eine davon mit dem Namen „fp“. Stellen Sie die Datei aus der Sicherung wieder her; löschen Sie sie nicht.`,
    en: `${source} holds no usable keys. Lines "name:base64" of 32 bytes each with different names are needed, one of them named "fp". Restore the file from a backup; do not delete it.`,
  });
}

function unknownKey(id: string, context: string): Error {
  return databaseProblem('forbidden', {
    de: `Der Schlüssel „${id}“, mit dem ${context} verschlüsselt wurde, steht nicht in der Schlüsseldatei. Stellen Sie die alte Datei wieder her, oder geben Sie das Geheimnis neu ein.`,
    en: `The key "${id}" that ${context} was encrypted with is not in the key file. Restore the old file, or enter the secret again.`,
  });
}

function unreadable(context: string): Error {
  return databaseProblem('forbidden', {
    de: `Was als ${context} gespeichert ist, lässt sich nicht entschlüsseln: es wurde verändert oder gehört woanders hin. Geben Sie das Geheimnis neu ein.`,
    en: `What is stored as ${context} cannot be decrypted: it was altered or belongs elsewhere. Enter the secret again.`,
  });
}
