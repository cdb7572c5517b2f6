import { createHmac, createSecretKey } from 'node:crypto';
import type { Canonical } from '../../mappings/kind.js';
import type { Base, Fingerprint } from '../ports/store.js';

/** Turns canonical texts into fingerprints that nobody without the key can guess (rule 20). */
export interface Fingerprinter {
  of(linkId: string, field: string, text: string): Fingerprint;
}

/**
 * HMAC-SHA-256, salted by link and field, cut to 96 bits: enough that two different values of one field of one link
 * never meet by accident. The key stays outside the database.
 */
export function hmacFingerprinter(key: Uint8Array): Fingerprinter {
  const secret = createSecretKey(key);
  return {
    of: (linkId, field, text) =>
      createHmac('sha256', secret)
        .update(`${linkId}\n${field}\n${text}`)
        .digest('base64url')
        .slice(0, 16),
  };
}

/** What one side shows, as a base of this link. Texts that `like` shows as well are not hashed twice. */
export function baseOf(
  fingerprinter: Fingerprinter,
  linkId: string,
  shown: Canonical,
  like?: { readonly shown: Canonical; readonly base: Base },
): Base {
  const base: Record<string, Fingerprint | Readonly<Record<string, Fingerprint>>> = {};
  for (const [field, text] of Object.entries(shown)) {
    const known = like?.shown[field];
    const knownBase = like?.base[field];
    if (typeof text === 'string') {
      base[field] =
        known === text && typeof knownBase === 'string'
          ? knownBase
          : fingerprinter.of(linkId, field, text);
      continue;
    }
    const elements: Record<string, Fingerprint> = {};
    for (const [element, state] of Object.entries(text)) {
      elements[element] = fingerprinter.of(linkId, `${field}/${element}`, state);
    }
    base[field] = elements;
  }
  return base;
}
