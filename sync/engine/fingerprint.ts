import crypto from 'node:crypto';
import type { Canonical } from '../../mappings/kind.js';
import type { Base, Bases, Fingerprint } from '../ports/store.js';

/** Turns canonical texts into fingerprints that nobody without the key can guess (rule 20). */
export interface Fingerprinter {
  of(linkId: string, field: string, text: string): Fingerprint;
}

/**
 * A key per link, by HMAC-SHA-256 from a secret that stays outside the database; with it one SHA-256 per field, cut to
 * 96 bits. Cut like that the hash tells nothing that could be continued, so a keyed prefix is as good as a second HMAC
 * and costs a quarter of it; and two different values of one field of one link never meet by accident.
 */
export function hmacFingerprinter(secret: Uint8Array): Fingerprinter {
  const key = crypto.createSecretKey(secret);
  let last = { linkId: '', prefix: '' };
  return {
    of(linkId, field, text) {
      if (last.linkId !== linkId) {
        last = {
          linkId,
          prefix: crypto.createHmac('sha256', key).update(linkId).digest('base64url'),
        };
      }
      return sha256(`${last.prefix}\n${field}\n${text}`).slice(0, 16);
    },
  };
}

/** In one call where Node has it (20.12 and later): half the cost, and no object for the garbage collector. */
export const sha256: (text: string) => string =
  'hash' in crypto
    ? (text) => crypto.hash('sha256', text, 'base64url')
    : (text) => crypto.createHash('sha256').update(text).digest('base64url');

/**
 * What the base of a side has beside the fields: which of its losses were told already. It is no field of any record, so
 * it neither travels nor makes a write, and it is no part of the marks that undo compares.
 */
export const UNREAD = 'unread';

/** The same: who is on Exchange's list and was taken out in the ERP. */
export const STAYING = 'staying';

/** What one side shows, in canonical texts and as a base. */
export interface Fingerprinted {
  readonly canonical: Canonical;
  readonly base: Base;
}

/** What one side shows, as a base of this link. Texts that `like` shows as well are not hashed twice. */
export function baseOf(
  fingerprinter: Fingerprinter,
  linkId: string,
  canonical: Canonical,
  like?: Fingerprinted,
): Base {
  const base: Record<string, Fingerprint | Readonly<Record<string, Fingerprint>>> = {};
  for (const field in canonical) {
    const shown = canonical[field] ?? '';
    const other = like?.canonical[field];
    const otherBase = like?.base[field];
    if (typeof shown === 'string') {
      const isKnown = other === shown && typeof otherBase === 'string';
      base[field] = isKnown ? otherBase : fingerprinter.of(linkId, field, shown);
      continue;
    }
    const elements: Record<string, Fingerprint> = {};
    for (const element in shown) {
      elements[element] = fingerprinter.of(linkId, `${field}/${element}`, shown[element] ?? '');
    }
    base[field] = elements;
  }
  return base;
}

/**
 * Of an item that was made, but perhaps without all of its exceptions: those of the record count as not brought over
 * yet. Taken for brought over, the missing ones would look deleted by a person, and go in the ERP (rule 3). `attendees`: the
 * field of those who were put on its list with the item itself: who is taken out of the record meanwhile was there.
 */
export function withoutElements({ erp, exchange }: Bases, attendees?: string): Bases {
  const empty = (base: Base): Base =>
    Object.fromEntries(
      Object.entries(base).map(([field, state]) => [field, typeof state === 'string' ? state : {}]),
    );
  const invited = attendees === undefined ? undefined : erp[attendees];
  const kept = attendees === undefined || invited === undefined ? {} : { [attendees]: invited };
  return { erp: { ...empty(erp), ...kept }, exchange: empty(exchange) };
}
